import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { utf8 } from '../node/base/bytes.ts';
import { thumbprint } from '../node/base/jws.ts';
import { hash, verifySignature } from '../node/crypto.ts';
import { createKeys, formatMemberBlock, keyUses, loadKeys, publicKeysOf } from '../node/keys.ts';
import { parseVkey } from '../node/log/note.ts';

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
  const loaded = await loadKeys(fresh(`round-${JSON.stringify(curves).length}`));
  for (const use of keyUses) {
    const { kid, signer } = loaded[use];
    expect({ kid, publicKey: signer.publicKey }).toEqual({
      kid: created[use].kid,
      publicKey: created[use].signer.publicKey,
    });
    expect(kid).toBe(await thumbprint(signer.publicKey));
    expect(await verifySignature(signer.publicKey, utf8('互信'), await signer.sign(utf8('互信')))).toBe(true);
  }
  expect(loaded.bulletin.signer.publicKey.crv).toBe('bulletin' in curves ? 'Ed25519' : 'P-256');
  expect(loaded.log.signer.publicKey.crv).toBe('Ed25519');
  expect(new Set(keyUses.map((use) => loaded[use].kid)).size).toBe(4);
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
