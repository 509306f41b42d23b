/** JSON Schemas (2020-12) compiled, one readable complaint per mistake. The door of `ajv`. */

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { pointerTo } from './pointer.ts';
import { isDay, isInstant } from './time.ts';

/** One mistake: where it is (RFC 6901 pointer) and what is wrong there. */
export interface Complaint {
  pointer: string;
  /** In English. */
  message: string;
  /** In Chinese. */
  zh: string;
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

function toComplaint({ instancePath, keyword, message, params }: ErrorObject): Complaint {
  const detail = params as Record<string, unknown>;
  const surplus = detail.additionalProperty ?? detail.unevaluatedProperty;
  const pointer = typeof surplus === 'string' ? pointerTo(instancePath, surplus) : instancePath;
  const listed = Array.isArray(detail.allowedValues) ? `: ${detail.allowedValues.join(', ')}` : '';
  const chinese = inChinese[keyword];
  return {
    pointer,
    message: `${message ?? keyword}${listed}`,
    zh: chinese ? chinese(detail) : `不符合 ${keyword} 的规定`,
  };
}

const kinds: Record<string, string> = {
  array: '列表',
  boolean: '布尔值',
  integer: '整数',
  null: '空值',
  number: '数字',
  object: '对象',
  string: '文本',
};

/** What ajv says in English, in Chinese: keyword → its params → sentence. */
const inChinese: Record<string, (detail: Record<string, unknown>) => string> = {
  additionalProperties: ({ additionalProperty }) => `不应有“${additionalProperty}”`,
  const: ({ allowedValue }) => `须为 ${JSON.stringify(allowedValue)}`,
  enum: ({ allowedValues }) => `须为以下之一：${[allowedValues].flat().join('、')}`,
  format: ({ format }) => (format === 'instant' ? '不是有效的时刻' : '不是有效的日期，应写成 YYYY-MM-DD'),
  maximum: ({ limit }) => `不得大于 ${limit}`,
  maxItems: ({ limit }) => `最多 ${limit} 项`,
  maxLength: ({ limit }) => `最多 ${limit} 个字符`,
  maxProperties: ({ limit }) => `最多 ${limit} 个成员`,
  minimum: ({ limit }) => `不得小于 ${limit}`,
  minItems: ({ limit }) => `至少 ${limit} 项`,
  minLength: ({ limit }) => `至少 ${limit} 个字符`,
  minProperties: ({ limit }) => `至少 ${limit} 个成员`,
  oneOf: () => '须恰好符合其中一种形式',
  pattern: ({ pattern }) => `不符合格式 ${pattern}`,
  required: ({ missingProperty }) => `缺少“${missingProperty}”`,
  type: ({ type }) =>
    `应为${[type]
      .flat()
      .map((kind) => kinds[String(kind)] ?? kind)
      .join('或')}`,
  uniqueItems: ({ i, j }) => `第 ${Number(j) + 1} 项与第 ${Number(i) + 1} 项重复`,
};
