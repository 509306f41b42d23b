/** 行政处罚: the columns of 发改办财金〔2018〕424号 for legal persons, without those about the representative. */

import type { Amount, DecisionDocument, OpeningBody } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

/** 处罚类别 (行政处罚法 2021, art. 9); labels in `config/codes.yaml`. */
export type PenaltyCategory =
  | 'warning'
  | 'public-criticism'
  | 'fine'
  | 'confiscation-of-gains'
  | 'confiscation-of-goods'
  | 'licence-suspension'
  | 'qualification-downgrade'
  | 'licence-revocation'
  | 'business-restriction'
  | 'suspension-of-business'
  | 'closure'
  | 'practice-restriction'
  | 'detention'
  | 'other';

export interface Penalty extends OpeningBody {
  document: DecisionDocument;
  /** 违法行为类型 */
  violation: string;
  /** 违法事实 */
  facts?: string;
  /** 处罚依据 */
  basis?: string;
  /** 简易程序 or 普通程序, on which some rule packs let publicity depend. */
  procedure?: 'simple' | 'ordinary';
  categories: PenaltyCategory[];
  /** 处罚内容 */
  content?: string;
  fine?: Amount;
  /** 没收违法所得、没收非法财物的金额 */
  confiscation?: Amount;
  /** 暂扣或吊销证照名称及编号 */
  licence?: string;
  /** 处罚有效期; absent when there is no end. */
  validUntil?: string;
}

export const penalty: BulletinType<Penalty> = {
  name: 'penalty',
  event: 'urn:huxin:bulletin:penalty:1',
  schema: 'bulletin/penalty',
  kind: 'opens',
  freeText: [...openingText, 'violation', 'facts', 'basis', 'content', 'licence'],
  decidedOn: (body) => body.document.date,
};
