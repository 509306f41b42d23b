/** The wrong `--type`: what the file looks like instead is said, and it is refused all the same. */

import { describe, expect, it } from 'vitest';
import { forms } from '../../node/form/forms.ts';
import { formatCsv } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { formRows, importFile } from '../support/sheets.ts';

const types = [...forms.keys()];
const pairs = types.flatMap((type) => types.filter((other) => other !== type).map((other) => [type, other] as const));

describe('a file of another type', () => {
  it.each(pairs)('%s, handed in as %s, is recognised', async (type, asked) => {
    const refused = importFile(asked, formatCsv(formRows(type)));
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^(sheet\/no-header|import\/column-missing)$/),
      facts: { looksLike: type },
    });
  });

  it('is recognised below titles and on a later sheet', async () => {
    const rows = [['某表'], [], ...formRows('grade')];
    const bytes = await buildXlsx([
      { name: '说明', rows: [['请填写']] },
      { name: '表', rows },
    ]);
    await expect(importFile('penalty', bytes, 'a.xlsx')).rejects.toMatchObject({ facts: { looksLike: 'grade' } });
  });
});

it('a file that is no form at all looks like none, nor does one that lacks a column of its own type', async () => {
  await expect(importFile('penalty', formatCsv([['a', 'b']]))).rejects.toSatisfy(
    ({ code, facts }) => code === 'sheet/no-header' && !('looksLike' in facts),
  );
  const [names = [], values = []] = formRows('penalty');
  const at = names.indexOf('处罚机关');
  const without = [names, values].map((row) => row.filter((_, i) => i !== at));
  await expect(importFile('penalty', formatCsv(without))).rejects.toSatisfy(
    ({ code, facts }) => code === 'import/column-missing' && !('looksLike' in facts),
  );
});

it('a file with a header alone is refused as one without rows', async () => {
  const [names = []] = formRows('penalty');
  for (const rows of [[names], [names, names, names.map(() => ' ')]]) {
    await expect(importFile('penalty', formatCsv(rows))).rejects.toMatchObject({ code: 'import/no-rows' });
  }
});
