/** `huxin agreement matrix`: who may send what to whom, and what for. */

import { buildMatrix, type Matrix, type MatrixSquare } from '../agreement/matrix.ts';
import { passagesOf } from '../agreement/passages.ts';
import { agreementDigest } from '../agreement/signatures.ts';
import { kindWords, mostInSquare, sayDeadline, sayEverywhere, sayRetention, unknownKind } from '../agreement/words.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { hash } from '../crypto.ts';
import { formatMatrixPage } from '../report/agreement-matrix.ts';
import { previousOption, readEither } from './agreement-file.ts';
import type { Register } from './command.ts';
import { writeNew } from './files.ts';
import { readLabels } from './labels.ts';
import { formatPairs, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export const showMatrix: Register = (group, { terminal, now }) => {
  group
    .command('matrix <file>')
    .description(
      '谁可以向谁发送什么、用于什么目的（文稿或已签文件） · who may send what to whom, and what for: of a page or a signed file',
    )
    .option('--out <file>', '写成可打印的网页，不覆盖 · as an HTML page to print, into a file that is not there yet')
    .option(...previousOption)
    .action(async (file: string, { out, ...read }: { out?: string; previous?: string }) => {
      const { document } = await readEither(file, { terminal, now }, read);
      const { titleOf } = await readLabels();
      const matrix = buildMatrix(document);
      const { id, version } = document;
      if (out !== undefined) {
        const digest = agreementDigest(canonicalBytes(document), hash);
        await writeNew(out, String(formatMatrixPage(document, matrix, { digest, titleOf })));
        return terminal.answer({ file: out }, () => terminal.pick({ zh: `已写入 ${out}`, en: `written to ${out}` }));
      }
      const passages = passagesOf(document).map(({ type, from, to, flow: { purposes, omit } }) => ({
        type,
        from,
        to,
        purposes,
        ...(omit && { omit }),
      }));
      terminal.answer({ id, version, ...matrix, passages }, () => formatMatrix(matrix, titleOf, terminal));
    });
};

function formatMatrix({ members, terms, squares, owedToAll }: Matrix, titleOf: TitleOf, { pick }: Terminal): string {
  const purposes = terms.map(({ mark, purposes, omit }): [string, string] => {
    const named = { zh: purposes.map(({ zh }) => zh).join('、'), en: purposes.map(({ en }) => en).join(', ') };
    const without = { zh: `，不含 ${omit.join('、')}`, en: `; without ${omit.join(', ')}` };
    return [mark, `${pick(named)}${omit.length > 0 ? pick(without) : ''}`];
  });
  const listed = {
    zh: owedToAll.map((type) => titleOf(type).zh).join('、'),
    en: owedToAll.map((type) => titleOf(type).en).join(', '),
  };
  return [
    `${pick({ zh: '字母表示使用目的：', en: 'The letters say what for:' })}\n`,
    formatPairs(purposes, '  '),
    ...squares.map((square) => `\n${formatSquare(square, members, titleOf, pick)}`),
    `\n${pick({ zh: `发给全体，无需流向：${listed.zh}`, en: `Owed to all, without a flow: ${listed.en}` })}\n`,
  ].join('');
}

function formatSquare(
  { kind, types, cells, everywhere }: MatrixSquare,
  members: Matrix['members'],
  titleOf: TitleOf,
  pick: Terminal['pick'],
): string {
  const what = pick(kind === undefined ? unknownKind : kindWords[kind]);
  const limits = types.map(({ type, publishWithinWorkingDays: days, retentionYears: years }): [string, string] => [
    pick(titleOf(type)),
    [
      days === undefined
        ? []
        : pick({ zh: `${sayDeadline(days).zh}内公示`, en: `published within ${sayDeadline(days).en}` }),
      years === undefined
        ? []
        : pick({ zh: `保存 ${sayRetention(years).zh}`, en: `kept for ${sayRetention(years).en}` }),
    ]
      .flat()
      .join(pick({ zh: '，', en: ', ' })),
  ]);
  const said = `${what}\n${formatPairs(limits, '  ')}`;
  if (members.length > mostInSquare && everywhere !== undefined) return `${said}${pick(sayEverywhere(everywhere))}\n`;
  const rows = members.map(({ id, name }, i) => [
    `${id} ${pick(name)}`,
    ...members.map((_, k) => (i === k ? '' : (cells[i]?.[k] ?? '–'))),
  ]);
  const head = [pick({ zh: '发送 ＼ 接收', en: 'from \\ to' }), ...members.map(({ id }) => id)];
  return `${said}${formatTable(head, rows)}`;
}
