/**
 * Spreadsheets in: received as a stream, then read and published in the background; what became of them, and what comes
 * back. The empty forms are here too.
 */

import type { Request } from 'express';
import { Problem, type ProblemCode } from '../base/problem.ts';
import { sentenceOf } from '../base/sentences.ts';
import type { ImportWork } from '../federation/import-work.ts';
import { type PreviewRow, previewRows } from '../federation/preview-rows.ts';
import type { PublishNeeds } from '../federation/publish-steps.ts';
import type { CodeLists } from '../form/cell.ts';
import { forms } from '../form/forms.ts';
import { buildTemplate } from '../form/template.ts';
import type { Imports } from '../registry/imports.ts';
import type { Import, ImportRefusal } from '../registry/ports.ts';
import type { Asker } from '../registry/tokens.ts';
import { importStates, stateFacts } from '../registry/words.ts';
import { bodyForm, count, flag, line, mediaTypeOf, pathId, pathText, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';
import { sendXlsx } from './workbook.ts';

export interface ImportParts {
  imports: Imports;
  work: ImportWork;
  publishing: PublishNeeds;
  codes: CodeLists;
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

export function importRoutes({ imports, work, publishing, codes, self, config, schemas }: ImportParts): TokenRoute[] {
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
        const { type, name, hold, dryRun, allOrNothing } = readQuery(request, {
          type: line(64),
          name: line(255),
          hold: flag,
          dryRun: flag,
          allOrNothing: flag,
        });
        checkUpload(request, config.imports.greatestFileBytes);
        const upload = { type, fileName: name, hold: hold || dryRun, allOrNothing }; // both are held, and say what they would do
        const given = await imports.receive(upload, asker, request);
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
      method: 'get',
      path: '/imports/:import/refusals.xlsx',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { id, type } = await getSeen(request, asker);
        await sendXlsx(response, `${type}-refused.xlsx`, await imports.buildRefusals(id));
      },
    },
    {
      method: 'get',
      path: '/imports/:import/preview',
      access: ['clerk'],
      async answer(request, response, asker) {
        const { from, limit } = readQuery(request, {
          from: count({ otherwise: 0 }),
          limit: count({ otherwise: 100, most: 1000 }),
        });
        const given = await getSeen(request, asker);
        const { id, state } = given;
        if (state !== 'held')
          throw new Problem('import/wrong-state', { import: id, ...stateFacts(importStates, state) });
        const rows = await previewRows(publishing, given, from, limit);
        const last = rows.at(-1);
        const isMore = last !== undefined && rows.length === limit;
        response.json({ rows: rows.map(tellPreview), ...(isMore && { next: last.row }) });
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
        const { id } = await getSeen(request, asker);
        const { reason } = request.body as { reason: string }; // its form was checked
        const given = await imports.revoke(id, reason, asker);
        work.enqueue(given);
        response.status(202).json(given);
      },
    },
    {
      method: 'get',
      path: '/templates/:type',
      access: ['clerk', 'operator'],
      async answer(request, response) {
        const type = pathText(request, 'type');
        const form = forms.get(type);
        if (!form) throw new Problem('import/unknown-type', { type: type.slice(0, 64), known: [...forms.keys()] });
        await sendXlsx(response, `${type}.xlsx`, buildTemplate(form, codes));
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

function tellPreview({ refusal, ...row }: PreviewRow) {
  if (!refusal) return row;
  const { code, facts } = refusal;
  return { ...row, ...refusal, ...sentenceOf({ code: code as ProblemCode, facts }) }; // one of ours
}
