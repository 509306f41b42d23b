/** `huxin evidence …`: files that prove something to whoever trusts no node. `huxin verify` checks them. */

import { type Command, Option } from 'commander';
import { describeClaim } from '../evidence/claim-words.ts';
import type { ListedFinding } from '../evidence/export-finding.ts';
import { type ClientOptions, type Query, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { claimIn, saveEvidence } from './evidence-file.ts';
import { formatFindings } from './evidence-findings.ts';
import { saveTlogFolder } from './evidence-folder.ts';
import { readMemberNames } from './member-names.ts';

interface Options extends ClientOptions {
  out: string;
  purpose?: string;
}

interface RangeOptions {
  issuer: string;
  receiver: string;
  log?: string;
  from?: string;
  to?: string;
  since?: string;
  until?: string;
}

const base = '/api/v1/evidence';

export const evidence: Register = (program, context) => {
  const group = program.command('evidence').description('导出可离线核验的证据 · export evidence to be checked offline');

  withContent(group.command('bulletin <jti>'))
    .description('一条通报及其回执 · a bulletin and the receipts on it')
    .addOption(
      new Option(
        '--format <format>',
        '证据文件，或供其他工具使用的文件夹 · an evidence file, or a folder for other tools',
      )
        .choices(['json', 'tlog'])
        .default('json'),
    )
    .action((jti: string, { format, ...options }: Options & { format: 'json' | 'tlog' }) => {
      const path = `/bulletins/${encodeURIComponent(jti)}`;
      return format === 'json' ? save(context, path, options) : saveFolder(context, path, options);
    });

  withContent(group.command('record <record>'))
    .description('一条信用记录的全部通报，含他省的异议和反馈 · all bulletins about a record, those of others included')
    .action((record: string, options: Options) => save(context, `/records/${encodeURIComponent(record)}`, options));

  withContent(group.command('range'))
    .description('一段日志中发给某成员的全部通报，证明无一遗漏 · all that an issuer addressed to a receiver, complete')
    .requiredOption('--issuer <id>', '签发方 · the issuer')
    .requiredOption('--receiver <id>', '接收方 · the receiver')
    .option('--log <name>', '签发方的日志名，默认最新的一个 · the issuer’s log, by default its newest')
    .option('--from <n>', '起始序号，默认 0 · first index, by default 0')
    .option('--to <n>', '截止序号（不含），默认到最近的检查点 · index after the last, by default the newest checkpoint')
    .option('--since <day>', '起始日，不与序号同用 · first day, in place of indexes')
    .option('--until <day>', '截止日（含） · last day, included')
    .action((given: Options & RangeOptions) => {
      const { issuer, receiver, log, from, to, since, until, ...options } = given;
      const members = [issuer, receiver].map(encodeURIComponent).join('/');
      return save(context, `/ranges/${members}`, options, { log, from, to, since, until });
    });

  withContent(group.command('refusal <jti|issuer> [index]'))
    .description(
      '被拒收的通报及拒收回执；编号重复或无从读取的，以签发方和序号指明 · a refused bulletin and the receipt; by issuer and index where its id is another’s too, or cannot be read',
    )
    .option('--receiver <id>', '拒绝的成员；只有一个时可不写 · who refused it; need not be said when only one did')
    .action((named: string, index: string | undefined, { receiver, ...options }: Options & { receiver?: string }) => {
      const place = [named, ...(index === undefined ? [] : [index])].map(encodeURIComponent).join('/');
      return save(context, `/refusals/${place}`, options, { receiver });
    });

  withOut(group.command('withheld <issuer> <index>'))
    .description('接收方称未得到某条的内容 · that a receiver says it was not given an entry’s content')
    .requiredOption('--receiver <id>', '接收方 · the receiver')
    .action((issuer: string, index: string, { receiver, ...options }: Options & { receiver: string }) => {
      const place = [issuer, index].map(encodeURIComponent).join('/');
      return save(context, `/withheld/${place}`, options, { receiver });
    });

  withNode(group.command('findings'))
    .description('本节点的发现，以及能否导出 · what the node found, and whether it can be exported')
    .action(async (options: ClientOptions) => {
      const { terminal } = context;
      const client = context.client(options);
      const found = await client.get<{ findings: ListedFinding[] }>(`${base}/findings`);
      const names = await readMemberNames(client);
      terminal.answer(found, () => formatFindings(found.findings, names, terminal.pick));
    });

  withOut(group.command('finding <id>'))
    .description('一个日志签署了两种历史 · that the key of a log signed two histories')
    .action((id: string, options: Options) => save(context, `/findings/${encodeURIComponent(id)}`, options));
};

/** A file with content, and the purpose for which that is asked for. */
function withContent(command: Command): Command {
  return withOut(command).requiredOption(
    '--purpose <id>',
    '使用目的，须在协议清单内 · purpose, one of the agreement’s list',
  );
}

function withOut(command: Command): Command {
  return withNode(command).requiredOption(
    '--out <file>',
    '写入文件，不覆盖；- 为标准输出 · write to a file that is not there yet; - is stdout',
  );
}

function download({ client }: Context, path: string, { out: _, purpose, ...options }: Options, more: Query = {}) {
  return client(options).download(`${base}${path}`, { purpose, ...more });
}

async function save(context: Context, path: string, options: Options, more: Query = {}): Promise<void> {
  const { terminal } = context;
  const { out } = options;
  const { head, bytes } = await saveEvidence(terminal, out, download(context, path, options, more));
  const claim = claimIn(head);
  const words = describeClaim(claim, await readMemberNames(context.client(options)));
  if (out === '-') return terminal.note(words);
  terminal.answer({ file: out, bytes, claim }, () => {
    const written = { zh: `已写入 ${out}（${bytes} 字节）`, en: `written to ${out} (${bytes} bytes)` };
    const how = `huxin verify ${out} --agreement agreement.json`;
    const check = { zh: `核验：${how}`, en: `to check it: ${how}` };
    return [words, written, check].map(terminal.pick).join('\n');
  });
}

async function saveFolder(context: Context, path: string, options: Options): Promise<void> {
  const { terminal } = context;
  const { claim, files } = await saveTlogFolder(options.out, download(context, path, options));
  const names = await readMemberNames(context.client(options));
  terminal.answer({ folder: options.out, files, claim }, () => {
    const written = {
      zh: `已写入文件夹 ${options.out}：${files.join('、')}`,
      en: `written to the folder ${options.out}: ${files.join(', ')}`,
    };
    return [describeClaim(claim, names), written].map(terminal.pick).join('\n');
  });
}
