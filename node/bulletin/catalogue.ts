/** Every type of bulletin, one line each. Schemas, routes, console and command line read this list. */

import type { BulletinType } from './bulletin.ts';
import { adoption } from './types/adoption.ts';
import { commendation } from './types/commendation.ts';
import { correction } from './types/correction.ts';
import { dishonesty } from './types/dishonesty.ts';
import { grade } from './types/grade.ts';
import { penalty } from './types/penalty.ts';
import { receipt } from './types/receipt.ts';
import { repair } from './types/repair.ts';
import { revocation } from './types/revocation.ts';

const catalogue = {
  penalty,
  dishonesty,
  grade,
  commendation,
  correction,
  repair,
  revocation,
  receipt,
  adoption,
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
