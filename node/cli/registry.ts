/** `huxin ask | record | step`: what a node knows, and a step on one of its own records. */

import { Argument, type Command, Option } from 'commander';
import type { StepRequest } from '../federation/publish-steps.ts';
import type { ShownRecord, SubjectAnswer } from '../registry/answer.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { readJsonObject } from './files.ts';
import { readLabels } from './labels.ts';
import { formatAnswer, formatWhole, type WholeRecord } from './record-report.ts';
import { buildStep, grounds, type StepOptions, stepTypes } from './step.ts';

interface StepCommandOptions extends ClientOptions, Omit<StepOptions, 'body'> {
  /** File. */
  body?: string;
}

export const registry: Register = (program, { terminal, client }: Context) => {
  withNode(program.command('ask <uscc>'))
    .description('查询一个主体在各省的信用记录 · ask all provinces’ records of a subject')
    .requiredOption('--purpose <id>', '使用目的，须在协议清单内 · purpose, one of the agreement’s list')
    .action(async (uscc: string, { purpose, ...options }: ClientOptions & { purpose: string }) => {
      const node = client(options);
      const [{ member }, found] = await Promise.all([
        node.get<{ member: string }>('/.well-known/huxin'),
        node.get<SubjectAnswer>(`/api/v1/subjects/${encodeURIComponent(uscc)}`, { purpose }),
      ]);
      const labels = await readLabels();
      terminal.answer(found, () => formatAnswer(found, member, labels, terminal.pick));
    });

  withNode(program.command('record <record>'))
    .description('一条信用记录的全部内容和经过 · one credit record, whole')
    .action(async (id: string, options: ClientOptions) => {
      const record = await client(options).get<WholeRecord>(pathOf(id));
      const labels = await readLabels();
      terminal.answer(record, () => formatWhole(record, labels, terminal.pick));
    });

  withStepOptions(withNode(program.command('step <record>')))
    .description('对本成员的记录作修复、撤销或更正 · repair, revoke or correct one of the member’s own records')
    .action(async (id: string, type: StepRequest['type'], options: StepCommandOptions) => {
      const node = client(options);
      const record = await node.get<ShownRecord>(pathOf(id));
      const { isList } = await readLabels();
      const { body: file, ...others } = options;
      const given = file === undefined ? others : { ...others, body: await readJsonObject(file) };
      const body = buildStep(type, record, given, (path) => isList(record.type, path));
      const done = await node.post<{ jti: string; index: number }>(`${pathOf(id)}/steps`, { type, body });
      terminal.answer(done, () =>
        terminal.pick({
          zh: `已签发，日志第 ${done.index} 条，编号 ${done.jti}`,
          en: `issued as entry ${done.index} of the log, ${done.jti}`,
        }),
      );
    });
};

function withStepOptions(command: Command): Command {
  return command
    .addArgument(new Argument('<type>', '修复、撤销、更正 · what to do').choices(stepTypes))
    .option('--on <day>', '修复日、撤销日；文书日期的默认值 · day of the step, by default also of its document')
    .option('--document <number>', '决定文书号 · number of the decision document')
    .option('--document-date <day>', '文书日期，默认为 --on · its day, by default that of --on')
    .option(
      '--document-authority <uscc>',
      '决定机关代码，默认为原记录的机关 · code of its authority, by default that of the record',
    )
    .option(
      '--document-authority-name <name>',
      '决定机关名称，与代码同时给出 · name of that authority, given with its code',
    )
    .option('--reason <text>', '理由 · reason')
    .addOption(new Option('--ground <ground>', '撤销事由 · ground of a revocation').choices(grounds))
    .option('--body <file>', '更正后的全部内容（JSON） · the whole corrected body (JSON)')
    .option(
      '--set <path=value>',
      '更正其中一项，可重复；空值即删去 · correct one member, repeatable; empty removes it',
      (pair: string, before: string[]) => [...before, pair],
      [],
    );
}

function pathOf(id: string): string {
  return `/api/v1/records/${encodeURIComponent(id)}`;
}
