/** Asking: what every province says of a subject, and one record by itself. Every question is kept, the refused ones too. */

import type { Agreement } from '../agreement/agreement.ts';
import { type Html, html } from '../base/html.ts';
import { textAt } from '../base/pointer.ts';
import type { Now } from '../base/ports.ts';
import { isProblem } from '../base/problem.ts';
import { dayOf, formatChinaTime } from '../base/time.ts';
import type { StepRequest, Steps } from '../federation/steps.ts';
import { type AnswerForm, type AnswerParts, createAnswerSender } from '../http/answer.ts';
import { pathText } from '../http/input.ts';
import type { Refused } from '../http/route.ts';
import type { ProvinceAnswer, RecordAnswer, SubjectAnswer } from '../registry/answer.ts';
import type { Questions } from '../registry/questions.ts';
import { formatRecordId, parseRecordId } from '../registry/record.ts';
import type { Registry } from '../registry/registry.ts';
import type { Role } from '../registry/tokens.ts';
import { decidePurpose } from '../registry/view.ts';
import { sayFreshness } from '../report/wording.ts';
import { type Fields, fieldsOf } from './browser.ts';
import { input, linkTo, pairs, select } from './elements.ts';
import { attempt, type Screen, type SignedPage, type SignedView } from './page.ts';
import { recordCard, wholeRecord } from './record.ts';

export type SubjectParts = AnswerParts & {
  registry: Registry;
  questions: Questions;
  steps: Steps;
  now: Now;
};

const askers = ['clerk', 'auditor', 'reader'] as const;

