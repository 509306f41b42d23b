import { describe, expect, it } from 'vitest';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { readVersion } from '../support/handmade.ts';
import { sampleFiles } from '../support/sample-evidence.ts';
import { verifyText } from '../support/verified.ts';

const samples = await sampleFiles();

describe('evidence that is right', () => {
  it.each(Object.entries(samples.files))('of kind %s is verified, and every check is said', async (_kind, text) => {
    const report = await verifyText(text, samples.agreement);
    expect(report.findings.filter(({ grave }) => grave)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checked.map(({ code }) => code)).toMatchSnapshot();
    expect(report.notChecked.map(({ code }) => code)).toMatchSnapshot();
    for (const one of [...report.checked, ...report.notChecked, ...report.findings]) {
      expect(one.zh).toMatch(/\p{Script=Han}/u);
      expect(one.en).not.toMatch(/undefined|\{|\p{Script=Han}/u);
    }
  });

  it('is verified with all versions in the auditor’s file as well', async () => {
    const versions: GeneralJws[] = [samples.agreement];
    expect(readVersion(samples.agreement).version).toBe(1);
    expect(await verifyText(samples.files.bulletin, versions)).toMatchObject({ ok: true });
  });
});
