import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { utf8 } from '../node/base/bytes.ts';
import type { Logger } from '../node/base/ports.ts';
import { verifySignature } from '../node/crypto.ts';
import { readSignerEnvironment } from '../node/environment.ts';
import { createKeys, type KeySet } from '../node/keys.ts';
import { type OpenSigner, openSigner, type SignerNeeds } from '../node/signer.ts';

const script = resolve('test/support/signer.mjs');
let folder: string;
let keys: KeySet;
let time: number;
let said: { facts: object; message: string }[];
const open: OpenSigner[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-signer-'));
  keys = await createKeys(join(folder, 'keys'));
  time = 0;
  said = [];
});
afterEach(async () => {
  for (const signer of open.splice(0)) await signer.close();
  await rm(folder, { recursive: true, force: true });
});

function note(facts: object, message: string): void {
  said.push({ facts, message });
}
const logger: Logger = { debug: note, info: note, warn: note, error: note };

async function start(use: 'bulletin' | 'log', fault = 'none', more: Partial<SignerNeeds> = {}): Promise<OpenSigner> {
  const signer = await openSigner({
    use,
    command: [process.execPath, script, fileOf(use), fault],
    timeoutMs: 60_000, // for a busy machine: only what hangs is waited for as long as that
    environment: readSignerEnvironment({ PATH: '/usr/bin', HUXIN_KEY_PASSPHRASE: 'secret' }),
    verifySignature,
    now: () => new Date(time),
    logger,
    ...more,
  });
  open.push(signer);
  return signer;
}

const fileOf = (use: string) => join(folder, 'keys', `${use}.json`);
const heal = (use: string) => writeFile(`${fileOf(use)}.healed`, '');
const startsOf = async (use: string) => (await readFile(`${fileOf(use)}.starts`, 'utf8')).trim().split('\n');
const failed = (reason: string) => ({ code: 'key/signer-failed', facts: expect.objectContaining({ reason }) });

it.each(['bulletin', 'log'] as const)(
  'signs many things at once with the %s key that the program holds',
  async (use) => {
    const { key } = await start(use);
    expect(key).toMatchObject({ use, kid: keys[use].kid, signer: { publicKey: keys[use].signer.publicKey } });
    const texts = Array.from({ length: 50 }, (_, i) => utf8(`通报 ${i}`));
    const signatures = await Promise.all(texts.map((text) => key.signer.sign(text)));
    const isRight = texts.map((text, i) => verifySignature(key.signer.publicKey, text, signatures[i] as Uint8Array));
    expect(await Promise.all(isRight)).toEqual(texts.map(() => true));
    expect(await startsOf(use)).toHaveLength(1);
  },
);

it('tells the program none of our own secrets', async () => {
  await start('log');
  expect(await startsOf('log')).toEqual([expect.stringMatching(/^\d+$/)]);
  expect(readSignerEnvironment({ HOME: '/h', HUXIN_DATABASE: 'x', HUXIN_TOKEN: 'y' })).toEqual({ HOME: '/h' });
});

it('starts a program that ended anew, within the same call', async () => {
  const { key } = await start('log', 'dies');
  await key.signer.sign(utf8('one'));
  expect(await key.signer.sign(utf8('two'))).toHaveLength(64);
  expect(await startsOf('log')).toHaveLength(2);
  expect(said.map(({ message }) => message)).toEqual(['the signer failed', 'the signer was started anew']);
});

it.each([
  ['hangs', 'silent'],
  ['babbles', 'bad-answer'],
  ['lies', 'bad-signature'],
])('stops a program that %s, fails what waits, and starts it anew for the next', async (fault, reason) => {
  const { key } = await start('log', fault, fault === 'hangs' ? { timeoutMs: 5_000 } : {});
  await key.signer.sign(utf8('one'));
  const waiting = await Promise.allSettled(['two', 'three'].map((text) => key.signer.sign(utf8(text))));
  for (const one of waiting) expect(one).toMatchObject({ status: 'rejected', reason: failed(reason) });
  await heal('log');
  expect(await key.signer.sign(utf8('two'))).toHaveLength(64);
  expect(await startsOf('log')).toHaveLength(2);
});

it('writes into the log why the program declines, tells callers only that it does, and keeps it running', async () => {
  const { key } = await start('log', 'declines');
  await key.signer.sign(utf8('one'));
  await expect(key.signer.sign(utf8('two'))).rejects.toMatchObject({
    code: 'key/signer-failed',
    facts: { use: 'log', reason: 'declined' },
  });
  expect(said).toEqual([{ facts: { use: 'log', said: 'the token was pulled out' }, message: 'the signer declined' }]);
  await heal('log');
  expect(await key.signer.sign(utf8('two'))).toHaveLength(64);
  expect(await startsOf('log')).toHaveLength(1);
});

it('takes no other key from a program that was started anew', async () => {
  const { key } = await start('log', 'other');
  await key.signer.sign(utf8('one'));
  await expect(key.signer.sign(utf8('two'))).rejects.toMatchObject(failed('other-key'));
  expect(await startsOf('log')).toHaveLength(2);
});

it('pauses between restarts, longer each time, and tries again after', async () => {
  const { key } = await start('log', 'lies');
  await key.signer.sign(utf8('one'));
  const lie = async () => {
    await key.signer.sign(utf8('x')).catch(() => undefined);
    return (await startsOf('log')).length;
  };
  expect(await lie()).toBe(1); // stopped for a lie
  expect(await lie()).toBe(2); // at once; the first signature of a new program is right
  expect(await lie()).toBe(2); // stopped for a lie again
  expect(await lie()).toBe(2); // within the pause
  time += 500;
  expect(await lie()).toBe(3);
});

it.each([
  ['is not there', ['/nowhere/at/all'], 'cannot-start'],
  ['ends at once', [process.execPath, '-e', ''], 'ended'],
  ['answers something else', [process.execPath, '-e', 'console.log("hello")'], 'bad-answer'],
  ['writes without end', [process.execPath, '-e', 'for(;;)process.stdout.write("x".repeat(65536))'], 'bad-answer'],
  ['holds no key', [process.execPath, '-e', 'process.stdin.once("data",()=>console.log("{}"))'], 'bad-answer'],
  [
    'does nothing but complain',
    [process.execPath, '-e', `process.stdin.once("data",()=>console.log('{"error":"no slot"}'))`],
    'declined',
  ],
])('refuses a program that %s', async (_, command, reason) => {
  await expect(start('log', '', { command })).rejects.toMatchObject(failed(reason));
});

it('refuses a P-256 key for a log', async () => {
  const command = [process.execPath, script, fileOf('bulletin')];
  await expect(start('log', '', { command })).rejects.toMatchObject(failed('wrong-kind'));
});
