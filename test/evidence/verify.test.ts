import { describe, expect, it } from 'vitest';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import type { VerifySignature } from '../../node/base/ports.ts';
import { sampleBody, sampleId } from '../support/bulletins.ts';
import { verifySignature } from '../support/crypto.ts';
import { bulletinFile } from '../support/forgeries.ts';
import {
  createHandLog,
  digestOf,
  firstSecond,
  readVersion,
  sayReceipt,
  showReceipt,
  showSchemas,
  showVersions,
  writeByHand,
} from '../support/handmade.ts';
import { rangeFile } from '../support/range-forgeries.ts';
import { jtiAt, sampleFiles, writeSampleLogs } from '../support/sample-evidence.ts';
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

describe('the order of the log', () => {
  it('says which of two bulletins repeats an id, whichever signature is verified first', async () => {
    const same = { claims: { jti: sampleId(3_000_001) } };
    const refused = [{ index: 2, code: 'bulletin/duplicate' }];
    const text = await rangeFile(samples.agreement, { said: [same, same], receipt: { refused }, bulletins: 2 });
    const penalties = text.match(/"jws":"[^"]+"/g) ?? [];
    const [first, second] = penalties.slice(-2).map((one) => one.slice(7, -1).split('.').slice(0, 2).join('.'));
    let release = () => {};
    const secondIsVerified = new Promise<void>((resolve) => {
      release = () => setImmediate(resolve); // once whoever asked has heard
    });
    const slowFirst: VerifySignature = async (key, data, signature) => {
      const isRight = await verifySignature(key, data, signature);
      const signed = new TextDecoder().decode(data);
      if (signed === first) await secondIsVerified;
      if (signed === second) release();
      return isRight;
    };
    const { ok, findings } = await verifyText(text, samples.agreement, {}, slowFirst);
    expect(findings.map(({ code }) => code)).toEqual(['bulletin/duplicate']);
    expect(ok).toBe(true);
  });
});

describe('what does not refuse the evidence', () => {
  const codesOf = async (text: string, options = {}) => {
    const { ok, findings, notChecked } = await verifyText(text, samples.agreement, options);
    expect(ok).toBe(true);
    return [...findings, ...notChecked].map(({ code }) => code);
  };

  it('is told: a clock that ran ahead of those of the witnesses', async () => {
    const log = createHandLog('310000', [samples.agreement]);
    await log.adopt();
    const late = { iat: firstSecond + 10 * 86_400 };
    const index = await log.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'], claims: late });
    expect(await codesOf(await bulletinFile(samples.agreement, log, index))).toContain('evidence/signed-later');
    const right = await log.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'] });
    expect(await codesOf(await bulletinFile(samples.agreement, log, right))).not.toContain('evidence/signed-later');
  });

  it('is told: a quorum below the agreement’s, when the auditor asks for it', async () => {
    expect(await codesOf(samples.files.withheld, { quorum: 1 })).toContain('quorum');
    expect(await codesOf(samples.files.withheld)).not.toContain('quorum');
    expect(await codesOf(samples.files.withheld, { quorum: 3 })).not.toContain('quorum'); // stricter: nothing was left out
  });

  it('is told: that an issuer may have left out the governance for which it was refused', async () => {
    const { agreement: signed } = samples;
    const [log, by] = [createHandLog('310000', [signed]), createHandLog('320000', [signed])];
    const keys = readVersion(signed).members[0]?.keys.bulletin;
    await log.adopt();
    await by.adopt();
    await log.say({ type: 'key', body: { keys }, aud: ['*'] });
    const claims = { agreement: { digest: digestOf(signed), after: 0 } };
    await log.say({ type: 'penalty', body: sampleBody('penalty'), aud: ['320000'], claims });
    const code = 'bulletin/wrong-agreement';
    const index = await sayReceipt(by, log, { from: 0, to: 3, refused: [{ index: 2, code }] });
    const [note, onNote] = [await by.note(), await log.note()];
    const known = new Set([`${log.origin} 1`]);
    const place = { agreement: digestOf(signed), issuer: '310000', log: log.origin, index: 2, jti: jtiAt(log, 2) };
    const text = await writeByHand({ kind: 'refusal', ...place, receiver: '320000', code }, [
      ...showVersions([signed]),
      ...showSchemas(readVersion(signed), ['adoption', 'penalty', 'receipt']),
      { section: 'bulletin', value: log.show(2, onNote, known) },
      { section: 'receipts', value: showReceipt({ by, index, note, on: log, onNote }, known) },
    ]);
    expect(await codesOf(text)).toEqual(expect.arrayContaining(['evidence/wrong-verdict', 'hidden-governance']));
  });

  it('is told: a refusal that the rules do not give', async () => {
    const { signed, shanghai, jiangsu } = await writeSampleLogs(samples.agreement);
    const refused = [{ index: 4, code: 'bulletin/schema' }];
    const at = await sayReceipt(jiangsu, shanghai, { from: 0, to: 9, refused });
    const [note, onNote] = [await jiangsu.note(), await shanghai.note()];
    const known = new Set<string>();
    const place = { agreement: digestOf(signed), issuer: '310000', log: shanghai.origin };
    const text = await writeByHand(
      { kind: 'refusal', ...place, index: 4, jti: jtiAt(shanghai, 4), receiver: '320000', code: 'bulletin/schema' },
      [
        ...showVersions([signed]),
        ...showSchemas(readVersion(signed), ['adoption', 'key', 'penalty', 'receipt']),
        { section: 'bulletin', value: shanghai.show(4, onNote, known) },
        { section: 'receipts', value: showReceipt({ by: jiangsu, index: at, note, on: shanghai, onNote }, known) },
      ],
    );
    expect(await codesOf(text)).toContain('evidence/wrong-verdict');
  });
});
