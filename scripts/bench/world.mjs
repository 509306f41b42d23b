/** What the benches share: two members with keys, a signed agreement, sample bulletins, and how a figure is taken. */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { readAuthored } from '../../dist/node/agreement/author.js';
import { joinSignatures, signAgreement } from '../../dist/node/agreement/signatures.js';
import { compileSchema } from '../../dist/node/base/schema.js';
import { withCheckCharacters } from '../../dist/node/base/uscc.js';
import { hash, verifySignature } from '../../dist/node/crypto.js';
import { createKeys, publicKeysOf } from '../../dist/node/keys.js';
import { loadSchemas, shippedSchemas } from '../../dist/node/shipped.js';

/** Two members' folders and configurations; `members[0]` issues, `members[1]` receives. `change` is laid over the agreement. */
export async function makeWorld(folder, change = () => {}) {
  const schemas = loadSchemas(shippedSchemas());
  const form = compileSchema(schemas.get('agreement'));
  const page = readFileSync(new URL('../../config/agreements/yrd-ip-credit.yaml', import.meta.url), 'utf8');
  const { agreement, mistakes } = readAuthored(page, { keys: 'optional', schemas, hash, form, verifySignature });
  if (!agreement) throw new Error(JSON.stringify(mistakes));
  agreement.members = agreement.members.slice(0, 2);
  agreement.exchange.witnessQuorum = 1;
  const ids = agreement.members.map(({ id }) => id);
  for (const entry of agreement.catalogue) {
    if (entry.flows.length > 0) entry.flows = [{ from: ['*'], to: ['*'], purposes: entry.flows[0].purposes }];
  }
  change(agreement);
  const signatures = [];
  for (const member of agreement.members) {
    const keys = await createKeys(join(folder, member.id));
    const { log, witness, ...jwks } = publicKeysOf(keys, member);
    member.endpoint = `http://127.0.0.1:${await freePort()}`;
    member.keys = { ...jwks, log: log.text, witness: witness.text };
    signatures.push(() => signAgreement(agreement, keys.agreement.signer));
  }
  const file = join(folder, 'agreement.json');
  const signed = (await Promise.all(signatures.map((sign) => sign()))).reduce(joinSignatures);
  await writeFile(file, JSON.stringify(signed));
  for (const { id, endpoint } of agreement.members) {
    const lines = [
      `member: "${id}"`,
      `listen: { host: 127.0.0.1, port: ${new URL(endpoint).port} }`,
      `database: sqlite:${id}.db`,
      `keys: "${id}"`,
      'agreement: agreement.json',
      'log: { level: error }',
      'rates: { peerPerMinute: 1000000 }',
    ];
    await writeFile(join(folder, `${id}.yaml`), `${lines.join('\n')}\n`);
  }
  return { ids, agreement };
}

/** The body of a penalty of ordinary length. */
export function sampleBody(n) {
  const authority = { name: '样例市知识产权局', uscc: withCheckCharacters('11310000', '00000001') };
  return {
    subject: { name: `样例科技${n}号有限公司` },
    document: { number: `沪知样罚〔2026〕${n}号`, date: '2026-10-09', authority },
    violation: '假冒专利',
    facts: '样例事实：当事人在其产品包装上标注已经终止的专利号，经查属实，已责令改正。',
    basis: '《中华人民共和国专利法》第六十八条',
    categories: ['fine', 'confiscation-of-gains'],
    content: '没收违法所得，处以罚款2000元。',
    fine: '0.2',
    confiscation: '0.05',
    source: authority,
  };
}

export const sampleUscc = (n) => withCheckCharacters('91310000', `MA${String(n % 1_000_000).padStart(6, '0')}`);

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export const round = (value, digits = 2) => Number(value.toFixed(digits));

/** Jiffies of the machine: all, and those another machine took. */
export function readCpu() {
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
  const numbers = line.trim().split(/\s+/).slice(1).map(Number);
  return { all: numbers.reduce((a, b) => a + b, 0), steal: numbers[7] ?? 0 };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
