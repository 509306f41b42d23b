/** 通报公钥变更: all bulletin keys of its issuer from the next index on, said with one that is in force (docs/protocol.md, Governance entries). */

import type { PublicJwk } from '../../base/ports.ts';
import type { BulletinType } from '../bulletin.ts';

export interface KeyChange {
  /** All that count from the next index on, as JWK; a key that is missing here counts no more. */
  keys: PublicJwk[];
}

export const key: BulletinType<KeyChange> = {
  name: 'key',
  event: 'urn:huxin:bulletin:key:1',
  schema: 'bulletin/key',
  kind: 'governance',
  freeText: [],
};
