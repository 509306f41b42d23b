/** Nothing that lies is accepted, and each lie is named (docs/evidence.md, Codes). */

import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { sampleAgreement, signedAgreement } from '../support/agreement.ts';
import { exchangedForgeries, flipByte, lineForgeries, writtenForgeries } from '../support/forgeries.ts';
import { sampleFiles, writeSampleLogs } from '../support/sample-evidence.ts';
import { judgeText } from '../support/verified.ts';

const samples = await sampleFiles();
const written = await writtenForgeries();

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

  it('accepts no file with a byte changed: each byte of one', async () => {
    const small = await sampleFiles(await writeSampleLogs(await signedAgreement(sampleAgreement(shorten))));
    await refuseFlips(small.files.bulletin, small.agreement, 1);
  });

  it.each(Object.entries(samples.files))(
    'accepts no file of kind %s with a byte changed, of many',
    async (_kind, text) => {
      await refuseFlips(text, samples.agreement, 97);
    },
  );
});

async function refuseFlips(text: string, agreement: GeneralJws, step: number): Promise<void> {
  const { length } = new TextEncoder().encode(text);
  expect(await judgeText(text, agreement)).toEqual({ exit: 0, codes: [] });
  for (let at = 0; at < length; at += step) {
    const { exit, codes } = await judgeText(flipByte(text, at), agreement);
    expect(exit, `byte ${at}`).not.toBe(0);
    expect(codes, `byte ${at}`).not.toEqual([]);
  }
}

/** No more than the sample files need, so that there are fewer bytes to change. */
function shorten(agreement: Agreement): void {
  const needed = ['penalty', 'objection', 'receipt', 'adoption', 'key', 'erasure', 'closing'];
  agreement.catalogue = agreement.catalogue.filter(({ type }) => needed.includes(type));
  delete agreement.measures;
}
