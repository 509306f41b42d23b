import { expect, it } from 'vitest';
import { formatPairs, formatTable, indentBy, toOneLine, widthOf } from '../../node/cli/table.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['互信', 4],
  ['ＡＢ，。', 8],
  ['（沪）12', 8],
  ['カナ한글', 8],
  ['ｶﾅ', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['\u{20000}', 2],
  ['—…', 2],
])('%j takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it('keeps columns straight under Chinese and Latin text, numbers to the right', () => {
  const table = formatTable(
    ['成员', 'name', 'n'],
    [
      ['上海市', 'Shanghai', '7'],
      ['AH', '安徽省', '12,345'],
    ],
  );
  expect(table).toBe(
    [
      '成员    name      n',
      '------  --------  ------',
      '上海市  Shanghai       7',
      'AH      安徽省    12,345',
      '',
    ].join('\n'),
  );
});

it('shows the head alone when there are no rows', () => {
  expect(formatTable(['a', '成员'], [])).toBe('a  成员\n-  ----\n');
});

it('puts values in one column beside their labels', () => {
  expect(
    formatPairs(
      [
        ['主体', 'a'],
        ['purpose', 'b'],
        ['none', ''],
      ],
      '  ',
    ),
  ).toBe('  主体     a\n  purpose  b\n  none\n');
  expect(formatPairs([])).toBe('');
});

it('indents what holds something', () => {
  expect(indentBy('  ', 'a\n\nb\n')).toBe('  a\n\n  b\n');
});

it('keeps what others wrote in its place: no escapes, line feeds or turned writing', () => {
  const hostile = 'a\u001b[2Jb\r\n310000  taken\u202e\u0007';
  expect(toOneLine(hostile)).toBe('a\ufffd[2Jb 310000 taken\ufffd\ufffd');
  expect(formatTable(['x'], [[hostile]]).split('\n')).toHaveLength(4);
  expect(formatPairs([['x', hostile]])).toBe('x  a\ufffd[2Jb 310000 taken\ufffd\ufffd\n');
});
