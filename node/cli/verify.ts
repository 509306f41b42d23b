/** `huxin verify`: an evidence file against the agreement in the auditor's hand; no network, no store, no node. */

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Option } from 'commander';
import { isProblem } from '../base/problem.ts';
import { type Sentence, sentenceOf } from '../base/sentences.ts';
import { isDay } from '../base/time.ts';
import { compileEvidenceSchema } from '../evidence/read.ts';
import type { Report } from '../evidence/report.ts';
import { UnusableAgreement } from '../evidence/trust.ts';
import { type VerifyEvidenceOptions, type VerifyEvidencePorts, verifyEvidence } from '../evidence/verify.ts';
import { embedInPage } from '../page/embed.ts';
import { loadSchemas, shippedPage, shippedSchemas } from '../shipped.ts';
import { parseSigned, verifyPorts } from './agreement-file.ts';
import type { Register } from './command.ts';
import { readText, requireNew, writeNew } from './files.ts';
import { readLabels } from './labels.ts';
import { Misuse, type Progress, type Terminal } from './terminal.ts';
import { createList } from './verify-list.ts';
import { describeReport } from './verify-report.ts';

interface Options {
  agreement: string;
  quorum?: number;
  at?: string;
  html?: string;
  list?: string;
}

export const verify: Register = (program, { terminal }) => {
  program
    .command('verify')
    .description(
      '离线验证证据文件：只凭您手中的协议；退出码 0 成立，1 不成立，2 无法使用 · verify an evidence file offline, trusting nothing but the agreement in your hand; exit code 0 verified, 1 refused, 2 unusable',
    )
    .argument('<file>', '证据文件 · evidence file')
    .requiredOption('--agreement <file>', '已签署的协议（一版或全部各版） · the signed agreement, one version or all')
    .addOption(
      new Option(
        '--quorum <n>',
        '检查点须有的其他成员联署数，默认按协议 · cosignatures by other members, by default the agreement’s',
      ).argParser(readCount),
    )
    .addOption(
      new Option(
        '--at <day>',
        '须在该日终了前已见证（YYYY-MM-DD） · must have been witnessed by the end of that day',
      ).argParser(readDay),
    )
    .option(
      '--html <file>',
      '另存为网页：内含本证据，读者的浏览器会重新验证；不覆盖 · a page with this evidence inside, which the reader’s browser verifies again; a file that is not there yet',
    )
    .option(
      '--list <file>',
      '把文件所示的通报逐行写成工作簿（.xlsx），只限验证成立的；不覆盖 · the bulletins that it shows as rows of a workbook (.xlsx), of a file that is verified; one that is not there yet',
    )
    .action(async (file: string, { agreement: agreementFile, html, list, ...options }: Options) => {
      await requireNew(html, list);
      const text = await readText(agreementFile);
      const agreement = parseSigned(agreementFile, text);
      const labels = await readLabels();
      const rows = list === undefined ? undefined : createList(labels);
      const given = { ...options, ...(rows && { onOpened: rows.add }) };
      const report = await verifyFile(file, agreement, agreementFile, given, terminal);
      if (html !== undefined) await writePage(html, file, text);
      if (list !== undefined && rows && report.ok) await writeNew(list, await rows.build(report));
      terminal.answer(report, () => describeReport(report, labels, terminal));
      if (list !== undefined && rows) terminal.note(report.ok ? written(list, rows.size) : unwritten(list));
      if (!report.ok) terminal.markRefused();
    });
};

async function verifyFile(
  file: string,
  agreement: unknown,
  agreementFile: string,
  options: Omit<VerifyEvidenceOptions, 'agreement' | 'onProgress'>,
  terminal: Terminal,
): Promise<Report> {
  let bar: Progress | undefined;
  const onProgress = (done: number, total: number) => {
    bar ??= terminal.progress({ zh: '核对条目', en: 'entries' }, total);
    bar.update(done);
  };
  try {
    return await verifyEvidence(await openFile(file), { agreement, ...options, onProgress }, evidencePorts());
  } catch (error) {
    if (error instanceof UnusableAgreement) {
      const reason = isProblem(error.cause) ? sentenceOf(error.cause) : { zh: '', en: '' };
      throw new Misuse({
        zh: `${agreementFile} 不是已签署的协议。${reason.zh}`,
        en: `${agreementFile} is no signed agreement. ${reason.en}`,
      });
    }
    if (isProblem(error)) throw new Misuse(sentenceOf(error), error);
    throw error;
  } finally {
    bar?.stop();
  }
}

function written(list: string, count: number): Sentence {
  return {
    zh: `已写入 ${list}：${count} 份关于记录的通报，治理条目和回执不列`,
    en: `written to ${list}: ${count} ${count === 1 ? 'bulletin' : 'bulletins'} about records; governance and receipts are left out`,
  };
}

/** What does not hold is not handed on as a list. */
function unwritten(list: string): Sentence {
  return { zh: `验证不成立，未写出 ${list}`, en: `refused, so ${list} was not written` };
}

/** The page of this program's release, with evidence and agreement inside. */
async function writePage(html: string, file: string, agreement: string): Promise<void> {
  await writeNew(html, embedInPage(shippedPage(), await readFile(file), agreement));
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new Misuse({ zh: `没有文件 ${file}`, en: `there is no file ${file}` });
  return createReadStream(file, { highWaterMark: 1024 * 1024 });
}

/** What verifying needs, from the program's own files. */
export function evidencePorts(): VerifyEvidencePorts {
  const schema = loadSchemas(shippedSchemas()).get('evidence') as { $defs: object } | undefined;
  if (!schema) throw new Error('schemas/evidence.json is missing');
  return { ...verifyPorts(), checks: compileEvidenceSchema(schema) };
}

function readCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text))
    throw new Misuse({ zh: '--quorum 是 1 至 99 的整数', en: '--quorum is a number from 1 to 99' });
  return Number(text);
}

function readDay(text: string): string {
  if (!isDay(text)) throw new Misuse({ zh: '--at 写作 YYYY-MM-DD', en: '--at is written YYYY-MM-DD' });
  return text;
}
