/**
 * An answer as a report to print, in the manner of 公共信用信息报告 (国家公共信用信息中心 2022): A4, Chinese first, without
 * script, every date with the rule that gave it, and at the end what lets anyone check it. Pure; nothing is shown here that
 * the answer does not hold.
 */

import type { Bilingual } from '../agreement/agreement.ts';
import { type Html, html } from '../base/html.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { ProvinceAnswer, SubjectAnswer } from '../registry/answer.ts';
import { roleNames } from '../registry/words.ts';
import { formatRecord } from './record.ts';
import { reportStyle } from './style.ts';
import { both, formatFacts, formatGrid } from './table.ts';
import { sayFreshness } from './wording.ts';

/** What a report says beside the answer. */
export interface ReportContext {
  labels: Labels;
  /** Base64url SHA-256 of the answer's RFC 8785 form, as the log of questions keeps it. */
  digest: string;
  /** What the purpose is called. */
  purpose: Bilingual;
  /** Name of the asker's authority, where it is known. */
  authority?: string;
}

const title = { zh: '公共信用信息报告', en: 'Public Credit Information Report' };

/** A whole page. Its one style sheet is `reportStyle`, word for word. */
export function formatReport(answer: SubjectAnswer, context: ReportContext): Html {
  const { uscc, provinces, summary, notice } = answer;
  const own = provinces.find(({ isOwn }) => isOwn);
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title.zh} ${uscc}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<p class="issuer">${own && both(own.name)}</p>
<h1>${both(title)}</h1>
<p class="field">${both({ zh: '知识产权领域，跨省共享', en: 'Intellectual property, shared between provinces' })}</p>
</header>
${formatHead(answer, context)}
<section class="summary">
<h2>${both({ zh: '综述', en: 'Summary' })}</h2>
<p>${summary.zh}</p>
<p lang="en">${summary.en}</p>
</section>
${formatOverview(provinces)}
${provinces.filter(({ records }) => records.length > 0).map((province) => formatProvince(province, context.labels))}
<section class="notice">
<h2>${both({ zh: '说明', en: 'Note' })}</h2>
<p>${notice.zh}</p>
<p lang="en">${notice.en}</p>
</section>
${formatFoot(answer, context)}
</body>
</html>
`;
}

function formatHead(answer: SubjectAnswer, { purpose, authority }: ReportContext): Html | false {
  const { uscc, asker, at, asOf, agreement } = answer;
  const who = html`${authority && html`${authority} `}<span class="mono">${asker.authority}</span>`;
  return formatFacts([
    [{ zh: '主体名称', en: 'Subject' }, html`${namesOf(answer).join('、') || '—'}`],
    [{ zh: '统一社会信用代码', en: 'Unified social credit code' }, html`<span class="mono">${uscc}</span>`],
    [
      { zh: '查询机关', en: 'Asked by' },
      html`${who}<span class="role">（${roleNames[asker.role].zh} ${roleNames[asker.role].en}）</span>`,
    ],
    [{ zh: '使用目的', en: 'Purpose' }, both(purpose)],
    [{ zh: '查询时间（北京时间）', en: 'Asked at (China time)' }, html`${formatChinaTime(at)}`],
    ...(asOf === undefined
      ? []
      : [
          [
            { zh: '查询时点（北京时间）', en: 'As known at (China time)' },
            html`<strong>${formatChinaTime(asOf)}</strong>`,
          ] as const,
        ]),
    [{ zh: '依据的协议版本', en: 'Under the agreement' }, html`<span class="mono">${agreement}</span>`],
  ]);
}

/** What the records call the subject. */
function namesOf({ provinces }: SubjectAnswer): string[] {
  const subjects = provinces.flatMap(({ records }) => records.map(({ body }) => body?.subject));
  const names = subjects.map((subject) => (subject as { name?: string } | undefined)?.name); // the schemas say so
  return [...new Set(names.filter((name) => name !== undefined))];
}

function formatOverview(provinces: readonly ProvinceAnswer[]): Html {
  const head = [
    { zh: '成员', en: 'Member' },
    { zh: '记录', en: 'Records' },
    { zh: '有效', en: 'In force' },
    { zh: '已终结', en: 'Ended' },
    { zh: '有异议', en: 'Objected' },
    { zh: '数据时效', en: 'How fresh' },
  ];
  const rows = provinces.map((province) => {
    const { member, name, records, isStale } = province;
    const inForce = records.filter(({ isInForce }) => isInForce).length;
    const ended = records.filter(({ ended }) => ended).length;
    const marked = records.filter(({ objection }) => objection === 'marked').length;
    const fresh = both(sayFreshness(province));
    return [
      html`${both({ zh: `${name.zh}（${member}）`, en: name.en })}`,
      ...[records.length, inForce, ended, marked].map(String),
      isStale ? html`<span class="late">${fresh}</span>` : fresh,
    ];
  });
  return html`<section><h2>${both({ zh: '各省情况', en: 'Province by province' })}</h2>
${formatGrid(head, rows)}</section>`;
}

function formatProvince(province: ProvinceAnswer, labels: Labels): Html {
  const { member, name, records } = province;
  const types = [...new Set(records.map(({ type }) => type))];
  const sections = types.map((type) => {
    const ofType = records.filter((record) => record.type === type);
    const { zh, en } = labels.titleOf(type);
    return html`<h3>${both({ zh: `${zh}（${ofType.length} 条）`, en: `${en} (${ofType.length})` })}</h3>
${ofType.map((record) => formatRecord(record, labels))}`;
  });
  return html`<section>
<h2>${both({ zh: `${name.zh}（${member}）`, en: name.en })}</h2>
<p class="fresh">${both(sayFreshness(province))}</p>
${sections}
</section>
`;
}

/** What lets anyone check it: the answer's digest, and every bulletin that it speaks of by its place in whose log. */
function formatFoot({ provinces }: SubjectAnswer, { digest }: ReportContext): Html {
  const places = new Map<string, Set<number>>();
  for (const { records } of provinces) {
    for (const { history, objections = [], feedback = [] } of records) {
      const decisions = objections.flatMap(({ decision }) => decision ?? []);
      for (const { origin, index } of [...history, ...objections, ...decisions, ...feedback]) {
        places.set(origin, (places.get(origin) ?? new Set()).add(index));
      }
    }
  }
  const logs = [...places].map(([origin, indexes]) => {
    const listed = [...indexes].sort((a, b) => a - b).join(', ');
    return html`<li class="mono">${origin}: ${listed}</li>\n`;
  });
  return html`<footer>
<p>${both({ zh: '答复摘要（SHA-256，按 RFC 8785 规范化，base64url）', en: 'Digest of the answer (SHA-256 of its RFC 8785 form, base64url)' })}<br><span class="mono">${digest}</span></p>
${logs.length > 0 && html`<p>${both({ zh: '所依据的通报在各日志中的位置', en: 'The bulletins it rests on, by their entries in the logs' })}</p><ul>${logs}</ul>`}
<p>${both({ zh: '本报告依据各成员签名的通报编制，本次查询已留痕。', en: 'Made from bulletins that the members signed; that it was asked for is kept.' })}</p>
</footer>`;
}
