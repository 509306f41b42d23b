/** A bulletin of ours that a peer refused: what was wrong, and the form to say it anew. */

import type { Request } from 'express';
import { type Agreement, findMember } from '../agreement/agreement.ts';
import { html } from '../base/html.ts';
import type { Problem } from '../base/problem.ts';
import type { Field, Labels } from '../bulletin/labels.ts';
import { correction } from '../bulletin/types/correction.ts';
import type { Refused } from '../federation/ports.ts';
import type { Reissuing } from '../federation/reissue.ts';
import { pathId } from '../http/input.ts';
import type { RecordAnswer } from '../registry/answer.ts';
import { formatRecordId } from '../registry/record.ts';
import type { Registry } from '../registry/registry.ts';
import { sentenceFor } from '../registry/words.ts';
import { explain, readFields, showFields, wrongFields } from './body-form.ts';
import { fieldsOf } from './browser.ts';
import { linkTo, textArea } from './elements.ts';
import { attempt, type Screen, type SignedPage, type SignedView } from './page.ts';

export interface ReissuePageParts {
  reissuing: Reissuing;
  registry: Registry;
  labels: Labels;
  version: { agreement: Agreement };
}

type Body = Record<string, unknown>;

/** What was refused, the record that it is about, and its words as far as they can be mended here. */
interface Case {
  refused: Refused;
  record: RecordAnswer;
  fields: readonly Field[];
  body: Body | undefined;
}

export function reissuePages({ reissuing, registry, labels, version }: ReissuePageParts): SignedPage[] {
  const path = '/bulletins/:jti/reissue';

  async function findCase(request: Request, { asker }: SignedView): Promise<Case> {
    const refused = await reissuing.find(pathId(request, 'jti', 'bulletin/not-found'));
    const purpose = fieldsOf(request).one('purpose') ?? '';
    const record = await registry.getRecord(asker, { record: formatRecordId(refused.record), purpose });
    const isBody = refused.type === record.type || refused.type === correction.name;
    const body = isBody ? record.body : record.history.find(({ jti }) => jti === refused.jti)?.body;
    const all = labels.fieldsOf(isBody ? record.type : refused.type);
    return { refused, record, body, fields: body ? all.filter(({ path }) => !path.endsWith('sha256')) : [] };
  }

  return [
    {
      method: 'get',
      path,
      access: ['clerk'],
      async show(request, view) {
        const found = await findCase(request, view);
        return reissueScreen(found, found.body ?? {}, '', view);
      },
    },
    {
      method: 'post',
      path,
      access: ['clerk'],
      async show(request, view) {
        const found = await findCase(request, view);
        const given = fieldsOf(request);
        const reason = given.one('mending.reason');
        const body = found.body && readFields(found.fields, given, found.body);
        return attempt(
          async () => {
            await reissuing.reissue(
              found.refused.jti,
              { ...(body && { body }), ...(reason && { reason }) },
              view.asker,
            );
            const { record, purpose } = found.record;
            return { goTo: linkTo(`/records/${record}`, { purpose, done: 'said' }) };
          },
          (problem) => reissueScreen(found, body ?? {}, reason ?? '', view, explain(problem, found.fields)),
        );
      },
    },
  ];

  function reissueScreen(
    { refused, record, fields }: Case,
    body: Body,
    reason: string,
    view: SignedView,
    problem?: Problem,
  ): Screen {
    const { t, say } = view;
    const { jti, type, by } = refused;
    const title = say(labels.titleOf(type));
    const back = linkTo(`/records/${record.record}`, { purpose: record.purpose });
    const wrong = problem ? wrongFields(problem) : new Set<string>();
    return {
      title: t(`补发：${title}`, `Reissue: ${title}`),
      ...(problem && { problem }),
      body: html`<section class="card" aria-labelledby="refused">
<h2 id="refused">${t('被拒收的原因', 'Why it was refused')}</h2>
<ul>${by.map(({ member, code }) => html`<li>${say(findMember(version.agreement, member)?.name ?? { zh: member, en: member })}${t('：', ': ')}${say(sentenceFor(code))}</li>`)}</ul>
<p><a href="${back}">${t('查看记录', 'See the record')}</a></p>
</section>
<form method="post" action="/bulletins/${jti}/reissue" class="card">
<input type="hidden" name="purpose" value="${record.purpose}">
${
  fields.length > 0
    ? html`<h2>${t('改正后的内容', 'As it should be')}</h2>
${showFields(fields, body, wrong, view)}
${textArea({ name: 'mending.reason', label: t('改动的理由，告知已采纳的各省', 'Why it was changed, told to those who took it'), value: reason, longest: 4096 })}`
    : html`<p>${t('按原样再次发出。', 'It is sent again as it is.')}</p>`
}
<div class="actions"><button class="button">${t('补发', 'Reissue')}</button></div>
</form>`,
    };
  }
}
