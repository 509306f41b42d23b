/** 行政许可: the columns of 发改办财金〔2018〕424号 for legal persons, without those about the representative. */

import type { DecisionDocument, OpeningBody } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

export interface Permit extends OpeningBody {
  /** 许可决定文书号、许可决定日期、许可机关 */
  document: DecisionDocument;
  /** 许可决定文书名称 */
  documentName: string;
  /** 许可类别 (行政许可法 art. 12). */
  category: 'ordinary' | 'franchise' | 'recognition' | 'approval' | 'registration' | 'other';
  /** 许可证书名称 */
  certificate?: string;
  /** 许可编号 */
  licenceNumber?: string;
  /** 许可内容 */
  content: string;
  validFrom: string;
  /** The last day; absent when there is no end. */
  validUntil?: string;
  /** 当前状态, as the source states it. */
  status?: 'valid' | 'invalid';
}

export const permit: BulletinType<Permit> = {
  name: 'permit',
  event: 'urn:huxin:bulletin:permit:1',
  schema: 'bulletin/permit',
  kind: 'opens',
  freeText: [...openingText, 'documentName', 'certificate', 'licenceNumber', 'content'],
  decidedOn: (body) => body.document.date,
};
