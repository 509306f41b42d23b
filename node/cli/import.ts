/** `huxin import | publish | discard | imports`: a spreadsheet on its way into the log, and back out of it. */

import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { isProblem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { forms } from '../form/forms.ts';
import type { Import, ImportState } from '../registry/ports.ts';
import { type Client, type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { openFile } from './files.ts';
import { formatImport, formatImports, formatRefusals, type ToldRefusal } from './import-report.ts';
import type { Terminal } from './terminal.ts';

interface ImportOptions extends ClientOptions {
  type: string;
  hold?: true;
  allOrNothing?: true;
  wait: boolean;
}

const atRest: readonly ImportState[] = ['held', 'done', 'refused', 'discarded'];
const firstWaitMs = 100;
const longestWaitMs = 1_000;
/** Refusals that a person is shown; `--json` has them all. */
const shownRefusals = 200;

export const imports: Register = (program, context) => {
  const { terminal } = context;

  withNode(program.command('import <file>'))
    .description('导入表格（.xlsx 或 .csv）并发布 · import a spreadsheet (.xlsx or .csv) and publish it')
    .addOption(new Option('--type <type>', '信息种类 · what it holds').choices([...forms.keys()]).makeOptionMandatory())
    .option('--hold', '只读取和检查，等待发布 · read and check only, publish when told to')
    .option('--all-or-nothing', '有一行被拒绝则全部不发布 · publish nothing when a row is refused')
    .option('--no-wait', '上传后不等待结果 · do not wait for the outcome')
    .action(async (file: string, { type, hold, allOrNothing, wait, ...options }: ImportOptions) => {
      const client = context.client(options);
      const flags = { ...(hold && { hold: 'true' }), ...(allOrNothing && { allOrNothing: 'true' }) };
      const query = { type, name: basename(file), ...flags };
      const given = await client.upload<Import>('/api/v1/imports', await openFile(file), query);
      if (!wait) return answer(given, terminal);
      terminal.note({
        zh: `已上传，导入编号 ${given.id}`,
        en: `Uploaded as import ${given.id}`,
      });
      await answerWhole(await follow(given, client, context), client, terminal);
    });

  withNode(program.command('publish <import>'))
    .description('发布已读取、待发布的导入 · publish an import that was held')
    .option('--no-wait', '不等待结果 · do not wait for the outcome')
    .action(async (id: string, { wait, ...options }: ClientOptions & { wait: boolean }) => {
      const client = context.client(options);
      const given = await client.post<Import>(`${pathOf(id)}/publish`);
      if (!wait) return answer(given, terminal);
      await answerWhole(await follow(given, client, context), client, terminal);
    });

  withNode(program.command('discard <import>'))
    .description('放弃待发布的导入 · throw away an import that was held')
    .action(async (id: string, options: ClientOptions) => {
      answer(await context.client(options).post<Import>(`${pathOf(id)}/discard`), terminal);
    });

  registerGroup(program.command('imports').description('历次导入 · the imports'), context);
};

function registerGroup(group: Command, { terminal, client }: Context): void {
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

  withNode(group.command('revoke <import>'))
    .description('撤销这次导入所建立的全部记录 · revoke every record that it opened')
    .requiredOption('--reason <text>', '理由 · reason')
    .action(async (id: string, { reason, ...options }: ClientOptions & { reason: string }) => {
      const done = await client(options).post<{ revoked: number }>(`${pathOf(id)}/revocation`, { reason });
      terminal.answer(done, () =>
        terminal.pick({ zh: `已撤销 ${done.revoked} 条记录`, en: `${done.revoked} records revoked` }),
      );
    });
}

/** The import once it has come to rest, with a bar where a person watches. */
async function follow({ id }: Import, client: Client, { terminal, wait }: Context): Promise<Import> {
  const bar = terminal.progress({ zh: '导入', en: 'importing' }, 0);
  try {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const given = await client.get<Import>(pathOf(id));
      const { rows, refusedRows, repeated, opened, corrected, unchanged } = given.summary;
      bar.update(refusedRows + repeated + opened + corrected + unchanged, rows);
      if (atRest.includes(given.state)) return given;
      await wait(waitMs);
    }
  } finally {
    bar.stop();
  }
}

function answer(given: Import, terminal: Terminal): void {
  terminal.answer(given, () => formatImport(given, terminal.pick));
}

/** With the refused rows. That some were refused is this command's failure, unless it only looks. */
async function answerWhole(
  given: Import,
  client: Client,
  { answer, note, pick, markRefused, isJson }: Terminal,
  { isQuestion = false } = {},
): Promise<void> {
  const most = isJson ? Number.POSITIVE_INFINITY : shownRefusals;
  const { refusals, isMore } = await listRefusals(given, client, most);
  answer({ ...given, refusals }, () =>
    [formatImport(given, pick), formatRefusals(refusals, pick)].join('\n').trimEnd(),
  );
  if (isMore) note(moreRefusals(given.id));
  if (!isQuestion && (given.state === 'refused' || given.summary.refusedRows > 0)) markRefused();
}

/** None for an operator, who may know how many rows were refused, but not what stood in them. */
async function listRefusals({ id, summary }: Import, client: Client, most: number) {
  const refusals: ToldRefusal[] = [];
  let next: number | undefined = summary.refusedRows > 0 ? 0 : undefined;
  while (next !== undefined && refusals.length < most) {
    const query = { from: String(next), limit: String(Math.min(1000, most)) };
    const page = await client.get<RefusalPage>(`${pathOf(id)}/refusals`, query).catch(nothingForOperators);
    refusals.push(...page.refusals);
    next = page.next;
  }
  return { refusals, isMore: next !== undefined };
}

interface RefusalPage {
  refusals: ToldRefusal[];
  next?: number;
}

function nothingForOperators(error: unknown): RefusalPage {
  if (isProblem(error) && error.code === 'auth/role-not-allowed') return { refusals: [] };
  throw error;
}

function moreRefusals(id: string): Sentence {
  return {
    zh: `只显示前 ${shownRefusals} 条；全部见：huxin imports show ${id} --json`,
    en: `Only the first ${shownRefusals} are shown; for all of them: huxin imports show ${id} --json`,
  };
}

function pathOf(id: string): string {
  return `/api/v1/imports/${encodeURIComponent(id)}`;
}
