/** 日志终结: the last entry of its issuer's log, by which a member withdraws; nothing may follow it (docs/protocol.md, Governance entries). */

import type { BulletinType } from '../bulletin.ts';

export interface Closing {
  /** The member withdraws, another log of its takes over, or something else. */
  ground: 'withdrawal' | 'succeeded' | 'other';
}

export const closing: BulletinType<Closing> = {
  name: 'closing',
  event: 'urn:huxin:bulletin:closing:1',
  schema: 'bulletin/closing',
  kind: 'governance',
  freeText: [],
};
