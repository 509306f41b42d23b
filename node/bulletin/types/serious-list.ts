/** 严重违法失信名单: a listing under 《国家知识产权局知识产权信用管理规定》 (2022), arts 16–19, and SAMR Order 44; entries of the list of 2019 may still stand. */

import type { DecisionDocument, OpeningBody } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';
import type { Measure } from './dishonesty.ts';

/** 列入事由; labels and the source of each in `config/codes.yaml`. */
export type SeriousGround =
  | 'agency'
  | 'non-performance'
  | 'wilful-infringement'
  | 'abnormal-filing'
  | 'bad-faith-mark'
  | 'repeated-infringement'
  | 'certificate-lending'
  | 'false-documents';

export interface SeriousListing extends OpeningBody {
  /** 列入决定书 */
  document: DecisionDocument;
  ground: SeriousGround;
  /** 失信事实 */
  facts?: string;
  measures?: Measure[];
}

export const seriousList: BulletinType<SeriousListing> = {
  name: 'serious-list',
  event: 'urn:huxin:bulletin:serious-list:1',
  schema: 'bulletin/serious-list',
  kind: 'opens',
  freeText: [...openingText, 'facts'],
  decidedOn: (body) => body.document.date,
};
