/** An auditor with one file, no network and no node: the page that verifies, in a real browser. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { type ClaimKind, type Part, type SectionName, sectionsOf } from '../../node/evidence/evidence.ts';
import { embedInPage } from '../../node/page/embed.ts';
import { shippedPage } from '../../node/shipped.ts';
import { sampleAgreement, signedAgreement } from '../support/agreement.ts';
import { openBrowser } from '../support/browser.ts';
import { writeByHand } from '../support/handmade.ts';
import { type Samples, sampleFiles } from '../support/sample-evidence.ts';
import { judgeText, verifyText } from '../support/verified.ts';
import { codesIn, fileOf, give, openPage, type Reader, verdictOf } from '../support/verify-page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
let samples: Samples;
const readers: Reader[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  samples = await sampleFiles();
});
afterAll(() => browser.close());

afterEach(async () => {
  const complaints = readers.flatMap((reader) => reader.complaints);
  const asked = readers.flatMap((reader) => reader.asked);
  for (const reader of readers.splice(0)) await reader.close();
  expect(complaints).toEqual([]);
  expect(asked).toEqual([]);
});

async function open(options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const reader = await openPage(browser, options);
  readers.push(reader);
  return reader.page;
}

/** A right file with something changed in its values; its form stays right. */
async function bend(kind: ClaimKind, change: (file: Record<string, unknown>) => void): Promise<string> {
  const file = JSON.parse(samples.files[kind]);
  change(file);
  const parts = sectionsOf[kind].flatMap((section: SectionName) =>
    [file[section]].flat().map((value) => ({ section, value }) as Part),
  );
  return writeByHand(file.claim, parts);
}

interface Shown {
  tlogProof: string;
  jws: string;
}
const bulletinIn = (file: Record<string, unknown>) => file.bulletin as Shown; // of that kind

/** Serious and critical complaints of axe. */
async function barriers(page: Page): Promise<unknown[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { target: unknown }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]);
}

