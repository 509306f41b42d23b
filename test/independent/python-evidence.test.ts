/** Evidence of every kind, right and forged, judged in Python as by the program. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exchangedForgeries, type Forgery, flipByte, lineForgeries, writtenForgeries } from '../support/forgeries.ts';
import { lawForgeries } from '../support/law-forgeries.ts';
import { rangeForgeries } from '../support/range-forgeries.ts';
import { sampleFiles } from '../support/sample-evidence.ts';
import { judgeText } from '../support/verified.ts';
import { versionForgeries } from '../support/version-forgeries.ts';
import { verifyBatch, type Word } from './programs.ts';

type Given = Pick<Forgery, 'name' | 'agreement' | 'quorum' | 'at'> & { text: string | Uint8Array };

const folder = await mkdtemp(join(tmpdir(), 'huxin-independent-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
let kept = 0;

async function keep(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${++kept}`);
  await writeFile(path, content);
  return path;
}

async function judge(given: readonly Given[]): Promise<Word[]> {
  const agreements = new Map<string, string>();
  const cases = [];
  for (const { text, agreement, quorum, at } of given) {
    const brought = JSON.stringify(agreement);
    if (!agreements.has(brought)) agreements.set(brought, await keep(brought));
    cases.push({
      evidence: await keep(text),
      agreement: agreements.get(brought) ?? '',
      ...(quorum !== undefined && { quorum }),
      ...(at !== undefined && { at }),
    });
  }
  return verifyBatch(cases);
}

/** That both end alike, and that no word differs. */
async function compare(given: readonly Given[]): Promise<void> {
  const words = await judge(given);
  expect(words).toHaveLength(given.length);
  for (const [i, { name, text, agreement }] of given.entries()) {
    const { exit } = await judgeText(text, agreement);
    expect({ name, exit: words[i]?.exit }).toEqual({ name, exit });
  }
}

const { agreement, files } = await sampleFiles();

describe('a right file', async () => {
  const words = await judge(Object.entries(files).map(([name, text]) => ({ name, text, agreement })));

  it.each(Object.keys(files).map((kind, i) => ({ kind, i })))('of kind $kind is verified', ({ i }) => {
    expect(words[i]).toMatchObject({ ok: true, exit: 0, codes: [] });
  });
});

describe('a forgery', async () => {
  const forgeries = [
    ...(await writtenForgeries()),
    ...(await lawForgeries()),
    ...(await rangeForgeries()),
    ...(await versionForgeries()),
  ];
  const words = await judge(forgeries);

  it.each(forgeries.map((one, i) => ({ ...one, i })))('$name: $exit $code', ({ i, exit, code }) => {
    const word = words[i];
    expect({ exit: word?.exit, code: word?.codes[0] ?? '', why: word?.why }).toMatchObject({ exit, code });
  });

  it('made of lines dropped, doubled or exchanged ends as with the program', async () => {
    await compare(await lineForgeries());
  });

  it('made of parts of two files ends as with the program', async () => {
    await compare(await exchangedForgeries());
  });

  it.each(Object.entries(files))(
    'of kind %s with one bit of a byte changed ends as with the program',
    async (_, text) => {
      const { length } = new TextEncoder().encode(text);
      const places = Array.from({ length: Math.ceil(length / 997) }, (_, i) => i * 997);
      await compare(places.map((at) => ({ name: `byte ${at}`, text: flipByte(text, at), agreement })));
    },
  );
});
