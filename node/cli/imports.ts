/** `huxin imports`: what became of the spreadsheets, what comes back of them, and how one is taken back whole. */

import { Option } from 'commander';
import type { Import } from '../registry/ports.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { writeNewFrom } from './files.ts';
import { answerWhole, listChanges } from './import.ts';
import { follow, pathOf } from './import-progress.ts';
import { formatChanges, formatImport, formatImports } from './import-report.ts';

export const imports: Register = (program, context) => {
  const { terminal, client } = context;
  const group = program.command('imports').description('历次导入 · the imports');

  withNode(group.command('list', { isDefault: true }))
    .description('列出导入，新的在前 · list them, newest first')
    .option('--limit <n>', '最多几条 · at most so many', '50')
    .action(async ({ limit, ...options }: ClientOptions & { limit: string }) => {
      const found = await client(options).get<{ imports: Import[] }>('/api/v1/imports', { limit });
      terminal.answer(found, () => formatImports(found.imports, terminal.pick));
    });

  withNode(group.command('show <import>'))
    .description('一次导入的结果和被拒绝的行 · the outcome of one, with its refused rows')
    .action(async (id: string, options: ClientOptions) => {
      const node = client(options);
      await answerWhole(await node.get<Import>(pathOf(id)), node, terminal, { isQuestion: true });
    });

  withNode(group.command('preview <import>'))
    .description('发布一次等候中的导入会更正什么 · what publishing an import that is held would correct')
    .action(async (id: string, options: ClientOptions) => {
      const node = client(options);
      const [given, changes] = [await node.get<Import>(pathOf(id)), await listChanges(id, node)];
      terminal.answer({ ...given, changes }, () =>
        [formatImport(given, terminal.pick), formatChanges(changes, terminal.pick)].join('\n').trimEnd(),
      );
    });

  withNode(group.command('refusals <import>'))
    .description(
      '取回被拒绝的行（.xlsx），改正后可再次导入 · the refused rows (.xlsx), to be mended and imported again',
    )
    .addOption(new Option('--out <file>', '写入的文件 · file to write').makeOptionMandatory())
    .action(async (id: string, { out, ...options }: ClientOptions & { out: string }) => {
      await writeNewFrom(out, client(options).download(`${pathOf(id)}/refusals.xlsx`));
      terminal.answer({ import: id, file: out }, () =>
        terminal.pick({
          zh: `已写入 ${out}。第一列是退回原因；改正后可直接再次导入。`,
          en: `${out} is written. Its first column says why; mend the rows and import this same file again.`,
        }),
      );
    });

  withNode(group.command('revoke <import>'))
    .description(
      '撤销这次导入所建立的全部记录；须双人复核时，先提出，再由另一人批准 · revoke every record that it opened; where two must agree, propose it or approve it',
    )
    .requiredOption('--reason <text>', '理由 · reason')
    .option('--no-wait', '不等待结果 · do not wait for the outcome')
    .action(async (id: string, { reason, wait, ...options }: ClientOptions & { reason: string; wait: boolean }) => {
      const node = client(options);
      const given = await node.post<Import>(`${pathOf(id)}/revocation`, { reason });
      const done = wait ? await follow(given, node, context) : given;
      terminal.answer(done, () => formatImport(done, terminal.pick));
      if (done.revocation?.state === 'stopped') terminal.markRefused();
    });
};
