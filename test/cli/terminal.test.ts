import { expect, it } from 'vitest';
import { cureOf } from '../../node/base/cures.ts';
import { Problem } from '../../node/base/problem.ts';
import { createTerminal, languageOf, Misuse } from '../../node/cli/terminal.ts';

function open(options: { json?: true; lang?: 'zh' | 'en' } = { lang: 'en' }) {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    isWatched: false,
  };
  return { said, terminal: createTerminal(streams, () => options, '') };
}

const mistakes = [
  { file: 'a.yaml', line: 4, column: 9, pointer: '/port', zh: '太大', en: 'too large' },
  { pointer: '/host', zh: '不对', en: 'wrong' },
  { pointer: '', zh: '缺少', en: 'missing' },
  { file: 'HUXIN_LISTEN_PORT', pointer: '/port', zh: '太大', en: 'too large' },
];

it('lists every mistake of a refusal with its place, once, and then the cure', () => {
  const { said, terminal } = open();
  expect(terminal.end(new Problem('config/invalid', { mistakes }))).toBe(1);
  expect(said).toEqual({
    out: '',
    err: [
      'The configuration is not right.',
      '  a.yaml:4:9: too large',
      '  /host: wrong',
      '  missing',
      '  HUXIN_LISTEN_PORT: too large',
      `→ ${cureOf('config/invalid').cure.en}`,
      '',
    ].join('\n'),
  });
});

it('gives a refusal as JSON with code, facts, both sentences and the cure', () => {
  const { said, terminal } = open({ json: true });
  expect(terminal.end(new Problem('config/invalid', { mistakes }))).toBe(1);
  const report = JSON.parse(said.err);
  expect(report).toMatchObject({ code: 'config/invalid', facts: { mistakes } });
  expect(report.zh).toMatch(/^配置有误/);
  expect(report.cure).toEqual(cureOf('config/invalid').cure);
});

it('answers as text, or as one line of JSON', () => {
  const text = open();
  text.terminal.answer({ a: 1 }, () => 'one');
  text.terminal.note({ zh: '好', en: 'fine' });
  expect(text.said).toEqual({ out: 'one\n', err: 'fine\n' });
  expect(text.terminal.end()).toBe(0);

  const json = open({ json: true });
  json.terminal.answer({ a: 1 }, () => 'one');
  json.terminal.note({ zh: '好', en: 'fine' });
  expect(json.said).toEqual({ out: '{"a":1}\n', err: '' });
});

it('exits 1 after an answer that was marked refused', () => {
  const { terminal } = open();
  terminal.markRefused();
  expect(terminal.end()).toBe(1);
});

it('exits 2 for misuse, and 1 with the stack for a bug', () => {
  const { said, terminal } = open();
  expect(terminal.end(new Misuse({ zh: '错', en: 'no such thing' }))).toBe(2);
  expect(said.err).toBe('no such thing\n');
  expect(terminal.end(new RangeError('a bug'))).toBe(1);
  expect(said.err).toContain('RangeError: a bug\n    at ');
});

it('draws no progress where nobody watches', () => {
  const { said, terminal } = open();
  const progress = terminal.progress({ zh: '导入', en: 'import' }, 10);
  progress.update(5, 20);
  progress.stop();
  expect(said).toEqual({ out: '', err: '' });
});

it.each([
  ['zh', 'zh'],
  ['zh_CN.UTF-8', 'zh'],
  ['zh-Hant', 'zh'],
  ['en', 'en'],
  ['en_GB', 'en'],
  ['C.UTF-8', 'both'],
  ['fr_FR', 'both'],
  ['zha_CN', 'both'],
  ['', 'both'],
])('reads the locale %j as %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});
