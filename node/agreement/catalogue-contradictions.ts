/** Where the catalogue contradicts itself: flows and purposes that nobody can use, and records that nobody could put right. */

import type { CatalogueEntry } from './agreement.ts';
import type { ReviewContext, Say, Unsigned } from './contradictions.ts';
import { kindOf, type Passage, passagesOf } from './passages.ts';
import { schemaDigest } from './schema-digest.ts';

export function findCatalogueContradictions(agreement: Unsigned, context: ReviewContext, say: Say): void {
  const passages = passagesOf(agreement);
  const opened = passages.filter((passage) => kindOf(passage) === 'opens');
  reviewEntries(agreement, context, say);
  reviewFlows(agreement, context, say);
  reviewPurposes(agreement, opened, say);
  reviewMoves(agreement, passages, opened, context, say);
  reviewUse(passages, opened, context, say);
  for (const [type, code] of [
    ['objection', 'objection-missing'],
    ['journal', 'journal-missing'],
  ] as const) {
    const back = new Set(passages.filter((passage) => passage.type === type).map(({ from, to }) => join(to, from)));
    const missing = pairsOf(opened).filter((pair) => !back.has(pair));
    if (missing.length > 0) say(pointerOf(agreement, type), code, { pairs: showPairs(missing.map(turn)) });
  }
}

function reviewEntries({ catalogue }: Unsigned, { schemas, hash }: ReviewContext, say: Say): void {
  for (const [i, { type, schema, publishWithinWorkingDays: days, retentionYears: years }] of catalogue.entries()) {
    const at = `/catalogue/${i}`;
    const kind = kindOf({ type });
    const own = schemas.get(`bulletin/${type}`);
    if (kind === undefined) say(`${at}/type`, 'type-unknown', { type });
    else if (own && schema !== schemaDigest(own, hash)) say(`${at}/schema`, 'schema-of-another', { type });
    if (days !== undefined && years !== undefined && (days / 5) * 7 > years * 365)
      say(`${at}/publishWithinWorkingDays`, 'deadline-beyond-retention', { days, years });
    if (kind === 'opens' && years === undefined) say(at, 'retention-missing', { type });
    const [isRecord, isMove] = [kind === 'opens' || kind === 'marks', kind === 'moves'];
    if (days !== undefined && kind && !isRecord && !isMove)
      say(`${at}/publishWithinWorkingDays`, 'idle', { type, name: 'publishWithinWorkingDays' });
    if (years !== undefined && kind && !isRecord) say(`${at}/retentionYears`, 'idle', { type, name: 'retentionYears' });
  }
  const isKept = catalogue.some((entry) => kindOf(entry) === 'opens');
  if (isKept && !catalogue.some(({ type }) => type === 'erasure')) say('/catalogue', 'erasure-missing');
}

function reviewFlows({ catalogue, members }: Unsigned, { schemas }: ReviewContext, say: Say): void {
  for (const [i, { type, flows }] of catalogue.entries()) {
    const body = (schemas.get(`bulletin/${type}`) ?? {}) as { properties?: object; required?: readonly string[] };
    const known = Object.keys(body.properties ?? {});
    for (const [k, { from, to, omit = [] }] of flows.entries()) {
      const at = `/catalogue/${i}/flows/${k}`;
      if (members.every(({ id }) => from.includes(id))) say(`${at}/from`, 'flow-all-by-name');
      if (members.every(({ id }) => to.includes(id))) say(`${at}/to`, 'flow-all-by-name');
      for (const [n, value] of omit.entries()) {
        if (body.required?.includes(value)) say(`${at}/omit/${n}`, 'omit-required', { type, value });
        else if (known.length > 0 && !known.includes(value))
          say(`${at}/omit/${n}`, 'omit-unknown', { type, value, known: known.join(', ') });
      }
    }
  }
}

function reviewPurposes({ purposes }: Unsigned, opened: readonly Passage[], say: Say): void {
  const used = new Set(opened.flatMap(({ flow }) => flow.purposes));
  for (const [i, { id }] of purposes.entries())
    if (!used.has(id)) say(`/purposes/${i}`, 'purpose-unused', { value: id });
}

