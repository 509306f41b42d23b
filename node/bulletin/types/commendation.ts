/** 守信激励与荣誉: an honour that an authority gave (全国公共信用信息基础目录, 诚实守信相关荣誉信息). */

import type { DecisionDocument, OpeningBody } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Commendation extends OpeningBody {
  document: DecisionDocument;
  /** 荣誉名称 */
  honour: string;
  level?: 'national' | 'provincial' | 'municipal' | 'county';
  /** 表彰内容 */
  content?: string;
  validUntil?: string;
}

export const commendation: BulletinType<Commendation> = {
  name: 'commendation',
  event: 'urn:huxin:bulletin:commendation:1',
  schema: 'bulletin/commendation',
  kind: 'opens',
  freeText: [...openingText, 'honour', 'content'],
  decidedOn: (body) => body.document.date,
};
