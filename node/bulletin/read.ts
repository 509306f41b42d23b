/** What a stored bulletin says, read without judging it: the verdict was given when it came (`verify.ts`). */

import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { parseCompact } from '../base/jws.ts';
import { type BulletinType, bulletinTyp, type Claims } from './bulletin.ts';
import { findType } from './catalogue.ts';

/** The claims as they stand there; undefined when they cannot be read: that is why it was refused. */
export function readClaims(jws: string): Record<string, unknown> | undefined {
  const reading = parseCompact(jws, bulletinTyp);
  return 'flaw' in reading ? undefined : reading.jws.payload;
}

/** Its type; undefined when it cannot be read or is none of ours. */
export function readType(jws: string): BulletinType | undefined {
  const events = readClaims(jws)?.events;
  if (typeof events !== 'object' || events === null) return undefined;
  const [event = ''] = Object.keys(events);
  return findType(event);
}

/** The `kid` of a JWS, of which the start, or the protected header alone, is given. */
export function readKid(start: string): string | undefined {
  const [header = ''] = start.split('.');
  try {
    const { kid } = JSON.parse(parseUtf8(parseBase64url(header) ?? new Uint8Array()) ?? '') as { kid?: unknown };
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The claims of a bulletin that was judged good when it was stored. */
export function readGoodClaims(jws: string): Claims | undefined {
  return readClaims(jws) as unknown as Claims | undefined; // whoever stored it saw to every member
}
