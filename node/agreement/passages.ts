/** The flows written out: which type may go from which member to which other, and under which flow. */

import { type BulletinKind, hasRecord } from '../bulletin/bulletin.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import type { Agreement, CatalogueEntry, Flow, Member } from './agreement.ts';

/** One type between two members. */
export interface Passage {
  /** Bare name: `penalty`. */
  type: string;
  from: string;
  to: string;
  flow: Flow;
  /** Where the flow stands in the agreement (RFC 6901). */
  pointer: string;
}

/** Every passage, in the order of catalogue, flows and members; stars are written out, nobody sends to itself. */
export function passagesOf({
  catalogue,
  members,
}: Pick<Agreement, 'catalogue'> & { members: readonly Pick<Member, 'id'>[] }): Passage[] {
  const ids = members.map(({ id }) => id);
  const named = (side: readonly string[]) => (side.includes('*') ? ids : ids.filter((id) => side.includes(id)));
  return catalogue.flatMap(({ type, flows }, i) =>
    flows.flatMap((flow, k) => {
      const pointer = `/catalogue/${i}/flows/${k}`;
      const receivers = named(flow.to);
      return named(flow.from).flatMap((from) =>
        receivers.filter((to) => to !== from).map((to) => ({ type, from, to, flow, pointer })),
      );
    }),
  );
}

/** What a type does; undefined of one that this program does not know. */
export function kindOf({ type }: Pick<CatalogueEntry, 'type'>): BulletinKind | undefined {
  return findTypeByName(type)?.kind;
}

/** Whether a type speaks of a credit record. */
export function isAboutRecord({ type }: Pick<CatalogueEntry, 'type'>): boolean {
  const found = findTypeByName(type);
  return found !== undefined && hasRecord(found);
}