describe('right evidence', () => {
  it.each(['bulletin', 'refusal', 'withheld', 'record', 'completeness', 'fork'] as const)(
    'of kind %s is told as the command tells it',
    async (kind) => {
      const page = await open();
      await give(page, samples.files[kind], samples.agreement);
      expect(await verdictOf(page)).toBe('good');
      const report = await verifyText(samples.files[kind], samples.agreement);
      expect(await codesIn(page, 'checked')).toEqual(report.checked.map(({ code }) => code));
      expect(await codesIn(page, 'not-checked')).toEqual(report.notChecked.map(({ code }) => code));
      expect(await page.locator('.timeline > li').count()).toBe(report.story.length);
      expect(await page.locator('.proof > svg').count()).toBe(report.proofs.length);
    },
  );

  it('is read in Chinese or English, and the language changes without verifying anew', async () => {
    const page = await open({ language: 'en-GB' });
    await give(page, samples.files.bulletin, samples.agreement);
    await page.getByRole('heading', { name: 'Verified One bulletin' }).waitFor();
    const at = await page.locator('#circumstances + dl').textContent();
    for (const name of ['The story', 'What was said', 'The proofs', 'Checkpoints and witnesses', 'What was checked'])
      await page.getByRole('heading', { name, exact: true }).waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    for (const name of ['验证成立', '经过', '通报内容', '证明路径', '检查点与见证', '验证了什么', '没有验证什么'])
      await page.getByRole('heading', { name, exact: name !== '验证成立' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
    expect(await page.evaluate('document.activeElement.id')).toBe('language');
    expect(await page.locator('#circumstances + dl').textContent()).not.toBe(at);
    expect(at).toContain('证据.json');
  });

  it.each([
    [
      'without Ed25519',
      'const { importKey } = SubtleCrypto.prototype; SubtleCrypto.prototype.importKey = function (...given) { return given[2]?.name === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError")) : importKey.apply(this, given); };',
    ],
    [
      'whose Ed25519 imports and verifies not',
      'SubtleCrypto.prototype.verify = () => Promise.reject(new DOMException("no", "NotSupportedError"));',
    ],
    ['without WebCrypto', 'Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });'],
  ])('is verified in a browser %s', async (_name, before) => {
    const page = await open({ before });
    await give(page, samples.files.bulletin, samples.agreement);
    expect(await verdictOf(page)).toBe('good');
    const spoilt = await bend('bulletin', (file) => {
      bulletinIn(file).tlogProof = spoilLogSignature(bulletinIn(file).tlogProof);
    });
    await give(page, spoilt, samples.agreement);
    await page.locator('.verdict.bad').waitFor();
    const { codes } = await judgeText(spoilt, samples.agreement);
    expect(await codesIn(page, 'findings')).toEqual(codes);
  });
});

/** Another signature in the first signature line of a note. */
function spoilLogSignature(proof: string): string {
  return proof.replace(
    /^(— \S+ .{40})(.)/m,
    (_, before: string, letter: string) => before + (letter === 'A' ? 'B' : 'A'),
  );
}

describe('evidence that is not right', () => {
  const cases: [code: string, make: () => string | Promise<string>][] = [
    ['evidence/malformed', () => `${samples.files.bulletin}\n`],
    ['evidence/unknown-version', () => samples.files.bulletin.replace('version=1"', 'version=2"')],
    ['evidence/claim-mismatch', () => bend('bulletin', (file) => Object.assign(file.claim as object, { index: 2 }))],
    ['evidence/missing', () => bend('bulletin', (file) => (file.schemas as unknown[]).pop())],
    [
      'evidence/not-included',
      () =>
        bend('bulletin', (file) => {
          const { tlogProof } = bulletinIn(file);
          bulletinIn(file).tlogProof = tlogProof.replace(/(index \d+\n.{20})./, (_, start: string) => `${start}+`);
        }),
    ],
    [
      'log/bad-signature',
      () =>
        bend('bulletin', (file) => {
          for (const shown of [bulletinIn(file), ...(file.bulletin as { governance: Shown[] }).governance])
            shown.tlogProof = spoilLogSignature(shown.tlogProof);
        }),
    ],
    [
      'evidence/content-missing',
      () =>
        bend('completeness', (file) => {
          const entries = file.entries as { jws?: string; salt?: string }[];
          delete entries[1]?.jws;
          delete entries[1]?.salt;
        }),
    ],
    ['evidence/root-differs', () => bend('completeness', (file) => (file.entries as unknown[]).reverse())],
    [
      'evidence/surplus',
      () =>
        bend('fork', (file) => {
          const fork = file.fork as { notes: string[] };
          fork.notes = [fork.notes[0] as string, fork.notes[0] as string];
        }),
    ],
  ];

  it.each(cases)('is refused: %s', async (code, make) => {
    const text = await make();
    const { exit, codes } = await judgeText(text, samples.agreement);
    expect(codes).toContain(code);
    const page = await open();
    await give(page, text, samples.agreement);
    expect(await verdictOf(page)).toBe(exit === 2 ? 'wait' : 'bad');
    if (exit === 2) return expect(await codesIn(page, 'verdict')).toEqual(codes);
    const { findings } = await verifyText(text, samples.agreement);
    expect(await codesIn(page, 'findings')).toEqual(
      [true, false].flatMap((grave) => findings.filter((one) => one.grave === grave).map((one) => one.code)),
    );
  });

  it('is refused under another agreement than the auditor’s', async () => {
    const page = await open();
    const other = await signedAgreement(sampleAgreement((agreement) => Object.assign(agreement, { id: 'another' })));
    await give(page, samples.files.bulletin, other);
    expect(await verdictOf(page)).toBe('bad');
    expect(await codesIn(page, 'findings')).toEqual(['evidence/other-agreement']);
    await give(page, samples.files.bulletin, 'no JSON');
    await page.locator('.verdict.wait').waitFor();
    expect(await codesIn(page, 'verdict')).toEqual(['agreement/invalid']);
  });

  it('is refused for more witnesses, or an earlier day, than it has', async () => {
    const page = await open({ language: 'en-GB' });
    await give(page, samples.files.bulletin, samples.agreement);
    await page.getByText('More options').click();
    await page.getByLabel('Members that must have witnessed').fill('4');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.locator('.verdict.bad').waitFor();
    expect(await codesIn(page, 'findings')).toEqual(['evidence/no-quorum']);
    await page.getByLabel('Members that must have witnessed').fill('2');
    await page.getByLabel('Must have been there').fill('2026-10-08');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('evidence/too-late').waitFor();
    await page.getByLabel('Must have been there').fill('2026-12-01');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.locator('.verdict.good').waitFor();
  });
});

describe('the page', () => {
  it('is worked by keys alone', async () => {
    const page = await open();
    page.on('filechooser', () => {}); // from now on, and not only between a wait and its event
    const press = (key: string) => page.keyboard.press(key);
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
    await press('Tab');
    expect(await focused()).toBe('跳到正文');
    await press('Enter');
    for (const [id, file] of [
      ['evidence', fileOf('证据.json', samples.files.bulletin)],
      ['agreement', fileOf('agreement.json', JSON.stringify(samples.agreement))],
    ] as const) {
      await press('Tab');
      expect(await focused()).toBe(id);
      const outline = await page.evaluate(`getComputedStyle(document.querySelector('#${id} + label')).outlineStyle`);
      expect(outline).toBe('solid');
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('Enter')]);
      await chooser.setFiles(file);
    }
    await page.locator('#verdict:focus').waitFor();
    await press('Tab');
    expect(await focused()).toBe('save');
    const [report] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
    expect(report.suggestedFilename()).toBe('证据-验证报告.html');
  });

  it('takes both files at once, dropped anywhere', async () => {
    const page = await open();
    const files = [samples.files.record, JSON.stringify(samples.agreement)];
    const data = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); for (const [i, text] of ${JSON.stringify(files)}.entries()) data.items.add(new File([text], i + '.json')); return data; })()`,
    );
    await page.dispatchEvent('h1', 'drop', { dataTransfer: data });
    expect(await verdictOf(page)).toBe('good');
  });

  it('keeps the buttons while it verifies, so that no file is lost that somebody is choosing', async () => {
    const page = await open();
    await page.evaluate("globalThis.kept = document.querySelector('#agreement')");
    await give(page, samples.files.bulletin, samples.agreement);
    expect(await page.evaluate('kept.isConnected')).toBe(true);
  });

  it('says that a file cannot be read any more', async () => {
    const page = await open({
      language: 'en-GB',
      before: 'Blob.prototype.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) });',
    });
    await page.locator('#evidence').setInputFiles(fileOf('a.json', samples.files.fork));
    await page.locator('#agreement').setInputFiles(fileOf('b.json', JSON.stringify(samples.agreement)));
    await page.getByRole('status').getByText('Not completed: gone').waitFor();
  });

  it('says which file is missing', async () => {
    const page = await open({ language: 'en-GB' });
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('status').getByText('The evidence file is still missing.').waitFor();
    await page.locator('#evidence').setInputFiles(fileOf('a.json', samples.files.fork));
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('status').getByText('The agreement is still missing.').waitFor();
  });

  it('can reach nothing', async () => {
    const reader = await openPage(browser);
    const directive = await reader.page.evaluate(
      `new Promise((done) => { addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective)); fetch('http://127.0.0.1:9/').catch(() => {}); })`,
    );
    expect(directive).toBe('connect-src');
    const blocked = await reader.page.evaluate(
      `new Promise((done) => { addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective)); document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' })); })`,
    );
    expect(blocked).toBe('script-src-elem');
    expect(await reader.page.evaluate('globalThis.ran')).toBeUndefined();
    expect(reader.asked).toEqual([]);
    await reader.close();
  });

  it.each([
    ['zh-CN', 1280],
    ['zh-CN', 400],
    ['en-GB', 1280],
    ['en-GB', 400],
  ])('has no barrier and fits the screen: %s, %d pixels', async (language, width) => {
    const page = await open({ language, width });
    const look = async () => [await barriers(page), await page.evaluate('document.documentElement.scrollWidth')];
    expect(await look()).toEqual([[], width]);
    for (const kind of ['bulletin', 'completeness'] as const) {
      await give(page, samples.files[kind], samples.agreement);
      await page.locator('.verdict.good').waitFor();
      expect(await look()).toEqual([[], width]);
    }
    const bad = await bend('bulletin', (file) => Object.assign(file.claim as object, { index: 2 }));
    await give(page, bad, samples.agreement);
    await page.locator('.verdict.bad').waitFor();
    expect(await look()).toEqual([[], width]);
  });

  it('saves a report that runs nothing, and prints', async () => {
    const page = await open();
    await give(page, samples.files.bulletin, samples.agreement);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '保存报告' }).click(),
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'huxin-report-'));
    const file = join(folder, 'report.html');
    await download.saveAs(file);
    expect(await readFile(file, 'utf8')).not.toContain('<script');
    await page.goto(pathToFileURL(file).href);
    await page.getByRole('heading', { name: '证据验证报告' }).waitFor();
    await page.getByRole('heading', { name: '验证成立' }).waitFor();
    expect(await page.locator('details:not([open])').count()).toBeLessThanOrEqual(1); // the text as it was signed
    expect(await barriers(page)).toEqual([]);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    await rm(folder, { recursive: true });
  });
});

