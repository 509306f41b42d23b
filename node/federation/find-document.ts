/**
 * The records that a document number names. Ours are found by their natural keys; of other members' the number stands in
 * the signed content only, which is looked through: nothing is copied out of it that an erasure would have to find.
 */

import { formatBase64url, utf8 } from '../base/bytes.ts';
import { readClaims } from '../bulletin/read.ts';
import { forms } from '../form/forms.ts';
import { keyPart } from '../form/row.ts';
import type { LogStore } from '../log/ports.ts';
import { parseRecordId, type RecordId } from '../registry/record.ts';
import type { StoryStore } from './story.ts';

const mostRecords = 50;
const window = 2_000; // entries looked through in one query
const leastBytes = 4;

/** @returns at most fifty; brackets of any kind are one */
export async function findDocument(
  store: { log: Pick<LogStore, 'listLogs'>; stories: Pick<StoryStore, 'listOwnBegun' | 'listHolding'> },
  number: string,
  me: string,
): Promise<RecordId[]> {
  const wanted = keyPart(number);
  const documented = [...forms.values()].filter(({ key }) => key[0] === 'document.number');
  const prefixes = documented.map(({ type }) => `${type}|${wanted}|`);
  const found: RecordId[] = (await store.stories.listOwnBegun(prefixes, mostRecords)).map((txn) => ({
    member: me,
    txn,
  }));
  const pieces = piecesOf(number);
  const known = new Set<string>();
  for (const { id, member, own, size } of await store.log.listLogs()) {
    if (own) continue;
    for (let from = 0; from < size && found.length < mostRecords; from += window) {
      for (const jws of await store.stories.listHolding(id, pieces, from, Math.min(from + window, size))) {
        const claims = readClaims(jws);
        if (!claims || !numbersIn(claims.events).some((one) => keyPart(one) === wanted)) continue;
        const record = recordIn(claims, member);
        if (!record || known.has(record.txn)) continue;
        known.add(record.txn);
        found.push(record);
      }
    }
  }
  return found.slice(0, mostRecords);
}

/** The record that claims are about: of a mark its body says, of all else its issuer's. */
export function recordIn(claims: Record<string, unknown>, issuer: string): RecordId | undefined {
  if (typeof claims.txn !== 'string') return undefined;
  const [body] = Object.values((claims.events ?? {}) as Record<string, { record?: unknown } | null>); // parsed as an object
  const named = typeof body?.record === 'string' ? parseRecordId(body.record) : undefined;
  return named ?? { member: issuer, txn: claims.txn };
}

/**
 * The part of the number that tells most, its running number, as it reads inside base64url: bytes fall into it in three
 * ways, and those at either end that share a sign with others are left out.
 */
export function piecesOf(number: string): string[] {
  const parts = number.split(/[([【〖〔)\]】〗〕（）［］]/).filter((part) => part !== '');
  const longest = [...parts].sort((a, b) => utf8(b).length - utf8(a).length)[0] ?? number;
  const told = parts.findLast((part) => utf8(part).length >= leastBytes) ?? longest;
  const bytes = utf8(JSON.stringify(told).slice(1, -1));
  return [0, 1, 2].map((shift) => {
    const text = formatBase64url(Uint8Array.from([...new Array(shift).fill(0), ...bytes]));
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
}

/** Every `document.number` in what a bulletin says. */
function numbersIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const number = name === 'document' ? (inner as { number?: unknown } | null)?.number : undefined;
    return typeof number === 'string' ? [number] : numbersIn(inner);
  });
}
