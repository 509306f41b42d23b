/** `huxin step | proposals`: a step on a record, and those that wait for a second person. */

import { Argument, type Command, Option } from 'commander';
import { dayOf, formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { StepRequest } from '../federation/steps.ts';
import type { Proposal } from '../registry/proposals.ts';
import type { ShownRecord } from '../registry/shown-record.ts';
import { proposalStates, wordFor } from '../registry/words.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { readJsonObject } from './files.ts';
import { readLabels } from './labels.ts';
import { buildStep, type StepOptions, stepTypes } from './step-body.ts';
import { formatPairs, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface StepCommandOptions extends ClientOptions, Omit<StepOptions, 'body'> {
  /** File. */
  body?: string;
  purpose: string;
}

type ToldProposal = Omit<Proposal, 'record'> & { record: string };
type Done = { jti: string; index: number } | ToldProposal;

export const step: Register = (program, context) => {
  const { terminal, client, now } = context;

  withStepOptions(withNode(program.command('step <record>')))
    .description(
      '对记录的操作：变更本省的，或就任一省的提出异议、反馈 · a step on a record: move one of our own, or speak of any',
    )
    .action(async (id: string, type: StepRequest['type'], { purpose, ...options }: StepCommandOptions) => {
      const node = client(options);
      const path = `/api/v1/records/${encodeURIComponent(id)}`;
      const record = await node.get<ShownRecord>(path, { purpose });
      const { isList } = await readLabels();
      const { body: file, ...others } = options;
      const given = file === undefined ? others : { ...others, body: await readJsonObject(file) };
      const how = { today: dayOf(now()), isList: (at: string) => isList(record.type, at) };
      const done = await node.post<Done>(`${path}/steps`, { type, body: buildStep(type, record, given, how) });
      terminal.answer(done, () => terminal.pick('id' in done ? sayProposed(done) : sayIssued(done)));
    });

  registerProposals(
    program.command('proposals').description('待第二人复核的操作 · steps that wait for a second person'),
    context,
  );
};

function registerProposals(group: Command, { terminal, client }: Context): void {
  const decide = (word: string, path: string, description: string) =>
    withNode(group.command(`${word} <proposal>`))
      .description(description)
      .action(async (id: string, options: ClientOptions) => {
        await answer(await client(options).post<ToldProposal>(pathOf(id, path)), terminal);
      });

  withNode(group.command('list', { isDefault: true }))
    .description('列出，新的在前 · list them, newest first')
    .addOption(
      new Option('--state <state>', '只列这一状态 · only those in that state').choices(Object.keys(proposalStates)),
    )
    .option('--limit <n>', '最多几件 · at most so many', '100')
    .action(async ({ state, limit, ...options }: ClientOptions & { state?: string; limit: string }) => {
      const query = { limit, ...(state !== undefined && { state }) };
      const found = await client(options).get<{ proposals: ToldProposal[] }>('/api/v1/proposals', query);
      const labels = await readLabels();
      terminal.answer(found, () => formatProposals(found.proposals, labels, terminal.pick));
    });

  withNode(group.command('show <proposal>'))
    .description('一件的全部内容 · one of them, whole')
    .action(async (id: string, options: ClientOptions) => {
      await answer(await client(options).get<ToldProposal>(pathOf(id)), terminal);
    });

  decide('approve', '/approval', '同意并发布（须由另一人） · approve and publish it (another person)');
  decide('withdraw', '/withdrawal', '撤回自己提出的 · take back one’s own');

  withNode(group.command('reject <proposal>'))
    .description('不同意 · reject it')
    .requiredOption('--reason <text>', '理由 · reason')
    .action(async (id: string, { reason, ...options }: ClientOptions & { reason: string }) => {
      await answer(await client(options).post<ToldProposal>(pathOf(id, '/rejection'), { reason }), terminal);
    });
}

async function answer(proposal: ToldProposal, { answer, pick }: Terminal): Promise<void> {
  const labels = await readLabels();
  answer(proposal, () => formatProposal(proposal, labels, pick));
}

function formatProposals(proposals: readonly ToldProposal[], labels: Labels, pick: Terminal['pick']): string {
  const head = [
    { zh: '编号', en: 'id' },
    { zh: '记录', en: 'record' },
    { zh: '操作', en: 'step' },
    { zh: '提出人', en: 'proposed by' },
    { zh: '提出时间（北京时间）', en: 'proposed at (China time)' },
    { zh: '状态', en: 'state' },
  ];
  const rows = proposals.map(({ id, record, type, proposedBy, proposedAt, state }) => [
    ...[id, record, pick(labels.titleOf(type)), proposedBy.person, formatChinaTime(proposedAt)],
    pick(wordFor(proposalStates, state)),
  ]);
  return formatTable(head.map(pick), rows);
}

function formatProposal(proposal: ToldProposal, labels: Labels, pick: Terminal['pick']): string {
  const { id, record, type, body, proposedBy, proposedAt, state, decidedBy, decidedAt, reason, jti } = proposal;
  const who = ({ authority, person }: Proposal['proposedBy']) => `${person} (${authority})`;
  return formatPairs([
    [pick({ zh: '编号', en: 'id' }), id],
    [pick({ zh: '记录', en: 'record' }), record],
    [pick({ zh: '操作', en: 'step' }), pick(labels.titleOf(type))],
    ...labels.linesOf(type, body).map(({ label, value }) => [pick(label), pick(value)] as const),
    [pick({ zh: '提出人', en: 'proposed by' }), `${who(proposedBy)}  ${formatChinaTime(proposedAt)}`],
    [pick({ zh: '状态', en: 'state' }), pick(wordFor(proposalStates, state))],
    ...(decidedBy
      ? [[pick({ zh: '处理人', en: 'decided by' }), `${who(decidedBy)}  ${formatChinaTime(decidedAt ?? '')}`] as const]
      : []),
    ...(reason === undefined ? [] : [[pick({ zh: '理由', en: 'reason' }), reason] as const]),
    ...(jti === undefined ? [] : [[pick({ zh: '通报编号', en: 'bulletin' }), jti] as const]),
  ]);
}

function sayIssued({ index, jti }: { index: number; jti: string }) {
  return { zh: `已签发，日志第 ${index} 条，编号 ${jti}`, en: `issued as entry ${index} of the log, ${jti}` };
}

function sayProposed({ id }: ToldProposal) {
  return {
    zh: `已提出，待另一人复核：huxin proposals approve ${id}`,
    en: `proposed; another person approves it: huxin proposals approve ${id}`,
  };
}

function withStepOptions(command: Command): Command {
  const collect = (value: string, before: string[] = []) => [...before, value];
  const option = (flags: string, text: string) => command.addOption(new Option(flags, text));
  const listed = (flags: string, text: string, choices: string[]) => new Option(flags, text).choices(choices);
  command.addArgument(new Argument('<type>', '操作种类 · what to do').choices(stepTypes));
  option('--on <day>', '操作之日，默认今天 · day of the step, today by default');
  option('--document <number>', '决定文书号 · number of the decision document');
  option('--document-date <day>', '文书日期，默认为 --on · its day, by default that of --on');
  option(
    '--document-authority <uscc>',
    '决定机关代码，默认为原记录的机关 · code of its authority, by default that of the record',
  );
  option(
    '--document-authority-name <name>',
    '决定机关名称，与代码同时给出 · name of that authority, given with its code',
  );
  option('--reason <text>', '理由 · reason');
  command
    .addOption(listed('--ground <ground>', '撤销或顺延的事由 · ground of a revocation or an extension', grounds))
    .option(
      '--condition <condition>',
      `修复条件，可重复：${repairConditions.join('、')} · a condition of a repair that is met, repeatable`,
      collect,
    )
    .option('--applied-on <day>', '收到修复申请之日 · day on which the repair was applied for')
    .option('--until <day>', '顺延后的截止日，或措施截止日 · the new last day, or the last day of a measure')
    .option('--because <record>', '据以顺延的记录 · the record that is the reason of an extension')
    .option('--objection <jti>', '所处理的异议，默认为唯一未决的 · which objection, by default the only open one')
    .addOption(listed('--outcome <outcome>', '异议处理结果 · outcome of an objection', outcomes))
    .option('--requested <text>', '异议人的请求 · what the objection asks for')
    .option(
      '--bureau-name <name>',
      '受理或采取措施的机关名称，代码取自令牌 · name of the bureau; its code is the token’s',
    )
    .option('--measure <code>', '所采取的措施，可重复 · a measure taken, repeatable', collect)
    .option('--result <text>', '措施结果 · what came of the measure')
    .option('--body <file>', '更正后的全部内容（JSON） · the whole corrected body (JSON)')
    .option(
      '--set <path=value>',
      '更正其中一项，可重复；空值即删去 · correct one member, repeatable; empty removes it',
      collect,
      [],
    )
    .option('--purpose <id>', '读取该记录的使用目的 · purpose for which the record is read', 'supervision');
  return command;
}

export const grounds = ['annulled', 'unlawful', 'void', 'import-mistake', 'repeated-conduct', 'same-day', 'other'];
export const repairConditions = ['corrected', 'duties-performed', 'harm-removed', 'commitment'];
export const outcomes = ['rejected', 'corrected', 'supplemented', 'deleted', 'disclosure-stopped', 'delisted'];

function pathOf(id: string, below = ''): string {
  return `/api/v1/proposals/${encodeURIComponent(id)}${below}`;
}
