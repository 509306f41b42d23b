/** 更正: the whole body of a record as it should have been. It replaces the body, never the record's subject or its opener's place in the log. */

import type { DecisionDocument } from '../body.ts';
import type { BulletinType } from '../bulletin.ts';
import { type Commendation, commendation } from './commendation.ts';
import { type Dishonesty, dishonesty } from './dishonesty.ts';
import { type Grade, grade } from './grade.ts';
import { type Penalty, penalty } from './penalty.ts';
import { type Permit, permit } from './permit.ts';
import { type SeriousListing, seriousList } from './serious-list.ts';
import { type Warning, warning } from './warning.ts';

/** Holds exactly one corrected body, that of the record's own type. */
export interface Correction {
  /** `jti` of the bulletin whose body is corrected: its lineage, which nobody compares. */
  replaces: string;
  /** 理由 */
  reason?: string;
  /** The document that ordered the correction, where there is one. */
  document?: DecisionDocument;
  legalBasis?: string;
  remarks?: string;
  penalty?: Penalty;
  dishonesty?: Dishonesty;
  'serious-list'?: SeriousListing;
  permit?: Permit;
  grade?: Grade;
  commendation?: Commendation;
  warning?: Warning;
}

/** The types whose bodies can be corrected: all that open a record. */
export const correctable = [penalty, dishonesty, seriousList, permit, grade, commendation, warning] as const;

export const correction: BulletinType<Correction> = {
  name: 'correction',
  event: 'urn:huxin:bulletin:correction:1',
  schema: 'bulletin/correction',
  kind: 'moves',
  freeText: [
    ...['reason', 'document.authority.name', 'legalBasis', 'remarks'],
    ...correctable.flatMap(({ name, freeText }) => freeText.map((path) => `${name}.${path}`)),
  ],
  decidedOn: (body) => body.document?.date ?? decidedBefore(body),
};

/** A correction without a document of its own belongs to the day of the decision that it puts right. */
function decidedBefore(body: Correction): string {
  const documented = body.penalty ?? body.dishonesty ?? body['serious-list'] ?? body.permit ?? body.commendation;
  const day = documented?.document.date ?? body.grade?.gradedOn ?? body.warning?.warnedOn;
  if (day === undefined) throw new RangeError('a correction holds a corrected body');
  return day;
}
