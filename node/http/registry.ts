/** Records: one, and all of a subject; the latter also as a workbook, or as a report to print. */

import type { Asked, Questions } from '../registry/questions.ts';
import type { Registry } from '../registry/registry.ts';
import { type AnswerParts, answerForms, createAnswerSender } from './answer.ts';
import { dayOrInstant, line, maybe, maybeOneOf, pathText, readQuery } from './input.ts';
import type { Refused, TokenRoute } from './route.ts';

export type RegistryParts = AnswerParts & {
  registry: Registry;
  questions: Questions;
};

export function registryRoutes({ registry, questions, ...parts }: RegistryParts): TokenRoute[] {
  const send = createAnswerSender(parts);

  /** Who is refused for the role has asked all the same. */
  const keepRefused = (name: 'record' | 'uscc', form: Asked['form']): Refused => {
    return (request, asker, code) => {
      const { purpose, form: wanted } = request.query;
      const asked = { [name]: pathText(request, name), ...(typeof purpose === 'string' && { purpose }) };
      const as = name === 'uscc' ? (answerForms.find((one) => one === wanted) ?? form) : form;
      return questions.refuse(asker, { ...asked, form: as }, code);
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
        const {
          purpose,
          asOf,
          form = 'json',
        } = readQuery(request, {
          purpose: line(64),
          asOf: maybe(dayOrInstant),
          form: maybeOneOf(answerForms),
        });
        const asked = { uscc: pathText(request, 'uscc'), purpose, ...(asOf !== undefined && { asOf }), form };
        await send(response, await registry.ask(asker, asked), form);
      },
    },
  ];
}
