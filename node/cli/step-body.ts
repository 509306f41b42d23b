/** The body of a step on a record, from what a clerk gives on the command line. Pure. */

import { isDay } from '../base/time.ts';
import type { StepRequest } from '../federation/steps.ts';
import type { ShownRecord } from '../registry/shown-record.ts';
import { Misuse } from './terminal.ts';

export interface StepOptions {
  on?: string;
  document?: string;
  documentDate?: string;
  documentAuthority?: string;
  documentAuthorityName?: string;
  reason?: string;
  ground?: string;
  condition?: readonly string[];
  appliedOn?: string;
  until?: string;
  because?: string;
  objection?: string;
  outcome?: string;
  requested?: string;
  measure?: readonly string[];
  result?: string;
  bureauName?: string;
  /** The whole corrected body. */
  body?: Record<string, unknown>;
  /** `path=value` */
  set: readonly string[];
}

type Body = Record<string, unknown>;
type StepType = StepRequest['type'];
type OptionName = Exclude<
  keyof StepOptions,
  'document' | 'documentDate' | 'documentAuthority' | 'documentAuthorityName' | 'reason'
>;

/** How a kind of step is written: which options it has beside document and reason, and its own members. */
interface Kind {
  options: readonly OptionName[];
  build(given: StepOptions & { on: string }, record: ShownRecord): Body;
}

const kinds: Readonly<Record<StepType, Kind>> = {
  repair: {
    options: ['on', 'condition', 'appliedOn'],
    build: ({ on, condition: conditions, appliedOn }) => given({ repairedOn: on, conditions, appliedOn }),
  },
  revocation: {
    options: ['on', 'ground'],
    build: ({ on, ground = lacking('--ground') }) => ({ revokedOn: on, ground }),
  },
  correction: { options: ['on', 'body', 'set'], build: () => ({}) },
  extension: {
    options: ['on', 'until', 'ground', 'because'],
    build: ({ until = lacking('--until'), ground = lacking('--ground'), because }) => given({ until, ground, because }),
  },
  'objection-decision': {
    options: ['on', 'objection', 'outcome'],
    build: ({ on, objection, outcome = lacking('--outcome') }, record) => {
      return { decidedOn: on, objection: objection ?? openObjectionOf(record), outcome };
    },
  },
  objection: {
    options: ['on', 'requested', 'bureauName'],
    build: ({ on, requested, bureauName: name }) => given({ raisedOn: on, requested, receivedBy: name && { name } }),
  },
  'measure-feedback': {
    options: ['on', 'measure', 'until', 'result', 'bureauName'],
    build: ({ on, measure: measures = lacking('--measure'), until, result, bureauName: name }) => {
      return given({ takenOn: on, measures, until, result, authority: name && { name } });
    },
  },
};

export const stepTypes = Object.keys(kinds) as StepType[]; // they are its keys

/**
 * A body as `schemas/bulletin/<type>.json` wants it; whether it fits is the node's to say.
 *
 * @param today the day of the step when none is given
 * @param isList whether the member of the record's body at that path is a list
 * @throws {Misuse} when an option is missing, or belongs to another kind of step
 */
export function buildStep(
  type: StepType,
  record: ShownRecord,
  options: StepOptions,
  { today, isList }: { today: string; isList: (path: string) => boolean },
): Body {
  checkFit(type, options);
  for (const name of ['on', 'documentDate', 'appliedOn', 'until'] as const) {
    const day = options[name];
    if (day !== undefined && !isDay(day)) {
      throw new Misuse({
        zh: `${optionOf(name)} 须为日期，如 2026-01-02`,
        en: `${optionOf(name)} is a day such as 2026-01-02`,
      });
    }
  }
  const common = { ...documentOf(options, record, today), ...given({ reason: options.reason }) };
  if (type === 'correction') {
    return { ...common, replaces: currentJtiOf(record), [record.type]: correct(record, options, isList) };
  }
  return { ...common, ...kinds[type].build({ ...options, on: options.on ?? today }, record) };
}

/** An option that the step would pass over in silence is a mistake. */
function checkFit(type: StepType, options: StepOptions): void {
  const known = new Set(Object.values(kinds).flatMap(({ options }) => options));
  const strange = [...known].filter((name) => {
    const value = options[name];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    return isGiven && !kinds[type].options.includes(name);
  });
  if (strange.length === 0) return;
  const names = strange.map(optionOf);
  throw new Misuse({ zh: `${names.join('、')} 不适用于 ${type}`, en: `${names.join(', ')} is not for a ${type}` });
}

/** `appliedOn` → `--applied-on` */
function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What was given of these. */
function given(members: Body): Body {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The one objection that waits for a decision. */
function openObjectionOf({ objections = [] }: ShownRecord): string {
  const open = objections.filter(({ outcome }) => outcome === undefined);
  const [only, ...more] = open;
  if (!only) throw new Misuse({ zh: '该记录没有未决的异议', en: 'the record has no open objection' });
  if (more.length === 0) return only.jti;
  const all = open.map(({ jti }) => jti).join(' ');
  throw new Misuse({
    zh: `有 ${open.length} 件未决的异议，请用 --objection 写明是哪一件：${all}`,
    en: `${open.length} objections are open, so --objection must say which: ${all}`,
  });
}

function documentOf(options: StepOptions, record: ShownRecord, today: string): { document?: Body } {
  const { document: number, documentAuthority: uscc, documentAuthorityName: name } = options;
  if (number === undefined) {
    if (options.documentDate ?? uscc ?? name) lacking('--document');
    return {};
  }
  const date = options.documentDate ?? options.on ?? today;
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

/** The bulletin whose body is in force: a correction names what it corrects. */
function currentJtiOf({ type, history }: ShownRecord): string | undefined {
  return history.findLast((step) => step.code === undefined && [type, 'correction'].includes(step.type))?.jti;
}

function correct(record: ShownRecord, { body, set }: StepOptions, isList: (path: string) => boolean): Body {
  if (body === undefined && set.length === 0) lacking('--set', '--body');
  const whole = structuredClone(body ?? record.body ?? lacking('--body'));
  for (const pair of set) {
    const { path, value } = readPair(pair, isList);
    put(whole, path, value);
  }
  return whole;
}

/**
 * One `path=value` of `--set`; several values of a list stand with commas between.
 *
 * @throws {Misuse} when it is none
 */
export function readPair(
  pair: string,
  isList: (path: string) => boolean,
): { path: string[]; value: string | string[] } {
  const [, path, value] = /^([\w.]+)=(.*)$/su.exec(pair) ?? [];
  if (path === undefined || value === undefined)
    throw new Misuse({ zh: `--set 写作 path=value：${pair}`, en: `--set is written path=value: ${pair}` });
  return {
    path: path.split('.'),
    value: isList(path) ? value.split(/[、,，;；]/).filter((one) => one !== '') : value,
  };
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
