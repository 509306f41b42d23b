/** `huxin fsck`: everything that a store holds, held against itself. Reads only, beside a running node or without one. */

import { createAgreements } from '../agreement/agreements.ts';
import { compileSchema } from '../base/schema.ts';
import { loadConfig, loadSchemas } from '../config.ts';
import { hash, verifySignature } from '../crypto.ts';
import type { Fault } from '../federation/fault.ts';
import { type Checked, checkStore } from '../federation/fsck.ts';
import type { Register } from './command.ts';
import { formatTable, toOneLine } from './table.ts';
import type { Progress, Terminal } from './terminal.ts';

/** Of so many faults at most each is named; beyond it they are counted. */
const mostNamed = 1_000;

export const fsck: Register = (program, { terminal, now }) => {
  program
    .command('fsck')
    .description(
      '逐条核对数据库：内容与叶、叶与各层哈希、根与已签名的检查点、回执、记录；只读，节点可照常运行 · hold the database against itself, entry by entry: content and leaves, hashes of every level, root and signed checkpoints, receipts, records; reads only, the node may run',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .action(async ({ config: file }: { config: string }) => {
      const config = loadConfig(file);
      const { openStoreForReading } = await import('../store/store.ts'); // with its engines, for this command alone
      const store = await openStoreForReading(config.database);
      const faults: Fault[] = [];
      const bars = createBars(terminal);
      try {
        const form = compileSchema(loadSchemas(config.schemas).get('agreement') ?? {});
        const agreements = createAgreements({ store: store.agreements, hash, form, verifySignature, now });
        const checked = await checkStore({
          ...{ store, agreements, hash, verifySignature },
          onFault: (fault) => {
            if (faults.length < mostNamed) faults.push(fault);
          },
          onProgress: bars.update,
        });
        bars.stop();
        terminal.answer({ ...checked, found: faults }, () => describe(checked, faults, terminal));
        if (checked.faults > 0) terminal.markRefused();
      } finally {
        bars.stop();
        await store.close();
      }
    });
};

/** One bar after the other: entries, then records. */
function createBars(terminal: Terminal) {
  const words = { entries: { zh: '核对条目', en: 'entries' }, records: { zh: '核对记录', en: 'records' } };
  let shown: { what: string; bar: Progress } | undefined;
  const stop = () => {
    shown?.bar.stop();
    shown = undefined;
  };
  return {
    stop,
    update(what: keyof typeof words, done: number, total: number): void {
      if (shown?.what !== what) {
        stop();
        shown = { what, bar: terminal.progress(words[what], total) };
      }
      shown.bar.update(done);
    },
  };
}

function describe({ logs, records, faults }: Checked, found: readonly Fault[], { pick }: Terminal): string {
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
