/** `huxin store status | migrate`: which release's tables a database has, and bringing them up to date. */

import { loadConfig } from '../config.ts';
import type { SchemaState } from '../store/schema.ts';
import { withoutSecret } from '../store/url.ts';
import type { Context, Register } from './command.ts';

interface Options {
  config: string;
}

export const store: Register = (program, { terminal }) => {
  const group = program.command('store').description('数据库的版本 · the release of a database');
  group
    .command('status')
    .description('数据库的表属于哪个版本，不作改动 · which release the tables are of; changes nothing')
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .action(async ({ config }: Options) => {
      const { readSchemaOf } = await import('../store/open.ts'); // with its engines
      const { database } = loadConfig(config);
      const state = await readSchemaOf(database);
      const answer = { database: withoutSecret(database), ...state, ready: isReady(state) };
      terminal.answer(answer, () => describe(answer.database, state, terminal.pick));
      if (state.unknown.length > 0) terminal.markRefused();
    });
  group
    .command('migrate')
    .description(
      '把表升级到本版本；节点启动时也会自动升级 · bring the tables up to this release, as the start of a node does',
    )
    .requiredOption('--config <file>', '配置文件 · configuration file')
    .option(
      '--dry-run',
      '在现有数据上试做一遍再撤销，其间写入须等待 · carry it out on the data that is there and take it back; writers wait meanwhile',
    )
    .action(async ({ config, dryRun = false }: Options & { dryRun?: boolean }) => {
      const { migrateStore } = await import('../store/open.ts');
      const pending = await migrateStore(loadConfig(config).database, { dryRun });
      terminal.answer({ migrations: pending, dryRun }, () =>
        terminal.pick(pending.length === 0 ? nothingToDo : dryRun ? tried(pending) : done(pending)),
      );
    });
};

const nothingToDo = { zh: '已是本版本，无须升级', en: 'the tables are of this release already' };
const tried = (names: string[]) => ({
  zh: `试做成功，已撤销：${names.join('、')}`,
  en: `these would go well, and were taken back: ${names.join(', ')}`,
});
const done = (names: string[]) => ({ zh: `已完成：${names.join('、')}`, en: `done: ${names.join(', ')}` });

function isReady({ pending, unknown }: SchemaState): boolean {
  return pending.length === 0 && unknown.length === 0;
}

function describe(database: string, { applied, pending, unknown }: SchemaState, pick: Context['terminal']['pick']) {
  const lines = [
    database,
    ...applied.map(({ name, at }) => `  ${name}  ${at}`),
    ...pending.map((name) => `  ${name}  ${pick({ zh: '待升级', en: 'to come' })}`),
    ...unknown.map(
      (name) =>
        `  ${name}  ${pick({ zh: '由更新的版本建立，本版本不能使用', en: 'made by a newer release, which this one cannot use' })}`,
    ),
  ];
  return lines.join('\n');
}
