/** 信用修复: the authority ends publicity, sharing and measures before their time (信用修复管理办法, 2026-04-01). */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

/** 修复条件: put right, duties done, harm undone, a public commitment made. */
export type RepairCondition = 'corrected' | 'duties-performed' | 'harm-removed' | 'commitment';

export interface Repair {
  /** Absent where none is made out, as when a warning is closed. */
  document?: DecisionDocument;
  /** Day from which the record counts as repaired. */
  repairedOn: string;
  /** Day on which the subject applied for it. */
  appliedOn?: string;
  /** What the authority found to be met. */
  conditions?: RepairCondition[];
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
  decidedOn: (body) => body.document?.date ?? body.repairedOn,
};
