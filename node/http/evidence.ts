/** Evidence files, written as they are sent. Content is shown to who may see it whole, for a purpose, and the question is kept. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { Agreement, Member } from '../agreement/agreement.ts';
import { decideUse } from '../agreement/policy.ts';
import { Problem } from '../base/problem.ts';
import { type Evidence, mediaType } from '../evidence/evidence.ts';
import type { Exported, Exporter } from '../evidence/export.ts';
import type { RangeAsked } from '../evidence/export-completeness.ts';
import { writeEvidence } from '../evidence/write.ts';
import { checkPurpose } from '../registry/answer.ts';
import type { Asked, Questions } from '../registry/questions.ts';
import type { Asker } from '../registry/tokens.ts';
import { count, day, line, maybe, pathId, pathText, readPath, readQuery } from './input.ts';
import type { Refused, TokenRoute } from './route.ts';

export interface EvidenceParts {
  version: { agreement: Agreement };
  self: Member;
  exporter: Exporter;
  questions: Pick<Questions, 'ask' | 'refuse'>;
}

const member = line(6);
type Bounds = Omit<RangeAsked, 'issuer' | 'receiver'>;

const purposeName = line(64);

export function evidenceRoutes({ version, self, exporter, questions }: EvidenceParts): TokenRoute[] {
  /** Keeps the question, then sends; what is shown of others' records is used for a purpose that their flows allow. */
  async function show(
    response: Response,
    asker: Asker,
    asked: Omit<Asked, 'form'> & { purpose: string },
    work: () => Promise<Exported>,
  ): Promise<void> {
    let evidence: Exported | undefined;
    await questions.ask(asker, { ...asked, form: 'evidence' }, async () => {
      checkPurpose(asker, asked.purpose, version.agreement);
      evidence = await work();
      for (const use of evidence.uses) {
        const given = { ...use, agreement: version.agreement, holder: self.id, purpose: asked.purpose };
        const word = decideUse(given);
        if (!word.allowed) throw new Problem(word.code, word.facts);
      }
      return evidence.claim;
    });
    if (evidence) await send(response, evidence);
  }

  /** Who is refused for the role has asked all the same. */
  const keepRefused = (recordOf: (request: Request) => string): Refused => {
    return (request, asker, code) => {
      const { purpose } = request.query;
      const asked = { record: recordOf(request), ...(typeof purpose === 'string' && { purpose }) };
      return questions.refuse(asker, { ...asked, form: 'evidence' }, code);
    };
  };

  return [
    {
      method: 'get',
      path: '/evidence/bulletins/:jti',
      access: ['clerk', 'auditor'],
      refused: keepRefused((request) => pathText(request, 'jti')),
      async answer(request, response, asker) {
        const jti = pathId(request, 'jti', 'bulletin/not-found');
        const query = readQuery(request, { purpose: purposeName });
        const asked = { record: jti, ...(await exporter.subjectOf(jti)), ...query };
        await show(response, asker, asked, () => exporter.bulletin(jti));
      },
    },
    {
      method: 'get',
      path: '/evidence/refusals/:jti',
      access: ['clerk', 'auditor'],
      refused: keepRefused((request) => pathText(request, 'jti')),
      async answer(request, response, asker) {
        const jti = pathId(request, 'jti', 'bulletin/not-found');
        const { receiver, ...query } = readQuery(request, { receiver: maybe(member), purpose: purposeName });
        const asked = { record: jti, ...(await exporter.subjectOf(jti)), ...query };
        await show(response, asker, asked, async () => {
          const evidence = await exporter.refusal({ jti }, receiver);
          checkRefused(asker, evidence);
          return evidence;
        });
      },
    },
    {
      method: 'get',
      path: '/evidence/refusals/:issuer/:index',
      access: ['clerk', 'auditor'],
      refused: keepRefused((request) => `${pathText(request, 'issuer')}:${pathText(request, 'index')}`),
      async answer(request, response, asker) {
        const place = readPath(request, { issuer: member, index: count() });
        const { receiver, ...query } = readQuery(request, { receiver: maybe(member), purpose: purposeName });
        await show(response, asker, { record: `${place.issuer}:${place.index}`, ...query }, async () => {
          const evidence = await exporter.refusal(place, receiver);
          checkRefused(asker, evidence);
          return evidence;
        });
      },
    },
    {
      method: 'get',
      path: '/evidence/records/:record',
      access: ['clerk', 'auditor'],
      refused: keepRefused((request) => pathText(request, 'record')),
      async answer(request, response, asker) {
        const record = pathText(request, 'record');
        const query = readQuery(request, { purpose: purposeName });
        const asked = { record, ...(await exporter.subjectOfRecord(record)), ...query };
        await show(response, asker, asked, () => exporter.record(record));
      },
    },
    {
      method: 'get',
      path: '/evidence/findings',
      access: ['auditor', 'operator'],
      async answer(_request, response) {
        response.json({ findings: await exporter.findings() });
      },
    },
    {
      method: 'get',
      path: '/evidence/findings/:finding',
      access: ['auditor', 'operator'],
      async answer(request, response) {
        const id = pathText(request, 'finding');
        await send(response, await exporter.finding(id.slice(0, 64)));
      },
    },
    {
      method: 'get',
      path: '/evidence/ranges/:issuer/:receiver',
      access: ['clerk', 'auditor'],
      refused: keepRefused((request) => `${pathText(request, 'issuer')}:${pathText(request, 'receiver')}`),
      async answer(request, response, asker) {
        const members = readPath(request, { issuer: member, receiver: member });
        const { purpose, ...given } = readQuery(request, {
          log: maybe(line(255)),
          from: maybe(count()),
          to: maybe(count()),
          since: maybe(day),
          until: maybe(day),
          purpose: purposeName,
        });
        const range = chosenRange(given, members);
        const record = `${members.issuer}:${range.since ?? range.from ?? 0}-${range.until ?? range.to ?? ''}:${members.receiver}`;
        await show(response, asker, { record, purpose }, () => exporter.completeness({ ...members, ...range }));
      },
    },
    {
      method: 'get',
      path: '/evidence/withheld/:issuer/:index',
      access: ['clerk', 'auditor', 'operator'],
      async answer(request, response) {
        const place = readPath(request, { issuer: member, index: count() });
        const { receiver } = readQuery(request, { receiver: member });
        await send(response, await exporter.withheld({ ...place, receiver }));
      },
    },
  ];

  /** What we refused is proof, of no record: it is for auditors. */
  function checkRefused({ role }: Asker, { claim }: Evidence): void {
    if (role === 'auditor' || (claim.kind === 'refusal' && claim.issuer === self.id)) return;
    throw new Problem('auth/role-not-allowed', { role, needed: ['auditor'] });
  }
}

