import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../node/base/schema.ts';
import type { Column } from '../../node/form/columns.ts';
import { forms } from '../../node/form/forms.ts';
import { formatCsv } from '../../node/sheet/sheet.ts';
import { codes, formRows, importFile } from '../support/sheets.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The tables of a page: by type, the cells of each line without its third language-dependent parts. */
function tablesOf(page: string): Map<string, string[][]> {
  const sections = page.split(/^## /m).slice(1);
  const typed = sections.flatMap((section) => {
    const type = /^[^\n]*`([\w-]+)`\n/.exec(section)?.[1];
    const lines = section
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    return type
      ? [
          [
            type,
            lines.map((line) =>
              line
                .slice(2, -2)
                .split(' | ')
                .map((cell) => cell.trim()),
            ),
          ] as const,
        ]
      : [];
  });
  return new Map(typed);
}

const expected = (column: Column, yes: string, separator: string) => [
  column.zh,
  column.code ?? '',
  column.required ? yes : '',
  (column.also ?? []).join(separator),
];

describe.each([
  ['docs/forms.md', 'yes', '; '],
  ['docs/forms.zh-CN.md', '是', '；'],
])('%s', (path, yes, separator) => {
  it('lists exactly the columns of the forms, in their order', () => {
    const tables = tablesOf(read(path));
    expect([...tables.keys()]).toEqual([...forms.keys()]);
    for (const form of forms.values()) {
      const listed = tables.get(form.type)?.map(([name, code, required, , also]) => [name, code, required, also]);
      expect(listed).toEqual(form.columns.map((column) => expected(column, yes, separator)));
    }
  });

  it('names the code list and the greatest length of each column that has one', () => {
    const tables = tablesOf(read(path));
    for (const form of forms.values()) {
      form.columns.forEach((column, i) => {
        const content = tables.get(form.type)?.[i]?.[3] ?? '';
        expect(/`([\w-]+)`/.exec(content)?.[1]).toBe(column.list);
        expect(/(\d+) ?(字|characters)$/.exec(content)?.[1]).toBe(column.longest?.toString());
      });
    }
  });
});

describe.each([...forms.values()])('the form of $type', (form) => {
  const schema = JSON.parse(read(`schemas/bulletin/${form.type}.json`));

  it('gives bodies that the schema of the bulletin takes', async () => {
    const check = compileSchema(schema);
    const { all } = await importFile(form.type, formatCsv(formRows(form.type)));
    expect(all.length).toBe(1);
    for (const row of all) expect('body' in row ? check(row.body) : row.refusals).toEqual([]);
  });

  it('has code lists that exist and whose codes the schema lists', () => {
    for (const column of form.columns) {
      if (column.list === undefined) continue;
      const codesOfList = Object.keys(codes[column.list]?.codes ?? {});
      expect(codesOfList.length).toBeGreaterThan(0);
      for (const code of codesOfList) expect(JSON.stringify(schema)).toContain(`"${code}"`);
    }
  });

  it('puts every column at a place that the schema has, no two at one, and no text longer than there', () => {
    const paths = form.columns.map((column) => column.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const column of form.columns) {
      if (column.path === 'subject.uscc') continue;
      const place = placeOf(schema, column.path.split('.'));
      expect(place, column.path).toBeDefined();
      if (column.longest) expect(place?.maxLength).toBe(column.longest);
    }
  });

  it('requires what its key, its day and its authority are made of', () => {
    for (const path of [...form.key, form.decidedOn, form.authority, 'subject.uscc', 'subject.name']) {
      expect(form.columns.find((column) => column.path === path)).toMatchObject({ required: true });
    }
  });

  it('names no two columns alike', () => {
    const names = form.columns.flatMap((column) => [
      column.zh,
      ...(column.code ? [column.code] : []),
      ...(column.also ?? []),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });
});

type Node = Record<string, unknown>;

function placeOf(schema: Node, path: readonly string[]): Node | undefined {
  const defs = schema.$defs as Record<string, Node>;
  const open = (node: Node): Node => {
    const ref = node.$ref as string | undefined;
    return ref === undefined ? node : (defs[ref.slice('#/$defs/'.length)] as Node);
  };
  return path.reduce<Node | undefined>((node, name) => {
    const member = (node?.properties as Record<string, Node> | undefined)?.[name];
    return member && open(member);
  }, schema);
}
