/** `huxin import | publish | discard`: a spreadsheet on its way into the log. */

import { basename } from 'node:path';
import { Option } from 'commander';
import { isProblem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { forms } from '../form/forms.ts';
import type { Import } from '../registry/ports.ts';
import { type Client, type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { openFile } from './files.ts';
import { follow, pathOf } from './import-progress.ts';
import { formatChanges, formatImport, formatRefusals, type ToldChange, type ToldRefusal } from './import-report.ts';
import type { Terminal } from './terminal.ts';

interface ImportOptions extends ClientOptions {
  type: string;
  hold?: true;
  dryRun?: true;
  allOrNothing?: true;
  wait: boolean;
}

/** Refusals that a person is shown; `--json` has them all. */
const shownRefusals = 200;
const rowsAtOnce = 1_000;

export const importing: Register = (program, context) => {
  const { terminal } = context;

  withNode(program.command('import <file>'))
    .description('导入表格（.xlsx 或 .csv）并发布 · import a spreadsheet (.xlsx or .csv) and publish it')
    .addOption(new Option('--type <type>', '信息种类 · what it holds').choices([...forms.keys()]).makeOptionMandatory())
    .option('--hold', '只读取和检查，等待发布 · read and check only, publish when told to')
    .option(
      '--dry-run',
      '试导入：不发布，逐条列出会更正什么；之后可发布或放弃 · publish nothing, list what would be corrected; publish or discard it afterwards',
    )
    .option('--all-or-nothing', '有一行被拒绝则全部不发布 · publish nothing when a row is refused')
    .option('--no-wait', '上传后不等待结果 · do not wait for the outcome')
    .action(async (file: string, { type, hold, dryRun, allOrNothing, wait, ...options }: ImportOptions) => {
      const client = context.client(options);
      const flags = { hold, dryRun, allOrNothing };
      const chosen = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [[name, 'true']] : []));
      const query = { type, name: basename(file), ...Object.fromEntries(chosen) };
      const given = await client.upload<Import>('/api/v1/imports', await openFile(file), query);
      if (!wait) return answer(given, terminal);
      terminal.note({
        zh: `已上传，导入编号 ${given.id}`,
        en: `Uploaded as import ${given.id}`,
      });
      await answerWhole(await follow(given, client, context), client, terminal, { isDryRun: dryRun === true });
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
};

function answer(given: Import, terminal: Terminal): void {
  terminal.answer(given, () => formatImport(given, terminal.pick));
}

/** With the refused rows, and with what would change. That some were refused is this command's failure, unless it only looks. */
export async function answerWhole(
  given: Import,
  client: Client,
  { answer, note, pick, markRefused, isJson }: Terminal,
  { isQuestion = false, isDryRun = false } = {},
): Promise<void> {
  const most = isJson ? Number.POSITIVE_INFINITY : shownRefusals;
  const { refusals, isMore } = await listRefusals(given, client, most);
  const changes = isDryRun && given.state === 'held' ? await listChanges(given.id, client) : undefined;
  answer({ ...given, refusals, ...(changes && { changes }) }, () =>
    [formatImport(given, pick), formatChanges(changes ?? [], pick), formatRefusals(refusals, pick)]
      .filter((part) => part !== '')
      .join('\n')
      .trimEnd(),
  );
  if (isMore) note(moreRefusals(given.id));
  if (refusals.length > 0) note(getRefusals(given.id));
  const refused = given.summary.refusedRows + (given.summary.preview?.refused ?? 0);
  if (!isQuestion && (given.state === 'refused' || refused > 0)) markRefused();
}

/** The rows of an import that is held which would correct a record, or be refused. */
export async function listChanges(id: string, client: Client): Promise<ToldChange[]> {
  const changes: ToldChange[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const query = { from: String(from), limit: String(rowsAtOnce) };
    const page: { rows: ToldChange[]; next?: number } = await client.get(`${pathOf(id)}/preview`, query);
    changes.push(...page.rows.filter(({ outcome }) => outcome === 'corrected' || outcome === 'refused'));
    from = page.next;
  }
  return changes;
}

/** None for an operator, who may know how many rows were refused, but not what stood in them. */
async function listRefusals({ id, summary }: Import, client: Client, most: number) {
  const refusals: ToldRefusal[] = [];
  let next: number | undefined = summary.refusedRows > 0 ? 0 : undefined;
  while (next !== undefined && refusals.length < most) {
    const query = { from: String(next), limit: String(Math.min(rowsAtOnce, most)) };
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

function getRefusals(id: string): Sentence {
  return {
    zh: `取回被拒绝的行：huxin imports refusals ${id} --out 退回.xlsx`,
    en: `To have the refused rows back: huxin imports refusals ${id} --out refused.xlsx`,
  };
}

function moreRefusals(id: string): Sentence {
  return {
    zh: `只显示前 ${shownRefusals} 条；全部见：huxin imports show ${id} --json`,
    en: `Only the first ${shownRefusals} are shown; for all of them: huxin imports show ${id} --json`,
  };
}
