/** 顺延: publicity ends later than the opener said, because the subject was identified again (国家知识产权局知识产权信用管理规定, 2022). */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Extension {
  document: DecisionDocument;
  /** The new last day of publicity. */
  until: string;
  /** Identified again within the period, or by several authorities on one day. */
  ground: 'repeated-conduct' | 'same-day' | 'other';
  /** The record of that other identification: `310000.019d…`. */
  because?: string;
  reason?: string;
  /** The dated rules under which it was extended, where they are not the record's own. */
  rulePack?: string;
  remarks?: string;
}

export const extension: BulletinType<Extension> = {
  name: 'extension',
  event: 'urn:huxin:bulletin:extension:1',
  schema: 'bulletin/extension',
  kind: 'moves',
  freeText: ['document.authority.name', 'reason', 'rulePack', 'remarks'],
  decidedOn: (body) => body.document.date,
};
