/**
 * What stays of the natural key of an erased record of ours: a digest, so that a spreadsheet that still has its row does
 * not open the record anew. A natural key begins with the name of its type, so none is mistaken for such a digest.
 */

import { formatBase64url, utf8 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';

const prefix = 'erased:';

/** `erased:` and the base64url SHA-256 of the key. */
export function erasedKeyOf(hash: Hash, naturalKey: string): string {
  return `${prefix}${formatBase64url(hash(utf8(`huxin-erased-key/v1\n${naturalKey}`)))}`;
}

export function isErasedKey(key: string): boolean {
  return key.startsWith(prefix);
}
