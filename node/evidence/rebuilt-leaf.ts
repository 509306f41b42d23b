/** The leaf of a bulletin as it follows from its content: what a file need not show. */

import { parseCompact } from '../base/jws.ts';
import type { Hash } from '../base/ports.ts';
import { bulletinTyp, type Claims } from '../bulletin/bulletin.ts';
import { parseClaims } from '../bulletin/claims.ts';
import { commitmentOf, formatLeaf } from '../log/leaf.ts';

/**
 * The leaf that JWS, salt and the audience in it give; undefined when the JWS cannot be read.
 *
 * @param salt 32 bytes
 */
export function rebuildLeaf(jws: string, salt: Uint8Array, hash: Hash): string | undefined {
  const claims = readForm(jws);
  return claims && formatLeaf({ commitment: commitmentOf(hash, salt, jws), audience: claims.aud });
}

/** The claims of what has the form of a bulletin. */
export function readForm(jws: string): Claims | undefined {
  const reading = parseCompact(jws, bulletinTyp);
  const form = 'jws' in reading ? parseClaims(reading.jws.payload) : undefined;
  return form && 'claims' in form ? form.claims : undefined;
}
