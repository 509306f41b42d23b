import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readKeyEnvironment } from '../node/environment.ts';
import { checkNewPassphrase, findPassphrase, readPassphrase } from '../node/passphrase.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-passphrase-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string, mode = 0o600): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

it.each([
  ['with a line feed', 'correct horse\n'],
  ['without one', 'correct horse'],
  ['from Windows', 'correct horse\r\n'],
])('reads a file %s', async (name, text) => {
  expect(await readPassphrase(await write(name, text), {})).toBe('correct horse');
});

it('keeps blanks and line feeds within', async () => {
  expect(await readPassphrase(await write('blanks', ' a\nb \n'), {})).toBe(' a\nb ');
});

it.each([
  ['too-open', 'correct horse', 0o640],
  ['too-open', 'correct horse', 0o604],
  ['empty', '\n', 0o600],
])('refuses a file that is %s', async (reason, text, mode) => {
  const file = await write(`${reason}-${mode}`, text, mode);
  const refused = await readPassphrase(file, {}).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'key/unusable-passphrase', facts: { file, reason } });
  expect(JSON.stringify(refused)).not.toContain('horse');
});

it('says that a file is missing', async () => {
  const file = join(folder, 'nowhere');
  await expect(readPassphrase(file, {})).rejects.toMatchObject({ facts: { file, reason: 'missing' } });
});

it('lets systemd show a credential by an access list, and nobody else', async () => {
  const credentials = join(folder, 'credentials');
  await mkdir(credentials);
  const inside = await write('credentials/key-passphrase', 'correct horse', 0o440);
  const beside = await write('credentials-beside', 'correct horse', 0o440);
  expect(await readPassphrase(inside, { credentials })).toBe('correct horse');
  await expect(readPassphrase(inside, {})).rejects.toMatchObject({ facts: { reason: 'too-open' } });
  await expect(readPassphrase(beside, { credentials })).rejects.toMatchObject({ facts: { reason: 'too-open' } });
  await chmod(inside, 0o444);
  await expect(readPassphrase(inside, { credentials })).rejects.toMatchObject({ facts: { reason: 'too-open' } });
});

it('takes the environment before the file, and nothing where there is neither', async () => {
  const environment = readKeyEnvironment({ HUXIN_KEY_PASSPHRASE: 'from outside' });
  expect(await findPassphrase(join(folder, 'nowhere'), environment)).toBe('from outside');
  expect(await findPassphrase(await write('said', 'from the file'), {})).toBe('from the file');
  expect(await findPassphrase(undefined, readKeyEnvironment({ HUXIN_KEY_PASSPHRASE: '' }))).toBeUndefined();
});

it('takes no short passphrase for a new one', () => {
  expect(() => checkNewPassphrase('elevenchars')).toThrow(
    expect.objectContaining({ code: 'key/unusable-passphrase', facts: { reason: 'too-short', least: 12 } }),
  );
  expect(() => checkNewPassphrase('twelve chars')).not.toThrow();
});
