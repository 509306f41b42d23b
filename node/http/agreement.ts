/** The agreement in force, every version that is known, and what operators bring to them: drafts, signatures, refusals. */

import type { Agreements, LiveVersion } from '../agreement/agreements.ts';
import { Problem } from '../base/problem.ts';
import type { Circular } from '../federation/circulate.ts';
import type { Federation } from '../federation/federation.ts';
import type { VersionReports } from '../federation/versions.ts';
import { bodyForm, pathText } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface AgreementParts {
  version: Pick<LiveVersion, 'digest' | 'agreement' | 'signedBy'>;
  agreements: Agreements;
  federation: Federation;
  reportVersions: VersionReports;
  schemas: ReadonlyMap<string, object>;
}

export function agreementRoutes(parts: AgreementParts): TokenRoute[] {
  const { version, agreements, federation, reportVersions, schemas } = parts;
  const { circulation } = federation;

  return [
    {
      method: 'get',
      path: '/agreement',
      access: ['clerk', 'auditor', 'operator', 'reader'],
      answer(_request, response) {
        const { digest, agreement, signedBy } = version;
        response.json({ digest, agreement, signedBy });
      },
    },
    {
      method: 'get',
      path: '/agreements',
      access: ['operator', 'auditor'],
      async answer(_request, response) {
        response.json({ versions: await reportVersions() });
      },
    },
    {
      method: 'get',
      path: '/agreements/in-force',
      access: ['operator', 'auditor'],
      answer(_request, response) {
        response.json({ agreements: agreements.inForce().map(({ jws }) => jws) });
      },
    },
    {
      method: 'get',
      path: '/agreements/:digest',
      access: ['operator', 'auditor'],
      async answer(request, response) {
        const digest = pathText(request, 'digest');
        const found = await agreements.findByDigest(digest);
        if (!found) throw new Problem('agreement/not-found', { digest: digest.slice(0, 64) });
        const before = found.predecessor && { predecessor: found.predecessor.jws };
        response.json({ digest: found.digest, ...(await circulation.circularOf(found)), ...before });
      },
    },
    {
      method: 'post',
      path: '/agreements',
      access: ['operator'],
      body: bodyForm(schemas, 'circular'),
      async answer(request, response) {
        const circular = request.body as Circular; // its form was checked
        if (circular.agreement) await circulation.checkSigning(circular.agreement);
        const { digest } = await circulation.take(circular);
        await federation.start(); // it may be in force by now
        for (const { id } of federation.members.others()) void federation.heard(id); // a round tells them
        const found = (await reportVersions()).find((one) => one.digest === digest);
        response.status(201).location(`/api/v1/agreements/${digest}`).json(found);
      },
    },
    {
      method: 'post',
      path: '/closing',
      access: ['operator'],
      body: bodyForm(schemas, 'closing'),
      async answer(request, response) {
        const { ground } = request.body as { ground: string }; // its form was checked
        response.status(201).json(await federation.close(ground));
      },
    },
  ];
}
