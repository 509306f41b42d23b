/** Two members' logs in memory, served as nodes serve them, each at its endpoint. Who asks is not looked at. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { agreementDigest } from '../../dist/node/agreement/signatures.js';
import { formatBase64, formatHex, utf8 } from '../../dist/node/base/bytes.js';
import { buildClaims, signBulletin } from '../../dist/node/bulletin/build.js';
import { findTypeByName } from '../../dist/node/bulletin/catalogue.js';
import { createNewId, hash, random } from '../../dist/node/crypto.js';
import { loadKeysFor, publicKeysOf } from '../../dist/node/keys.js';
import { formatCheckpoint, signCheckpoint } from '../../dist/node/log/checkpoint.js';
import { cosign, mergeSignatures } from '../../dist/node/log/cosignature.js';
import { commitmentOf, formatLeaf } from '../../dist/node/log/leaf.js';
import { leafHash } from '../../dist/node/log/merkle.js';
import { consistencyProof } from '../../dist/node/log/proof.js';
import { appendLeaves, rootAt } from '../../dist/node/log/tile.js';

const [, , folder, count] = process.argv;
const leaves = Number(count);
const pageSize = 800;
const now = () => new Date();
const newId = createNewId(now);
const jws = JSON.parse(readFileSync(join(folder, 'agreement.json'), 'utf8'));
const payload = Buffer.from(jws.payload, 'base64url');
const agreement = JSON.parse(payload.toString('utf8'));
const digest = agreementDigest(payload, hash);
const logs = [];
for (const member of agreement.members) logs.push(await openLog(member));
const [issuer, receiver] = logs;

await issuer.say('adoption', ['*'], { agreement: jws });
await receiver.say('adoption', ['*'], { agreement: jws });
while (issuer.size < leaves) {
  const n = Math.min(pageSize, leaves - issuer.size);
  await issuer.put(Array.from({ length: n }, () => ({ commitment: random(32), audience: [receiver.member.id] })));
}
for (let from = 0; from < leaves; from += pageSize) {
  const to = Math.min(from + pageSize, leaves);
  const root = formatBase64(await rootAt(issuer.tree, to));
  const lists = { refused: [], withheld: [], noted: [], settled: [] };
  await receiver.say('receipt', [issuer.member.id], { log: issuer.member.origin, size: to, root, from, to, ...lists });
}
for (const [log, other] of [
  [issuer, receiver],
  [receiver, issuer],
])
  await log.close(other);
for (const log of logs) await listen(log);
process.send({ ready: true });

async function openLog(member) {
  const keyOf = async (use) => (await loadKeysFor(join(folder, member.id), use))[0];
  const keys = Object.fromEntries(
    await Promise.all(['bulletin', 'log', 'witness', 'agreement'].map(async (use) => [use, await keyOf(use)])),
  );
  const tiles = new Map();
  const tree = { hash, size: 0, readTile: async (level, index) => tiles.get(`${level}/${index}`) };
  const commitments = Buffer.alloc(32 * Math.max(leaves, 2));
  const special = new Map(); // leaves with content
  const log = {
    ...{ member, keys, tree, size: 0, note: '' },
    leafAt(index) {
      const found = special.get(index);
      if (found) return found.leaf;
      const commitment = commitments.subarray(32 * index, 32 * index + 32);
      return formatLeaf({ commitment, audience: [logs[1].member.id] });
    },
    async put(many) {
      const hashes = many.map(({ commitment, audience }, i) => {
        commitments.set(commitment, 32 * (log.size + i));
        return leafHash(hash, utf8(formatLeaf({ commitment, audience })));
      });
      const growth = await appendLeaves(tree, hashes);
      for (const { level, index, hashes } of growth.tiles) tiles.set(`${level}/${index}`, hashes);
      log.size = tree.size = growth.size;
      tree.frontier = growth.frontier;
    },
    async say(name, audience, body) {
      const after = log.size === 0 ? {} : { after: 0 };
      const draft = { type: findTypeByName(name), audience, body };
      const claims = buildClaims(draft, { issuer: member.issuer, agreement: { digest, ...after }, now, newId });
      const text = await signBulletin(keys.bulletin.signer, keys.bulletin.kid, claims);
      const salt = random(32);
      const commitment = commitmentOf(hash, salt, text);
      const index = log.size;
      await log.put([{ commitment, audience }]);
      special.set(index, { leaf: formatLeaf({ commitment, audience }), salt: formatBase64(salt), jws: text });
    },
    async close(other) {
      const checkpoint = { origin: member.origin, size: log.size, root: await rootAt(tree, log.size) };
      const checkpointBody = formatCheckpoint(checkpoint);
      const note = await signCheckpoint(keys.log.signer, publicKeysOf(keys, member).log, checkpoint);
      const { witness: vkey } = publicKeysOf(other.keys, other.member);
      const time = Math.floor(Date.now() / 1000);
      log.note = mergeSignatures(note, [
        await cosign({ signer: other.keys.witness.signer, vkey, checkpointBody, time }),
      ]);
    },
    show: (index) => special.get(index) ?? { leaf: log.leafAt(index) },
  };
  return log;
}

function listen(own) {
  const byName = new Map(logs.map((log) => [formatHex(hash(utf8(log.member.origin))), log]));
  const server = createServer(async (request, response) => {
    const [, , , kind, name, call, a, b] = request.url.split('/');
    const log = byName.get(name) ?? own;
    response.setHeader('content-type', 'application/json');
    if (kind === 'checkpoints')
      return response.end(
        JSON.stringify({ checkpoints: logs.map(({ member, note }) => ({ origin: member.origin, note })) }),
      );
    const [from, to] = [Number(a), Number(b)];
    if (call === 'consistency') {
      const proof = await consistencyProof(log.tree, from, to);
      return response.end(JSON.stringify({ proof: proof.map(formatBase64) }));
    }
    const entries = Array.from({ length: to - from }, (_, i) => log.show(from + i));
    response.end(JSON.stringify({ entries, next: to }));
  });
  const { port } = new URL(own.member.endpoint);
  return new Promise((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
}
