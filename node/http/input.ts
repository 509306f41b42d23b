/**
 * Path, query and body → checked values. What is not known is refused, not overlooked: a mistyped `holt=true` would
 * publish at once.
 */

import express, { type Request, type RequestHandler } from 'express';
import { Problem } from '../base/problem.ts';
import { type Check, compileSchema } from '../base/schema.ts';
import { isDay, readDayOrInstant } from '../base/time.ts';
import { dayOrInstantWanted } from '../registry/words.ts';

/** What is wrong with one value. */
class Wrong {
  readonly zh: string;
  readonly en: string;

  constructor(zh: string, en: string) {
    this.zh = zh;
    this.en = en;
  }
}

/** Text, or its absence, → value. */
export type Reader<T> = (text: string | undefined) => T | Wrong;

/** A size or an index: decimal digits, at most 15, no leading zero. */
export function count({ otherwise, most }: { otherwise?: number; most?: number } = {}): Reader<number> {
  const bound = most ?? Number.MAX_SAFE_INTEGER;
  return (text) => {
    if (text === undefined && otherwise !== undefined) return otherwise;
    if (text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) && Number(text) <= bound) return Number(text);
    return most === undefined
      ? new Wrong('须为非负整数', 'must be a whole number, 0 or more')
      : new Wrong(`须为 0 到 ${most} 的整数`, `must be a whole number from 0 to ${most}`);
  };
}

/** `true` or `false`; false when absent. */
export const flag: Reader<boolean> = (text) => {
  if (text === undefined || text === 'false') return false;
  return text === 'true' ? true : new Wrong('须为 true 或 false', 'must be true or false');
};

/** One line of at most so many characters. */
export function line(most: number): Reader<string> {
  return (text) =>
    text !== undefined && text !== '' && text.length <= most && !/\p{Cc}/u.test(text)
      ? text
      : new Wrong(
          `须为 1 到 ${most} 个字符，不含控制字符`,
          `must have 1 to ${most} characters, none a control character`,
        );
}

/** A day of the calendar. */
export const day: Reader<string> = (text) =>
  text !== undefined && isDay(text) ? text : new Wrong('须为日期，如 2026-01-02', 'must be a day such as 2026-01-02');

/** A day of the calendar, or an instant; one without milliseconds is at their beginning. */
export const dayOrInstant: Reader<string> = (text = '') =>
  readDayOrInstant(text) ?? new Wrong(dayOrInstantWanted.zh, dayOrInstantWanted.en);

/** The same, or absent. */
export function maybe<T>(read: Reader<T>): Reader<T | undefined> {
  return (text) => (text === undefined ? undefined : read(text));
}

/** One of a list, or absent. */
export function maybeOneOf<const T extends string>(listed: readonly T[]): Reader<T | undefined> {
  return (text) => {
    const found = listed.find((one) => one === text);
    return text === undefined || found !== undefined
      ? found
      : new Wrong(`须为以下之一：${listed.join('、')}`, `must be one of ${listed.join(', ')}`);
  };
}

type Values<Readers> = { [Name in keyof Readers]: Readers[Name] extends Reader<infer T> ? T : never };

/** The query's values. @throws {Problem} input/invalid with all `mistakes` */
export function readQuery<Readers extends Record<string, Reader<unknown>>>(
  request: Request,
  readers: Readers,
): Values<Readers> {
  const strange = Object.keys(request.query).filter((name) => !(name in readers));
  const mistakes = strange.map((pointer) => ({ pointer, zh: '没有这个参数', en: 'is no parameter of this call' }));
  return readAll(request.query, readers, mistakes);
}

/** The values of the path's variables. @throws {Problem} input/invalid with all `mistakes` */
export function readPath<Readers extends Record<string, Reader<unknown>>>(
  request: Request,
  readers: Readers,
): Values<Readers> {
  return readAll(request.params, readers, []);
}

/** A variable of the path as it came, decoded. */
export function pathText(request: Request, name: string): string {
  return String(request.params[name]);
}

/** The segments of the path that a wildcard took, decoded. */
export function pathSegments(request: Request, name: string): string[] {
  const value: unknown = request.params[name];
  return Array.isArray(value) ? value.map(String) : [];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id in the path. @throws {Problem} what is handed in, with the id, when that is none: then there is nothing of that name */
export function pathId(request: Request, name: string, code: Problem['code']): string {
  const id = pathText(request, name);
  if (!uuid.test(id)) throw new Problem(code, { [name]: id.slice(0, 64) });
  return id;
}

/** The form of a body, from `schemas/http/<name>.json`. @throws {Problem} config/invalid when there is no such file */
export function bodyForm(schemas: ReadonlyMap<string, object>, name: string): Check {
  const schema = schemas.get(`http/${name}`);
  if (schema) return compileSchema(schema);
  const file = `http/${name}.json`;
  const mistake = { file, pointer: '', zh: `缺少模式文件 ${file}`, en: `the schema ${file} is missing` };
  throw new Problem('config/invalid', { mistakes: [mistake] });
}

const json = 'application/json';

/** Reads a JSON body of at most 1 MiB, or the body as bytes, of at most 256 KiB: a version of the agreement with its signatures; neither unpacks anything. */
export const readJson: RequestHandler = express.json({ limit: '1mb', inflate: false, type: json });
export const readBytes: RequestHandler = express.raw({ limit: '256kb', inflate: false, type: () => true });

/** @throws {Problem} input/unsupported-media-type, input/invalid with all `mistakes` */
export function checkBody(check: Check): RequestHandler {
  return (request, _response, next) => {
    if (request.is(json) === false) throw new Problem('input/unsupported-media-type', { type: mediaTypeOf(request) });
    checkForm(check, request.body);
    next();
  };
}

/** @throws {Problem} input/invalid with all `mistakes` */
export function checkForm(check: Check, value: unknown): void {
  const mistakes = check(value).map(({ pointer, zh, message }) => ({ pointer, zh, en: message }));
  if (mistakes.length > 0) throw new Problem('input/invalid', { mistakes });
}

/** The media type that the request says its body has: `text/csv`. */
export function mediaTypeOf(request: Request): string {
  return (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

interface Mistake {
  pointer: string;
  zh: string;
  en: string;
}

function readAll<Readers extends Record<string, Reader<unknown>>>(
  given: Record<string, unknown>,
  readers: Readers,
  mistakes: Mistake[],
): Values<Readers> {
  const values: Record<string, unknown> = {};
  for (const [pointer, read] of Object.entries(readers)) {
    const text = given[pointer];
    const value =
      text === undefined || typeof text === 'string' ? read(text) : new Wrong('只能给出一次', 'must be given once');
    if (value instanceof Wrong) mistakes.push({ pointer, zh: value.zh, en: value.en });
    else values[pointer] = value;
  }
  if (mistakes.length > 0) throw new Problem('input/invalid', { mistakes });
  return values as Values<Readers>; // every name was just read
}
