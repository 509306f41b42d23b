/** `huxin explain`: one bulletin's story, end to end. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { Explanation } from '../federation/story.ts';
import { verdicts, wordFor } from '../registry/words.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { readLabels } from './labels.ts';
import { formatTable, indentBy, toOneLine } from './table.ts';

export const explain: Register = (program, { terminal, client }) => {
  withNode(program.command('explain <what>'))
    .description(
      '一份通报的来龙去脉：通报编号、记录编号或文书号 · one bulletin’s story, by its jti, a record’s id or a document number',
    )
    .action(async (what: string, options: ClientOptions) => {
      const told = await client(options).get<Explanation>(`/api/v1/explain/${encodeURIComponent(what)}`);
      const labels = await readLabels();
      terminal.answer(told, () => formatExplanation(told, labels, terminal.pick));
    });
};

type Pick = (sentence: Sentence) => string;

function formatExplanation(told: Explanation, labels: Labels, pick: Pick): string {
  const { title, story, unknown, others, at } = told;
  const now = formatChinaTime(at);
  const foot = pick({ zh: `北京时间，截至 ${now}`, en: `China time, as of ${now}` });
  const parts = [
    `${toOneLine(pick(title))}\n`,
    story.map((line) => `${(line.at ? formatChinaTime(line.at) : '').padEnd(16)}  ${toOneLine(pick(line))}\n`).join(''),
    unknown.length === 0
      ? ''
      : `${pick({ zh: '尚不知道的', en: 'What is not known' })}\n${indentBy('  ', unknown.map((one) => `${toOneLine(pick(one))}\n`).join(''))}`,
    others.length === 0 ? '' : formatOthers(told, labels, pick),
    `${foot}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function formatOthers({ others, bulletin }: Explanation, labels: Labels, pick: Pick): string {
  const head = [
    { zh: '同一记录的其他通报', en: 'others about the same' },
    { zh: '签发方', en: 'issuer' },
    { zh: '条目', en: 'entry' },
    { zh: '种类', en: 'type' },
    { zh: '结果', en: 'outcome' },
    { zh: '时间', en: 'at' },
  ].map(pick);
  const isOneRecord = others.every(({ record }) => record === bulletin.record);
  const rows = others.map(({ jti, member, index, type, word, at, record = '' }) => [
    jti,
    member,
    String(index),
    type === undefined ? '' : pick(labels.titleOf(type)),
    pick(wordFor(verdicts, word)),
    formatChinaTime(at),
    ...(isOneRecord ? [] : [record]),
  ]);
  return formatTable(isOneRecord ? head : [...head, pick({ zh: '记录', en: 'record' })], rows);
}
