/**
 * Whether rule packs are right in themselves and agree with one another, with every mistake at once. Their form is
 * `schemas/rules.json`; here is what must hold between the parts. That no two packs rule one case without an order
 * between them is found from what they claim, before any case has come.
 */

import { buildCalendar, type HolidayTable } from '../base/calendar.ts';
import { pointerTo } from '../base/pointer.ts';
import type { Position } from '../base/yaml.ts';
import { addSpan, type Claim, type Row, type RulePack, type Span, type When } from './rules.ts';

/** A value and the page on which it is written. */
export interface Page<T> {
  value: T;
  file: string;
  /** The file's name without ending, which the page must bear too. */
  name: string;
  positionOf(pointer: string): Position | undefined;
}

/** One mistake: where, and what, in both languages. */
export interface PageMistake extends Partial<Position> {
  file: string;
  /** RFC 6901. */
  pointer: string;
  zh: string;
  en: string;
}

/** Member of a type's bodies → the codes it takes; undefined when it takes any text. By type of record. */
export type Vocabulary = ReadonlyMap<string, ReadonlyMap<string, readonly string[] | undefined>>;

type Say = (pointer: string, zh: string, en: string) => void;

/**
 * Every mistake in packs whose form is right.
 *
 * @param known names of all the packs there are, those of the wrong form among them
 */
export function checkPacks(
  pages: readonly Page<RulePack>[],
  known: readonly string[],
  vocabulary: Vocabulary,
): PageMistake[] {
  const mistakes: PageMistake[] = [];
  for (const page of pages) {
    const say = sayOn(page, mistakes);
    checkName(page, page.value.id, '/id', say);
    checkClaims(page.value, vocabulary, say);
    checkSections(page.value, say);
    checkRows(page.value, vocabulary, say);
    checkYields(page, pages, known, say);
  }
  for (const [i, page] of pages.entries()) {
    for (const other of pages.slice(0, i)) checkOverlap(page, other, sayOn(page, mistakes));
  }
  return mistakes;
}

/** Every mistake in tables of holidays whose form is right. */
export function checkHolidays(pages: readonly Page<HolidayTable>[]): PageMistake[] {
  const mistakes: PageMistake[] = [];
  for (const page of pages) {
    const { year, holidays, workdays } = page.value;
    const say = sayOn(page, mistakes);
    checkName(page, String(year), '/year', say);
    const seen = new Set<string>();
    const days = [
      ...holidays.flatMap(({ days }, i) => days.map((day, k) => [day, `/holidays/${i}/days/${k}`] as const)),
      ...workdays.map((day, i) => [day, `/workdays/${i}`] as const),
    ];
    for (const [day, pointer] of days) {
      if (!day.startsWith(`${year}-`)) say(pointer, `${day} 不在 ${year} 年`, `${day} is not in ${year}`);
      if (seen.has(day)) say(pointer, `${day} 出现了两次`, `${day} is there twice`);
      seen.add(day);
    }
  }
  return mistakes;
}

function sayOn({ file, positionOf }: Page<unknown>, mistakes: PageMistake[]): Say {
  return (pointer, zh, en) => mistakes.push({ file, ...positionOf(pointer), pointer, zh, en });
}

function checkName({ name }: Page<unknown>, id: string, pointer: string, say: Say): void {
  if (id !== name) say(pointer, `须与文件名 ${name} 一致`, `must be the file's name, ${name}`);
}

function checkClaims(pack: RulePack, vocabulary: Vocabulary, say: Say): void {
  for (const [i, { decided, when }] of pack.claims.entries()) {
    const { from, until } = decided;
    if (from !== undefined && until !== undefined && until < from)
      say(`/claims/${i}/decided/until`, `早于首日 ${from}`, `is before the first day, ${from}`);
    checkWhen(when, pack, 'claims', vocabulary, `/claims/${i}/when`, say);
  }
}

