/** What facts are called in Chinese sentences: no English reason that the program gives is left as it is. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inChinese } from '../../node/base/fact-words.ts';
import { Problem, type ProblemCode } from '../../node/base/problem.ts';
import { sentenceOf } from '../../node/base/sentences.ts';
import { parseYaml } from '../../node/base/yaml.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const reasonOf = (reason: string) => String(inChinese({ reason }).reason);

describe('inChinese', () => {
  it.each([
    ['no version lists the log credit.sh.example/log', '没有哪一版列有日志 credit.sh.example/log'],
    ['governance: entry 3 of credit.sh.example/log is none', /日志 credit\.sh\.example\/log 第 3 条不是治理条目$/],
    ['governance: entry 5 above entry 3 of a/log', /日志 a\/log 第 3 条以后的第 5 条$/],
    ['the payload holds more than 64 levels', '载荷含有超过 64 层的嵌套'],
    ['a signature has protected and signature, this one nothing', /此处为 空$/],
    ['aud is neither ["*"] nor member ids in ascending order', /^aud 既不是 \["\*"\]/],
    ['a General JWS is an object', 'General JWS 应为对象'],
    ['taken', '已采纳'],
  ])('says %s', (english, chinese) => {
    expect(reasonOf(english)).toMatch(chinese);
  });

  it('leaves codes, addresses and what it does not know as they are', () => {
    for (const one of ['ECONNREFUSED', 'HTTP 503', 'receipt/gap', 'something new']) expect(reasonOf(one)).toBe(one);
    expect(inChinese({ log: 'log', size: 3, type: 'penalty' })).toEqual({ log: 'log', size: 3, type: 'penalty' });
  });

  it('takes the Chinese of a fact that comes in both languages', () => {
    const given = { reason: 'the sizes differ', reasonZh: '另有原因' };
    expect(inChinese(given)).toMatchObject({ reason: '另有原因' });
    expect(sentenceOf(new Problem('evidence/no-fork', given))).toEqual({
      zh: '所示内容并不互相矛盾：另有原因。',
      en: 'What is shown does not contradict itself: the sizes differ.',
    });
  });

  it('calls the grounds of an erasure what the code lists call them', () => {
    const codes = parseYaml(read('config/codes.yaml')).value as Record<
      string,
      { codes: Record<string, { zh: string }> }
    >;
    for (const [erased, { zh }] of Object.entries(codes['erasure-ground']?.codes ?? {}))
      expect(inChinese({ erased })).toEqual({ erased: zh });
    expect(inChinese({ erased: 'ordered' })).not.toEqual({ erased: 'ordered' });
  });

  it.each<[ProblemCode, Record<string, unknown>, string]>([
    ['evidence/missing', { what: 'receipts' }, '缺少证明所需的部分：回执（receipts）。'],
    ['evidence/not-refused', { reason: 'noted' }, '回执并未如所称说明：已备注。'],
    [
      'auth/role-not-allowed',
      { role: 'reader', needed: ['clerk', 'member'] },
      '（查询）无权进行此操作；需要：经办、成员。',
    ],
    ['key/not-found', { kid: 'abc', use: 'bulletin' }, '没有指纹为 abc 的通报密钥。'],
    ['store/unwritable', { reason: 'full' }, '（磁盘已满）'],
    [
      'peer/bad-answer',
      { member: '浙江省', reason: 'leaves do not lead to the signed root' },
      '：叶子推不出所签署的根。',
    ],
  ])('puts them into the sentence of %s, the English one as ever', (code, facts, zh) => {
    const said = sentenceOf(new Problem(code, facts));
    expect(said.zh).toContain(zh);
    expect(said.en).toContain(String([Object.values(facts).at(-1)].flat()[0]));
  });
});

describe('the reasons that the program gives', () => {
  const files = [
    ...['completeness', 'cursor', 'fork', 'mirror', 'rebuilt-leaf', 'receipts', 'shown-log', 'shown-note'].map(
      (name) => `node/evidence/${name}.ts`,
    ),
    ...['tlog-folder', 'trust', 'verification', 'verify'].map((name) => `node/evidence/${name}.ts`),
    ...['agreements', 'refusal', 'signatures'].map((name) => `node/agreement/${name}.ts`),
    ...['circulate', 'outside-witness', 'pull', 'request'].map((name) => `node/federation/${name}.ts`),
    ...['base/jws', 'bulletin/claims', 'bulletin/verify', 'versions'].map((name) => `node/${name}.ts`),
  ];
  // `reason: '…'`, `{ flaw: '…' }`, `other('…')` and, in claims.ts and jws.ts, `return '…'`
  const given = /(?:\b(?:reason|flaw|what): |\b(?:other|foreign|noFork|flawed)\(|return )(?:'([^']+)'|`([^`]+)`)/g;
  const reasons = files.flatMap((file) =>
    [...read(file).matchAll(given)].map(([, plain, filled = '']) => ({ file, text: plain ?? filled })),
  );
  const asGiven = (text: string) => text.replace(/\$\{[^}]*\}/g, 'x7');
  // Not `HTTP 503`, a header or a comparison; what begins with `${what}` stands above.
  const isReason = ({ text }: { text: string }) =>
    / /.test(asGiven(text)) && !/^(HTTP|Bearer) |^\$\{what\} |[≥≤]/.test(text);

  it('are found', () => {
    expect(reasons.filter(isReason).length).toBeGreaterThan(70);
  });

  it.each(reasons.filter(isReason))('$file: $text', ({ text }) => {
    expect(reasonOf(asGiven(text))).toMatch(/[\u4e00-\u9fff]/);
  });
});
