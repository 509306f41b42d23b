/** Evidence files, written as they are sent. Content is shown to who may see it whole, for a purpose, and the question is kept. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { Agreement, Member } from '../agreement/agreement.ts';
import { decideUse } from '../agreement/policy.ts';
import { Problem } from '../base/problem.ts';
import { type Evidence, mediaType } from '../evidence/evidence.ts';
import type { Exported, Exporter } from '../evidence/export.ts';
import { writeEvidence } from '../evidence/write.ts';
import { checkPurpose } from '../registry/answer.ts';
import type { Asked, Questions } from '../registry/questions.ts';
import type { Asker } from '../registry/tokens.ts';
import { count, line, maybe, pathId, pathText, readPath, readQuery } from './input.ts';
import type { Refused, TokenRoute } from './route.ts';

export interface EvidenceParts {
  version: { agreement: Agreement };
  self: Member;
  exporter: Exporter;
  questions: Pick<Questions, 'ask' | 'refuse'>;
}

const member = line(6);
const purpose = line(64);

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
        const query = readQuery(request, { purpose });
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
        const { receiver, ...query } = readQuery(request, { receiver: maybe(member), purpose });
        const asked = { record: jti, ...(await exporter.subjectOf(jti)), ...query };
        await show(response, asker, asked, async () => {
          const evidence = await exporter.refusal({ jti, ...(receiver && { receiver }) });
          checkRefused(asker, evidence);
          return evidence;
        });
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

async function send(response: Response, evidence: Evidence): Promise<void> {
  response.setHeader('content-type', mediaType);
  response.setHeader('content-disposition', `attachment; filename="${evidence.claim.kind}.evidence.json"`);
  await pipeline(Readable.from(writeEvidence(evidence)), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error; // otherwise the caller left
  });
}
