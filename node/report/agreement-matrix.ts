/** The agreement's matrix as a page to print: who may send what to whom, and what for. */

import type { Agreement } from '../agreement/agreement.ts';
import type { Matrix, MatrixSquare, MatrixTerms } from '../agreement/matrix.ts';
import { kindWords, mostInSquare, sayDeadline, sayEverywhere, sayRetention, unknownKind } from '../agreement/words.ts';
import { type Html, html } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { formatPaper } from './paper.ts';
import { both, formatFacts, formatGrid } from './table.ts';

/** A whole page. */
export function formatMatrixPage(
  { id, version, title, effective }: Agreement,
  matrix: Matrix,
  { digest, titleOf }: { digest: string; titleOf: TitleOf },
): Html {
  const { members, terms, squares, owedToAll } = matrix;
  const facts = formatFacts([
    [
      { zh: '协议和版本', en: 'Agreement and version' },
      html`<span class="mono">${id}</span> ${both({ zh: `第 ${version} 版`, en: `version ${version}` })}`,
    ],
    [
      { zh: '有效期', en: 'Effective' },
      both({
        zh: `${effective.from} 至 ${effective.until ?? '长期'}`,
        en: `${effective.from} to ${effective.until ?? 'no end'}`,
      }),
    ],
    [{ zh: '摘要', en: 'Digest' }, html`<span class="mono">${digest}</span>`],
  ]);
  return formatPaper({
    title,
    field: { zh: '谁可以向谁发送什么，用于什么目的', en: 'Who may send what to whom, for what' },
    style: matrixStyle,
    body: html`${facts}
<section><h2>${both({ zh: '使用目的', en: 'What for' })}</h2>
<p class="small">${both({ zh: '下列表格中的字母表示接收方可为哪些目的使用所收内容。', en: 'The letters in the squares below say for which purposes the receiver may use what it received.' })}</p>
${formatTerms(terms)}</section>
${squares.map((square) => formatSquare(square, members, titleOf))}
<section class="notice"><h2>${both({ zh: '其他', en: 'Beside these' })}</h2>
<p>${both({ zh: `${owedToAll.map((type) => titleOf(type).zh).join('、')}：发给全体，无需流向。空格表示不得发送；成员不会发给自己。`, en: `${owedToAll.map((type) => titleOf(type).en).join(', ')}: owed to all, without a flow. An empty cell means that nothing may be sent; no member sends to itself.` })}</p></section>`,
  });
}

function formatTerms(terms: readonly MatrixTerms[]): Html {
  const rows = terms.map(({ mark, purposes, omit }) => [
    html`<strong>${mark}</strong>`,
    both({ zh: purposes.map(({ zh }) => zh).join('、'), en: purposes.map(({ en }) => en).join(', ') }),
    omit.length === 0 ? '' : html`<span class="mono">${omit.join(', ')}</span>`,
  ]);
  const head = [
    { zh: '标记', en: 'Mark' },
    { zh: '使用目的', en: 'Purposes' },
    { zh: '不发送的内容项', en: 'Left out' },
  ];
  const isWhole = terms.every(({ omit }) => omit.length === 0);
  return isWhole
    ? formatGrid(
        head.slice(0, 2),
        rows.map((row) => row.slice(0, 2)),
        'terms',
      )
    : formatGrid(head, rows, 'terms');
}

function formatSquare(
  { kind, types, cells, everywhere }: MatrixSquare,
  members: Matrix['members'],
  titleOf: TitleOf,
): Html {
  const what: Sentence = kind === undefined ? unknownKind : kindWords[kind];
  const limits = formatGrid(
    [
      { zh: '通报', en: 'Bulletin' },
      { zh: '公示时限', en: 'Deadline' },
      { zh: '保存', en: 'Kept for' },
    ],
    types.map(({ type, publishWithinWorkingDays: days, retentionYears: years }) => [
      html`${both(titleOf(type))} <span class="mono">${type}</span>`,
      both(sayDeadline(days)),
      both(sayRetention(years)),
    ]),
    'limits',
  );
  const isWide = members.length > mostInSquare;
  if (isWide && everywhere !== undefined)
    return html`<section class="square"><h2>${both(what)}</h2>
${limits}
<p class="everywhere">${both(sayEverywhere(everywhere))}</p></section>
`;
  const headOf = ({ id, name }: Matrix['members'][0]) =>
    isWide
      ? html`<th scope="col"><span class="upright">${name.zh}</span></th>`
      : html`<th scope="col">${both(name)}<span class="id">${id}</span></th>`;
  return html`<section class="square"><h2>${both(what)}</h2>
${limits}
<table class="matrix${isWide && ' wide'}"><thead><tr><th scope="col">${both({ zh: '发送 ＼ 接收', en: 'From \\ to' })}</th>${members.map(headOf)}</tr></thead>
<tbody>${members.map(
    ({ id, name }, i) => html`<tr><th scope="row">${both(name)} <span class="id">${id}</span></th>${members.map(
      (_, k) => (i === k ? html`<td class="self"></td>` : html`<td>${cells[i]?.[k]}</td>`),
    )}</tr>
`,
  )}</tbody></table></section>
`;
}

const matrixStyle = html`
.square { break-inside: avoid; }
.limits td:nth-child(n + 2), .limits th:nth-child(n + 2) { width: 32mm; }
.limits td:first-child [lang="en"] { display: inline; }
.terms td:first-child, .terms th:first-child { width: 16mm; text-align: center; }
.matrix { margin-top: 2.5mm; }
.matrix td { text-align: center; vertical-align: middle; font-weight: 600; }
.matrix thead th { text-align: center; }
.matrix thead th:first-child { text-align: left; }
.matrix tbody th { background: #f7f5f2; font-weight: 500; white-space: nowrap; }
.matrix .id { display: block; font-weight: 400; font-size: 7.5pt; color: #555; }
.matrix tbody .id { display: inline; margin-left: 1mm; }
.everywhere { margin-top: 2.5mm; font-weight: 600; }
.wide { font-size: 7pt; }
.wide th, .wide td { padding: 0.5mm 0.2mm; }
.wide tbody th { width: 1%; }
.wide tbody th, .wide tbody .id { font-size: 6pt; }
.wide .upright { display: inline-block; writing-mode: vertical-rl; font-weight: 500; max-height: 26mm; }
.matrix .self { background: repeating-linear-gradient(45deg, #eee, #eee 1mm, #fff 1mm, #fff 2mm); }
`;
