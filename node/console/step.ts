/** Steps on a record, filled in by hand: what moves one of our own, and what is said of any. */

import type { Request } from 'express';
import { html } from '../base/html.ts';
import { textAt } from '../base/pointer.ts';
import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf } from '../base/time.ts';
import type { Organisation } from '../bulletin/body.ts';
import type { Field, Labels } from '../bulletin/labels.ts';
import { markTypes } from '../federation/publish-marks.ts';
import { moveTypes } from '../federation/publish-steps.ts';
import type { StepRequest, Steps } from '../federation/steps.ts';
import { forms } from '../form/forms.ts';
import { pathText } from '../http/input.ts';
import { recordIn } from '../http/step.ts';
import type { RecordAnswer } from '../registry/answer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Asker } from '../registry/tokens.ts';
import { dateNames, sayDate, sayObjection } from '../report/wording.ts';
import { explain, readFields, showFields, withoutEmptyDocument, wrongFields } from './body-form.ts';
import { fieldsOf } from './browser.ts';
import { linkTo, pairs } from './elements.ts';
import { attempt, type Screen, type SignedPage, type SignedView } from './page.ts';
import { standing } from './record.ts';

export interface StepPageParts {
  registry: Registry;
  steps: Steps;
  labels: Labels;
  self: { authority: string; name: { zh: string } };
  /** Codes of the measures on this province's published list. */
  config: { measures: readonly string[] };
  now: Now;
}

type StepType = StepRequest['type'];
type Body = Record<string, unknown>;

/** Members that are filled in for the clerk, or that nobody writes by hand. */
const unasked = ['replaces', 'record', 'rulePack', 'legalBasis', 'receivedBy.uscc', 'authority.uscc'];
/** Where each step says on which day it was taken. */
const dayMembers: Readonly<Partial<Record<StepType, string>>> = {
  repair: 'repairedOn',
  revocation: 'revokedOn',
  'objection-decision': 'decidedOn',
  objection: 'raisedOn',
  'measure-feedback': 'takenOn',
};

