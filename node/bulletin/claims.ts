/** The form of a bulletin's claims (RFC 8417 §2.2 as narrowed by docs/protocol.md, Bulletin). What they mean is `verify.ts`. */

import type { Claims } from './bulletin.ts';

const always = ['agreement', 'aud', 'events', 'iat', 'iss', 'jti'];
const ofRecords = ['sub_id', 'toe', 'txn'];
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const lastSecond = 253_402_271_999; // 9999-12-31T23:59:59 in China
const digestPattern = /^sha-256:[A-Za-z0-9_-]{43}$/;

/** The claims of a JWS payload, or what is wrong with their form. */
export function parseClaims(payload: Record<string, unknown>): { claims: Claims } | { flaw: string } {
  const flaw = findFlaw(payload);
  return flaw ? { flaw } : { claims: payload as unknown as Claims }; // every member was just checked
}

function findFlaw(payload: Record<string, unknown>): string | undefined {
  for (const name of always) if (!(name in payload)) return `${name} is missing`;
  for (const name in payload)
    if (!always.includes(name) && !ofRecords.includes(name)) return `${name} is no claim of a bulletin`;
  const { iss, iat, jti, aud, toe, txn, sub_id, agreement, events } = payload;
  if (typeof iss !== 'string' || !/^https?:\/\/\S{1,500}$/.test(iss)) return 'iss is no URL';
  if (!isNumericDate(iat)) return 'iat is no NumericDate';
  if (typeof jti !== 'string' || !uuidV7.test(jti)) return 'jti is no UUID v7';
  if (!isAudience(aud)) return 'aud is neither ["*"] nor member ids in ascending order';
  if (toe !== undefined && !isNumericDate(toe)) return 'toe is no NumericDate';
  if (txn !== undefined && (typeof txn !== 'string' || !uuidV7.test(txn))) return 'txn is no UUID v7';
  if (sub_id !== undefined && !isSubject(sub_id)) return 'sub_id is not {"format":"uscc","uscc":…}';
  if (!isAgreement(agreement)) return 'agreement is not {"digest","after"}';
  if (!isObject(events) || Object.keys(events).length !== 1) return 'events has not one member'; // RFC 8417 §2.2
  return undefined;
}

/** Whole seconds of a day that can be written `YYYY-MM-DD`; RFC 7519 §2 knows no bound, a calendar does. */
function isNumericDate(value: unknown): boolean {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= lastSecond;
}

function isAudience(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.length === 1 && value[0] === '*') return true;
  return value.every((id, i) => typeof id === 'string' && /^\d{6}$/.test(id) && (i === 0 || id > value[i - 1]));
}

// RFC 9493 §3: a subject identifier names its format.
function isSubject(value: unknown): boolean {
  return (
    isObject(value) && hasOnly(value, ['format', 'uscc']) && value.format === 'uscc' && typeof value.uscc === 'string'
  );
}

function isAgreement(value: unknown): boolean {
  if (!isObject(value) || typeof value.digest !== 'string' || !digestPattern.test(value.digest)) return false;
  const after = value.after;
  if (after === undefined) return hasOnly(value, ['digest']);
  return hasOnly(value, ['digest', 'after']) && Number.isSafeInteger(after) && (after as number) >= 0;
}

function hasOnly(value: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
