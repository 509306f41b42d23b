/** `huxin fsck`: everything that a store holds, held against itself. Reads only, beside a running node or without one. */

import { loadConfig } from '../config.ts';
import type { Fault } from '../federation/fault.ts';
import type { CheckedStore, OnProgress } from '../restore.ts';
import type { Register } from './command.ts';
import { formatTable, toOneLine } from './table.ts';
import type { Progress, Terminal } from './terminal.ts';

export const fsck: Register = (program, { terminal, now }) => {
  program
    .command('fsck')
    .description(
      '逐条核对数据库：内容与叶、叶与各层哈希、根与已签名的检查点、回执、记录；只读，节点可照常运行 · hold the database against itself, entry by entry: content and leaves, hashes of every level, root and signed checkpoints, receipts, records; reads only, the node may run',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .action(async ({ config }: { config: string }) => {
      const { checkConfiguredStore } = await import('../restore.ts'); // with the engines, for this command alone
      const bars = createBars(terminal);
      const checked = await checkConfiguredStore(loadConfig(config), now, bars.update).finally(bars.stop);
      terminal.answer(checked, () => describeChecked(checked, terminal));
      if (checked.faults > 0) terminal.markRefused();
    });
};

const phases: Record<Parameters<OnProgress>[0], { zh: string; en: string }> = {
  writing: { zh: '写入备份', en: 'writing' },
  reading: { zh: '读取备份', en: 'reading' },
  entries: { zh: '核对条目', en: 'entries' },
  records: { zh: '核对记录', en: 'records' },
};

/** One bar after the other. */
export function createBars(terminal: Terminal): { update: OnProgress; stop(): void } {
  let shown: { what: string; bar: Progress } | undefined;
  const stop = () => {
    shown?.bar.stop();
    shown = undefined;
  };
  return {
    stop,
    update(what, done, total): void {
      if (shown?.what !== what) {
        stop();
        shown = { what, bar: terminal.progress(phases[what], total) };
      }
      shown.bar.update(done);
    },
  };
}

/** Every log, then every fault, then the verdict. */
export function describeChecked({ logs, records, faults, found }: CheckedStore, { pick }: Terminal): string {
  const head = [
    { zh: '日志', en: 'log' },
    { zh: '成员', en: 'member' },
    { zh: '条目', en: 'entries' },
    { zh: '检查点', en: 'checkpoints' },
  ].map(pick);
  const rows = logs.map(({ log, member, entries, checkpoints }) => [log, member, `${entries}`, `${checkpoints}`]);
  const lines = found.map((fault) => `${toOneLine(`${placeOf(fault)}: ${pick(fault)} (${fault.code})`)}\n`);
  const more = faults - found.length;
  const rest = more > 0 ? pick({ zh: `另有 ${more} 处未列出`, en: `and ${more} more` }) : '';
  const verdict =
    faults === 0
      ? pick({ zh: `没有问题；${records} 条记录`, en: `nothing is wrong; ${records} records` })
      : pick({ zh: `${faults} 处不对；${records} 条记录`, en: `${faults} things are wrong; ${records} records` });
  return `${formatTable(head, rows)}\n${lines.join('')}${rest && `${rest}\n`}${verdict}\n`;
}

/** `credit.sh.example/log 17`, with the record where there is one. */
function placeOf({ log, index, record }: Fault): string {
  return [log, index, record].filter((part) => part !== undefined).join(' ');
}
