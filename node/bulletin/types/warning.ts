/** 信用预警: what an authority told a subject to put right before anything was decided against it. It is no dishonesty and carries no measure. */

import type { DecisionDocument, OpeningBody, Organisation } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Warning extends OpeningBody {
  /** 预警机关 */
  authority: Organisation;
  warnedOn: string;
  /** 预警事项 */
  matter: string;
  level: 'low' | 'medium' | 'high';
  /** 整改建议 */
  advice?: string;
  /** Day by which it should be put right. */
  dueOn?: string;
  document?: DecisionDocument;
}

export const warning: BulletinType<Warning> = {
  name: 'warning',
  event: 'urn:huxin:bulletin:warning:1',
  schema: 'bulletin/warning',
  kind: 'opens',
  freeText: [...openingText, 'authority.name', 'matter', 'advice'],
  decidedOn: (body) => body.warnedOn,
};
