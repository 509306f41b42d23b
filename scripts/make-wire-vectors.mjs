/**
 * Writes test/vectors/wire/<release>: what passed between nodes of this release, so that the nodes of later ones can be
 * held to it (test/federation/wire.test.ts). Three members with real nodes over loopback: Shanghai keeps a log, Jiangsu
 * gives it something to receipt, Zhejiang pulls it twice as it grows and is then called by the other two. Run
 * `npm run build` first.
 *
 * A release's folder is made once and, after the release, never written again: the next one keeps it and adds its own.
 * `--force` writes it anew while the release is still being made. Keys, clock, ids and salts are made, so a second run
 * gives the same bytes. Announcements by the nodes themselves are held back, so that one thing happens after the other.
 */

import crypto, { createHash, createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const { version: release } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const folder = new URL(`test/vectors/wire/${release}/`, root);
if (existsSync(folder) && !process.argv.includes('--force')) {
  process.stderr.write(`the recording of ${release} is there already; --force writes it anew\n`);
  process.exit(1);
}
const sha256 = (data) => createHash('sha256').update(data).digest();

// Before the program is loaded: its salts and ids are the same in every run.
let draws = 0;
crypto.randomBytes = (size, done) => {
  const count = Math.ceil(size / 32);
  const bytes = Buffer.concat(Array.from({ length: count }, () => sha256(`huxin wire ${draws++}`))).subarray(0, size);
  if (done) process.nextTick(done, null, bytes);
  return bytes;
};
syncBuiltinESMExports();

const load = (path) => import(new URL(`dist/node/${path}.js`, root).href);
const { readAuthored } = await load('agreement/author');
const { signRefusal } = await load('agreement/refusal');
const { joinSignatures, signAgreement } = await load('agreement/signatures');
const { utf8 } = await load('base/bytes');
const { compileSchema } = await load('base/schema');
const { withCheckCharacters } = await load('base/uscc');
const { compose } = await load('compose');
const { loadSchemas, shippedSchemas } = await load('shipped');
const { createNewId, hash, verifySignature } = await load('crypto');
const { createClient } = await load('federation/client');
const { signRequest } = await load('federation/request');
const { listen } = await load('http/listen');
const { writeKeyFile } = await load('key-file');
const { publicKeysOf } = await load('keys');

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'];
const home = mkdtempSync(join(tmpdir(), 'huxin-wire-'));
const schemas = loadSchemas(shippedSchemas());

// Clock ----------------------------------------------------------------------------------------------------------

let time = Date.parse('2026-11-23T02:00:00Z');
const now = () => new Date(time);
const later = () => {
  time += 60_000;
};
const newId = createNewId(now);

// Keys and agreement ---------------------------------------------------------------------------------------------

/** What a key is made from: Ed25519, the seed being the SHA-256 of that text. */
const seedOf = (id, use, number = 1) => `huxin wire ${id} ${use}${number === 1 ? '' : ` ${number}`}`;

function keyOf(seed) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), sha256(seed)]); // RFC 8410 §7
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

async function makeKeys(id) {
  mkdirSync(join(home, id), { mode: 0o700 });
  const write = (use, number = 1) => {
    const file = join(home, id, number === 1 ? `${use}.json` : `${use}-${number}.json`);
    return writeKeyFile(file, use, keyOf(seedOf(id, use, number)));
  };
  const uses = ['bulletin', 'log', 'witness', 'agreement'];
  const keys = Object.fromEntries(await Promise.all(uses.map(async (use) => [use, await write(use)])));
  return { ...keys, next: await write('bulletin', 2) };
}

const page = readFileSync(new URL('config/agreements/yrd-ip-credit.yaml', root), 'utf8');
const form = compileSchema(schemas.get('agreement'));
const { agreement, mistakes } = readAuthored(page, { keys: 'optional', schemas, hash, verifySignature, form });
if (!agreement) throw new Error(JSON.stringify(mistakes));
const keys = new Map();
for (const member of agreement.members) {
  const made = await makeKeys(member.id);
  const { log, witness, ...jwks } = publicKeysOf(made, member);
  member.keys = { ...jwks, log: log.text, witness: witness.text };
  keys.set(member.id, made);
}
const memberOf = (id) => agreement.members.find((member) => member.id === id);
const signatures = [];
for (const { id } of agreement.members) signatures.push(await signAgreement(agreement, keys.get(id).agreement.signer));
const signed = signatures.reduce(joinSignatures);
writeFileSync(join(home, 'agreement.json'), JSON.stringify(signed));

// The wire -------------------------------------------------------------------------------------------------------

const listening = new Map();
let exchanges = [];

/** Leads a call to whoever listens for that member, and writes down what passed. */
async function carry(url, { method, headers, body }) {
  const { origin, pathname } = new URL(url);
  const to = agreement.members.find(({ endpoint }) => endpoint === origin).id;
  if (!listening.has(to)) throw new Error('nobody listens');
  const answer = await fetch(`${listening.get(to).url}${pathname}`, { method, headers, ...(body && { body }) });
  const text = await answer.text();
  exchanges.push({
    ...{ at: now().toISOString(), to },
    request: { method, path: pathname, headers, ...(body && { body: Buffer.from(body).toString() }) },
    answer: { status: answer.status, contentType: answer.headers.get('content-type'), body: text },
  });
  return { status: answer.status, headers: { get: () => null }, body: utf8(text) };
}

