/** `huxin worklist`: what is due, soonest first. */

import { Option } from 'commander';
import type { Worklist } from '../federation/worklist.ts';
import { type WorkItem, workKinds } from '../registry/worklist.ts';
import { citationText, dueDay, remainingTime, workKindNames } from '../registry/worklist-words.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { writeNewFrom } from './files.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface WorklistOptions extends ClientOptions {
  kind?: string;
  authority?: string;
  limit: string;
  out?: string;
}

export const worklist: Register = (program, { terminal, client }) => {
  withNode(program.command('worklist'))
    .description('待办清单：到期事项，先到期的在前 · what is due, soonest first')
    .addOption(new Option('--kind <kind>', '只列这一种 · only those of this kind').choices([...workKinds]))
    .option('--authority <uscc>', '只列这一机关的（省级机关可用） · only this bureau’s (for the province’s own)')
    .option('--limit <n>', '最多几件 · at most so many', '200')
    .option('--out <file>', '另存为工作簿（.xlsx） · save it as a workbook (.xlsx)')
    .action(async ({ kind, authority, limit, out, ...options }: WorklistOptions) => {
      const node = client(options);
      const query = { kind, authority, limit };
      if (out !== undefined) {
        await writeNewFrom(out, node.download('/api/v1/worklist', { ...query, form: 'xlsx' }));
        return terminal.answer({ out }, () => terminal.pick({ zh: `已写入 ${out}`, en: `written to ${out}` }));
      }
      const list = await node.get<Worklist>('/api/v1/worklist', query);
      terminal.answer(list, () => formatWorklist(list.items, terminal.pick));
      if (list.isMore) terminal.note({ zh: '还有更多，请加大 --limit', en: 'There is more: raise --limit' });
    });
};

/** A line for each item, and below it the command that does it. */
function formatWorklist(items: readonly WorkItem[], pick: Terminal['pick']): string {
  if (items.length === 0) return pick({ zh: '没有待办事项', en: 'Nothing is due.' });
  const head = [
    { zh: '到期日', en: 'due' },
    { zh: '剩余', en: 'left' },
    { zh: '种类', en: 'kind' },
    { zh: '主体', en: 'subject' },
    { zh: '事项', en: 'what' },
    { zh: '依据', en: 'on whose word' },
    { zh: '命令', en: 'command' },
  ];
  const rows = items.map((item) => [
    pick(dueDay(item)),
    pick(remainingTime(item)),
    pick(workKindNames[item.kind]),
    item.subject ?? '',
    pick(item.what),
    pick(citationText(item)),
    item.cure,
  ]);
  return formatTable(head.map(pick), rows);
}
