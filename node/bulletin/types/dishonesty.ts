/** 知识产权失信行为: conduct identified under 《国家知识产权局知识产权信用管理规定》 (2022), art. 6. */

import type { DecisionDocument, OpeningBody } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

/** 失信行为 (art. 6) */
export type Conduct = 'IP-01' | 'IP-02' | 'IP-03' | 'IP-04' | 'IP-05' | 'IP-06' | 'IP-07';

/** 管理措施 (art. 9) */
export type Measure = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7';

export interface Dishonesty extends OpeningBody {
  /** 认定文书 (art. 8) */
  document: DecisionDocument;
  conduct: Conduct;
  /** Which of the eight forms of 《规范申请专利行为的规定》 (CNIPA Order 77); with IP-01 only. */
  form?: '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8';
  /** 失信事实 */
  facts?: string;
  measures?: Measure[];
}

export const dishonesty: BulletinType<Dishonesty> = {
  name: 'dishonesty',
  event: 'urn:huxin:bulletin:dishonesty:1',
  schema: 'bulletin/dishonesty',
  kind: 'opens',
  freeText: [...openingText, 'facts'],
  decidedOn: (body) => body.document.date,
};
