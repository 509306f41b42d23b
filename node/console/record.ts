/** A credit record as a person reads it: among others in an answer, or by itself with everything that is known of it. */

import { type Html, html, type Piece } from '../base/html.ts';
import { textAt } from '../base/pointer.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels, Line } from '../bulletin/labels.ts';
import type { ShownRecord, ShownStep } from '../registry/shown-record.ts';
import { sayState, sentenceFor } from '../registry/words.ts';
import { briefLines } from '../report/brief.ts';
import {
  dateNames,
  maskedWords,
  objectionFlags,
  sayChange,
  sayDate,
  sayEnding,
  sayErased,
  sayFeedback,
  sayLeftOut,
  sayObjection,
  sayPlace,
  unclaimedWords,
} from '../report/wording.ts';
import { badge, linkTo, pairs, table } from './elements.ts';
import type { View } from './page.ts';

/** One of several: what was decided, how it stands, its dates, objections, and what happened to it. */
export function recordCard(record: ShownRecord, purpose: string, labels: Labels, view: View): Html {
  const { t, say } = view;
  const { record: id, type, decidedOn, body } = record;
  const link = linkTo(`/records/${id}`, { purpose });
  const number = textAt(body, 'document.number') ?? say(labels.titleOf(type));
  return html`<article class="card record">
<h4><a href="${link}">${number}</a> <span class="fixed">${decidedOn}</span> ${standing(record, view)}</h4>
${ending(record, labels, view)}
${body ? pairs([...briefLines(record, labels).map(toPair(view)), ...datePairs(record, view)]) : html`<p>${say(sayErased(record, labels))}</p>`}
${objections(record, labels, view)}
<details><summary>${t('经过', 'What happened')}</summary>
${historyTable(record, labels, view)}
</details>
</article>`;
}

/** Everything about one. */
export function wholeRecord(record: ShownRecord & { uscc?: string }, labels: Labels, view: View): Html {
  const { t, say } = view;
  const { record: id, type, decidedOn, body, uscc, proposes = [], feedback = [], severity } = record;
  const leftOut = sayLeftOut(record, labels);
  const lines = labels.linesOf(type, body ?? {}).filter(({ path }) => !/^(publicity\.|retainUntil$)/.test(path));
  const told = record.history.filter(({ body, changes }) => body !== undefined || changes !== undefined);
  return html`<section class="card" aria-labelledby="standing">
<h2 id="standing">${t('现状', 'How it stands')}</h2>
<p>${standing(record, view)}</p>
${ending(record, labels, view)}
${pairs([
  [t('种类', 'Type'), say(labels.titleOf(type))],
  [t('决定日', 'Decided on'), decidedOn],
  [t('主体代码', 'Subject'), uscc !== undefined && html`<span class="code">${uscc}</span>`],
  [t('严重程度', 'Severity'), severity && say(severityOf(severity.class, type, labels))],
  [
    t('提示的措施', 'Measures to consider'),
    proposes.length > 0 && proposes.map((measure) => `${measure.code} ${say(measure)}`).join(t('、', ', ')),
  ],
  [t('记录编号', 'Record'), html`<span class="code">${id}</span>`],
])}
${dateTable(record, view)}
${objections(record, labels, view)}
${feedback.length > 0 && html`<h3>${t('措施反馈', 'Measures taken')}</h3><ul>${feedback.map((one) => html`<li>${say(sayFeedback(one))}</li>`)}</ul>`}
</section>
<section class="card" aria-labelledby="content">
<h2 id="content">${t('内容', 'What it says')}</h2>
${body ? pairs(lines.map(toPair(view))) : html`<p>${say(sayErased(record, labels))}</p>`}
${leftOut && html`<p class="hint">${t(`按查询角色未予显示：${leftOut.zh}`, `Not shown to this role: ${leftOut.en}`)}</p>`}
</section>
<section class="card" aria-labelledby="history">
<h2 id="history">${t('经过', 'What happened')}</h2>
${historyTable(record, labels, view)}
${told.map((step) => stepSaid(step, type, labels, view))}
</section>`;
}

