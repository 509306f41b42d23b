/** One record in a printed report: how it stands, what it says, whose rules gave its dates, and what happened to it. */

import { type Html, html } from '../base/html.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { ShownRecord } from '../registry/shown-record.ts';
import { sayState } from '../registry/words.ts';
import { both, formatFacts, formatGrid } from './table.ts';
import {
  dateNames,
  erasedWords,
  labelOf,
  maskedWords,
  objectionFlags,
  sayDate,
  sayEnding,
  sayErased,
  sayFeedback,
  sayLeftOut,
  sayStep,
  unclaimedWords,
} from './wording.ts';

export function formatRecord(record: ShownRecord, labels: Labels): Html {
  const { record: id, isInForce, decidedOn, body, isMasked } = record;
  const leftOut = sayLeftOut(record, labels);
  const ended = sayEnding(record, labels);
  return html`<article>
<div class="title">
<span class="name">${headlineOf(record, labels)}</span>
<span>${decidedOn}</span>
<span class="badge ${isInForce ? 'force' : 'over'}">${both(sayState(record))}</span>
${record.objection !== 'none' && html`<span class="badge flag">${both(objectionFlags[record.objection])}</span>`}
${isMasked && html`<span class="badge flag">${both(maskedWords)}</span>`}
</div>
<div class="inner">
<p class="id mono">${id}</p>
${ended && word(ended)}
${body ? formatFacts(linesOf(record, labels), 'body') : word(sayErased(record, labels))}
${leftOut && word({ zh: `按查询角色未予显示：${leftOut.zh}`, en: `not shown to this role: ${leftOut.en}` })}
${formatDates(record)}
${formatObjections(record, labels)}
${formatFeedback(record)}
${formatMeasures(record)}
${formatHistory(record, labels)}
</div>
</article>
`;
}

/** By what people know it: the document's number, or the grade. */
function headlineOf({ type, body }: ShownRecord, labels: Labels): string {
  const { zh } = labels.titleOf(type);
  const { document, grade } = (body ?? {}) as { document?: { number: string }; grade?: string }; // the schemas say so
  return document?.number ?? (grade === undefined ? zh : `${zh}：${grade}`);
}

function word(sentence: Sentence): Html {
  return html`<p class="word">${both(sentence)}</p>`;
}

function heading(sentence: Sentence): Html {
  return html`<h4>${both(sentence)}</h4>`;
}

/** What the body says; its dates have a table of their own. */
function linesOf({ type, body = {} }: ShownRecord, labels: Labels): [Sentence, Html][] {
  const lines = labels.linesOf(type, body).filter(({ path }) => !/^(publicity\.|retainUntil$)/.test(path));
  return lines.map(({ label, value }) => [label, both(value)]);
}

function formatDates({ body, dates, packs }: ShownRecord): Html | false {
  if (!body) return false;
  const isUnclaimed = Object.keys(packs).length === 0;
  const head = [
    { zh: '日期', en: 'Date' },
    { zh: '日', en: 'Day' },
    { zh: '依据', en: 'By what' },
  ];
  const rows = dates.map((date) => {
    const { day, source } = sayDate(date);
    return [both(dateNames[date.what]), both(day), both(source)];
  });
  return html`${(rows.length > 0 || isUnclaimed) && heading({ zh: '日期与依据', en: 'Dates and where they come from' })}
${rows.length > 0 && formatGrid(head, rows, 'dates')}
${isUnclaimed && word(unclaimedWords)}`;
}

function formatObjections({ objections = [] }: ShownRecord, labels: Labels): Html | false {
  const head = [
    { zh: '受理', en: 'Heard' },
    { zh: '理由与请求', en: 'Reason and request' },
    { zh: '处理', en: 'Outcome' },
  ];
  const rows = objections.map(({ by, heardBy, raisedOn, reason, requested, outcome, decidedOn, decision }) => [
    html`<p>${raisedOn}</p><p>${heardBy?.name ?? by}</p>`,
    [reason, requested].map((text) => text !== undefined && html`<p>${text}</p>`),
    outcome === undefined
      ? both(decidedOn === undefined ? { zh: '尚未决定', en: 'not decided yet' } : erasedWords)
      : html`${both(labelOf(labels, 'objection-decision', outcome))}<p>${decidedOn}</p><p>${decision?.reason}</p>`,
  ]);
  return rows.length > 0 && html`${heading({ zh: '异议', en: 'Objections' })}\n${formatGrid(head, rows)}`;
}

function formatFeedback({ feedback = [] }: ShownRecord): Html | false {
  return (
    feedback.length > 0 &&
    html`${heading({ zh: '各机关反馈的措施', en: 'Measures that authorities report' })}
${feedback.map((one) => word(sayFeedback(one)))}`
  );
}

function formatMeasures({ proposes = [] }: ShownRecord): Html | false {
  const rows = proposes.map(({ code, zh, en }) => [code, both({ zh, en })]);
  const head = [
    { zh: '代码', en: 'Code' },
    { zh: '措施', en: 'Measure' },
  ];
  return (
    rows.length > 0 &&
    html`${heading({ zh: '可考虑的措施（本省公布清单内，不自动触发）', en: 'Measures to consider, of this province’s list; none is taken by itself' })}
${formatGrid(head, rows)}`
  );
}

function formatHistory({ type, history }: ShownRecord, labels: Labels): Html {
  const head = [
    { zh: '经过', en: 'What happened' },
    { zh: '决定日', en: 'Decided on' },
    { zh: '日志与条目', en: 'Log and entry' },
    { zh: '本节点获知', en: 'Known here since' },
  ];
  const rows = history.map((step) => {
    const notes = sayStep(step, type, labels).map((note) => html`<p>${both(note)}</p>`);
    return [
      html`${both(labels.titleOf(step.type))}${notes}`,
      step.decidedOn,
      html`<span class="mono">${step.origin} #${step.index}</span>`,
      formatChinaTime(step.at),
    ];
  });
  return html`${heading({ zh: '经过', en: 'History' })}
${formatGrid(head, rows, 'steps')}`;
}
