/** The agreement as articles, Chinese and English: everything that it says, in the order of its parts. */

import type { Agreement, CatalogueEntry, Flow, Member } from '../agreement/agreement.ts';
import { kindOf } from '../agreement/passages.ts';
import {
  describeStrike,
  exchangeTerms,
  kindWords,
  listOf,
  named,
  sayDeadline,
  sayGovernance,
  sayRetention,
  sayUntil,
  unknownKind,
} from '../agreement/words.ts';
import { type Html, html, type Piece } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { both, formatFacts, formatGrid } from './table.ts';

/** A heading and what stands under it. */
interface Article {
  title: Sentence;
  body: Piece;
}

/** Every article, counted from 1; parts that the agreement does not have are left out. */
export function formatArticles(agreement: Agreement, { titleOf }: { titleOf: TitleOf }): Html {
  const { members, witnesses = [], auditors = [], measures = [], strikes = [] } = agreement;
  const articles: (Article | false)[] = [
    { title: { zh: '协议', en: 'The agreement' }, body: formatHead(agreement) },
    { title: { zh: '成员', en: 'Members' }, body: members.map(formatMember) },
    witnesses.length > 0 && {
      title: { zh: '外部见证方', en: 'Outside witnesses' },
      body: list(
        witnesses.map(({ name, url }) => html`<span class="mono">${name}</span> <span class="mono">${url}</span>`),
      ),
    },
    auditors.length > 0 && {
      title: { zh: '审计方', en: 'Auditors' },
      body: html`<p>${both({ zh: '可读取每一日志的叶子、检查点、治理通报和回执。', en: 'They read the leaves, checkpoints, governance and receipts of every log.' })}</p>${list(auditors.map(({ id, name }) => html`${both(name)} <span class="mono">${id}</span>`))}`,
    },
    {
      title: { zh: '使用目的', en: 'Purposes' },
      body: html`<p>${both({ zh: '查询须写明下列目的之一，别无其他。', en: 'A question names one of these purposes; there are no others.' })}</p>${list(agreement.purposes.map((purpose) => html`${both(purpose)} <span class="mono">${purpose.id}</span>`))}`,
    },
    { title: { zh: '共享目录', en: 'Catalogue' }, body: formatCatalogue(agreement, titleOf) },
    measures.length > 0 && {
      title: { zh: '管理措施', en: 'Management measures' },
      body: html`<p>${both({ zh: '通报只可提及下列措施；收到通报并不自动触发措施。', en: 'A bulletin may name these only; receiving one triggers none.' })}</p>${formatGrid(
        [
          { zh: '代码', en: 'Code' },
          { zh: '措施', en: 'Measure' },
        ],
        measures.map((measure) => [html`<span class="mono">${measure.code}</span>`, both(measure)]),
      )}`,
    },
    {
      title: { zh: '交换条款', en: 'Terms of exchange' },
      body: formatFacts(
        exchangeTerms.map(({ name, read }) => [name, html`<span class="mono">${read(agreement.exchange)}</span>`]),
      ),
    },
    { title: { zh: '修订', en: 'Amendment' }, body: formatGovernance(agreement) },
    strikes.length > 0 && {
      title: { zh: '注销', en: 'Strikes' },
      body: list(
        strikes.map((strike) =>
          both(
            describeStrike(
              strike,
              members.find(({ id }) => id === strike.member),
            ),
          ),
        ),
      ),
    },
    {
      title: { zh: '告知', en: 'Notice' },
      body: html`<p>${agreement.notice.zh}</p><p lang="en">${agreement.notice.en}</p>`,
    },
  ];
  const present = articles.filter((article) => article !== false);
  return html`<section class="articles">
${present.map(
  (
    { title, body },
    i,
  ) => html`<h2>${both({ zh: `第${numeral(i + 1)}条　${title.zh}`, en: `Article ${i + 1}: ${title.en}` })}</h2>
${body}
`,
)}</section>`;
}

function formatHead(agreement: Agreement): Piece {
  const { id, version, previous, effective } = agreement;
  const until = sayUntil(agreement);
  return formatFacts([
    [{ zh: '标识', en: 'Id' }, html`<span class="mono">${id}</span>`],
    [{ zh: '版本', en: 'Version' }, html`${version}`],
    ...(previous === undefined
      ? []
      : [
          [
            { zh: '上一版本的摘要', en: 'Digest of the version before' },
            html`<span class="mono">${previous}</span>`,
          ] as const,
        ]),
    [
      { zh: '有效期（首日和末日均含，按中国时间）', en: 'Effective (first and last day included, China time)' },
      both({ zh: `${effective.from} 至 ${until.zh}`, en: `${effective.from} to ${until.en}` }),
    ],
  ]);
}

