/** A report as people read it: what a stranger wrote stays text, and every statement is there. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../node/base/problem.ts';
import { parseYaml } from '../../node/base/yaml.ts';
import { buildLabels } from '../../node/bulletin/labels.ts';
import type { ProofPath, Report, ShownBulletin, StoryEvent } from '../../node/evidence/report.ts';
import { formatPaper } from '../../node/page/paper.ts';
import { type Circumstances, type Outcome, reportView } from '../../node/page/report-view.ts';
import { schemas } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const { value: codes } = parseYaml(readFileSync('config/codes.yaml', 'utf8'));
const labels = buildLabels(schemas as Parameters<typeof buildLabels>[0], codes as Parameters<typeof buildLabels>[1]);
const log = 'credit.sh.example/log';
const evil = '<img src=x onerror=alert(1)>';

const around: Circumstances = {
  file: { name: evil, sizeBytes: 1_234, digest: 'ab' },
  agreement: { name: 'agreement.json', isFromPage: false, versions: [] },
  verifiedAt: '2026-11-22T02:00:00.000Z',
  program: 'Huxin 0.1.0',
};
const event = (what: StoryEvent['what'], at = '2026-03-01T16:00:00.000Z'): StoryEvent => ({
  ...{ at, what, who: '310000', log, index: 7 },
  ...{ zh: `${what} 中`, en: `${what} en` },
});
const hashOf = (letter: string) => btoa(letter.repeat(32));
const proof: ProofPath = {
  ...{ log, index: 2, size: 3, leafHash: hashOf('a'), root: hashOf('c') },
  steps: [{ side: 'left', sibling: hashOf('b'), node: hashOf('c') }],
};
const bulletin: ShownBulletin = {
  ...{ log, index: 7, jti: '0190b5c8-1111-7abc-8def-0123456789ab', type: 'penalty', issuer: '310000' },
  ...{ audience: ['320000'], signedAt: '2026-03-02T02:00:00.000Z' },
  body: { subject: { name: evil, uscc: '91310000MA1FL00000' } },
};
const report: Report = {
  ok: true,
  claim: {
    kind: 'record',
    agreement: `sha-256:${'a'.repeat(43)}`,
    issuer: '310000',
    txn: evil,
    bulletins: 1,
    receipts: 0,
  },
  checked: [{ code: 'form', facts: {}, zh: '格式', en: 'Form' }],
  notChecked: [{ code: 'clocks', facts: {}, zh: '时钟', en: 'Clocks' }],
  findings: [],
  members: { 310000: { zh: '上海市', en: 'Shanghai' } },
  story: [event('decided'), event('taken')],
  proofs: [proof],
  checkpoints: [
    {
      log,
      member: '310000',
      size: 3,
      root: hashOf('c'),
      cosignatures: [{ who: evil, counts: false, at: around.verifiedAt }],
    },
  ],
  bulletins: [bulletin],
};

function show(outcome: Outcome, language: 'zh' | 'en' = 'zh', isPaper = false): string {
  return String(reportView(outcome, around, labels, { language, isPaper }));
}

describe('a report', () => {
  it('says the same in both languages, the verdict first', () => {
    const [chinese, english] = [show({ report }), show({ report }, 'en')];
    expect(chinese.indexOf('验证成立')).toBeLessThan(chinese.indexOf('经过'));
    expect(english).toContain('Verified');
    for (const text of ['格式', '时钟', 'decided 中', '行政处罚', '上海市']) expect(chinese).toContain(text);
    for (const text of ['Form', 'Clocks', 'decided en', 'Administrative penalty', 'Shanghai'])
      expect(english).toContain(text);
  });

  it('keeps what a stranger wrote as text', () => {
    for (const text of [show({ report }), show({ report }, 'en', true)]) {
      expect(text).not.toContain('<img');
      expect(text.split('&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(4);
    }
  });

  it('tells grave findings before the others, with what to do', () => {
    const told = { code: 'evidence/wrong-verdict', grave: false, facts: {}, zh: '另说', en: 'Differs' };
    const grave = { code: 'evidence/not-included', grave: true, facts: {}, zh: '不在内', en: 'Not included' };
    const text = show({ report: { ...report, ok: false, findings: [told, grave] } });
    expect(text).toContain('验证不成立');
    expect(text.indexOf('不在内')).toBeLessThan(text.indexOf('另说'));
    expect(text).toContain('不要采信');
  });

  it('says why a file cannot be used', () => {
    const text = show(
      { problem: new Problem('evidence/malformed', { line: 7, reason: 'expected', detail: evil }) },
      'en',
    );
    expect(text).toContain('line 7, &lt;img');
    expect(text).toContain('evidence/malformed');
    expect(text).not.toContain('<img');
  });

  it('says of an agreement that came with the page that nobody compared it', () => {
    const fromPage = { ...around, agreement: { ...around.agreement, isFromPage: true } };
    const text = String(reportView({ report }, fromPage, labels, { language: 'en', isPaper: false }));
    expect(text).toContain('was not compared');
    expect(show({ report }, 'en')).not.toContain('was not compared');
  });

  it('gives a day for what was decided and the moment for everything else, both in China', () => {
    const text = show({ report });
    expect(text).toContain('<time datetime="2026-03-02">2026-03-02</time>');
    expect(text).toContain('>2026-03-02 00:00:00</time>');
  });

  it('draws each hash of the way up, and has them all in a table', () => {
    const text = show({ report });
    expect(text.match(/<rect /g)).toHaveLength(3);
    for (const letter of 'abc') expect(text).toContain(hashOf(letter));
    expect(show({ report: { ...report, proofs: [{ ...proof, steps: [] }] } }).match(/<rect /g)).toHaveLength(1);
  });

  it('folds a long story away, but not on paper', () => {
    const story = Array.from({ length: 100 }, () => event('taken'));
    expect(show({ report: { ...report, story } })).toContain('<details><summary>另外 60 项');
    const paper = show({ report: { ...report, story } }, 'zh', true);
    expect(paper).toContain('<details open><summary>另外 60 项');
    expect(paper).not.toContain('<button');
  });

  it('leaves out what it has nothing of', () => {
    const bare: Report = { ...report, story: [], proofs: [], checkpoints: [], bulletins: [], notChecked: [] };
    const text = show({ report: bare }, 'en');
    for (const heading of ['The story', 'The proofs', 'Checkpoints', 'What was said'])
      expect(text).not.toContain(heading);
    expect(text).toContain('What was not checked');
  });

  it('becomes a file that runs nothing and loads nothing', () => {
    const body = reportView({ report }, around, labels, { language: 'zh', isPaper: true });
    const text = formatPaper({ title: evil, language: 'zh', body, style: 'a > b {}' }, hash);
    expect(text).toContain('<style>a > b {}</style>');
    expect(text).toContain('default-src &#39;none&#39;');
    expect(text).not.toMatch(/<script|<img|<link/);
  });
});
