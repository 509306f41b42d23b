/** What changes in what one member may send and will receive. Types and members of which the same is to be said share a sentence. */

import type { Sentence } from '../base/sentences.ts';
import type { Purpose } from './agreement.ts';
import type { ChangeContext, Tell } from './changes.ts';
import type { Unsigned } from './contradictions.ts';
import { passagesOf } from './passages.ts';
import { listOf, named } from './words.ts';

/** A type between the member and another, before and after. */
interface Turn {
  direction: 'send' | 'receive';
  type: string;
  other: string;
  what: 'gained' | 'lost' | 'changed';
  /** Purposes and members of the body: those that come, those that go. */
  purposes: { more: string[]; fewer: string[] };
  omit: { more: string[]; fewer: string[] };
}

export function describeFlowChanges(
  before: Unsigned,
  after: Unsigned,
  member: string,
  { titleOf }: ChangeContext,
  tell: Tell,
): void {
  const turns = turnsOf(before, after, member);
  const groups = groupBy(turns, ({ direction, type, what, purposes, omit }) =>
    JSON.stringify([direction, what, purposes, omit, type]),
  );
  const sentences = groupBy(groups, ([first, ...rest]) => {
    const { type: _, other: __, ...same } = first as Turn;
    return JSON.stringify([same, [first, ...rest].map((turn) => turn?.other)]);
  });
  const words = namesIn(before, after);
  for (const group of sentences) {
    const [turn] = group[0] as [Turn]; // no group is empty
    const types = group.map(([first]) => (first as Turn).type);
    const others = (group[0] as Turn[]).map(({ other }) => other);
    const { direction, what, purposes, omit } = turn;
    tell(codes[direction][what], sayTurn(turn, listOf(types.map(titleOf)), listOf(others.map(words.member)), words), {
      types,
      [direction === 'send' ? 'to' : 'from']: others,
      purposes: what === 'gained' ? purposes.more : purposes,
      ...(hasSome(omit) && { omit }),
    });
  }
}

const codes = {
  send: { gained: 'may-send', lost: 'may-not-send', changed: 'sends-otherwise' },
  receive: { gained: 'will-receive', lost: 'will-not-receive', changed: 'receives-otherwise' },
} as const;

const directions = ['send', 'receive'];

function turnsOf(before: Unsigned, after: Unsigned, member: string): Turn[] {
  const [was, is] = [before, after].map((agreement) => {
    const own = passagesOf(agreement).filter(({ from, to }) => from === member || to === member);
    return new Map(own.map((passage) => [`${passage.type} ${passage.from} ${passage.to}`, passage]));
  }) as [Map<string, ReturnType<typeof passagesOf>[0]>, Map<string, ReturnType<typeof passagesOf>[0]>]; // two of two
  const order = [...after.catalogue, ...before.catalogue].map(({ type }) => type);
  return [...new Set([...is.keys(), ...was.keys()])]
    .flatMap((name): Turn[] => {
      const [old, now] = [was.get(name), is.get(name)];
      const { type, from, to } = (now ?? old) as NonNullable<typeof now>; // one of the two has it
      const purposes = compare(old?.flow.purposes, now?.flow.purposes);
      const omit = compare(old?.flow.omit, now?.flow.omit);
      const what = !old ? 'gained' : !now ? 'lost' : 'changed';
      if (what === 'changed' && !hasSome(purposes) && !hasSome(omit)) return [];
      const same = what === 'lost' ? { purposes: compare([], []), omit: compare([], []) } : { purposes, omit };
      const direction = from === member ? 'send' : 'receive';
      return [{ direction, type, other: direction === 'send' ? to : from, what, ...same }];
    })
    .sort(
      (a, b) =>
        directions.indexOf(a.direction) - directions.indexOf(b.direction) ||
        order.indexOf(a.type) - order.indexOf(b.type) ||
        (a.other < b.other ? -1 : 1),
    );
}

function compare(was: readonly string[] = [], is: readonly string[] = []): { more: string[]; fewer: string[] } {
  return { more: is.filter((one) => !was.includes(one)).sort(), fewer: was.filter((one) => !is.includes(one)).sort() };
}

function hasSome({ more, fewer }: { more: readonly string[]; fewer: readonly string[] }): boolean {
  return more.length + fewer.length > 0;
}

type Words = ReturnType<typeof namesIn>;

function namesIn(before: Unsigned, after: Unsigned) {
  const purposes = new Map<string, Purpose>(
    [...before.purposes, ...after.purposes].map((purpose) => [purpose.id, purpose]),
  );
  const members = new Map([...before.members, ...after.members].map((member) => [member.id, named(member)]));
  return {
    /** In the order of the list, which is the older's and then what is new. */
    purposes: (ids: readonly string[]): Sentence => listOf([...purposes.values()].filter(({ id }) => ids.includes(id))),
    member: (id: string): Sentence => members.get(id) ?? { zh: id, en: id },
  };
}

function sayTurn({ direction, what, purposes, omit }: Turn, types: Sentence, others: Sentence, words: Words): Sentence {
  const uses = words.purposes(purposes.more);
  const unused = words.purposes(purposes.fewer);
  const left = listOf(omit.more.map((name) => ({ zh: name, en: name })));
  const put = listOf(omit.fewer.map((name) => ({ zh: name, en: name })));
  const without = omit.more.length > 0 ? { zh: `，不含 ${left.zh}`, en: `, without ${left.en}` } : { zh: '', en: '' };
  if (what === 'gained')
    return direction === 'send'
      ? {
          zh: `可向${others.zh}发送${types.zh}${without.zh}，供其用于${uses.zh}`,
          en: `may now send ${types.en} to ${others.en}${without.en}, for ${uses.en}`,
        }
      : {
          zh: `将收到${others.zh}的${types.zh}${without.zh}，可用于${uses.zh}`,
          en: `will receive ${types.en} from ${others.en}${without.en}, for ${uses.en}`,
        };
  if (what === 'lost')
    return direction === 'send'
      ? { zh: `不再向${others.zh}发送${types.zh}`, en: `no longer sends ${types.en} to ${others.en}` }
      : { zh: `不再收到${others.zh}的${types.zh}`, en: `no longer receives ${types.en} from ${others.en}` };
  const of =
    direction === 'send'
      ? { zh: `发给${others.zh}的${types.zh}`, en: `${types.en} sent to ${others.en}` }
      : { zh: `收自${others.zh}的${types.zh}`, en: `${types.en} received from ${others.en}` };
  const parts: Sentence[] = [
    ...(purposes.more.length > 0 ? [{ zh: `还可用于${uses.zh}`, en: `may also be used for ${uses.en}` }] : []),
    ...(purposes.fewer.length > 0
      ? [{ zh: `不得再用于${unused.zh}`, en: `may no longer be used for ${unused.en}` }]
      : []),
    ...(omit.more.length > 0 ? [{ zh: `不再含 ${left.zh}`, en: `no longer holds ${left.en}` }] : []),
    ...(omit.fewer.length > 0 ? [{ zh: `今后含 ${put.zh}`, en: `now holds ${put.en}` }] : []),
  ];
  return {
    zh: `${of.zh}：${parts.map(({ zh }) => zh).join('，')}`,
    en: `${of.en}: ${parts.map(({ en }) => en).join(', ')}`,
  };
}

/** Groups in the order of their first items. */
function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}
