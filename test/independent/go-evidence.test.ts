/** A bulletin’s folder for other tools, and forks, held against Go’s checksum-database packages. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildTlogFolder, type TlogFiles } from '../../node/evidence/tlog-folder.ts';
import { hash } from '../support/crypto.ts';
import { claimOf, readText } from '../support/evidence.ts';
import { writtenForgeries } from '../support/forgeries.ts';
import { sampleFiles } from '../support/sample-evidence.ts';
import { runGo } from './programs.ts';

const folder = await mkdtemp(join(tmpdir(), 'huxin-go-evidence-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const { files } = await sampleFiles();
const read = await readText(files.bulletin);
const bundle = await buildTlogFolder(claimOf(read, 'bulletin'), read.parts, hash);

async function check(changed: Partial<TlogFiles> = {}) {
  for (const [name, text] of Object.entries({ ...bundle, ...changed })) await writeFile(join(folder, name), text);
  return runGo('bundle', folder);
}

describe('the folder of a bulletin', () => {
  it('is right', async () => {
    expect(await check()).toEqual({ code: 0, out: 'credit.sh.example/log 1 of 9, 3 cosignatures\n', err: '' });
  });

  it.each([
    ['leaf', bundle.leaf.replace('320000', '310000')],
    ['bulletin.jws', `${bundle['bulletin.jws'].slice(0, -2)}AA`],
    ['bundle.tlog-proof', bundle['bundle.tlog-proof'].replace('index 1', 'index 2')],
    ['quorum', '4\n'],
    ['witness.vkeys', ''],
  ] as const)('is refused with another %s', async (name, text) => {
    expect((await check({ [name]: text })).code).toBe(1);
  });
});

const forks = (await writtenForgeries()).filter(({ name }) => name.startsWith('fork: '));

it.each(forks)('$name: $exit', async ({ text, exit }) => {
  const file = join(folder, 'fork');
  await writeFile(file, text);
  expect((await runGo('fork', file)).code).toBe(exit);
});