/** The same for a node: without its announcements. */
const carryQuietly = async (url, request) => {
  if (url.endsWith('/announcements')) throw new Error('held back');
  return carry(url, request);
};

/** What was said on the wire while that was done. */
async function during(work) {
  const said = [];
  exchanges = said;
  await work();
  exchanges = [];
  return said;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function openNode(id, name = id) {
  const config = {
    ...{ member: id, listen: { host: '127.0.0.1', port: 0 }, noProxy: [] },
    ...{ database: `sqlite:${join(home, `${name}.db`)}`, keys: join(home, id), signers: { timeoutMs: 10_000 } },
    ...{ agreement: join(home, 'agreement.json'), erasures: join(home, `${name}-erasures.ndjson`) },
    ...{ schemas: shippedSchemas(), codes: path('config/codes.yaml'), rules: path('config/rules') },
    ...{ holidays: path('config/holidays'), imports: { greatestFileBytes: 1e6, greatestUnpackedBytes: 1e6 } },
    ...{ fourEyes: [], measures: ['M1'], questions: { keepYears: 10 }, metrics: { open: false }, webhook: {} },
    rates: { callerPerMinute: 1e5, peerPerMinute: 1e5 },
    ...{ alarms: { diskFreeBytes: 1, certificateDays: 30 }, logLevel: 'silent' },
  };
  const world = { now, newId: createNewId(now), logger: silent, fetch: carryQuietly, onBroken: () => {} };
  const node = await compose(config, world);
  const place = await listen(node.app, { host: '127.0.0.1', port: 0 });
  node.gate.open(); // three of four members run
  await node.federation.start();
  await node.federation.settled();
  const close = async () => {
    place.server.closeAllConnections();
    await new Promise((done) => place.server.close(done));
    await node.close();
  };
  return { node, url: place.url, close };
}

function path(name) {
  return fileURLToPath(new URL(name, root));
}

// What is said ---------------------------------------------------------------------------------------------------

const clerkOf = ({ self }) => ({ role: 'clerk', authority: self.authority, person: '0001' });

/** Opens a record by a clerk's file, a penalty on a made subject of that number. */
async function openRecord({ node }, n) {
  const [columns, source] = [
    '行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期',
    `样例知识产权局,${node.self.authority},样例知识产权局,${node.self.authority}`,
  ];
  const header = `${columns},处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码`;
  const uscc = withCheckCharacters('91310000', `XX${String(n).padStart(6, '0')}`);
  const row = `样例企业${n}号,${uscc},样知罚〔2026〕${n}号,假冒专利,样例事实,专利法,罚款,罚款,0.21,2026-01-09,${source}`;
  async function* bytes() {
    yield utf8(`${header}\n${row}\n`);
  }
  const upload = { type: 'penalty', fileName: 'penalty.csv', hold: false, allOrNothing: false };
  const { id } = await node.imports.receive(upload, clerkOf(node), bytes());
  node.work.enqueue({ id });
  await node.work.settled();
  const [txn] = await node.store.imports.listOpened(id);
  if (!txn) throw new Error(JSON.stringify(await node.imports.get(id)));
  return { member: node.self.id, txn };
}

async function pull({ node }, from) {
  later();
  await node.federation.pull(from);
  await node.federation.settled();
  const peer = await node.store.peers.findPeer(from);
  if (peer.failures > 0) throw new Error(JSON.stringify(peer));
}

/** What a node made of Shanghai's log: its word on each entry, its receipts, the state of each record. */
async function judgementOf({ node }, records) {
  const entriesOf = async (origin) => {
    const { id, size } = await node.store.log.findLog(origin);
    return node.store.log.listEntries(id, 0, size);
  };
  const entries = (await entriesOf(memberOf(shanghai).origin)).map(({ index, word, code, content, erased }) => ({
    ...{ index, word, code, hasContent: content !== undefined, erased: erased?.ground },
  }));
  const receipts = (await entriesOf(node.self.origin)).flatMap(({ content: { jws } }) => {
    const claims = JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());
    return claims.events['urn:huxin:bulletin:receipt:1'] ?? [];
  });
  const states = {};
  for (const id of records)
    states[`${id.member}.${id.txn}`] = (await node.store.registry.listRecordSteps(id)).at(-1)?.state;
  return { entries, receipts, states };
}

/** A member calling that node, with the client of this release; `key` signs. */
function clientOf(caller, called, key) {
  const { issuer } = memberOf(caller);
  const sign = async (target, audience, nth) =>
    nth === 0 ? signRequest(target, { ...key, issuer, audience, now, newId, hash }) : undefined;
  const { id, issuer: calledIssuer, endpoint } = memberOf(called);
  return { ...createClient({ member: id, issuer: calledIssuer, endpoint, fetch: carry, sign, hash }), sign };
}