describe('the page with evidence inside', () => {
  const inside = () => embedInPage(shippedPage(), utf8(samples.files.bulletin), JSON.stringify(samples.agreement));

  it('verifies when it is opened, and warns of the agreement that came with it', async () => {
    const page = await open({ html: inside(), language: 'en-GB' });
    expect(await verdictOf(page)).toBe('good');
    await page.getByRole('heading', { name: 'This page came with evidence and agreement inside' }).waitFor();
    await page.locator('.verdict').getByText('not compared with the one in your hand').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.locator('#agreement').setInputFiles(fileOf('mine.json', JSON.stringify(samples.agreement)));
    await page.getByText('mine.json').first().waitFor();
    await page.locator('.verdict.good').waitFor();
    expect(await page.getByText('not compared with the one in your hand').count()).toBe(0);
  });

  it('gives the evidence out again, byte for byte', async () => {
    const page = await open({ html: inside() });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '取出证据文件' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toBe(samples.files.bulletin);
  });

  it('refuses what is not right just as well', async () => {
    const bad = await bend('bulletin', (file) => Object.assign(file.claim as object, { index: 2 }));
    const page = await open({ html: embedInPage(shippedPage(), utf8(bad), JSON.stringify(samples.agreement)) });
    expect(await verdictOf(page)).toBe('bad');
  });
});
