/** The body of a repair, a revocation or a correction, from what a clerk gives on the command line. Pure. */

import { isDay } from '../base/time.ts';
import type { Revocation } from '../bulletin/types/revocation.ts';
import type { StepRequest } from '../federation/publish-steps.ts';
import type { ShownRecord } from '../registry/answer.ts';
import { Misuse } from './terminal.ts';

export interface StepOptions {
  on?: string;
  document?: string;
  documentDate?: string;
  documentAuthority?: string;
  documentAuthorityName?: string;
  reason?: string;
  ground?: Revocation['ground'];
  /** The whole corrected body. */
  body?: Record<string, unknown>;
  /** `path=value` */
  set: readonly string[];
}

type Body = Record<string, unknown>;

export const stepTypes: readonly StepRequest['type'][] = ['repair', 'revocation', 'correction'];
export const grounds: readonly Revocation['ground'][] = ['annulled', 'unlawful', 'void', 'import-mistake', 'other'];

/**
 * A body as `schemas/bulletin/<type>.json` wants it; whether it fits is the node's to say.
 *
 * @param isList whether the member of the record's body at that path is a list
 * @throws {Misuse} when an option is missing, or belongs to another kind of step
 */
export function buildStep(
  type: StepRequest['type'],
  record: ShownRecord,
  options: StepOptions,
  isList: (path: string) => boolean,
): Body {
  checkFit(type, options);
  for (const [name, day] of Object.entries({ '--on': options.on, '--document-date': options.documentDate })) {
    if (day !== undefined && !isDay(day)) {
      throw new Misuse({ zh: `${name} 须为日期，如 2026-01-02`, en: `${name} is a day such as 2026-01-02` });
    }
  }
  const common = { ...documentOf(options, record), ...(options.reason !== undefined && { reason: options.reason }) };
  if (type === 'correction') {
    return { ...common, replaces: currentJtiOf(record), [record.type]: correct(record, options, isList) };
  }
  const on = options.on ?? lacking('--on');
  if (type === 'revocation') return { ...common, revokedOn: on, ground: options.ground ?? lacking('--ground') };
  if (options.document === undefined) lacking('--document');
  return { ...common, repairedOn: on };
}

/** An option that the step would pass over in silence is a mistake. */
function checkFit(type: StepRequest['type'], { ground, body, set }: StepOptions): void {
  const strange = [
    ...(ground !== undefined && type !== 'revocation' ? ['--ground'] : []),
    ...(body !== undefined && type !== 'correction' ? ['--body'] : []),
    ...(set.length > 0 && type !== 'correction' ? ['--set'] : []),
  ];
  if (strange.length === 0) return;
  throw new Misuse({
    zh: `${strange.join('、')} 不适用于 ${type}`,
    en: `${strange.join(', ')} is not for a ${type}`,
  });
}

function documentOf(options: StepOptions, record: ShownRecord): { document?: Body } {
  const { document: number, documentAuthority: uscc, documentAuthorityName: name } = options;
  if (number === undefined) {
    if (options.documentDate ?? uscc ?? name) lacking('--document');
    return {};
  }
  const date = options.documentDate ?? options.on ?? lacking('--on');
  if (uscc === undefined && name === undefined) return { document: { number, date, authority: authorityOf(record) } };
  const authority = {
    name: name ?? lacking('--document-authority-name'),
    uscc: uscc ?? lacking('--document-authority'),
  };
  return { document: { number, date, authority } };
}

/** Who decided what the record tells. */
function authorityOf({ body = {} }: ShownRecord): unknown {
  const document = body.document as { authority?: unknown } | undefined; // its schema was checked
  return body.authority ?? document?.authority ?? lacking('--document-authority');
}

/** The bulletin whose body is in force: a correction names it, so that it cannot undo one that it has not seen. */
function currentJtiOf({ type, history }: ShownRecord): string | undefined {
  return history.findLast((step) => step.code === undefined && [type, 'correction'].includes(step.type))?.jti;
}

function correct(record: ShownRecord, { body, set }: StepOptions, isList: (path: string) => boolean): Body {
  if (body === undefined && set.length === 0) lacking('--set', '--body');
  const whole = structuredClone(body ?? record.body ?? lacking('--body'));
  for (const pair of set) {
    const [, path, value] = /^([\w.]+)=(.*)$/su.exec(pair) ?? [];
    if (path === undefined || value === undefined) {
      throw new Misuse({ zh: `--set 写作 path=value：${pair}`, en: `--set is written path=value: ${pair}` });
    }
    put(whole, path.split('.'), isList(path) ? value.split(/[、,，;；]/).filter((one) => one !== '') : value);
  }
  return whole;
}

/** An empty value takes the member away, and a part that holds nothing more with it. */
function put(place: Body, [name = '', ...rest]: string[], value: string | string[]): void {
  if (rest.length > 0) {
    const inner = { ...(place[name] as Body | undefined) }; // the schema says whether it is an object
    put(inner, rest, value);
    if (Object.keys(inner).length > 0) place[name] = inner;
    else delete place[name];
  } else if (value.length === 0) delete place[name];
  else place[name] = value;
}

function lacking(...options: string[]): never {
  throw new Misuse({ zh: `缺少选项：${options.join(' 或 ')}`, en: `missing option: ${options.join(' or ')}` });
}
