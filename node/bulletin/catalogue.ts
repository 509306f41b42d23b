/** Every type of bulletin, one line each. Schemas, routes, console and command line read this list. */

import type { BulletinType } from './bulletin.ts';
import { adoption } from './types/adoption.ts';
import { closing } from './types/closing.ts';
import { commendation } from './types/commendation.ts';
import { correction } from './types/correction.ts';
import { dishonesty } from './types/dishonesty.ts';
import { erasure } from './types/erasure.ts';
import { extension } from './types/extension.ts';
import { grade } from './types/grade.ts';
import { journal } from './types/journal.ts';
import { key } from './types/key.ts';
import { measureFeedback } from './types/measure-feedback.ts';
import { objection } from './types/objection.ts';
import { objectionDecision } from './types/objection-decision.ts';
import { penalty } from './types/penalty.ts';
import { permit } from './types/permit.ts';
import { receipt } from './types/receipt.ts';
import { repair } from './types/repair.ts';
import { revocation } from './types/revocation.ts';
import { seriousList } from './types/serious-list.ts';
import { warning } from './types/warning.ts';

const catalogue = {
  penalty,
  dishonesty,
  'serious-list': seriousList,
  permit,
  grade,
  commendation,
  warning,
  correction,
  extension,
  repair,
  revocation,
  'objection-decision': objectionDecision,
  objection,
  'measure-feedback': measureFeedback,
  receipt,
  journal,
  adoption,
  key,
  erasure,
  closing,
};

/** The bare name of a type. */
export type BulletinName = keyof typeof catalogue;

export const bulletinTypes: readonly BulletinType[] = Object.values(catalogue);

const byEvent = new Map(bulletinTypes.map((type) => [type.event, type]));
const byName = new Map(bulletinTypes.map((type) => [type.name, type]));

/** The type of an `events` member; undefined when this node knows none. */
export function findType(event: string): BulletinType | undefined {
  return byEvent.get(event);
}

/** The type of that name: `penalty`. */
export function findTypeByName(name: string): BulletinType | undefined {
  return byName.get(name);
}
