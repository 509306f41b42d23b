/** `huxin rules check`: rule packs and holidays before a node starts with them. */

import { statSync } from 'node:fs';
import { loadRules } from '../rules-files.ts';
import { loadSchemas, shippedRules, shippedSchemas } from '../shipped.ts';
import type { Register } from './command.ts';
import { formatTable } from './table.ts';
import { Misuse, type Terminal } from './terminal.ts';

export const rules: Register = (program, { terminal }) => {
  const group = program.command('rules').description('规则包与节假日 · rule packs and holidays');
  group
    .command('check')
    .description('检查并列出规则包，列出全部错误 · check and list the packs, all mistakes at once')
    .option('--rules <folder>', '规则包文件夹，默认随程序提供 · folder of the packs, by default the program’s own')
    .option(
      '--holidays <folder>',
      '节假日文件夹，默认随程序提供 · folder of the holidays, by default the program’s own',
    )
    .action((given: { rules?: string; holidays?: string }) => {
      const folders = { ...shippedRules(), ...given };
      for (const folder of Object.values(folders)) expectFolder(folder);
      const { packs, calendar } = loadRules({ ...folders, schemas: loadSchemas(shippedSchemas()) });
      const years = [...calendar.years].sort();
      terminal.answer({ packs, years }, () => formatClaims(packs, terminal));
      const [first, last] = [years.at(0), years.at(-1)];
      terminal.note({
        zh: `没有错误：${packs.length} 个规则包；节假日 ${first}–${last} 年，之后的工作日期限均为暂定。`,
        en: `No mistakes: ${packs.length} packs. Holidays of ${first}–${last}; deadlines in working days beyond are provisional.`,
      });
    });
};

function formatClaims(packs: ReturnType<typeof loadRules>['packs'], terminal: Terminal): string {
  const head = [
    { zh: '规则包', en: 'pack' },
    { zh: '类型', en: 'types' },
    { zh: '方面', en: 'aspects' },
    { zh: '机关', en: 'authorities' },
    { zh: '决定日', en: 'decided' },
    { zh: '可信程度', en: 'sure' },
  ].map((name) => terminal.pick(name));
  const all = terminal.pick({ zh: '全部', en: 'all' });
  const rows = packs.flatMap(({ id, claims }) =>
    claims.map(({ types, aspects, authority, decided, confidence }) => [
      id,
      types.join(' '),
      aspects.join(' '),
      [...(authority?.regions ?? []), ...(authority?.named ?? [])].join(' ') || all,
      `${decided.from ?? ''} – ${decided.until ?? ''}`.trim(),
      confidence,
    ]),
  );
  return formatTable(head, rows);
}

function expectFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Misuse({ zh: `没有这个文件夹：${folder}`, en: `there is no such folder: ${folder}` });
}
