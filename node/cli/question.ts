/** `huxin asks list | show | export | verify`: who asked what, for auditors. Verifying needs no node. */

import { Problem } from '../base/problem.ts';
import { hash, verifySignature } from '../crypto.ts';
import type { Question } from '../registry/question-chain.ts';
import { checkExport } from '../registry/question-check.ts';
import { readSigned } from './agreement-file.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { readLines, writeNewFrom } from './files.ts';
import { formatCheck, formatQuestion, formatQuestions } from './question-report.ts';
import { Misuse } from './terminal.ts';

const path = '/api/v1/questions';

interface ListOptions extends ClientOptions {
  uscc?: string;
  person?: string;
  authority?: string;
  since?: string;
  until?: string;
  from?: string;
  limit: string;
}

interface Page {
  questions: Question[];
  next?: number;
}

export const question: Register = (program, { terminal, client }) => {
  const group = program.command('asks').description('查询记录：谁查询了什么 · who asked what');

  withNode(group.command('list', { isDefault: true }))
    .description('按先后列出 · list them in order')
    .option('--uscc <uscc>', '查询的主体 · the subject asked about')
    .option('--person <number>', '查询人工号 · staff number of who asked')
    .option('--authority <uscc>', '查询人所属机关 · authority of who asked')
    .option('--since <day>', '起始日 · first day')
    .option('--until <day>', '截止日（含） · last day, included')
    .option('--from <n>', '从第几号起 · first number')
    .option('--limit <n>', '最多几条 · at most so many', '100')
    .action(async ({ uscc, person, authority, since, until, from, limit, ...options }: ListOptions) => {
      const query = { uscc, person, authority, since, until, from, limit };
      const found = await client(options).get<Page>(path, query);
      terminal.answer(found, () => formatQuestions(found.questions, terminal.pick));
      if (found.next !== undefined) {
        terminal.note({ zh: `还有更多：--from ${found.next}`, en: `There are more: --from ${found.next}` });
      }
    });

  withNode(group.command('show <n>'))
    .description('一次查询的全部记录 · one question, whole')
    .action(async (n: string, options: ClientOptions) => {
      const { questions } = await client(options).get<Page>(path, { from: n, limit: '1' });
      const found = questions.find((one) => String(one.n) === n);
      if (!found) throw new Problem('question/not-found', { n });
      terminal.answer(found, () => formatQuestion(found, terminal.pick));
    });

  withNode(group.command('export'))
    .description('全部查询记录和日结，供离线核对 · all questions and journals, to be checked offline')
    .requiredOption('--out <file>', '写入文件，不覆盖 · write them to a file that is not there yet')
    .action(async ({ out, ...options }: ClientOptions & { out: string }) => {
      await writeNewFrom(out, client(options).download(`${path}/export`));
      terminal.answer({ file: out }, () => terminal.pick({ zh: `已写入 ${out}`, en: `written to ${out}` }));
    });

  group
    .command('verify <file>')
    .description('离线核对导出的查询记录；无误为 0 · check an export offline; exits 0 when nothing is wrong')
    .option(
      '--agreement <file>',
      '已签署的协议，用以核对日结的签名 · the signed agreement, for the journals’ signatures',
    )
    .action(async (file: string, options: { agreement?: string }) => {
      const agreement = options.agreement === undefined ? {} : { agreement: await readSigned(options.agreement) };
      const report = await checkExport(readLines(file), { hash, verifySignature, ...agreement });
      if (!report) throw new Misuse({ zh: `${file} 不是导出的查询记录`, en: `${file} is no export of questions` });
      if (report.wrong) terminal.markRefused();
      terminal.answer({ ok: report.wrong === undefined, ...report }, () => formatCheck(report, terminal.pick));
    });
};
