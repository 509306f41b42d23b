/** 撤销: the record should not stand any more: its document fell, or it was never meant (行政处罚法 art. 48). */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Revocation {
  document?: DecisionDocument;
  /** Day from which the record no longer stands. */
  revokedOn: string;
  /** 被撤销, 被确认违法, 被确认无效; `import-mistake` when the record was never decided so. */
  ground: 'annulled' | 'unlawful' | 'void' | 'import-mistake' | 'other';
  reason?: string;
  legalBasis?: string;
  remarks?: string;
}

export const revocation: BulletinType<Revocation> = {
  name: 'revocation',
  event: 'urn:huxin:bulletin:revocation:1',
  schema: 'bulletin/revocation',
  kind: 'moves',
  freeText: ['document.authority.name', 'reason', 'legalBasis', 'remarks'],
  decidedOn: (body) => body.revokedOn,
};
