import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Member } from '../node/agreement/agreement.ts';
import { utf8 } from '../node/base/bytes.ts';
import { thumbprint } from '../node/base/jws.ts';
import { hash, verifySignature } from '../node/crypto.ts';
import { keyUses, type NodeKey } from '../node/key-file.ts';
import {
  addKey,
  chooseListed,
  createKeys,
  formatMemberBlock,
  loadKeys,
  loadKeysFor,
  publicKeysOf,
} from '../node/keys.ts';
import { parseVkey } from '../node/log/note.ts';
import { sampleAgreement } from './support/agreement.ts';

const names = { member: '310000', issuer: 'https://credit.sh.example', origin: 'credit.sh.example/log' };
let folder: string;
const fresh = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('writes one file for each use, for its owner’s eyes only', async () => {
  await createKeys(fresh('modes'));
  expect((await readdir(fresh('modes'))).sort()).toEqual([
    'agreement.json',
    'bulletin.json',
    'log.json',
    'witness.json',
  ]);
  expect((await stat(fresh('modes'))).mode & 0o777).toBe(0o700);
  for (const use of keyUses) {
    expect((await stat(fresh(`modes/${use}.json`))).mode & 0o777).toBe(0o600);
    const content = JSON.parse(await readFile(fresh(`modes/${use}.json`), 'utf8'));
    expect(Object.keys(content)).toEqual(['huxinKey', 'use', 'jwk']);
    expect(content).toMatchObject({ huxinKey: 1, use });
  }
});

it.each([{}, { bulletin: 'Ed25519', agreement: 'Ed25519' }] as const)('loads what it created: %j', async (curves) => {
  const created = await createKeys(fresh(`round-${JSON.stringify(curves).length}`), curves);
  const place = fresh(`round-${JSON.stringify(curves).length}`);
  for (const use of keyUses) {
    const [loaded, ...more] = await loadKeysFor(place, use);
    const { kid, signer } = loaded as NodeKey;
    expect(more).toEqual([]);
    expect({ kid, publicKey: signer.publicKey }).toEqual({
      kid: created[use].kid,
      publicKey: created[use].signer.publicKey,
    });
    expect(kid).toBe(await thumbprint(signer.publicKey));
    expect(await verifySignature(signer.publicKey, utf8('互信'), await signer.sign(utf8('互信')))).toBe(true);
  }
  const loaded = await loadKeys(place);
  expect(Object.keys(loaded)).toEqual(['bulletin', 'log', 'witness']);
  expect(loaded.bulletin[0]?.signer.publicKey.crv).toBe('bulletin' in curves ? 'Ed25519' : 'P-256');
  expect(loaded.log[0]?.signer.publicKey.crv).toBe('Ed25519');
  expect(new Set(keyUses.map((use) => created[use].kid)).size).toBe(4);
});

it('never overwrites a key', async () => {
  const { log } = await createKeys(fresh('twice'));
  await rm(fresh('twice/bulletin.json'));
  await expect(createKeys(fresh('twice'))).rejects.toMatchObject({
    code: 'key/exists',
    facts: { file: fresh('twice/log.json') },
  });
  expect(await readdir(fresh('twice'))).not.toContain('bulletin.json');
  expect(await readFile(fresh('twice/log.json'), 'utf8')).toContain(log.signer.publicKey.x);
});

it('adds successors, which come first, and leaves what is there', async () => {
  const first = await createKeys(fresh('grown'));
  const before = await readFile(fresh('grown/bulletin.json'), 'utf8');
  const second = await addKey(fresh('grown'), 'bulletin', { curve: 'Ed25519' });
  const third = await addKey(fresh('grown'), 'bulletin');
  const log = await addKey(fresh('grown'), 'log', { curve: 'P-256' });
  const { bulletin, log: logs, witness } = await loadKeys(fresh('grown'));
  expect(bulletin.map(({ kid }) => kid)).toEqual([third.kid, second.kid, first.bulletin.kid]);
  expect(bulletin.map(({ signer }) => signer.publicKey.crv)).toEqual(['P-256', 'Ed25519', 'P-256']);
  expect(logs.map(({ kid }) => kid)).toEqual([log.kid, first.log.kid]);
  expect(log.signer.publicKey.crv).toBe('Ed25519');
  expect(witness).toHaveLength(1);
  expect(await readFile(fresh('grown/bulletin.json'), 'utf8')).toBe(before);
  expect((await readdir(fresh('grown'))).sort()).toEqual([
    'agreement.json',
    'bulletin-2.json',
    'bulletin-3.json',
    'bulletin.json',
    'log-2.json',
    'log.json',
    'witness.json',
  ]);
  expect((await stat(fresh('grown/bulletin-3.json'))).mode & 0o777).toBe(0o600);
});

it('gives two that add at once two numbers, or tells one of them so', async () => {
  await createKeys(fresh('race'));
  const added = await Promise.allSettled([1, 2, 3].map(() => addKey(fresh('race'), 'witness')));
  const made = added.flatMap((one) => (one.status === 'fulfilled' ? [one.value.kid] : []));
  for (const one of added) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'key/exists' });
  expect(made.length).toBeGreaterThan(0);
  const { witness } = await loadKeys(fresh('race'));
  expect(witness.map(({ kid }) => kid)).toEqual(expect.arrayContaining(made));
  expect(witness).toHaveLength(made.length + 1);
});