export function subjectPages(parts: SubjectParts): SignedPage[] {
  const { registry, questions, steps, version, labels, now } = parts;
  const sendAnswer = createAnswerSender(parts);

  /** Who is refused for the role has asked all the same. */
  const keepRefused: Refused = (request, asker, code) => {
    const fields = fieldsOf(request);
    const [uscc, purpose, record] = [fields.one('uscc'), fields.one('purpose'), request.params.record];
    const what = record === undefined ? { form: 'html' as const } : { form: 'record' as const, record: String(record) };
    return questions.refuse(asker, { ...what, ...(uscc && { uscc }), ...(purpose && { purpose }) }, code);
  };

  const handOver = (path: string, form: AnswerForm): SignedPage => ({
    method: 'get',
    path,
    access: askers,
    refused: keepRefused,
    async show(request, { asker }) {
      const answer = await registry.ask(asker, { ...questionIn(fieldsOf(request)), form });
      return { send: (response) => sendAnswer(response, answer, form) };
    },
  });

  return [
    {
      method: 'get',
      path: '/ask',
      access: askers,
      refused: keepRefused,
      async show(request, view) {
        const fields = fieldsOf(request);
        if (fields.one('uscc') === undefined) return askScreen(fields, view);
        const question = questionIn(fields);
        return attempt(
          async () => askScreen(fields, view, await registry.ask(view.asker, { ...question, form: 'html' })),
          (problem) => ({ ...askScreen(fields, view), problem }),
        );
      },
    },
    handOver('/ask/report', 'html'),
    handOver('/ask/answer.xlsx', 'xlsx'),
    {
      method: 'get',
      path: '/records/:record',
      access: askers,
      refused: keepRefused,
      async show(request, view) {
        const [record, purpose] = [pathText(request, 'record'), fieldsOf(request).one('purpose')];
        if (purpose === undefined) return purposeScreen(record, view);
        return attempt(
          async () => recordScreen(await registry.getRecord(view.asker, { record, purpose }), view),
          (problem) => ({ ...purposeScreen(record, view), problem }),
        );
      },
    },
  ];

  function askScreen(fields: Fields, view: SignedView, answer?: SubjectAnswer): Screen {
    const { t } = view;
    const form = html`<form method="get" action="/ask" class="card">
<div class="row">
${input({ name: 'uscc', label: t('统一社会信用代码', 'Unified social credit code'), value: fields.one('uscc'), isRequired: true, longest: 18 })}
${purposeField(fields.one('purpose'), view)}
${input({ name: 'asOf', label: t('截至某日', 'As known on a day'), hint: t('选填，默认现在', 'optional; now unless given'), type: 'date', value: fields.one('asOf'), latest: dayOf(now()) })}
</div>
<p><button class="button">${t('查询', 'Ask')}</button> <span class="hint">${t('每次查询均留痕，保存十年。', 'Every question is kept for ten years.')}</span></p>
</form>`;
    return {
      title: t('查询信用记录', 'Ask for credit records'),
      body: html`${form}${answer && answerOf(answer, view)}`,
    };
  }

  function answerOf(answer: SubjectAnswer, view: SignedView): Html {
    const { t, say } = view;
    const { uscc, purpose, at, asOf, agreement, summary, notice, provinces } = answer;
    const names = provinces.flatMap(({ records }) => records.map(({ body }) => textAt(body, 'subject.name')));
    const query = { uscc, purpose, asOf };
    const silent = provinces.filter(({ records }) => records.length === 0);
    return html`<section class="card" aria-labelledby="answer">
<h2 id="answer">${[...new Set(names.filter((name) => name !== undefined))].join(t('、', ', ')) || uscc}</h2>
<p class="lead">${say(summary)}</p>
${pairs([
  [t('统一社会信用代码', 'Unified social credit code'), html`<span class="code">${uscc}</span>`],
  [t('使用目的', 'Purpose'), nameOfPurpose(purpose, view)],
  [t('查询时间（北京时间）', 'Asked at (China time)'), formatChinaTime(at)],
  [
    t('查询时点（北京时间）', 'As known at (China time)'),
    asOf !== undefined && html`<strong>${formatChinaTime(asOf)}</strong>`,
  ],
  [t('依据的协议版本', 'Under the agreement'), html`<span class="code">${agreement}</span>`],
])}
<div class="actions">
<a class="button second" href="${linkTo('/ask/report', query)}" target="_blank" rel="noopener">${t('打印版报告', 'Report to print')}</a>
<a class="button second" href="${linkTo('/ask/answer.xlsx', query)}">${t('下载 .xlsx', 'Download .xlsx')}</a>
</div>
<p class="hint">${say(notice)}</p>
</section>
${provinces.filter(({ records }) => records.length > 0).map((province) => provinceOf(province, purpose, view))}
${
  silent.length > 0 &&
  html`<section class="card" aria-labelledby="silent">
<h2 id="silent">${t('没有记录的省（市）', 'Provinces without records')}</h2>
<ul>${silent.map((province) => html`<li>${say(province.name)} <span class="quiet">${say(sayFreshness(province))}</span></li>`)}</ul>
</section>`
}`;
  }

  function provinceOf(province: ProvinceAnswer, purpose: string, view: SignedView): Html {
    const { say, t } = view;
    const { member, name, records } = province;
    const types = [...new Set(records.map(({ type }) => type))];
    return html`<section aria-labelledby="province-${member}">
<h2 id="province-${member}">${say(name)} <span class="quiet">${t(`${records.length} 条`, `${records.length}`)} · ${say(sayFreshness(province))}</span></h2>
${types.map(
  (type) => html`<h3>${say(labels.titleOf(type))}</h3>
${records.filter((record) => record.type === type).map((record) => recordCard(record, purpose, labels, view))}`,
)}
</section>`;
  }

  async function recordScreen(record: RecordAnswer, view: SignedView): Promise<Screen> {
    const { t, say } = view;
    const number = textAt(record.body, 'document.number') ?? say(labels.titleOf(record.type));
    const name = textAt(record.body, 'subject.name');
    const { uscc, purpose } = record;
    return {
      title: name === undefined ? number : `${number} · ${name}`,
      body: html`${view.asker.role === 'clerk' && (await stepLinks(record, view))}
${wholeRecord(record, labels, view)}
${uscc !== undefined && html`<p><a href="${linkTo('/ask', { uscc, purpose })}">${t('该主体的全部记录', 'All records of this subject')}</a></p>`}`,
    };
  }

  /** The steps that its table allows today, and what waits for a second person. */
  async function stepLinks({ record, purpose }: RecordAnswer, { t, say, asker }: SignedView): Promise<Html | false> {
    const id = parseRecordId(record);
    const possible = id ? await steps.listPossible(id, asker).catch(nothingWhenRefused) : [];
    const waiting = (await steps.list(asker, 'waiting', 1000)).filter((one) => formatRecordId(one.record) === record);
    const link = (type: StepRequest['type']) => html`
<a class="button second" href="${linkTo(`/records/${record}/steps/${type}`, { purpose })}">${say(labels.titleOf(type))}</a>`;
    if (possible.length + waiting.length === 0) return false;
    return html`<section class="card" aria-labelledby="steps">
<h2 id="steps">${t('办理', 'What can be done')}</h2>
${waiting.map((one) => html`<p>${t('待复核：', 'Waits for a second person: ')}<a href="/proposals/${one.id}">${say(labels.titleOf(one.type))} ${formatChinaTime(one.proposedAt)}</a></p>`)}
<div class="actions">${possible.map(link)}</div>
</section>`;
  }

  function purposeScreen(record: string, view: SignedView): Screen {
    const { t } = view;
    return {
      title: t('查看记录', 'See a record'),
      body: html`<form method="get" action="/records/${record}" class="card">
<p class="code">${record}</p>
${purposeField(undefined, view)}
<p><button class="button">${t('查看', 'See it')}</button></p>
</form>`,
    };
  }

  function purposeField(value: string | undefined, { t, say, asker }: SignedView): Html {
    const choices = purposesFor(asker.role, version.agreement).map(({ id, ...name }) => ({
      value: id,
      label: say(name),
    }));
    const [label, none] = [t('使用目的', 'Purpose'), t('请选择', 'Choose')];
    return select({ name: 'purpose', label, value, choices, none, isRequired: true });
  }

  function nameOfPurpose(purpose: string, { say }: SignedView): string {
    const known = version.agreement.purposes.find(({ id }) => id === purpose);
    return known ? say(known) : purpose;
  }
}

function questionIn(fields: Fields): { uscc: string; purpose: string; asOf?: string } {
  const asOf = fields.one('asOf');
  const uscc = fields.one('uscc')?.toUpperCase() ?? '';
  return { uscc, purpose: fields.one('purpose') ?? '', ...(asOf !== undefined && { asOf }) };
}

function purposesFor(role: Role, { purposes }: Agreement) {
  return purposes.filter(({ id }) => decidePurpose(role, id).allowed);
}

function nothingWhenRefused(error: unknown): never[] {
  if (isProblem(error)) return []; // its content was erased
  throw error;
}
