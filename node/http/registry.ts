/** Records: one, all of a subject, and the steps that a clerk takes on our own. */

import type { Request } from 'express';
import { Problem } from '../base/problem.ts';
import type { PublishNeeds } from '../federation/publish-steps.ts';
import { publishStep, type StepRequest } from '../federation/publish-steps.ts';
import { parseRecordId, type RecordId } from '../registry/record.ts';
import type { Registry } from '../registry/registry.ts';
import { bodyForm, line, pathText, readQuery } from './input.ts';
import type { TokenRoute } from './route.ts';

export interface RegistryParts {
  registry: Registry;
  publishing: PublishNeeds;
  /** Our own entry in the agreement: its authority may move every record of ours. */
  self: { authority: string };
  schemas: ReadonlyMap<string, object>;
}

export function registryRoutes({ registry, publishing, self, schemas }: RegistryParts): TokenRoute[] {
  return [
    {
      method: 'get',
      path: '/records/:record',
      access: ['clerk', 'auditor', 'reader'],
      async answer(request, response) {
        response.json(await registry.getRecord(recordIn(request)));
      },
    },
    {
      method: 'post',
      path: '/records/:record/steps',
      access: ['clerk'],
      body: bodyForm(schemas, 'step'),
      async answer(request, response, asker) {
        const step = request.body as StepRequest; // its form was checked
        const { jti, index } = await publishStep(publishing, recordIn(request), step, asker, self.authority);
        response.status(201).location(`/api/v1/bulletins/${jti}`).json({ jti, index });
      },
    },
    {
      method: 'get',
      path: '/subjects/:uscc',
      access: ['clerk', 'auditor', 'reader'],
      async answer(request, response) {
        const { purpose } = readQuery(request, { purpose: line(64) });
        response.json(await registry.ask(pathText(request, 'uscc'), purpose));
      },
    },
  ];
}

function recordIn(request: Request): RecordId {
  const text = pathText(request, 'record');
  const id = parseRecordId(text);
  if (!id) throw new Problem('registry/not-found', { record: text.slice(0, 64) });
  return id;
}