it('takes ten for newer than nine, and no other file for a key', async () => {
  await createKeys(fresh('ten'));
  for (let i = 2; i <= 10; i++) await addKey(fresh('ten'), 'witness');
  await copyFile(fresh('ten/witness-10.json'), fresh('ten/witness-0.json'));
  await copyFile(fresh('ten/witness-10.json'), fresh('ten/witness-old.json'));
  const newest = JSON.parse(await readFile(fresh('ten/witness-10.json'), 'utf8'));
  const { witness } = await loadKeys(fresh('ten'));
  expect(witness).toHaveLength(10);
  expect(witness[0]?.signer.publicKey).toMatchObject({ x: newest.jwk.x });
});

it('runs without the agreement key, which is asked for by whoever signs agreements', async () => {
  await createKeys(fresh('offline'));
  await rm(fresh('offline/agreement.json'));
  expect((await loadKeys(fresh('offline'))).bulletin).toHaveLength(1);
  await expect(loadKeysFor(fresh('offline'), 'agreement')).rejects.toMatchObject({
    code: 'key/unreadable',
    facts: { file: fresh('offline/agreement.json'), reason: 'missing' },
  });
});

it('works with the newest that the agreement lists', async () => {
  const first = await createKeys(fresh('listed'));
  const second = await addKey(fresh('listed'), 'bulletin');
  await addKey(fresh('listed'), 'bulletin');
  await addKey(fresh('listed'), 'log');
  const keys = await loadKeys(fresh('listed'));
  const member = sampleAgreement().members[0] as Member;
  const { log, witness, ...jwks } = publicKeysOf(first, member);
  member.keys = { ...jwks, log: log.text, witness: witness.text };
  expect((await chooseListed(keys, member)).bulletin.kid).toBe(first.bulletin.kid);
  member.keys.bulletin.push(second.signer.publicKey);
  const chosen = await chooseListed(keys, member);
  expect(chosen.bulletin.kid).toBe(second.kid);
  expect(chosen.log.vkey).toEqual(log);
  expect(chosen.witness).toMatchObject({ kid: first.witness.kid, vkey: witness });
  member.keys.witness = log.text;
  await expect(chooseListed(keys, member)).rejects.toMatchObject({
    code: 'key/not-in-agreement',
    facts: { member: member.id, uses: ['witness'] },
  });
});

it.each([0o640, 0o604, 0o620])('refuses a key file of mode %o and says the cure', async (mode) => {
  const file = fresh(`open-${mode}/witness.json`);
  await createKeys(fresh(`open-${mode}`));
  await chmod(file, mode);
  await expect(loadKeys(fresh(`open-${mode}`))).rejects.toMatchObject({
    code: 'key/unreadable',
    facts: { file, reason: 'too-open', cure: `chmod 600 ${file}` },
  });
});

it('says which file is missing', async () => {
  await expect(loadKeys(fresh('nowhere'))).rejects.toMatchObject({
    code: 'key/unreadable',
    facts: { file: fresh('nowhere/bulletin.json'), reason: 'missing' },
  });
});

it.each([
  ['malformed', 'no JSON'],
  ['malformed', '{"huxinKey":2,"use":"log","jwk":{}}'],
  ['malformed', '{"huxinKey":1,"use":"log","jwk":{"kty":"OKP","crv":"Ed25519","x":"secret"}}'],
  ['wrong-use', undefined],
])('refuses a %s file, without quoting it', async (reason, text) => {
  const place = fresh(`bad-${reason}-${text?.length}`);
  await createKeys(place);
  await writeFile(join(place, 'log.json'), text ?? (await readFile(join(place, 'witness.json'), 'utf8')));
  const error = await loadKeys(place).catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ code: 'key/unreadable', facts: { file: join(place, 'log.json'), reason } });
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(error).not.toHaveProperty('cause');
});

it('refuses a log key that is not Ed25519', async () => {
  await createKeys(fresh('kind'));
  const bulletin = await readFile(fresh('kind/bulletin.json'), 'utf8');
  await writeFile(fresh('kind/log.json'), bulletin.replace('"use":"bulletin"', '"use":"log"'));
  await expect(loadKeys(fresh('kind'))).rejects.toMatchObject({ facts: { reason: 'wrong-kind' } });
});

it('prints the member’s block: public halves only, ids as text, vkeys of the right types', async () => {
  const keys = await createKeys(fresh('block'));
  const text = formatMemberBlock(keys, names);
  const [block] = parse(text);
  expect(block).toEqual({
    id: '310000',
    issuer: names.issuer,
    origin: names.origin,
    keys: {
      bulletin: [keys.bulletin.signer.publicKey],
      log: publicKeysOf(keys, names).log.text,
      witness: publicKeysOf(keys, names).witness.text,
      agreement: keys.agreement.signer.publicKey,
    },
  });
  expect(parseVkey(hash, block.keys.log)).toMatchObject({ name: 'credit.sh.example/log', type: 1 });
  expect(parseVkey(hash, block.keys.witness)).toMatchObject({ name: 'credit.sh.example/witness', type: 4 });
  for (const use of keyUses) {
    const { jwk } = JSON.parse(await readFile(fresh(`block/${use}.json`), 'utf8'));
    expect(text).not.toContain(jwk.d);
  }
});
