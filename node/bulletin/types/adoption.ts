/** 协议生效: puts a version of the framework agreement in force in its issuer's log, from its own index on (docs/protocol.md, Agreement). */

import type { BulletinType } from '../bulletin.ts';

export interface Adoption {
  /** The whole agreement, one signature per member: General JWS JSON (RFC 7515 §7.2.1). */
  agreement: { payload: string; signatures: { protected: string; signature: string }[] };
}

export const adoption: BulletinType<Adoption> = {
  name: 'adoption',
  event: 'urn:huxin:bulletin:adoption:1',
  schema: 'bulletin/adoption',
  kind: 'governance',
  freeText: [],
};
