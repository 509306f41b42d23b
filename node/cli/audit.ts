/** `huxin audit`: an auditor's own mirror of all logs, brought up to date and looked at; a report in JSON, HTML and a workbook. */

import { createReadStream } from 'node:fs';
import type { AuditOptions, NodeChoice } from '../audit.ts';
import { isProblem } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import type { EvidenceFile } from '../evidence/audit-contents.ts';
import { readKeyFile } from '../key-file.ts';
import { type AuditReport, formatAuditReport } from '../report/audit.ts';
import { buildAuditSheets } from '../report/audit-sheets.ts';
import { buildXlsx } from '../sheet/workbook.ts';
import type { Context, Register } from './command.ts';
import { listFiles, makeFolder, requireNew, writeNew } from './files.ts';
import { passphraseOption } from './keys.ts';
import { formatTable, toOneLine } from './table.ts';
import { Misuse, type Progress, type Terminal } from './terminal.ts';

interface Options {
  agreement: string;
  key: string;
  dir: string;
  node?: string[];
  evidence?: string[];
  out?: string;
  html?: string;
  proxy?: string;
  passphraseFile?: string;
}

export const audit: Register = (program, context) => {
  const { terminal } = context;
  program
    .command('audit')
    .description(
      '审计：跟随全部日志的叶子、治理条目和回执，查找分叉、回执缺口、迟到和未了结的拒收；没有问题退出码为 0，有问题为 1，无法进行为 2 · follow leaves, governance and receipts of all logs and look for forks, gaps, late receipts and refusals never mended; exit code 0 when nothing is wrong, 1 when something is, 2 when it cannot be done',
    )
    .requiredOption('--agreement <file>', '已签署的协议，从第 1 版起 · signed agreement, from version 1 on')
    .requiredOption('--key <file>', '审计方的密钥文件（huxin keys auditor） · the auditor’s key file')
    .requiredOption(
      '--dir <folder>',
      '镜像所在的文件夹；已有的接着读 · folder of the mirror; what it holds is gone on from',
    )
    .option(
      '--node <url>',
      '只询问这些节点，可重复；成员代码或协议中的地址，另有地址时写作 成员代码=地址 · ask these nodes only, repeatable: a member’s code or its address in the agreement; code=address where it is reached elsewhere',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option(
      '--evidence <path>',
      '一并审阅的证据文件，或存放它们的文件夹（其中的 .json），可重复；由此得知决定日和被拒收通报的去向 · evidence to look at besides, a file or a folder (its .json files), repeatable: it tells the days of decisions and what became of refused bulletins',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--out <file>', '工作簿（.xlsx） · workbook to write')
    .option('--html <file>', '可打印的报告 · report to print')
    .option('--proxy <url>', 'HTTP 代理 · HTTP proxy')
    .option(...passphraseOption)
    .action(async (options: Options) => {
      await requireNew(options.out, options.html);
      const report = await carryOut(options, context).catch((error: unknown) => {
        throw isProblem(error) ? new Misuse(sentenceOf(error)) : error;
      });
      if (options.out !== undefined) await writeNew(options.out, await buildXlsx(buildAuditSheets(report)));
      if (options.html !== undefined) await writeNew(options.html, String(formatAuditReport(report)));
      terminal.answer(report, () => describe(report, terminal));
      if (!report.ok) terminal.markRefused();
    });
};

async function carryOut(options: Options, { terminal, passphrase, now, wait }: Context): Promise<AuditReport> {
  const { agreement, key: keyFile, dir: folder, proxy } = options;
  const key = await readKeyFile(keyFile, 'auditor', await passphrase(options.passphraseFile));
  await makeFolder(folder);
  const { runAudit } = await import('../audit.ts'); // with the engines, for this command alone
  const bars = createBars(terminal);
  const given: AuditOptions = {
    ...{ agreement, key, folder, now, wait },
    nodes: (options.node ?? []).map(readNode),
    evidence: await listEvidence(options.evidence ?? []),
    ...(proxy !== undefined && { proxy: { url: proxy, except: [] } }),
    onPage: (origin, held, of) => bars.show(origin, { zh: `读取 ${origin}`, en: `reading ${origin}` }, held, of),
    onFile: (done, total) => bars.show('evidence', { zh: '验证证据', en: 'verifying evidence' }, done, total),
    onProgress: (done, total) => bars.show('', { zh: '核对', en: 'looking' }, done, total),
    onWait: (seconds) =>
      terminal.note({ zh: `节点要求放慢，${seconds} 秒后再试`, en: `asked too often; again in ${seconds} seconds` }),
  };
  return runAudit(given).finally(bars.stop);
}

/** @throws {Misuse} when there is no such file, or a folder holds none */
async function listEvidence(paths: readonly string[]): Promise<EvidenceFile[]> {
  const files = await Promise.all(paths.map((path) => listFiles(path, '.json')));
  return files.flat().map((name) => ({ name, read: () => createReadStream(name, { highWaterMark: 1024 * 1024 }) }));
}

function readNode(text: string): NodeChoice {
  const [, node = text, url] = /^(\d{6})=(https?:\/\/.+)$/.exec(text) ?? [];
  return { node, ...(url !== undefined && { url }) };
}

/** One bar after the other, each for one log or for the look at the end. */
function createBars(terminal: Terminal) {
  let shown: { about: string; bar: Progress } | undefined;
  const stop = () => {
    shown?.bar.stop();
    shown = undefined;
  };
  return {
    stop,
    show(about: string, what: { zh: string; en: string }, done: number, total: number): void {
      if (shown?.about !== about) {
        stop();
        shown = { about, bar: terminal.progress(what, total) };
      }
      shown.bar.update(done, total);
    },
  };
}

function describe({ logs, pairs, findings, notChecked, ok, more }: AuditReport, { pick }: Terminal): string {
  const logTable = formatTable(
    [
      { zh: '日志', en: 'log' },
      { zh: '条目', en: 'entries' },
      { zh: '内容读至', en: 'read to' },
      { zh: '达到联署人数', en: 'quorum at' },
    ].map(pick),
    logs.map(({ log, size, opened, quorumSize }) => [log, `${size}`, `${opened}`, `${quorumSize ?? '—'}`]),
  );
  const pairTable = formatTable(
    [
      { zh: '日志', en: 'log' },
      { zh: '接收方', en: 'receiver' },
      { zh: '通报', en: 'bulletins' },
      { zh: '回执至', en: 'receipted' },
      { zh: '拒收', en: 'refused' },
      { zh: '未收到', en: 'withheld' },
      { zh: '迟到', en: 'late' },
      { zh: '待回执', en: 'waiting' },
    ].map(pick),
    pairs.map((pair) => [
      ...[pair.log, pair.receiver],
      ...[pair.addressed, pair.receipted, pair.refused, pair.withheld, pair.late, pair.waiting].map(String),
    ]),
  );
  const mark = (grave: boolean) => (grave ? '✗' : '·');
  const found = findings.map((one) => `${mark(one.grave)} ${toOneLine(pick(one))} (${one.code})\n`);
  const rest = Object.entries(more).map(([code, n]) =>
    pick({ zh: `另有 ${n} 项 ${code}\n`, en: `and ${n} more of ${code}\n` }),
  );
  const unseen = notChecked.map((one) => `? ${toOneLine(pick(one))} (${one.code})\n`);
  const verdict = ok
    ? { zh: '在能够核对的范围内，没有发现问题。', en: 'Within what could be checked, nothing wrong was found.' }
    : { zh: '发现问题，见 ✗。', en: 'Something is wrong: see ✗.' };
  return `${logTable}\n${pairTable}\n${[...found, ...rest].join('')}\n${unseen.join('')}\n${pick(verdict)}\n`;
}
