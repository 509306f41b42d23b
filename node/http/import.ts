/** Spreadsheets in: received as a stream, then read and published in the background; what became of them. */

import type { Request } from 'express';
import { Problem, type ProblemCode } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import type { ImportWork } from '../federation/import-work.ts';
import type { PublishNeeds } from '../federation/publish-steps.ts';
import { revokeImport } from '../federation/publish-steps.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import, ImportRefusal } from '../registry/ports.ts';
import type { Asker } from '../registry/tokens.ts';
import { bodyForm, count, flag, line, mediaTypeOf, pathId, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface ImportParts {
  imports: Imports;
  work: ImportWork;
  publishing: PublishNeeds;
  /** Our own entry in the agreement: its authority sees every import, others see their own. */
  self: { authority: string };
  config: { imports: { greatestFileBytes: number } };
  schemas: ReadonlyMap<string, object>;
}

const mediaTypes = [
  'application/octet-stream',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
];

export function importRoutes({ imports, work, publishing, self, config, schemas }: ImportParts): TokenRoute[] {
  const ownAuthority = self.authority;

  /** The import in the path, if this asker may know of it. */
  const getSeen = async (request: Request, { authority }: Asker): Promise<Import> => {
    const id = pathId(request, 'import', 'import/not-found');
    const found = await imports.get(id);
    if (authority !== ownAuthority && authority !== found.authority)
      throw new Problem('import/not-found', { import: id });
    return found;
  };

  return [
    {
      method: 'post',
      path: '/imports',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { type, name, ...how } = readQuery(request, {
          type: line(64),
          name: line(255),
          hold: flag,
          allOrNothing: flag,
        });
        checkUpload(request, config.imports.greatestFileBytes);
        const given = await imports.receive({ type, fileName: name, ...how }, asker, request);
        work.enqueue(given);
        response.status(202).location(`/api/v1/imports/${given.id}`).json(given);
      },
    },
    {
      method: 'get',
      path: '/imports',
      access: ['clerk', 'operator'],
      async answer(request, response, { authority }) {
        const { limit } = readQuery(request, { limit: count({ otherwise: 50, most: 1000 }) });
        const mine = authority === ownAuthority ? undefined : authority;
        response.json({ imports: await imports.list(limit, mine) });
      },
    },
    {
      method: 'get',
      path: '/imports/:import',
      access: ['clerk', 'operator'],
      async answer(request, response, asker) {
        response.json(await getSeen(request, asker));
      },
    },
    {
      method: 'get',
      path: '/imports/:import/refusals',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { from, limit } = readQuery(request, {
          from: count({ otherwise: 0 }),
          limit: count({ otherwise: 1000, most: 10_000 }),
        });
        const { id } = await getSeen(request, asker);
        const refusals = await imports.listRefusals(id, from, limit + 1);
        const isMore = refusals.length > limit;
        response.json({ refusals: refusals.slice(0, limit).map(tell), ...(isMore && { next: from + limit }) });
      },
    },
    {
      method: 'post',
      path: '/imports/:import/publish',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { id } = await getSeen(request, asker);
        const released = await imports.release(id);
        work.enqueue(released);
        response.status(202).json(released);
      },
    },
    {
      method: 'post',
      path: '/imports/:import/discard',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { id } = await getSeen(request, asker);
        response.json(await imports.discard(id));
      },
    },
    {
      method: 'post',
      path: '/imports/:import/revocation',
      access: ['clerk'],
      body: bodyForm(schemas, 'import-revocation'),
      async answer(request, response, asker) {
        const { id, state } = await getSeen(request, asker);
        if (state !== 'done' && state !== 'refused') throw new Problem('import/wrong-state', { id, state }); // nothing stands yet, or not all
        const { reason } = request.body as { reason: string }; // its form was checked
        response.json({ revoked: await revokeImport(publishing, id, reason) });
      },
    },
  ];
}

/** Refuses before a byte is read what cannot be taken. @throws {Problem} input/unsupported-media-type, input/too-large */
function checkUpload(request: Request, greatestBytes: number): void {
  const type = mediaTypeOf(request);
  if (!mediaTypes.includes(type)) throw new Problem('input/unsupported-media-type', { type, taken: mediaTypes });
  const encoding = request.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new Problem('input/unsupported-media-type', { type: `${type}; ${encoding}` });
  if (Number(request.get('content-length') ?? 0) > greatestBytes)
    throw new Problem('input/too-large', { most: greatestBytes });
}

/** A refused row with its sentences. */
function tell(refusal: ImportRefusal): ImportRefusal & { zh: string; en: string } {
  const { code, facts, column, value } = refusal;
  return { ...refusal, ...sentenceOf({ code: code as ProblemCode, facts: { column, value, ...facts } }) }; // it was one when it was stored
}
