/** `huxin log unlock`: the operator's way past the lock before the log key. */

import { formatInstant } from '../base/time.ts';
import { loadConfig } from '../config.ts';
import type { Register } from './command.ts';
import { Misuse } from './terminal.ts';

export const log: Register = (program, { terminal, now }) => {
  const group = program.command('log').description('本节点的日志 · the node’s own log');
  group
    .command('unlock')
    .description(
      '不等各成员答复就允许签发一次：只在确知没有人见过更大的日志时使用；节点下次核对时生效，并记入运行日志 · let the log key sign without waiting for the members, once: only when you know that nobody has seen more of the log; the node takes the order at its next turn and says so in its log',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .option('--override', '确认不等各成员 · yes, without the members')
    .action(async ({ config, override = false }: { config: string; override?: boolean }) => {
      if (!override)
        throw new Misuse({
          zh: '节点会自行向各成员核对；要跳过核对须写明 --override',
          en: 'the node asks the members by itself; to go on without them, say --override',
        });
      const { openStore } = await import('../store/store.ts'); // with its engines, for this command alone
      const { member, database } = loadConfig(config);
      const store = await openStore(database);
      try {
        await store.locks.orderUnlock(member, formatInstant(now()));
      } finally {
        await store.close();
      }
      terminal.answer({ ordered: true }, () =>
        terminal.pick({
          zh: '已下令：节点下次核对时不再等各成员',
          en: 'ordered: at its next turn the node waits for nobody',
        }),
      );
    });
};
