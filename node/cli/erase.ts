/** `huxin erase | scrub`: the content of a record goes everywhere, and what was erased leaves the database's files. */

import { Option } from 'commander';
import { loadConfig } from '../config.ts';
import type { ErasureDone, ErasureGround } from '../federation/publish-erasure.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';

const grounds: readonly ErasureGround[] = ['retention-ended', 'ordered', 'unlawful', 'lost', 'other'];

interface EraseOptions extends ClientOptions {
  ground: ErasureGround;
  reason?: string;
}

export const erase: Register = (program, { terminal, client }) => {
  withNode(program.command('erase <record>'))
    .description(
      '删除本成员一条记录的内容：本节点和各成员一并删除，不可恢复 · erase the content of one of the member’s own records, here and at every member, for good',
    )
    .addOption(new Option('--ground <ground>', '删除事由 · ground').choices(grounds).makeOptionMandatory())
    .option('--reason <text>', '说明，只留在本节点 · reason, which stays on this node')
    .action(async (id: string, { ground, reason, ...options }: EraseOptions) => {
      const path = `/api/v1/records/${encodeURIComponent(id)}/erasure`;
      const done = await client(options).post<ErasureDone>(path, { ground, ...(reason !== undefined && { reason }) });
      terminal.answer(done, () =>
        terminal.pick({
          zh: `已删除 ${done.erased} 条通报的内容，日志第 ${done.index} 条，编号 ${done.jti}`,
          en: `erased the content of ${done.erased} bulletins by entry ${done.index} of the log, ${done.jti}`,
        }),
      );
    });
};

/** Beside a running node or without one; its jobs do the same each night. */
export const scrub: Register = (program, { terminal }) => {
  program
    .command('scrub')
    .description(
      '把已删除的内容从数据库文件中清除；PostgreSQL 的表在此期间锁定 · take what was erased out of the files of the database; tables of PostgreSQL are locked meanwhile',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .action(async ({ config }: { config: string }) => {
      const { openStore } = await import('../store/store.ts'); // with its engines, for this command alone
      const store = await openStore(loadConfig(config).database);
      try {
        await store.scrub();
      } finally {
        await store.close();
      }
      terminal.answer({ scrubbed: true }, () => terminal.pick({ zh: '已清理', en: 'done' }));
    });
};
