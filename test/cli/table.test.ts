import { expect, it } from 'vitest';
import { formatTable, widthOf } from '../../node/cli/table.ts';

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
