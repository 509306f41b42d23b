/** 异议处理决定: the issuer's answer to an objection, in the outcomes of 浙江省公共信用信息管理条例 art. 31 and one for what does not hold. */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface ObjectionDecision {
  /** `jti` of the objection. */
  objection: string;
  /** What `corrected` and `supplemented` announce is said by a correction of its own. */
  outcome: 'rejected' | 'corrected' | 'supplemented' | 'deleted' | 'disclosure-stopped' | 'delisted';
  decidedOn: string;
  document?: DecisionDocument;
  reason: string;
  remarks?: string;
}

export const objectionDecision: BulletinType<ObjectionDecision> = {
  name: 'objection-decision',
  event: 'urn:huxin:bulletin:objection-decision:1',
  schema: 'bulletin/objection-decision',
  kind: 'moves',
  freeText: ['document.authority.name', 'reason', 'remarks'],
  decidedOn: (body) => body.decidedOn,
};
