import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../node/base/schema.ts';

describe('compileSchema', () => {
  it.each<[string, object, unknown, string]>([
    ['required', { type: 'object', required: ['id'], properties: { id: {} } }, {}, ' 缺少“id”'],
    ['additionalProperties', { type: 'object', additionalProperties: false }, { 'a/b': 1 }, '/a~1b 不应有“a/b”'],
    ['type', { type: 'string' }, 5, ' 应为文本'],
    ['several types', { type: ['string', 'integer'] }, 1.5, ' 应为文本或整数'],
    ['enum', { type: 'string', enum: ['a', 'b'] }, 'c', ' 须为以下之一：a、b'],
    ['const', { const: 'a' }, 'c', ' 须为 "a"'],
    ['pattern', { type: 'string', pattern: '^a$' }, 'c', ' 不符合格式 ^a$'],
    ['a day', { type: 'string', format: 'date' }, '2026-02-30', ' 不是有效的日期，应写成 YYYY-MM-DD'],
    ['an instant', { type: 'string', format: 'instant' }, 'now', ' 不是有效的时刻'],
    ['minimum', { type: 'integer', minimum: 1 }, 0, ' 不得小于 1'],
    ['maximum', { type: 'integer', maximum: 1 }, 2, ' 不得大于 1'],
    ['minLength', { type: 'string', minLength: 1 }, '', ' 至少 1 个字符'],
    ['maxLength', { type: 'string', maxLength: 1 }, '上海', ' 最多 1 个字符'],
    ['minItems', { type: 'array', minItems: 1 }, [], ' 至少 1 项'],
    ['maxItems', { type: 'array', maxItems: 1 }, [1, 2], ' 最多 1 项'],
    ['uniqueItems', { type: 'array', uniqueItems: true }, [1, 2, 1], ' 第 1 项与第 3 项重复'],
  ])('complains of %s in Chinese and English', (_, schema, value, expected) => {
    const complaints = compileSchema(schema)(value);
    expect(complaints.map(({ pointer, zh }) => `${pointer} ${zh}`)).toEqual([expected]);
    expect(complaints[0]?.message).toMatch(/^[a-z][\x20-\x7e]*$/i);
  });

  it('lists every mistake', () => {
    const check = compileSchema({ type: 'object', required: ['a', 'b'], properties: { a: {}, b: {} } });
    expect(check({})).toHaveLength(2);
    expect(check({ a: 1, b: 2 })).toEqual([]);
  });

  it('refuses a schema that refers elsewhere', () => {
    expect(() => compileSchema({ $ref: 'https://example.org/other.json' })).toThrow();
  });
});
