/** A step of a record ⇄ its row, and what the rows of records amount to. */

import type { Selectable } from 'kysely';
import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import type { Situation } from '../registry/effects.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { NewStep, OwnRecord } from '../registry/ports.ts';
import type { ToldStep } from '../registry/record.ts';
import { toErased } from './entry.ts';
import type { EntryTable } from './log-tables.ts';
import type { StepTable } from './registry-tables.ts';

export function fromStep(log: number, step: NewStep): StepTable {
  const { member, txn, type, uscc, jti, decidedOn, state, until, index, at, own, retainUntil, answers } = step;
  return {
    log,
    idx: index,
    member,
    txn,
    type,
    uscc,
    jti,
    decided_on: decidedOn,
    state: state ?? null,
    until_day: until ?? null,
    natural_key: own?.naturalKey ?? null,
    body_digest: own?.bodyDigest ?? null,
    authority: own?.authority ?? null,
    retain_until: retainUntil ?? null,
    answers: answers ?? null,
    at,
  };
}

export function toToldStep(
  row: Selectable<StepTable> & { origin: string; author: string } & Pick<
      Selectable<EntryTable>,
      'jws' | 'code' | 'erased_by' | 'erased_at' | 'ground'
    >,
): ToldStep {
  const { member, txn, type, uscc, jti, decided_on, state, until_day, origin, author, idx, at, jws, code } = row;
  const { answers } = row;
  const body = jws === null ? undefined : bodyOf(jws);
  const erased = toErased(row);
  return {
    member,
    txn,
    type,
    uscc,
    jti,
    decidedOn: decided_on,
    ...(state !== null && { state: state as RecordState }), // written by fromStep only
    ...(until_day !== null && { until: until_day }),
    origin,
    author,
    index: idx,
    at,
    ...(body && { body }),
    ...(code !== null && { code }),
    ...(erased && { erased }),
    ...(answers !== null && { answers }),
  };
}

/** Where records stand after their steps, which come in order. */
export function foldSituations<Row extends Selectable<StepTable>>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Map<string, Situation> {
  const found = new Map<string, Situation>();
  for (const row of rows) {
    if (row.state === null) continue;
    const key = keyOf(row);
    const before = found.get(key);
    const state = row.state as RecordState; // written by fromStep only
    const until = row.until_day === null ? {} : { until: row.until_day };
    const { until: _, ...kept } = before ?? { kind: row.type, uscc: row.uscc, currentJti: row.jti };
    const currentJti = row.type === 'correction' || row.type === kept.kind ? row.jti : kept.currentJti;
    const extended = row.type === 'extension' && row.until_day !== null ? { extended: row.until_day } : {};
    found.set(key, { ...kept, state, currentJti, ...until, ...extended });
  }
  return found;
}

/** Our own records by natural key. A key that was revoked may be opened again: the newest record counts. */
export function foldOwn(rows: readonly Selectable<StepTable>[]): Map<string, OwnRecord> {
  const situations = foldSituations(rows, (row) => row.txn);
  const own = new Map<string, OwnRecord>();
  for (const row of rows) {
    const situation = situations.get(row.txn);
    if (!situation || row.state === null || row.natural_key === null) continue;
    own.set(row.natural_key, {
      ...situation,
      txn: row.txn,
      naturalKey: row.natural_key,
      bodyDigest: row.body_digest ?? '',
      authority: row.authority ?? '',
    });
  }
  return own;
}

/** The body inside a bulletin that was judged good when it was stored. */
function bodyOf(jws: string): Record<string, unknown> {
  const payload = parseUtf8(parseBase64url(jws.split('.')[1] ?? '') ?? new Uint8Array());
  const { events } = JSON.parse(payload ?? '{}') as { events: Record<string, Record<string, unknown>> }; // judged before
  return Object.values(events)[0] ?? {};
}
