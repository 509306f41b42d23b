/**
 * What the agreement allows, as pure decisions (docs/protocol.md, Agreement and Verdicts). A flow is a matter of type,
 * sender and receiver; outside the effective period only governance, receipts and what moves a record remain valid.
 */

import type { Facts } from '../base/problem.ts';
import { dayOf, startOfDay } from '../base/time.ts';
import type { BulletinKind, Verified } from '../bulletin/bulletin.ts';
import { correctable, correction } from '../bulletin/types/correction.ts';
import { type Agreement, type Flow, findEntry, findMember } from './agreement.ts';
import { decideInForce, type SignedAgreement } from './signatures.ts';

/** Allowed, or the code that says why not. */
export type Permission<Code> = { allowed: true } | { allowed: false; code: Code; facts: Facts };

const allowed = { allowed: true } as const;

/** What remains valid outside the effective period. */
const survivingKinds: readonly BulletinKind[] = ['moves', 'receipt', 'governance'];

/**
 * Whether a member may send a type to another.
 *
 * @param type bare name, such as `penalty`
 * @param at NumericDate: the bulletin's `iat`
 * @param body when given, the members that the flow omits must be absent from it
 */
export function decideSend({
  agreement,
  from,
  to,
  type,
  kind,
  at,
  body,
}: {
  agreement: Agreement;
  from: string;
  to: string;
  type: string;
  kind: BulletinKind;
  at: number;
  body?: unknown;
}): Permission<'agreement/flow-not-allowed' | 'agreement/not-in-force'> {
  const facts = { from, to, type };
  if (!isWithinPeriod(agreement, at) && !survivingKinds.includes(kind)) {
    return { allowed: false, code: 'agreement/not-in-force', facts: { ...facts, effective: agreement.effective } };
  }
  if (!findEntry(agreement, type) || !findMember(agreement, from)) return refuseFlow(facts);
  if (kind === 'governance') return to === '*' ? allowed : refuseFlow(facts);
  if (from === to || !findMember(agreement, to)) return refuseFlow(facts);
  if (kind === 'receipt') return allowed;
  for (const [held, content] of bodiesIn(type, body)) {
    const flow = findFlow(agreement, from, to, held);
    if (!flow) return refuseFlow({ ...facts, type: held });
    const unwanted = presentOf(flow.omit ?? [], content);
    if (unwanted.length > 0) return refuseFlow({ ...facts, type: held, omit: unwanted });
  }
  return allowed;
}

/** A body without what the flows to any of these receivers omit; of a correction, the corrected body too. */
export function withoutOmitted({
  agreement,
  from,
  to,
  type,
  body,
}: {
  agreement: Agreement;
  from: string;
  to: readonly string[];
  type: string;
  body: object;
}): object {
  const cut = (held: string, content: object) => {
    const omitted = omissionsOf({ agreement, from, to, type: held });
    return Object.fromEntries(Object.entries(content).filter(([name]) => !omitted.includes(name)));
  };
  const inner = bodiesIn(type, body).slice(1);
  return { ...cut(type, body), ...Object.fromEntries(inner.map(([held, content]) => [held, cut(held, content)])) };
}

/** Who receives a type from a member: ids in ascending order, `*` written out, never the sender. */
export function addresseesOf({
  agreement,
  from,
  type,
}: {
  agreement: Agreement;
  from: string;
  type: string;
}): string[] {
  const ids = agreement.members.map((member) => member.id);
  return ids.filter((to) => to !== from && findFlow(agreement, from, to, type)).sort();
}

/** The body members that must be left out of a bulletin that goes to all of these receivers, in ascending order. */
export function omissionsOf({
  agreement,
  from,
  to,
  type,
}: {
  agreement: Agreement;
  from: string;
  to: readonly string[];
  type: string;
}): string[] {
  const omitted = to.flatMap((id) => findFlow(agreement, from, id, type)?.omit ?? []);
  return [...new Set(omitted)].sort();
}

/**
 * Whether an adoption puts its version in force for the log: the version binds its members, follows what governs the
 * log, and begins no later than the adoption's `iat`.
 *
 * @param governing what governs the log below; absent for entry 0
 * @param at NumericDate: the adoption's `iat`
 */
export function decideAdoption({
  adopted,
  governing,
  at,
}: {
  adopted: Verified<SignedAgreement>;
  governing?: { digest: string; agreement: Agreement };
  at: number;
}): Permission<'agreement/not-in-force'> {
  const refuse = (facts: Facts) => ({ allowed: false, code: 'agreement/not-in-force', facts }) as const;
  const { agreement, digest } = adopted;
  const standing = decideInForce(adopted);
  if (!standing.inForce) return refuse(standing.facts);
  const follows =
    governing === undefined ||
    (agreement.id === governing.agreement.id &&
      agreement.version === governing.agreement.version + 1 &&
      agreement.previous === governing.digest);
  if (!follows) return refuse({ digest, governing: governing.digest });
  const { effective } = agreement;
  return at < startOfDay(effective.from) ? refuse({ digest, effective }) : allowed;
}

/** Whether anything may be asked for that purpose. */
export function decideAsk({
  agreement,
  purpose,
}: {
  agreement: Agreement;
  purpose: string;
}): Permission<'agreement/unknown-purpose'> {
  const known = agreement.purposes.map(({ id }) => id);
  return known.includes(purpose)
    ? allowed
    : { allowed: false, code: 'agreement/unknown-purpose', facts: { purpose, known } };
}

/** Whether the holder may use a record of that type, received from that member, for the purpose. Its own it always may. */
export function decideUse({
  agreement,
  from,
  holder,
  type,
  purpose,
}: {
  agreement: Agreement;
  from: string;
  holder: string;
  type: string;
  purpose: string;
}): Permission<'agreement/unknown-purpose' | 'agreement/flow-not-allowed'> {
  const asked = decideAsk({ agreement, purpose });
  if (!asked.allowed || from === holder) return asked;
  const flow = findFlow(agreement, from, holder, type);
  return flow?.purposes.includes(purpose) ? allowed : refuseFlow({ from, to: holder, type, purpose });
}

/** Whether the instant lies in the effective period, first and last day included. */
export function isWithinPeriod({ effective }: Agreement, at: number): boolean {
  const day = dayOf(new Date(at * 1000));
  return effective.from <= day && (effective.until === undefined || day <= effective.until);
}

function findFlow(agreement: Agreement, from: string, to: string, type: string): Flow | undefined {
  return findEntry(agreement, type)?.flows.find((flow) => isNamed(flow.from, from) && isNamed(flow.to, to));
}

function isNamed(ids: readonly string[], id: string): boolean {
  return ids[0] === '*' || ids.includes(id);
}

function refuseFlow(facts: Facts): { allowed: false; code: 'agreement/flow-not-allowed'; facts: Facts } {
  return { allowed: false, code: 'agreement/flow-not-allowed', facts };
}

/** The body, and the body of another type inside a correction, each with its type: a flow speaks of both. */
function bodiesIn(type: string, body: unknown): [type: string, body: object][] {
  const whole = isObject(body) ? body : {};
  const inner = type === correction.name ? correctable.map(({ name }) => [name, whole[name]] as const) : [];
  return [
    [type, whole],
    ...inner.flatMap(([name, held]) => (isObject(held) ? [[name, held] as [string, object]] : [])),
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function presentOf(names: readonly string[], body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return names.filter((name) => name in body);
}
