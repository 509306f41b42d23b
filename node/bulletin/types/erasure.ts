/** 删除内容: salt and content of these entries of its issuer's log are deleted, here and at every receiver; their leaves stay (docs/protocol.md, Governance entries). */

import type { BulletinType } from '../bulletin.ts';

/** Governance is never erased, so there is no free text. */
export interface Erasure {
  /** Of its issuer's log, ascending, at most 5,000; entry 0 is governance and stays. */
  indexes: number[];
  /** Retention ended, an authority ordered it, it should never have been sent, or the issuer's own copy is lost. */
  ground: 'retention-ended' | 'ordered' | 'unlawful' | 'lost' | 'other';
}

export const erasure: BulletinType<Erasure> = {
  name: 'erasure',
  event: 'urn:huxin:bulletin:erasure:1',
  schema: 'bulletin/erasure',
  kind: 'governance',
  freeText: [],
};