/** Kinds of records that speak for their subject as long as they are in force. */
const favourable = ['permit', 'grade', 'commendation'];

/** 公示中, and an objection beside it. */
export function standing(record: ShownRecord, { say }: View): Html {
  const { type, isInForce, objection, isMasked } = record;
  const kind = favourable.includes(type) ? 'good' : 'wait';
  return html`${badge(say(sayState(record)), isInForce ? kind : undefined)}${
    objection !== 'none' && html` ${badge(say(objectionFlags[objection]), objection === 'marked' ? 'bad' : undefined)}`
  }${isMasked === true && html` ${badge(say(maskedWords))}`}`;
}

function ending(record: ShownRecord, labels: Labels, { say }: View): Html | undefined {
  const ended = sayEnding(record, labels);
  return ended && html`<p>${say(ended)}</p>`;
}

function toPair({ say }: View) {
  return ({ label, value }: Line) => [say(label), say(value)] as const;
}

function datePairs({ dates }: ShownRecord, { say }: View) {
  return dates.map((date) => {
    const { day, source } = sayDate(date);
    return [say(dateNames[date.what]), html`${say(day)} <span class="quiet">${say(source)}</span>`] as const;
  });
}

function dateTable(record: ShownRecord, { t, say }: View): Html {
  if (record.dates.length === 0) return html`<p class="quiet">${say(unclaimedWords)}</p>`;
  const rows = record.dates.map((date): Piece[] => {
    const { day, source } = sayDate(date);
    return [html`<div class="sentence">${say(dateNames[date.what])}</div>`, say(day), say(source)];
  });
  const columns = [
    { label: t('期限', 'Date') },
    { label: t('日期', 'Day'), kind: 'fixed' },
    { label: t('依据', 'On whose word') },
  ] as const;
  return html`<h3>${t('期限及依据', 'Dates, and who gave them')}</h3>${table(t('期限及依据', 'Dates, and who gave them'), columns, rows)}`;
}

function objections({ objections = [] }: ShownRecord, labels: Labels, { t, say }: View): Html | false {
  return (
    objections.length > 0 &&
    html`<h4>${t('异议', 'Objections')}</h4>
<ul>${objections.map((one) => html`<li>${say(sayObjection(one, labels))}${one.requested !== undefined && html`<br><span class="quiet">${t('请求：', 'Asks for: ')}${one.requested}</span>`}${one.decision?.reason !== undefined && html`<br><span class="quiet">${t('理由：', 'Reason: ')}${one.decision.reason}</span>`}</li>`)}</ul>`
  );
}

function historyTable({ history }: ShownRecord, labels: Labels, { t, say }: View): Html {
  const columns = [
    { label: t('经过', 'What') },
    { label: t('决定日', 'Decided on'), kind: 'fixed' },
    { label: t('在谁的日志', 'In whose log') },
    { label: t('本节点获知（北京时间）', 'Known here since (China time)'), kind: 'fixed' },
    { label: t('备注', 'Remark') },
  ] as const;
  const rows = history.map((step): Piece[] => [
    ...[say(labels.titleOf(step.type)), step.decidedOn, say(sayPlace(step)), formatChinaTime(step.at)],
    step.code !== undefined && say(sentenceFor(step.code)),
  ]);
  return table(t('经过', 'What happened'), columns, rows);
}

function stepSaid(
  { type, decidedOn, body = {}, changes = [] }: ShownStep,
  kind: string,
  labels: Labels,
  view: View,
): Html {
  const { say } = view;
  return html`<h3>${say(labels.titleOf(type))} <span class="fixed">${decidedOn}</span></h3>
${pairs(labels.linesOf(type, body).map(toPair(view)))}
${changes.length > 0 && html`<ul>${changes.map((change) => html`<li>${say(sayChange(change, kind, labels))}</li>`)}</ul>`}`;
}

function severityOf(severity: string, type: string, labels: Labels) {
  const [line] = labels.linesOf(type, { severity });
  return line?.value ?? { zh: severity, en: severity };
}