export function stepPages({ registry, steps, labels, self, config, now }: StepPageParts): SignedPage[] {
  return [
    {
      method: 'get',
      path: '/records/:record/steps/:step',
      access: ['clerk'],
      async show(request, view) {
        const type = stepIn(request);
        const purpose = fieldsOf(request).one('purpose') ?? '';
        const record = await registry.getRecord(view.asker, { record: pathText(request, 'record'), purpose });
        return stepScreen(record, type, begin(record, type, view.asker), view);
      },
    },
    {
      method: 'post',
      path: '/records/:record/steps/:step',
      access: ['clerk'],
      async show(request, view) {
        const type = stepIn(request);
        const fields = fieldsOf(request);
        const purpose = fields.one('purpose') ?? '';
        const record = await registry.getRecord(view.asker, { record: pathText(request, 'record'), purpose });
        const form = fieldsFor(record, type);
        const held = type === 'correction' ? { [record.type]: record.body ?? {} } : {};
        const body = readFields(form, fields, held);
        return attempt(
          async () => {
            const outcome = await steps.take(recordIn(request), { type, body: withoutEmptyDocument(body) }, view.asker);
            if ('proposal' in outcome) return { goTo: `/proposals/${outcome.proposal.id}?done=proposed` };
            return { goTo: linkTo(`/records/${record.record}`, { purpose, done: 'said' }) };
          },
          (problem) => stepScreen(record, type, body, view, explain(problem, form)),
        );
      },
    },
  ];

  /** The members of the step that people fill in; those of a corrected body stand in the body's own groups. */
  function fieldsFor(record: RecordAnswer, type: StepType): Field[] {
    const isInner = ({ path }: Field) => path.startsWith(`${record.type}.`);
    const all = labels.fieldsOf(type).filter((field) => isAsked(field) && (isInner(field) || !isCorrected(field)));
    return all.map((field) => {
      if (isInner(field)) return { ...field, within: field.within.slice(1) };
      if (field.path === 'measures') return chooseMeasures(field);
      return field.path === 'objection' ? chooseObjection(field, record) : field;
    });
  }

  /** Measures outside the published list may not be taken. */
  function chooseMeasures(field: Field): Field {
    return { ...field, choices: field.choices.filter(({ code }) => config.measures.includes(code)) };
  }

  /** An objection is named by what was said, not by its id. */
  function chooseObjection(field: Field, { objections = [] }: RecordAnswer): Field {
    const open = objections.filter(({ outcome, decidedOn }) => outcome === undefined && decidedOn === undefined);
    const choices = open.map((one) => ({ code: one.jti, ...sayObjection(one, labels) }));
    return { ...field, label: { zh: '所处理的异议', en: 'Which objection' }, kind: 'choice', choices };
  }

  /** How the form begins: today, the record's own authority, what stands now. */
  function begin(record: RecordAnswer, type: StepType, asker: Asker): Body {
    const day = dayMembers[type];
    const authority = authorityOf(record);
    const isOurs = moveTypes.some((move) => move === type);
    const bureau = asker.authority === self.authority ? { name: self.name.zh } : {};
    return {
      ...(day && { [day]: dayOf(now()) }),
      ...(isOurs && authority && { document: { authority } }),
      ...(type === 'objection' && { receivedBy: bureau }),
      ...(type === 'measure-feedback' && { authority: bureau }),
      ...(type === 'correction' && { [record.type]: record.body }),
    };
  }

  function stepScreen(record: RecordAnswer, type: StepType, body: Body, view: SignedView, problem?: Problem): Screen {
    const { t, say } = view;
    const { record: id, purpose } = record;
    const number = textAt(record.body, 'document.number') ?? say(labels.titleOf(record.type));
    const title = say(labels.titleOf(type));
    const back = linkTo(`/records/${id}`, { purpose });
    const all = fieldsFor(record, type);
    const inner = all.filter(isCorrected);
    const own = all.filter((field) => !isCorrected(field));
    const wrong = problem ? wrongFields(problem) : new Set<string>();
    return {
      title: `${title} · ${number}`,
      ...(problem && { problem }),
      body: html`<section class="card" aria-labelledby="which">
<h2 id="which"><a href="${back}">${number}</a> ${standing(record, view)}</h2>
${pairs([
  [t('主体', 'Subject'), textAt(record.body, 'subject.name')],
  [t('决定日', 'Decided on'), record.decidedOn],
  ...record.dates.map((date) => {
    const { day, source } = sayDate(date);
    return [say(dateNames[date.what]), html`${say(day)} <span class="quiet">${say(source)}</span>`] as const;
  }),
])}
</section>
<form method="post" action="${`/records/${id}/steps/${type}`}" class="card">
<input type="hidden" name="purpose" value="${purpose}">
${inner.length > 0 && html`<h2>${t('更正后的内容', 'As it should be')}</h2>${showFields(inner, body, wrong, view)}<h2>${t('更正的理由', 'Why it is corrected')}</h2>`}
${showFields(own, body, wrong, view)}
<div class="actions">
<button class="button${type === 'revocation' && html` grave`}">${t(`提交${title}`, `Submit: ${title}`)}</button>
<a href="${back}">${t('不办了，回到记录', 'Back to the record')}</a>
</div>
</form>`,
    };
  }
}

function isAsked({ path }: Field): boolean {
  return !unasked.includes(path) && !/(^|\.)(sha256|rulePack)$/.test(path);
}

/** Whether it is a member of a body that is corrected. */
function isCorrected({ path }: Field): boolean {
  return forms.has(path.split('.')[0] ?? '');
}

/** Who decided what the record tells. */
function authorityOf({ body }: RecordAnswer): Organisation | undefined {
  const document = body?.document as { authority?: Organisation } | undefined; // its schema was checked
  return (body?.authority as Organisation | undefined) ?? document?.authority;
}

function stepIn(request: Request): StepType {
  const type = [...moveTypes, ...markTypes].find((one) => one === pathText(request, 'step'));
  if (!type) throw new Problem('input/no-such-route');
  return type;
}
