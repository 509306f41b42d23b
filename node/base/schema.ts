/** JSON Schemas (2020-12) compiled, one readable complaint per mistake. The door of `ajv`. */

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isDay, isInstant } from './time.ts';

/** One mistake: where it is (RFC 6901 pointer) and what is wrong there. */
export interface Complaint {
  pointer: string;
  message: string;
}

/** Says what is wrong with a value; an empty list when nothing is. */
export type Check = (value: unknown) => Complaint[];

/**
 * Compiles a schema that refers to nothing outside itself.
 *
 * @throws {Error} when the schema is no JSON Schema 2020-12 or refers elsewhere
 */
export function compileSchema(schema: object): Check {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  ajv.addFormat('day', isDay);
  ajv.addFormat('date', isDay);
  ajv.addFormat('instant', isInstant);
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toComplaint));
}

function toComplaint(error: ErrorObject): Complaint {
  const detail = error.params as Record<string, unknown>;
  const name = detail['additionalProperty'] ?? detail['unevaluatedProperty'] ?? detail['missingProperty'];
  const pointer = typeof name === 'string' && error.keyword !== 'required' ? `${error.instancePath}/${name}` : error.instancePath;
  const listed = Array.isArray(detail['allowedValues']) ? `: ${(detail['allowedValues'] as unknown[]).join(', ')}` : '';
  return { pointer, message: `${error.message ?? error.keyword}${listed}` };
}
