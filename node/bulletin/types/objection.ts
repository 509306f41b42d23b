/** 异议: a bureau heard the subject of another member's record object to it, marks it and hands it to the issuer (上海市社会信用条例 art. 36, 浙江省公共信用信息管理条例 art. 30). */

import type { DecisionDocument, Organisation } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Objection {
  /** The record objected to: `310000.019d…`. */
  record: string;
  raisedOn: string;
  /** The bureau that heard it; who raised it is the record's subject. */
  receivedBy: Organisation;
  reason: string;
  /** What should stand instead. */
  requested?: string;
  document?: DecisionDocument;
  remarks?: string;
}

export const objection: BulletinType<Objection> = {
  name: 'objection',
  event: 'urn:huxin:bulletin:objection:1',
  schema: 'bulletin/objection',
  kind: 'marks',
  freeText: ['receivedBy.name', 'reason', 'requested', 'document.authority.name', 'remarks'],
  decidedOn: (body) => body.raisedOn,
};