function formatMember({ id, name, authority, issuer, endpoint, origin, certificatePins = [], history }: Member): Html {
  const mono = (text: string) => html`<span class="mono">${text}</span>`;
  return html`<h3>${both(named({ id, name }))}</h3>
${formatFacts([
  [{ zh: '签署机关（统一社会信用代码）', en: 'Authority that signs (USCC)' }, mono(authority)],
  [{ zh: '签发者地址', en: 'Issuer' }, mono(issuer)],
  [{ zh: '服务地址', en: 'Where peers call' }, mono(endpoint)],
  [{ zh: '日志', en: 'Log' }, mono(origin)],
  ...certificatePins.map(
    (pin) => [{ zh: '证书指纹（RFC 7469）', en: 'Certificate pin (RFC 7469)' }, mono(pin)] as const,
  ),
  ...(history === undefined
    ? []
    : [
        [
          { zh: '加入时补发有效的记录', en: 'Records in force issued anew when it joins' },
          both(history === 'records' ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }),
        ] as const,
      ]),
])}
`;
}

function formatCatalogue(agreement: Agreement, titleOf: TitleOf): Html {
  return html`<p>${both({ zh: '通报一律不涉及自然人。成员不会发给自己；“全体”包括以后加入的成员。', en: 'No bulletin is about a natural person. No member sends to itself; “all” includes members that join later.' })}</p>
${agreement.catalogue.map((entry) => formatEntry(entry, agreement, titleOf))}`;
}

function formatEntry(entry: CatalogueEntry, agreement: Agreement, titleOf: TitleOf): Html {
  const { type, schema, flows, publishWithinWorkingDays: days, retentionYears: years } = entry;
  const kind = kindOf(entry);
  const limits: Sentence[] = [
    ...(days === undefined
      ? []
      : [{ zh: `${sayDeadline(days).zh}内公示`, en: `published within ${sayDeadline(days).en}` }]),
    ...(years === undefined
      ? []
      : [{ zh: `保存 ${sayRetention(years).zh}`, en: `kept for ${sayRetention(years).en}` }]),
  ];
  const told = {
    zh: `${(kind ? kindWords[kind] : unknownKind).zh}${limits.map(({ zh }) => `；${zh}`).join('')}。`,
    en: `${(kind ? kindWords[kind] : unknownKind).en}${limits.map(({ en }) => `; ${en}`).join('')}.`,
  };
  const none = { zh: '发给全体，无需流向。', en: 'Owed to all, without a flow.' };
  return html`<div class="entry"><h3>${both(titleOf(type))} <span class="mono">${type}</span></h3>
<p>${both(told)}</p>
${flows.length === 0 ? html`<p>${both(none)}</p>` : list(flows.map((flow) => both(sayFlow(flow, agreement))))}
<p class="small">${both({ zh: '内容模式', en: 'Schema' })} <span class="mono">${schema}</span></p></div>
`;
}

/** `上海市发给江苏省、浙江省：可用于……` */
function sayFlow({ from, to, purposes, omit = [] }: Flow, { members, purposes: known }: Agreement): Sentence {
  const namesOf = (ids: readonly string[], all: Sentence) =>
    ids.includes('*') ? all : listOf(members.filter(({ id }) => ids.includes(id)).map(({ name }) => name));
  const sender = namesOf(from, { zh: '每一成员', en: 'every member' });
  const receiver = namesOf(to, { zh: '其他全体成员', en: 'all others' });
  const uses = listOf(known.filter(({ id }) => purposes.includes(id)));
  const without =
    omit.length === 0 ? { zh: '', en: '' } : { zh: `，不含 ${omit.join('、')}`, en: `, without ${omit.join(', ')}` };
  return {
    zh: `${sender.zh}发给${receiver.zh}${without.zh}，可用于：${uses.zh}。`,
    en: `From ${sender.en} to ${receiver.en}${without.en}, for: ${uses.en}.`,
  };
}

function formatGovernance(agreement: Agreement): Html {
  const { zh, en } = sayGovernance(agreement);
  return html`<p>${both({ zh: `修订须由${zh}签署；加入的成员也须签署。`, en: `An amendment is signed by ${en}; a member that joins signs too.` })}</p>`;
}

function list(items: readonly Html[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
}

/** 1 → 一, 12 → 十二; the agreement has no more articles than that. */
function numeral(number: number): string {
  const ones = '〇一二三四五六七八九';
  return number < 10 ? (ones[number] ?? '') : `十${number === 10 ? '' : (ones[number - 10] ?? '')}`;
}
