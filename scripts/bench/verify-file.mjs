/** Evidence made up for the bench: two members' logs, and files about them. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agreementDigest } from '../../dist/node/agreement/signatures.js';
import { formatBase64, parseBase64url, utf8 } from '../../dist/node/base/bytes.js';
import { buildClaims, signBulletin } from '../../dist/node/bulletin/build.js';
import { findTypeByName } from '../../dist/node/bulletin/catalogue.js';
import { createNewId, hash, random } from '../../dist/node/crypto.js';
import { writeEvidence } from '../../dist/node/evidence/write.js';
import { loadKeys } from '../../dist/node/keys.js';
import { formatCheckpoint, signCheckpoint } from '../../dist/node/log/checkpoint.js';
import { cosign } from '../../dist/node/log/cosignature.js';
import { commitmentOf, formatLeaf } from '../../dist/node/log/leaf.js';
import { emptyRoot, leafHash } from '../../dist/node/log/merkle.js';
import { formatNote, parseNote, parseVkey } from '../../dist/node/log/note.js';
import { consistencyProof, inclusionProof } from '../../dist/node/log/proof.js';
import { appendLeaves, rootAt } from '../../dist/node/log/tile.js';
import { formatTlogProof } from '../../dist/node/log/tlog-proof.js';
import { loadSchemas, shippedSchemas } from '../../dist/node/shipped.js';
import { sampleBody, sampleUscc } from './world.mjs';

const perReceipt = 800;
const perTurn = 500;
const now = () => new Date();
const newId = createNewId(now);

/** One member's log of that many penalties to the other, receipted by it; `write` puts evidence about them into files. */
export async function makeLogs(folder, bulletins) {
  const signed = JSON.parse(await readFile(join(folder, 'agreement.json'), 'utf8'));
  const payload = parseBase64url(signed.payload);
  const agreement = JSON.parse(Buffer.from(payload).toString());
  const digest = agreementDigest(payload, hash);
  const [issuer, receiver] = await Promise.all(
    agreement.members.map((member) => openLog(folder, member, signed, digest)),
  );
  while (issuer.entries.length <= bulletins) {
    const left = bulletins + 1 - issuer.entries.length;
    await issuer.say(
      Array.from({ length: Math.min(perTurn, left) }, () => penalty(issuer.entries.length, receiver.member.id)),
    );
  }
  const size = issuer.entries.length;
  for (let from = 0; from < size; from += perReceipt) {
    const to = Math.min(from + perReceipt, size);
    const root = formatBase64(await rootAt(issuer.tree, to));
    const body = {
      log: issuer.member.origin,
      size: to,
      root,
      from,
      to,
      refused: [],
      withheld: [],
      noted: [],
      settled: [],
    };
    await receiver.say([{ type: findTypeByName('receipt'), audience: [issuer.member.id], body }]);
  }
  return { agreement, signed, digest, issuer, receiver, size };
}

/** A completeness statement over all of it. */
export async function writeCompleteness(file, logs) {
  const { digest, issuer, receiver, size } = logs;
  const [note, receiptNote] = [await issuer.note(receiver), await receiver.note(issuer)];
  const claim = {
    ...{ kind: 'completeness', agreement: digest, issuer: issuer.member.id, receiver: receiver.member.id },
    ...{ log: issuer.member.origin, from: 0, to: size, bulletins: size - 1, receipted: size },
  };
  await write(file, claim, async function* () {
    yield* common(logs, ['adoption', 'penalty', 'receipt']);
    yield { section: 'completeness', value: { checkpoint: note, frontier: [] } };
    for (let index = 1; index < receiver.entries.length; index++)
      yield { section: 'receipts', value: await showReceipt(logs, index, receiptNote) };
    for (const { leaf, salt, jws } of issuer.entries)
      yield { section: 'entries', value: { leaf, salt: formatBase64(salt), jws } };
  });
}

