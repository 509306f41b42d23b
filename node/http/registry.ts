/** Records: one, and all of a subject. */

import type { Asked, Questions } from '../registry/questions.ts';
import type { Registry } from '../registry/registry.ts';
import { line, pathText, readQuery } from './input.ts';
import type { Refused, TokenRoute } from './route.ts';

export interface RegistryParts {
  registry: Registry;
  questions: Questions;
}

export function registryRoutes({ registry, questions }: RegistryParts): TokenRoute[] {
  /** Who is refused for the role has asked all the same. */
  const keepRefused = (name: 'record' | 'uscc', form: Asked['form']): Refused => {
    return (request, asker, code) => {
      const { purpose } = request.query;
      const asked = { [name]: pathText(request, name), ...(typeof purpose === 'string' && { purpose }), form };
      return questions.refuse(asker, asked, code);
    };
  };
  return [
    {
      method: 'get',
      path: '/records/:record',
      access: ['clerk', 'auditor', 'reader'],
      refused: keepRefused('record', 'record'),
      async answer(request, response, asker) {
        const { purpose } = readQuery(request, { purpose: line(64) });
        response.json(await registry.getRecord(asker, { record: pathText(request, 'record'), purpose }));
      },
    },
    {
      method: 'get',
      path: '/subjects/:uscc',
      access: ['clerk', 'auditor', 'reader'],
      refused: keepRefused('uscc', 'json'),
      async answer(request, response, asker) {
        const { purpose } = readQuery(request, { purpose: line(64) });
        response.json(await registry.ask(asker, { uscc: pathText(request, 'uscc'), purpose }));
      },
    },
  ];
}
