/** By what name a catalogue pins a schema. */

import { formatBase64url } from '../base/bytes.ts';
import { canonicalBytes } from '../base/canonical.ts';
import type { Hash } from '../base/ports.ts';

/** `sha-256:` and the base64url SHA-256 of the schema's RFC 8785 form. */
export function schemaDigest(schema: object, hash: Hash): string {
  return `sha-256:${formatBase64url(hash(canonicalBytes(schema)))}`;
}