/** Evidence about one bulletin, with its receipt. */
export async function writeBulletin(file, logs) {
  const { digest, issuer, receiver } = logs;
  const [note, receiptNote] = [await issuer.note(receiver), await receiver.note(issuer)];
  const [index, at] = [1, 1];
  const claim = {
    ...{ kind: 'bulletin', agreement: digest, issuer: issuer.member.id, log: issuer.member.origin, index },
    ...{ jti: issuer.entries[index].jti, receivers: [receiver.member.id] },
  };
  await write(file, claim, async function* () {
    yield* common(logs, ['adoption', 'penalty', 'receipt']);
    const governance = [await issuer.place(0, note)];
    yield { section: 'bulletin', value: { ...(await issuer.place(index, note)), governance } };
    yield { section: 'receipts', value: await showReceipt(logs, at, receiptNote) };
  });
}

function penalty(n, to) {
  const record = { txn: newId(), uscc: sampleUscc(n) };
  return { type: findTypeByName('penalty'), audience: [to], record, body: sampleBody(n) };
}

async function openLog(folder, member, signed, digest) {
  const keys = await loadKeys(join(folder, member.id));
  const { signer, kid } = keys.bulletin[0];
  const tiles = new Map();
  const tree = { hash, size: 0, readTile: async (level, index) => tiles.get(`${level}/${index}`) };
  const entries = [];
  let root = emptyRoot(hash);
  const log = {
    ...{ member, tree, entries },

    async say(drafts) {
      const agreement = { digest, ...(entries.length > 0 && { after: 0 }) };
      const made = await Promise.all(
        drafts.map(async (draft) => {
          const claims = buildClaims(draft, { issuer: member.issuer, agreement, now, newId });
          const jws = await signBulletin(signer, kid, claims);
          const salt = random(32);
          const leaf = formatLeaf({ commitment: commitmentOf(hash, salt, jws), audience: claims.aud });
          return { jws, salt, leaf, jti: claims.jti };
        }),
      );
      entries.push(...made);
      const growth = await appendLeaves(
        tree,
        made.map(({ leaf }) => leafHash(hash, utf8(leaf))),
      );
      for (const tile of growth.tiles) tiles.set(`${tile.level}/${tile.index}`, tile.hashes);
      Object.assign(tree, { size: growth.size, frontier: growth.frontier });
      root = growth.root;
    },

    async note(witness) {
      const checkpoint = { origin: member.origin, size: tree.size, root };
      const own = await signCheckpoint(keys.log[0].signer, parseVkey(hash, member.keys.log), checkpoint);
      const body = formatCheckpoint(checkpoint);
      const vkey = parseVkey(hash, witness.member.keys.witness);
      const line = await cosign({
        signer: witness.witness,
        vkey,
        checkpointBody: body,
        time: Math.floor(Date.now() / 1000),
      });
      return formatNote(body, [...parseNote(own).signatures.map((one) => one.line), line]);
    },

    witness: keys.witness[0].signer,

    async place(index, note) {
      const { jws, salt } = entries[index];
      const proof = await inclusionProof(tree, index, tree.size);
      return { jws, tlogProof: formatTlogProof({ extra: salt, index, proof, note }) };
    },
  };
  await log.say([{ type: findTypeByName('adoption'), audience: ['*'], body: { agreement: signed } }]);
  return log;
}

async function showReceipt({ issuer, receiver, size }, index, note) {
  const to = Math.min(index * perReceipt, size);
  const consistency = (await consistencyProof(issuer.tree, to, size)).map(formatBase64);
  const governance = index === 1 ? [await receiver.place(0, note)] : [];
  return { ...(await receiver.place(index, note)), governance, consistency };
}

function* common({ agreement, signed }, types) {
  const signatures = [...signed.signatures].sort((x, y) => (x.protected < y.protected ? -1 : 1));
  yield { section: 'agreements', value: { payload: signed.payload, signatures } };
  const files = loadSchemas(shippedSchemas());
  const pinned = types.map((type) => [agreement.catalogue.find((entry) => entry.type === type).schema, type]);
  for (const [, type] of pinned.sort(([x], [y]) => (x < y ? -1 : 1)))
    yield { section: 'schemas', value: files.get(`bulletin/${type}`) };
}

async function write(file, claim, parts) {
  const out = createWriteStream(file);
  for await (const piece of writeEvidence({ claim, parts: parts() })) if (!out.write(piece)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}
