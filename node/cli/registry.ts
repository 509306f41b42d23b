/** `huxin ask | record`: what a node knows. */

import type { RecordAnswer, SubjectAnswer } from '../registry/answer.ts';
import { type Client, type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { writeNewFrom } from './files.ts';
import { readLabels } from './labels.ts';
import { formatAnswer, formatWhole } from './record-report.ts';
import { Misuse, type Terminal } from './terminal.ts';

interface AskOptions extends ClientOptions {
  purpose: string;
  asOf?: string;
  out?: string;
}

const purposeOption = ['--purpose <id>', '使用目的，须在协议清单内 · purpose, one of the agreement’s list'] as const;

export const registry: Register = (program, { terminal, client }) => {
  withNode(program.command('ask <uscc>'))
    .description('查询一个主体在各省的信用记录 · ask all provinces’ records of a subject')
    .requiredOption(...purposeOption)
    .option(
      '--as-of <time>',
      '按本节点当时所知答复：日期或时刻 · answer by what the node knew then: a day, or an instant',
    )
    .option(
      '--out <file>',
      '存为 .xlsx 表格或可打印的 .html 报告 · save as an .xlsx workbook, or an .html report to print',
    )
    .action(async (uscc: string, { purpose, asOf, out, ...options }: AskOptions) => {
      const node = client(options);
      const path = `/api/v1/subjects/${encodeURIComponent(uscc)}`;
      if (out !== undefined) return save(node, path, { purpose, asOf, form: formOf(out) }, out, terminal);
      const found = await node.get<SubjectAnswer>(path, { purpose, asOf });
      const labels = await readLabels();
      terminal.answer(found, () => formatAnswer(found, labels, terminal.pick));
    });

  withNode(program.command('record <record>'))
    .description('一条信用记录的全部内容和经过 · one credit record, whole')
    .requiredOption(...purposeOption)
    .action(async (id: string, { purpose, ...options }: ClientOptions & { purpose: string }) => {
      const path = `/api/v1/records/${encodeURIComponent(id)}`;
      const record = await client(options).get<RecordAnswer>(path, { purpose });
      const labels = await readLabels();
      terminal.answer(record, () => formatWhole(record, labels, terminal.pick));
    });
};

async function save(
  node: Client,
  path: string,
  query: Record<string, string | undefined>,
  out: string,
  terminal: Terminal,
): Promise<void> {
  await writeNewFrom(out, node.download(path, query));
  terminal.answer({ file: out }, terminal.pick({ zh: `已存为 ${out}`, en: `saved as ${out}` }));
}

/** @throws {Misuse} when the file's name does not say in which form */
function formOf(file: string): 'xlsx' | 'html' {
  const [, form] = /\.(xlsx|html)$/.exec(file) ?? [];
  if (form === 'xlsx' || form === 'html') return form;
  throw new Misuse({
    zh: `--out 的文件名须以 .xlsx 或 .html 结尾：${file}`,
    en: `--out ends with .xlsx or .html: ${file}`,
  });
}
