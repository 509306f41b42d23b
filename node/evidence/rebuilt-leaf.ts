/** The leaf of a bulletin as it follows from its content: what a file need not show. */

import { formatBase64 } from '../base/bytes.ts';
import { parseCompact } from '../base/jws.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { bulletinTyp, type Claims } from '../bulletin/bulletin.ts';
import { parseClaims } from '../bulletin/claims.ts';
import { commitmentOf, formatLeaf, isOpenedBy, parseLeaf } from '../log/leaf.ts';
import type { TlogProof } from '../log/tlog-proof.ts';

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

/** The leaf as salt, JWS and the audience in it give it; or the one beside them, where these give another. */
export function openEntry(
  { jws, leaf: beside }: { jws: string; leaf?: string },
  { index, extra }: TlogProof,
  origin: string,
  hash: Hash,
): { leaf: string; salt: string } {
  if (extra?.length !== 32) throw new Problem('evidence/not-opened', { log: origin, index });
  const rebuilt = rebuildLeaf(jws, extra, hash);
  if (beside === undefined) {
    if (rebuilt === undefined)
      throw new Problem('evidence/missing', {
        what: `the leaf of entry ${index} of ${origin}, whose JWS cannot be read`,
      });
    return { leaf: rebuilt, salt: formatBase64(extra) };
  }
  if (beside === rebuilt) throw new Problem('evidence/surplus', { what: `leaf: entry ${index} of ${origin}` });
  const parsed = parseLeaf(beside);
  if (!parsed || !isOpenedBy(hash, parsed.commitment, extra, jws))
    throw new Problem('evidence/not-opened', { log: origin, index });
  return { leaf: beside, salt: formatBase64(extra) };
}
