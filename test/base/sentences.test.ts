import { describe, expect, it } from 'vitest';
import { Problem, problemCodes } from '../../node/base/problem.ts';
import { sentenceOf } from '../../node/base/sentences.ts';

describe('sentenceOf', () => {
  it.each(problemCodes)('says %s in Chinese and English, whatever is known', (code) => {
    const { zh, en } = sentenceOf(new Problem(code));
    expect(zh).toMatch(/[\u4e00-\u9fff].*。$/);
    expect(en).toMatch(/^[A-Z][\x20-\x7e’]*\.$/);
    for (const text of [zh, en]) {
      expect(text).not.toMatch(/[[\]{}]|undefined|\(\)|（）|“”| {2}| [,;:]| \.(?!\w)/);
    }
  });

  it('puts facts in, and leaves out the words around a fact that is missing', () => {
    expect(sentenceOf(new Problem('log/out-of-range', { index: 9, size: 3 }))).toEqual({
      zh: '日志中没有这个位置：9（现有 3 条）。',
      en: 'The log does not reach that far: 9; it has 3 entries.',
    });
    expect(sentenceOf(new Problem('log/out-of-range', { index: 9 })).en).toBe('The log does not reach that far: 9.');
  });

  it('takes a fact for what it is, not for a template', () => {
    const { en } = sentenceOf(new Problem('peer/not-found', { member: '{peer} [x]' }));
    expect(en).toBe('There is no such peer: {peer} [x].');
  });

  it('joins lists of plain words and passes over anything deeper', () => {
    const of = (members: unknown) => sentenceOf(new Problem('agreement/bad-signature', { members })).en;
    expect(of(['310000', '320000'])).toContain(', of 310000, 320000, so the whole');
    expect(of([{ id: '310000' }])).toContain('wrong, so the whole');
  });

  it('shows the first three mistakes and how many there are', () => {
    const mistakes = [1, 2, 3, 4].map((i) => ({ pointer: `/members/${i}`, zh: `错${i}`, en: `wrong ${i}` }));
    const { zh, en } = sentenceOf(new Problem('agreement/invalid', { mistakes }));
    expect(en).toBe(
      'The agreement is not well formed: /members/1 wrong 1; /members/2 wrong 2; /members/3 wrong 3; 4 in all.',
    );
    expect(zh).toBe('协议不合格式：/members/1 错1；/members/2 错2；/members/3 错3；等 4 处。');
  });

  it('shows file, line and column of a mistake where they are known', () => {
    const mistakes = [
      { file: 'a.yaml', line: 3, column: 9, pointer: '/x', zh: '错', en: 'wrong' },
      { file: 'HUXIN_PORT', zh: '错', en: 'no number' },
    ];
    const { en } = sentenceOf(new Problem('config/invalid', { mistakes }));
    expect(en).toBe('The configuration is not right: a.yaml:3:9 wrong; HUXIN_PORT no number.');
  });

  it('says of an unreadable key why, and what to do', () => {
    const { zh, en } = sentenceOf(
      new Problem('key/unreadable', { file: 'log.json', reason: 'too-open', cure: 'chmod 600 log.json' }),
    );
    expect(en).toBe('The key file log.json cannot be used: others may read it. The cure: chmod 600 log.json');
    expect(zh).toContain('chmod 600 log.json');
  });

  it('says of an amendment that this release takes none', () => {
    expect(sentenceOf(new Problem('agreement/not-in-force', { version: 2, amendment: true })).en).toContain(
      'version 2',
    );
    expect(sentenceOf(new Problem('agreement/not-in-force', { missing: ['340000'] })).en).toContain('to sign: 340000');
  });
});