/** An aspect is claimed by who has something to say of it, and the other way round. */
function checkSections(pack: RulePack, say: Say): void {
  const claimed = new Set(pack.claims.flatMap(({ aspects }) => aspects));
  const spoken = {
    grading: pack.grading ?? pack.scale,
    publicity: pack.publicity,
    repair: pack.repair,
    retention: pack.retention,
    objection: pack.deadlines?.find(({ duty }) => duty.startsWith('objection')),
  };
  for (const [aspect, section] of Object.entries(spoken)) {
    const isClaimed = claimed.has(aspect as keyof typeof spoken); // its own keys
    if (isClaimed && !section)
      say('/claims', `声明了 ${aspect}，却没有规定`, `${aspect} is claimed, but nothing is said of it`);
    if (isClaimed || !section || aspect === 'objection') continue;
    say(`/${aspect}`, `规定了 ${aspect}，claims 却没有声明`, `no claim names ${aspect}, so this is never heard`);
  }
}

function checkRows(pack: RulePack, vocabulary: Vocabulary, say: Say): void {
  const sections: Record<string, Row[] | undefined> = {
    grading: pack.grading,
    publicity: pack.publicity,
    repair: pack.repair,
    retention: pack.retention,
  };
  for (const [name, rows = []] of Object.entries(sections)) {
    checkReached(rows, () => '', `/${name}`, say);
    for (const [i, row] of rows.entries()) checkWhen(row.when, pack, name, vocabulary, `/${name}/${i}/when`, say);
  }
  const { deadlines = [] } = pack;
  checkReached(deadlines, ({ duty }) => duty, '/deadlines', say);
  for (const [i, { when, within, atMost }] of deadlines.entries()) {
    checkWhen(when, pack, 'deadlines', vocabulary, `/deadlines/${i}/when`, say);
    checkOrder(within, atMost, `/deadlines/${i}/atMost`, say);
  }
  for (const [i, { minimum, maximum, extension }] of (pack.publicity ?? []).entries()) {
    checkOrder(minimum, maximum, `/publicity/${i}/maximum`, say);
    checkOrder(extension?.by, extension?.cap, `/publicity/${i}/extension/cap`, say);
  }
}

/** After a row without `when` no other of the same kind is reached. */
function checkReached<R extends Row>(rows: readonly R[], kindOf: (row: R) => string, section: string, say: Say): void {
  for (const [i, row] of rows.entries()) {
    const before = rows.slice(0, i).findIndex((other) => !other.when && kindOf(other) === kindOf(row));
    if (before >= 0)
      say(`${section}/${i}`, '前面一行没有 when，轮不到本行', 'a row before it has no `when`: never reached');
  }
}

function checkWhen(
  when: When = {},
  pack: RulePack,
  section: string,
  words: Vocabulary,
  pointer: string,
  say: Say,
): void {
  const types = [...new Set(pack.claims.flatMap((claim) => claim.types))];
  for (const [member, test] of Object.entries(when)) {
    const place = pointerTo(pointer, member);
    if (member === 'severity' && ['grading', 'claims'].includes(section)) {
      say(place, '此处不能以严重程度为条件', 'this cannot depend on the class of severity');
      continue;
    }
    const known = types.map((type) => words.get(type)).filter((members) => members?.has(member));
    if (known.length === 0 && (member !== 'type' || section === 'claims')) {
      say(place, `${types.join('、')} 没有这个成员`, `no ${types.join(' or ')} has such a member`);
      continue;
    }
    const codes = member === 'type' ? types : known.flatMap((members) => members?.get(member) ?? []);
    for (const [name, listed] of Object.entries(test)) {
      if (codes.length === 0 || name === 'mentions' || !Array.isArray(listed)) continue;
      for (const [i, code] of (listed as string[]).entries()) {
        if (codes.includes(code)) continue;
        say(
          `${place}/${name}/${i}`,
          `没有代码 ${code}，可用：${codes.join('、')}`,
          `no such code as ${code}; there are ${codes.join(', ')}`,
        );
      }
    }
  }
}

