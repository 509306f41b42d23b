import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changePassphrase, encryptKeys, listKeyFiles } from '../node/key-folder.ts';
import { addKey, createKeys, type KeySet, loadKeys, loadKeysFor } from '../node/keys.ts';

const few = ['bulletin', 'log'] as const;
const first = 'correct horse battery';
const second = 'staple of another kind';
let folder: string;
const fresh = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-folder-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function secretsOf(place: string): Promise<string[]> {
  const texts = await Promise.all(few.map((use) => readFile(join(place, `${use}.json`), 'utf8')));
  return texts.map((text) => JSON.parse(text).jwk.d);
}

/** Opening an encrypted key is slow on purpose, so a folder of few shows as much. */
async function createFew(place: string, passphrase?: string): Promise<KeySet> {
  const made = await createKeys(place);
  await rm(join(place, 'witness.json'));
  await rm(join(place, 'agreement.json'));
  if (passphrase !== undefined) await encryptKeys(place, passphrase);
  return made;
}

it('encrypts plain keys in place: same keys, same dates, and no private part in any file of the folder', async () => {
  const place = fresh('encrypt');
  const made = await createFew(place);
  const secrets = await secretsOf(place);
  const longAgo = new Date('2026-11-22T08:00:00.000Z');
  for (const use of few) await utimes(join(place, `${use}.json`), longAgo, longAgo);
  expect(await encryptKeys(place, first)).toEqual(few.map((use) => join(place, `${use}.json`)));

  for (const name of await readdir(place)) {
    const text = await readFile(join(place, name), 'utf8');
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect((await stat(join(place, name))).mode & 0o777).toBe(0o600);
  }
  expect(await readdir(place)).toHaveLength(few.length);
  expect(await listKeyFiles(place)).toEqual(
    few.map((use) => ({
      file: join(place, `${use}.json`),
      use,
      kid: made[use].kid,
      publicKey: made[use].signer.publicKey,
      encrypted: true,
      made: longAgo.toISOString(),
      mode: '600',
    })),
  );
  const bulletin = await loadKeysFor(place, 'bulletin', first);
  expect(bulletin.map(({ kid }) => kid)).toEqual([made.bulletin.kid]);

  expect(await encryptKeys(place, first)).toEqual([]);
  await expect(encryptKeys(place, second)).rejects.toMatchObject({ code: 'key/wrong-passphrase' });
});

it('opens encrypted keys with their passphrase alone, and never repeats it', async () => {
  const place = fresh('closed');
  const made = await createFew(place, first);
  expect((await loadKeysFor(place, 'log', first))[0]?.kid).toBe(made.log.kid);
  const file = join(place, 'log.json');
  await expect(loadKeysFor(place, 'log')).rejects.toMatchObject({ code: 'key/no-passphrase', facts: { file } });
  const refused = await loadKeysFor(place, 'log', second).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'key/wrong-passphrase', facts: { file } });
  expect(JSON.stringify(refused)).not.toContain(second);
  expect(refused).not.toHaveProperty('cause');
});

it('tells of several bad files the newest, however soon the others are found', async () => {
  const place = fresh('several');
  await createFew(place, first);
  const { file } = await addKey(place, 'bulletin', { passphrase: first });
  await writeFile(fresh('several/bulletin.json'), 'no JSON');
  const refused = loadKeysFor(place, 'bulletin', second); // takes its time over the newest
  await expect(refused).rejects.toMatchObject({ code: 'key/wrong-passphrase', facts: { file } });
});

it('takes no file of another use, nor one that says another key outside than it holds inside', async () => {
  const place = fresh('exchanged');
  await createFew(place, first);
  const log = await readFile(fresh('exchanged/log.json'), 'utf8');
  await writeFile(fresh('exchanged/witness.json'), log.replace('"use":"log"', '"use":"witness"'), { mode: 0o600 });
  await expect(loadKeysFor(place, 'witness', first)).rejects.toMatchObject({ facts: { reason: 'wrong-use' } });
  const other = JSON.parse(await readFile(fresh('exchanged/bulletin.json'), 'utf8'));
  await writeFile(fresh('exchanged/log.json'), JSON.stringify({ ...JSON.parse(log), public: other.public }));
  await expect(loadKeysFor(place, 'log', first)).rejects.toMatchObject({ facts: { reason: 'malformed' } });
});

it('changes the passphrase, and can be told again after half of it was done', async () => {
  const place = fresh('change');
  const made = await createFew(place, first);
  await copyFile(fresh('change/log.json'), fresh('log-before.json'));
  await expect(changePassphrase(place, second, 'a third one, unused')).rejects.toMatchObject({
    code: 'key/wrong-passphrase',
  });
  expect(await changePassphrase(place, first, second)).toHaveLength(2);
  await copyFile(fresh('log-before.json'), fresh('change/log.json')); // as if the process had ended before this one
  expect(await changePassphrase(place, first, second)).toEqual([fresh('change/log.json')]);
  expect((await loadKeysFor(place, 'log', second))[0]?.kid).toBe(made.log.kid);
});

it('adds successors under the passphrase of the keys beside them only', async () => {
  const place = fresh('beside');
  await createFew(place, first);
  await expect(addKey(place, 'bulletin')).rejects.toMatchObject({ code: 'key/no-passphrase' });
  await expect(addKey(place, 'bulletin', { passphrase: second })).rejects.toMatchObject({
    code: 'key/wrong-passphrase',
  });
  const { kid, file } = await addKey(place, 'bulletin', { passphrase: first });
  expect(file).toBe(fresh('beside/bulletin-2.json'));
  expect((await loadKeysFor(place, 'bulletin', first)).map((key) => key.kid)[0]).toBe(kid);
});

it('refuses a folder that others may enter, and shows what lies open all the same', async () => {
  const place = fresh('open');
  await createKeys(place);
  await chmod(place, 0o750);
  const refusal = { code: 'key/unreadable', facts: { reason: 'folder-too-open', cure: `chmod 700 ${place}` } };
  await expect(loadKeys(place)).rejects.toMatchObject(refusal);
  await expect(addKey(place, 'log')).rejects.toMatchObject(refusal);
  await expect(encryptKeys(place, first)).rejects.toMatchObject(refusal);
  await chmod(fresh('open/log.json'), 0o644);
  expect((await listKeyFiles(place)).map(({ use, mode, encrypted }) => [use, mode, encrypted])).toEqual([
    ['bulletin', '600', false],
    ['log', '644', false],
    ['witness', '600', false],
    ['agreement', '600', false],
  ]);
});
