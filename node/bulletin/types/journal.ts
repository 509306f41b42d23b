/** 查询记录日结: the head of its issuer's chain of questions at the end of a day, so that not even the issuer can rewrite who asked what. */

import type { BulletinType } from '../bulletin.ts';

export interface Journal {
  day: string;
  /** How many questions the chain holds. */
  size: number;
  /** Hash of question number `size` − 1, counted from 0: base64, 32 bytes. */
  head: string;
}

export const journal: BulletinType<Journal> = {
  name: 'journal',
  event: 'urn:huxin:bulletin:journal:1',
  schema: 'bulletin/journal',
  kind: 'journal',
  freeText: [],
};
