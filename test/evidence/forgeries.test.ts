/** Nothing that lies is accepted, and each lie is named (docs/evidence.md, Codes). */

import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { sampleAgreement, signedAgreement } from '../support/agreement.ts';
import { exchangedForgeries, flipByte, lineForgeries, writtenForgeries } from '../support/forgeries.ts';
import { lawForgeries } from '../support/law-forgeries.ts';
import { rangeForgeries } from '../support/range-forgeries.ts';
import { sampleFiles, writeSampleLogs } from '../support/sample-evidence.ts';
import { judgeText } from '../support/verified.ts';
import { versionForgeries } from '../support/version-forgeries.ts';

const samples = await sampleFiles();
const written = [
  ...(await writtenForgeries()),
  ...(await lawForgeries()),
  ...(await rangeForgeries()),
  ...(await versionForgeries()),
];

describe('a verifier', () => {
  it.each(written)('of $name ends with $exit: $code', async ({ text, agreement, quorum, at, exit, code }) => {
    const options = { ...(quorum !== undefined && { quorum }), ...(at !== undefined && { at }) };
    const word = await judgeText(text, agreement, options);
    expect(word).toMatchObject({ exit });
    expect(word.codes[0] ?? '').toBe(code);
  });

  it('accepts no file with a line dropped, doubled or exchanged', async () => {
    for (const { name, text, agreement } of await lineForgeries()) {
      const { exit, codes } = await judgeText(text, agreement);
      expect(exit, name).not.toBe(0);
      expect(codes, name).not.toEqual([]);
    }
  });

  it('accepts no file with a part of another', async () => {
    for (const { name, text, agreement } of await exchangedForgeries()) {
      const { exit, codes } = await judgeText(text, agreement);
      expect(exit, name).not.toBe(0);
      expect(codes, name).not.toEqual([]);
    }
  });

  it('accepts no file with a byte changed: each byte of a small one', async () => {
    const small = await sampleFiles(await writeSampleLogs(await signedAgreement(sampleAgreement(shorten))));
    await refuseFlips(small.files.fork, small.agreement, 1);
  });

  it.each(Object.entries(samples.files))(
    'accepts no file of kind %s with a byte changed: each of short lines, many of long ones',
    async (_kind, text) => {
      await refuseFlips(text, samples.agreement, 97);
    },
  );
});

/** @param inLongLines in a line of a thousand bytes and more, only each so manieth byte is changed */
async function refuseFlips(text: string, agreement: GeneralJws, inLongLines: number): Promise<void> {
  expect(await judgeText(text, agreement)).toEqual({ exit: 0, codes: [] });
  let start = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const length = new TextEncoder().encode(`${line}\n`).length;
    for (let at = start; at < start + length; at += length > 1_000 ? inLongLines : 1) {
      const { exit, codes } = await judgeText(flipByte(text, at), agreement);
      expect(exit, `byte ${at}`).not.toBe(0);
      expect(codes, `byte ${at}`).not.toEqual([]);
    }
    start += length;
  }
}

/** No more than the sample files need, so that there are fewer bytes to change. */
function shorten(agreement: Agreement): void {
  const needed = ['penalty', 'objection', 'receipt', 'adoption', 'key', 'erasure', 'closing'];
  agreement.catalogue = agreement.catalogue.filter(({ type }) => needed.includes(type));
  delete agreement.measures;
}
