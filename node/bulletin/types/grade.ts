/** 信用评价等级: the credit grade of a patent or trademark agency (国知发运字〔2023〕10号 and the 2025 pilot). Agents, being natural persons, have none here. */

import type { DecisionDocument, OpeningBody, Organisation } from '../body.ts';
import { openingText } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';

/** A national scheme, or one of a province's own: `local:<its name>`. Grades of two schemes are never compared. */
export type GradeScheme = 'CNIPA-PATENT-AGENCY-2023' | 'CNIPA-TM-AGENCY-PILOT-2025' | `local:${string}`;

export interface Grade extends OpeningBody {
  /** 评价机关 */
  authority: Organisation;
  scheme: GradeScheme;
  /** A+, A, B, C or D in the national schemes; at most 16 characters elsewhere. */
  grade: string;
  /** Exact decimal text. */
  score?: string;
  /** Day of grading. */
  gradedOn: string;
  /** 代理机构代码, five digits. */
  agencyCode?: string;
  validUntil?: string;
  document?: DecisionDocument;
}

export const grade: BulletinType<Grade> = {
  name: 'grade',
  event: 'urn:huxin:bulletin:grade:1',
  schema: 'bulletin/grade',
  kind: 'opens',
  freeText: [...openingText, 'authority.name', 'scheme', 'grade'],
  decidedOn: (body) => body.gradedOn,
};
