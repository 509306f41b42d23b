/** 信用修复: the authority ends publicity, sharing and measures before their time (信用修复管理办法, 2026-04-01). */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Repair {
  document: DecisionDocument;
  /** Day from which the record counts as repaired. */
  repairedOn: string;
  reason?: string;
  /** The dated rules under which it was repaired, where they are not the record's own. */
  rulePack?: string;
  legalBasis?: string;
  remarks?: string;
}

export const repair: BulletinType<Repair> = {
  name: 'repair',
  event: 'urn:huxin:bulletin:repair:1',
  schema: 'bulletin/repair',
  kind: 'moves',
  freeText: ['document.authority.name', 'reason', 'rulePack', 'legalBasis', 'remarks'],
  decidedOn: (body) => body.repairedOn,
};