/** Both counted from one day. */
function checkOrder(less: Span | undefined, more: Span | undefined, pointer: string, say: Say): void {
  const endOf = (span: Span) => addSpan(noHolidays, '2000-01-01', span).day;
  if (less && more && endOf(less) > endOf(more)) say(pointer, '比最短的还短', 'is shorter than the least');
}

const noHolidays = buildCalendar([]);

function checkYields(page: Page<RulePack>, pages: readonly Page<RulePack>[], known: readonly string[], say: Say): void {
  const { id, yieldsTo = [] } = page.value;
  for (const [i, target] of yieldsTo.entries()) {
    if (!known.includes(target))
      say(`/yieldsTo/${i}`, `没有名为 ${target} 的规则包`, `there is no pack named ${target}`);
    const way = findWay(target, id, pages);
    if (way && [...way].sort()[0] === id) {
      const circle = [id, ...way].join(' → ');
      say(`/yieldsTo/${i}`, `循环让位：${circle}`, `they yield in a circle: ${circle}`);
    }
  }
}

/** The ids from one pack to another along `yieldsTo`, both included. */
function findWay(
  from: string,
  to: string,
  pages: readonly Page<RulePack>[],
  seen = new Set<string>(),
): string[] | undefined {
  if (from === to) return [to];
  if (seen.has(from)) return undefined;
  seen.add(from);
  const next = pages.find(({ value }) => value.id === from)?.value.yieldsTo ?? [];
  const rest = next.map((id) => findWay(id, to, pages, seen)).find((way) => way !== undefined);
  return rest && [from, ...rest];
}

/** Two packs that can both rule a case and stand in no order. */
function checkOverlap(page: Page<RulePack>, other: Page<RulePack>, say: Say): void {
  const [one, two] = [page.value, other.value];
  if (one.yieldsTo?.includes(two.id) || two.yieldsTo?.includes(one.id)) return;
  for (const [i, a] of one.claims.entries()) {
    for (const [k, b] of two.claims.entries()) {
      const types = a.types.filter((type) => b.types.includes(type));
      const topics = topicsOf(one, a).filter((topic) => topicsOf(two, b).includes(topic));
      const from = [a.decided.from, b.decided.from].filter(isThere).sort().at(-1);
      const until = [a.decided.until, b.decided.until].filter(isThere).sort().at(0);
      const isSameTime = from === undefined || until === undefined || from <= until;
      if (types.length === 0 || topics.length === 0 || !isSameTime || !canBothMatch(a.authority, b.authority)) continue;
      const { line } = other.positionOf(`/claims/${k}`) ?? {};
      const there = [other.file, line].filter(isThere).join(':');
      const days = `${from ?? '…'} – ${until ?? '…'}`;
      say(
        `/claims/${i}`,
        `与 ${two.id}（${there}）同时适用：${types.join('、')} 的 ${topics.join('、')}（决定日 ${days}）。请在其中一方的 yieldsTo 中写明另一方，或收窄 types、authority、decided`,
        `${two.id} (${there}) rules the same: ${topics.join(', ')} of ${types.join(', ')}, decided ${days}. Name one in the other's \`yieldsTo\`, or narrow types, authority or decided`,
      );
    }
  }
}

/** Names hold any words together, regions only when one begins the other. */
function canBothMatch(a: Claim['authority'], b: Claim['authority']): boolean {
  if (!a?.regions || !b?.regions) return true;
  return a.regions.some((one) => b.regions?.some((other) => one.startsWith(other) || other.startsWith(one)));
}

/** What a pack speaks to in the cases of a claim: the aspects that it claims, and every duty that it states. */
function topicsOf({ deadlines = [] }: RulePack, { aspects }: Claim): string[] {
  return [...new Set([...aspects, ...deadlines.map(({ duty }) => duty)])];
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
