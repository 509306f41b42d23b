/** What the build puts into the page beside its code: schemas, words, the version. */

import { buildLabels, type Labels } from '../bulletin/labels.ts';

interface Shipped {
  /** `schemas/agreement.json` */
  agreement: object;
  /** `schemas/evidence.json` */
  evidence: { $defs: object };
  /** `schemas/bulletin/`, by names such as `bulletin/penalty`. */
  bulletins: Record<string, object>;
  /** `config/codes.yaml`, parsed. */
  codes: Parameters<typeof buildLabels>[1];
  /** Of the program. */
  version: string;
}

/** Put in place by `scripts/build-page.mjs`. */
declare const SHIPPED: Shipped;

export const shipped = SHIPPED;

/** The words for what bulletins hold. */
export function shippedLabels(): Labels {
  return buildLabels(new Map(Object.entries(shipped.bulletins)), shipped.codes);
}