/** @throws {Problem} input/invalid when both indexes and days are given, they end before they begin, or one is both members */
function chosenRange(
  given: { [Name in keyof Bounds]-?: Bounds[Name] | undefined },
  { issuer, receiver }: { issuer: string; receiver: string },
): Bounds {
  const { from, to, since, until } = given;
  const hasIndexes = from !== undefined || to !== undefined;
  const hasDays = since !== undefined || until !== undefined;
  const mistakes = [
    ...(issuer === receiver
      ? [{ pointer: 'receiver', zh: '接收方不能是签发方自己', en: 'must be another member than the issuer' }]
      : []),
    ...(hasIndexes && hasDays
      ? [{ pointer: 'since', zh: '日期与序号不能同用', en: 'days and indexes do not go together' }]
      : []),
    ...(from !== undefined && to !== undefined && to < from
      ? [{ pointer: 'to', zh: '不能小于起始序号', en: 'must not be below the first index' }]
      : []),
    ...(since !== undefined && until !== undefined && until < since
      ? [{ pointer: 'until', zh: '不能早于起始日', en: 'must not be before the first day' }]
      : []),
  ];
  if (mistakes.length > 0) throw new Problem('input/invalid', { mistakes });
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function send(response: Response, evidence: Evidence): Promise<void> {
  response.setHeader('content-type', mediaType);
  response.setHeader('content-disposition', `attachment; filename="${evidence.claim.kind}.evidence.json"`);
  await pipeline(Readable.from(writeEvidence(evidence)), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // otherwise the caller left
  });
}