const refused = (work) =>
  work.then(
    () => Promise.reject(new Error('not refused')),
    () => {},
  ); // the answer is written down

// The story ------------------------------------------------------------------------------------------------------

const nodes = new Map();
for (const id of [shanghai, jiangsu, zhejiang]) {
  nodes.set(id, await openNode(id));
  listening.set(id, nodes.get(id));
}
const [issuer, other, puller] = [shanghai, jiangsu, zhejiang].map((id) => nodes.get(id));
const records = [await openRecord(issuer, 1), await openRecord(issuer, 2)];
const pulls = [];

async function recordPull(by = puller) {
  const said = await during(() => pull(by, shanghai));
  pulls.push({ at: now().toISOString(), exchanges: said, judgement: await judgementOf(by, records) });
}

await recordPull();
await openRecord(other, 3);
await pull(issuer, jiangsu); // Shanghai's receipt
later();
await issuer.node.keyChanges.rotate({ kid: keys.get(shanghai).next.kid, rehearsed: false });
const revocation = { revokedOn: '2026-11-22', ground: 'annulled', reason: '样例理由' };
await issuer.node.steps.take(records[0], { type: 'revocation', body: revocation }, clerkOf(issuer.node));
await issuer.node.eraser.eraseRecord(records[1], { ground: 'ordered' }, clerkOf(issuer.node));
records.push(await openRecord(issuer, 4)); // with the new key
await issuer.node.federation.settled();
await recordPull();

// The other two call Zhejiang.
later();
const { origin } = memberOf(shanghai);
const { size } = await puller.node.store.log.findLog(origin);
const asShanghai = clientOf(shanghai, zhejiang, keys.get(shanghai).next);
const asJiangsu = clientOf(jiangsu, zhejiang, keys.get(jiangsu).bulletin);
const draft = structuredClone(agreement);
Object.assign(draft, { version: 2, previous: issuer.node.version.digest });
draft.effective.from = '2027-01-01';
const proposal = await signAgreement(draft, keys.get(shanghai).agreement.signer, agreement);
const { digest } = await issuer.node.agreements.preview(proposal);
const refusal = await signRefusal(
  { agreement: digest, member: jiangsu, reason: '样例理由', iat: Math.floor(time / 1000) },
  keys.get(jiangsu).agreement.signer,
);
const requests = await during(async () => {
  await asJiangsu.checkpoints();
  await asJiangsu.checkpoint(origin);
  await asJiangsu.entries(origin, 0, 3);
  await asShanghai.entries(origin, 0, size);
  await asJiangsu.consistency(origin, 3, size);
  await asJiangsu.inclusion(origin, 1, size);
  await refused(asJiangsu.entries(origin, size, size + 1));
  await refused(asJiangsu.checkpoint('credit.nobody.example/log'));
  await asShanghai.announce(origin, size);
  await refused(asJiangsu.announce(origin, size)); // not its own log
  await asShanghai.putAgreement(digest, { agreement: proposal, refusals: [] });
  await asJiangsu.putAgreement(digest, { refusals: [refusal] });
  const url = `${memberOf(zhejiang).endpoint}/federation/v1/agreements/${digest}`;
  const authorization = await asShanghai.sign({ method: 'GET', url }, memberOf(zhejiang).issuer, 0);
  await carry(url, { method: 'GET', headers: { authorization } });
});

// Whoever starts with nothing reads the whole log, and it may be given in short pages.
const pages = await during(async () => {
  const asZhejiang = clientOf(zhejiang, shanghai, keys.get(zhejiang).bulletin);
  for (let from = 0; from < size; from += 3) await asZhejiang.entries(origin, from, Math.min(from + 3, size));
});
await puller.close();
const newcomer = await openNode(zhejiang, 'newcomer');
listening.set(zhejiang, newcomer);
const whole = await during(() => pull(newcomer, shanghai));
const judgement = await judgementOf(newcomer, records);

for (const one of [issuer, other, newcomer]) await one.close();
rmSync(home, { recursive: true });

// Files ----------------------------------------------------------------------------------------------------------

const seeds = Object.fromEntries(
  agreement.members.map(({ id }) => [
    id,
    Object.fromEntries(['bulletin', 'log', 'witness', 'agreement'].map((use) => [use, seedOf(id, use)])),
  ]),
);
const note = 'Ed25519 keys; the seed of each is the SHA-256 of its text.';
const isPage = ({ request }) => request.path.includes('/entries/');
const files = {
  agreement: signed,
  keys: { description: note, seeds },
  pulls: { description: 'Zhejiang pulls the log of Shanghai as it grows.', member: zhejiang, of: shanghai, pulls },
  requests: { description: 'What Zhejiang is asked after its last pull, and answers.', member: zhejiang, requests },
  pages: {
    description: 'The whole log of Shanghai for a Zhejiang that holds nothing: its entries in short pages.',
    ...{ at: now().toISOString(), exchanges: [...whole.filter((one) => !isPage(one)), ...pages], judgement },
  },
};
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(files))
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(content, null, 2)}\n`);
process.stdout.write(`${size} entries, ${pulls.length} pulls, ${requests.length} requests\n`);
