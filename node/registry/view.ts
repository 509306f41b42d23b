/**
 * Who sees what: the purposes for which a role may ask, and how much of a record it is shown. One table; pure. What is
 * cut here is cut before anything else is made of a body, so that no history, summary or export can bring it back.
 *
 * 个人信息保护法 arts 5, 6, 51 (necessity, access by role); 个体工商户 may lead to a natural person and are restricted, as
 * is what its issuer shares under conditions or not at all (国发〔2016〕51号).
 */

import type { Facts } from '../base/problem.ts';
import { isIndividualBusiness } from '../base/uscc.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { correctable, correction } from '../bulletin/types/correction.ts';
import { leavesOf } from './changes.ts';
import type { CreditRecord } from './record.ts';
import type { Role } from './tokens.ts';

interface View {
  /** Ids of the agreement's purposes. */
  purposes: { only: readonly string[] } | { allBut: readonly string[] };
  /** Whether the authorities' own words are shown: facts, reasons, remarks. */
  seesWords: boolean;
  /** Whether restricted records are shown unmasked. */
  seesRestricted: boolean;
}

/** By role. */
const views: Readonly<Record<Role, View>> = {
  clerk: { purposes: { allBut: [] }, seesWords: true, seesRestricted: true },
  auditor: { purposes: { only: ['audit', 'supervision', 'objection'] }, seesWords: true, seesRestricted: true },
  reader: { purposes: { allBut: ['audit'] }, seesWords: false, seesRestricted: false },
  operator: { purposes: { only: [] }, seesWords: false, seesRestricted: false },
};

/** Members of bodies that hold the authorities' own words. */
const words = new Set(['facts', 'remarks', 'source', 'reason', 'requested', 'result']);
/** Free text that stays in a masked record: names of authorities, of rules and of grades. */
const kept = new Set(['document.authority.name', 'authority.name', 'receivedBy.name', 'rulePack', 'scheme', 'grade']);
/** What leads to the subject besides its free text. */
const leads = new Set(['agencyCode', 'document.sha256']);

/** Whether a role may ask for a purpose that the agreement has. */
export function decidePurpose(
  role: Role,
  purpose: string,
): { allowed: true } | { allowed: false; code: 'registry/purpose-not-allowed'; facts: Facts } {
  const { purposes } = views[role];
  const allowed = 'only' in purposes ? purposes.only.includes(purpose) : !purposes.allBut.includes(purpose);
  return allowed
    ? { allowed }
    : { allowed, code: 'registry/purpose-not-allowed', facts: { purpose, role, ...purposes } };
}

/** How one record is seen. */
export interface Sight {
  isMasked: boolean;
  /** As much of a body of that type as is shown. */
  see(type: string, body: Record<string, unknown>): Record<string, unknown>;
}

/** How a role sees a record. */
export function sightOf(role: Role, record: CreditRecord): Sight {
  const { seesWords, seesRestricted } = views[role];
  const isMasked = !seesRestricted && isRestricted(record);
  const hide = isMasked ? hideNames(record) : (text: string) => text;
  const see = (type: string, body: Record<string, unknown>): Record<string, unknown> => {
    if (type === correction.name) {
      const inner = correctable
        .filter(({ name }) => name in body)
        .map(({ name }) => [name, see(name, part(body, name))]);
      return { ...cut(type, body), ...Object.fromEntries(inner) };
    }
    return cut(type, body);
  };
  const cut = (type: string, body: Record<string, unknown>) => {
    const shown = seesWords ? body : withoutPaths(body, (path) => words.has(path));
    if (!isMasked) return shown;
    const hidden = new Set(findTypeByName(type)?.freeText.filter((path) => !kept.has(path)));
    const isHidden = (path: string) =>
      (hidden.has(path) && path !== 'subject.name') || leads.has(path) || path === 'source';
    const { subject, ...rest } = mapTexts(withoutPaths(shown, isHidden), hide);
    return isTree(subject) ? { ...rest, subject: { ...subject, name: maskName(nameIn(body)) } } : rest;
  };
  return { isMasked, see };
}

/** The code as somebody may see it to whom the record is not open: `92310000********0K`. */
export function maskUscc(uscc: string): string {
  return `${uscc.slice(0, 8)}********${uscc.slice(-2)}`;
}

/** A subject's code as the role sees it. */
export function seeUscc(role: Role, uscc: string): string {
  return views[role].seesRestricted || !isIndividualBusiness(uscc) ? uscc : maskUscc(uscc);
}

/** Members of a body that were not shown, as dotted paths in ascending order. */
export function leftOutOf(body: object, shown: object): string[] {
  const paths = leavesOf(shown);
  return [...leavesOf(body).keys()].filter((path) => !paths.has(path)).sort();
}

/** Once the content was erased only the code tells. */
function isRestricted({ uscc, body }: CreditRecord): boolean {
  return isIndividualBusiness(uscc) || body?.sharing === 'none' || body?.sharing === 'conditional';
}

/** Masks the subject's names and numbers wherever they stand in a text. */
function hideNames({ type, uscc, steps }: CreditRecord): (text: string) => string {
  const masks = new Map<string, string>();
  if (uscc !== '') masks.set(uscc, maskUscc(uscc)).set(uscc.slice(8, 17), '*********'); // with it goes the organisation's code
  for (const step of steps) {
    const body = (step.type === type ? step.body : step.body?.[type]) as { subject?: object } | undefined; // the schemas say so
    for (const [name, text] of Object.entries(body?.subject ?? {})) {
      if (typeof text !== 'string' || name === 'kind' || [...text].length < 2) continue; // one sign hides nothing
      masks.set(text, name === 'name' ? maskName(text) : '***');
    }
  }
  const longestFirst = [...masks].sort(([a], [b]) => b.length - a.length);
  return (text) => longestFirst.reduce((left, [secret, mask]) => left.replaceAll(secret, () => mask), text);
}

function maskName(name: string): string {
  const [first = '', ...rest] = name;
  return rest.length === 0 ? '*' : `${first}**`;
}

function nameIn({ subject }: Record<string, unknown>): string {
  return (subject as { name: string }).name; // its schema was checked
}

function part(body: Record<string, unknown>, name: string): Record<string, unknown> {
  return body[name] as Record<string, unknown>; // its schema was checked
}

function withoutPaths(
  body: Record<string, unknown>,
  isHidden: (path: string) => boolean,
  above = '',
): Record<string, unknown> {
  const entries = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    const path = `${above}${name}`;
    if (isHidden(path)) return [];
    return [[name, isTree(value) ? withoutPaths(value, isHidden, `${path}.`) : value]];
  });
  return Object.fromEntries(entries);
}

function mapTexts(body: Record<string, unknown>, change: (text: string) => string): Record<string, unknown> {
  const map = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(map);
    return isTree(value) ? mapTexts(value, change) : value;
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, map(value)]));
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