/** A move goes to everyone who has the record, or cannot be said at all (docs/protocol.md, Records). */
function reviewMoves(
  agreement: Unsigned,
  passages: readonly Passage[],
  opened: readonly Passage[],
  { movesOf }: ReviewContext,
  say: Say,
): void {
  const openers = [...new Set(opened.map(({ type }) => type))];
  for (const move of new Set(openers.flatMap(movesOf))) {
    const moved = opened.filter(({ type }) => movesOf(type).includes(move));
    const flows = new Map(passages.filter(({ type }) => type === move).map((passage) => [pairOf(passage), passage]));
    const missing = moved.filter((passage) => !flows.has(pairOf(passage)));
    if (missing.length > 0) {
      const left = [...new Set(missing.map(({ type }) => type))].join(', ');
      say(pointerOf(agreement, move), 'move-missing', {
        type: move,
        pairs: showPairs(pairsOf(missing)),
        openers: left,
      });
    }
    reviewMovePurposes(moved, flows, say);
  }
}

function reviewMovePurposes(moved: readonly Passage[], flows: ReadonlyMap<string, Passage>, say: Say): void {
  const narrower = new Map<string, { passage: Passage; pairs: Set<string>; missing: Set<string> }>();
  for (const opener of moved) {
    const passage = flows.get(pairOf(opener));
    const missing = opener.flow.purposes.filter((purpose) => passage && !passage.flow.purposes.includes(purpose));
    if (!passage || missing.length === 0) continue;
    const seen = narrower.get(passage.pointer) ?? { passage, pairs: new Set(), missing: new Set() };
    seen.pairs.add(pairOf(opener));
    for (const purpose of missing) seen.missing.add(purpose);
    narrower.set(passage.pointer, seen);
  }
  for (const [pointer, { passage, pairs, missing }] of narrower) {
    const facts = { type: passage.type, pairs: showPairs([...pairs]), missing: [...missing].join(', ') };
    say(`${pointer}/purposes`, 'move-purposes', facts);
  }
}

/** Flows of moves and marks along which no record goes that they could speak of. */
function reviewUse(
  passages: readonly Passage[],
  opened: readonly Passage[],
  { movesOf }: ReviewContext,
  say: Say,
): void {
  const records = new Map<string, { issuer: string; moves: readonly string[]; holders: Set<string> }>();
  for (const { type, from, to } of opened) {
    const name = join(from, type);
    const record = records.get(name) ?? { issuer: from, moves: movesOf(type), holders: new Set([from]) };
    record.holders.add(to);
    records.set(name, record);
  }
  const isOfUse = ({ type, from, to }: Passage) =>
    [...records.values()].some(({ issuer, moves, holders }) => {
      if (!holders.has(from) || !holders.has(to)) return false;
      if (moves.includes(type)) return from === issuer;
      return type === 'objection' || (type === 'measure-feedback' && to === issuer);
    });
  const flows = new Map<string, Passage[]>();
  for (const passage of passages) {
    if (!['moves', 'marks'].includes(kindOf(passage) ?? '')) continue;
    flows.set(passage.pointer, [...(flows.get(passage.pointer) ?? []), passage]);
  }
  for (const [pointer, flow] of flows) {
    if (!flow.some(isOfUse))
      say(pointer, 'flow-without-record', { type: flow[0]?.type, pairs: showPairs(pairsOf(flow)) });
  }
}

function pointerOf({ catalogue }: { catalogue: readonly CatalogueEntry[] }, type: string): string {
  const at = catalogue.findIndex((entry) => entry.type === type);
  return at < 0 ? '/catalogue' : `/catalogue/${at}/flows`;
}

const join = (from: string, to: string) => `${from}→${to}`;

function pairOf({ from, to }: Passage): string {
  return join(from, to);
}

function turn(pair: string): string {
  return pair.split('→').reverse().join('→');
}

function pairsOf(passages: readonly Passage[]): string[] {
  return [...new Set(passages.map(pairOf))];
}

/** Half a dozen, and how many more. */
function showPairs(pairs: readonly string[]): string {
  const more = pairs.length > 6 ? ` (+${pairs.length - 6})` : '';
  return `${pairs.slice(0, 6).join(', ')}${more}`;
}
