/** `huxin evidence …`: files that prove something to whoever trusts no node. `huxin verify` checks them. */

import type { Command } from 'commander';
import { describeClaim } from '../evidence/claim-words.ts';
import { type ClientOptions, type Query, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { claimIn, saveEvidence } from './evidence-file.ts';

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

  withFile(group.command('bulletin <jti>'))
    .description('一条通报及其回执 · a bulletin and the receipts on it')
    .action((jti: string, options: Options) => save(context, `/bulletins/${encodeURIComponent(jti)}`, options));

  withFile(group.command('refusal <jti>'))
    .description('一条通报及拒收它的回执 · a bulletin and the receipt that refuses it')
    .option('--receiver <id>', '拒绝的成员；只有一个时可不写 · who refused it; need not be said when only one did')
    .action((jti: string, { receiver, ...options }: Options & { receiver?: string }) =>
      save(context, `/refusals/${encodeURIComponent(jti)}`, options, { receiver }),
    );

  withFile(group.command('range'))
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

  withOut(group.command('withheld <issuer> <index>'))
    .description('接收方称未得到某条的内容 · that a receiver says it was not given an entry’s content')
    .requiredOption('--receiver <id>', '接收方 · the receiver')
    .action((issuer: string, index: string, { receiver, ...options }: Options & { receiver: string }) => {
      const place = [issuer, index].map(encodeURIComponent).join('/');
      return save(context, `/withheld/${place}`, options, { receiver });
    });
};

/** A file, and the purpose for which its content is asked for. */
function withFile(command: Command): Command {
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

async function save(
  { terminal, client }: Context,
  path: string,
  { out, purpose, ...options }: Options,
  more: Query = {},
): Promise<void> {
  const pieces = client(options).download(`${base}${path}`, { purpose, ...more });
  const { head, bytes } = await saveEvidence(terminal, out, pieces);
  const claim = claimIn(head);
  const words = describeClaim(claim, {});
  if (out === '-') return terminal.note(words);
  const how = `huxin verify ${out} --agreement AGREEMENT.json`;
  terminal.answer({ file: out, bytes, claim }, () => {
    const written = { zh: `已写入 ${out}（${bytes} 字节）`, en: `written to ${out} (${bytes} bytes)` };
    const check = { zh: `核验：${how}`, en: `to check it: ${how}` };
    return [words, written, check].map(terminal.pick).join('\n');
  });
}
