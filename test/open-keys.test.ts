/** A node whose keys other programs hold: what it says is taken by another as ever. */

import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Logger } from '../node/base/ports.ts';
import { compose } from '../node/compose.ts';
import { createNewId } from '../node/crypto.ts';
import { addKey, createKeys, runningUses } from '../node/keys.ts';
import { openKeys } from '../node/open-keys.ts';
import { askSubject } from './support/asking.ts';
import { sampleUscc } from './support/bulletins.ts';
import { openNetwork } from './support/network.ts';

const script = resolve('test/support/signer.mjs');
const now = () => new Date(time);
let time: number;
let folder: string;
let said: { facts: object; message: string }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-open-'));
  said = [];
  time = Date.now();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const note = (facts: object, message: string) => void said.push({ facts, message });
const logger: Logger = { debug: note, info: note, warn: note, error: note };

/** Moves the running keys out of a folder and returns what signs with them. */
async function signersFor(keys: string): Promise<{ bulletin: string[]; log: string[]; witness: string[] }> {
  const move = async (use: string) => {
    await rename(join(keys, `${use}.json`), join(folder, `${use}.json`));
    return [process.execPath, script, join(folder, `${use}.json`)];
  };
  return { bulletin: await move('bulletin'), log: await move('log'), witness: await move('witness') };
}

it('signs, logs and cosigns with keys that lie with other programs', async () => {
  const network = await openNetwork({ running: ['310000', '320000'], now });
  try {
    const [shanghai, jiangsu] = [network.node('310000'), network.node('320000')];
    await network.exchange();
    await askSubject(shanghai, sampleUscc(1));
    await shanghai.stop();
    time += 86_400_000;
    const signers = { ...(await signersFor(shanghai.config.keys)), timeoutMs: 10_000 };
    const world = { now, newId: createNewId(now), logger, onBroken: () => {} };
    const node = await compose({ ...shanghai.config, signers }, world);
    node.gate.open();
    try {
      network.answerAs('310000', node.app);
      await node.federation.start();
      await node.journals.issue();
      const before = (await jiangsu.node.store.log.findLog(shanghai.node.self.origin))?.size ?? 0;
      await jiangsu.node.federation.pull('310000');
      const held = await jiangsu.node.store.log.findLog(shanghai.node.self.origin);
      expect(held?.size).toBeGreaterThan(before);
      await node.federation.pull('320000');
      await node.federation.settled();
    } finally {
      await node.close();
    }
  } finally {
    await network.close();
  }
});

it('puts the program’s key before those in the folder, warns of plain files, adds beside them', async () => {
  const keys = join(folder, 'keys');
  const held = await createKeys(join(folder, 'held'));
  const first = await createKeys(keys);
  const command = [process.execPath, script, join(folder, 'held/bulletin.json')];
  const open = await openKeys({ keys, signers: { bulletin: command, timeoutMs: 10_000 } }, { now, logger });
  try {
    const second = await open.add('bulletin');
    expect(open.keys.bulletin.map(({ kid }) => kid)).toEqual([held.bulletin.kid, second.kid, first.bulletin.kid]);
    const third = await addKey(keys, 'bulletin'); // as a command does, or another process
    await open.refresh();
    await open.refresh();
    const kids = [held.bulletin.kid, third.kid, second.kid, first.bulletin.kid];
    expect(open.keys.bulletin.map(({ kid }) => kid)).toEqual(kids);
    expect(open.keys.log.map(({ kid }) => kid)).toEqual([first.log.kid]);
    expect(said).toEqual([
      {
        facts: { files: runningUses.map((use) => join(keys, `${use}.json`)) },
        message: 'private keys lie unencrypted: huxin keys encrypt',
      },
    ]);
  } finally {
    await open.close();
  }
});

it('ends the programs that it started when another key cannot be opened', async () => {
  const keys = join(folder, 'keys');
  await mkdir(keys);
  await chmod(keys, 0o700);
  await createKeys(join(folder, 'held'));
  const command = [process.execPath, script, join(folder, 'held/log.json')];
  await expect(openKeys({ keys, signers: { log: command, timeoutMs: 10_000 } }, { now, logger })).rejects.toMatchObject(
    {
      code: 'key/unreadable',
      facts: { reason: 'missing' },
    },
  );
  const pid = Number.parseInt(await readFile(join(folder, 'held/log.json.starts'), 'utf8'), 10);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
