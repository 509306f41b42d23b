/**
 * The second look over a mirror: every leaf of every log, in log order. What is addressed to whom is counted, what still
 * waits for a receipt is found, and so is whether anything follows that could have taken a refused entry's place.
 */

import { readGoodClaims } from '../bulletin/read.ts';
import { type Erasure, erasure } from '../bulletin/types/erasure.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import type { Pair, Suspect } from './audit-pairs.ts';
import { entriesAtOnce, type Look, witnessNamesOf } from './audit-receipts.ts';

const mostWaiting = 1_000; // of these the first ones are known by index, so that an erasure can take them away

/** What the leaves of a log say of one receiver. */
export interface Addressed {
  addressed: number;
  late: number;
  worstLateSeconds: number;
  firstLate?: Suspect;
  /** Indexes beyond the receipts that call for one, the first ones; and how many there are. */
  waiting: number[];
  waits: number;
  /** The last index of what could be a bulletin and is neither refused nor withheld. */
  lastCandidate: number;
  /** Leaves of which cannot be told whether they are receipts. */
  unknown: number;
  /** Of the open entries those that an erasure names. */
  erased: Set<number>;
}

/** By receiver. */
export async function readLeaves(
  look: Look,
  log: HeldLog,
  pairs: ReadonlyMap<string, Pair>,
): Promise<Map<string, Addressed>> {
  const { store, agreements, agreement, cosigned, findings } = look;
  const end = Math.min(log.size, agreements.strikes().logEnd(log.origin)?.size ?? log.size);
  const found = new Map<string, Addressed>();
  const names = new Map<string, string[]>();
  const lag = agreement.exchange.greatestLagMinutes * 60;

  for (let from = 0; from < end; from += entriesAtOnce) {
    const to = Math.min(from + entriesAtOnce, end);
    for (const entry of await store.listEntries(log.id, from, to)) {
      if (entry.governance || entry.word)
        readJudged(entry); // what has a word of ours is governance or a receipt
      else readLeaf(entry);
      if (entry.governance) readErasure(entry);
    }
    look.onEntries(to - from);
  }
  return found;

  function of(receiver: string): Addressed {
    const known = found.get(receiver);
    if (known) return known;
    const counts = { addressed: 0, late: 0, worstLateSeconds: 0, waits: 0, lastCandidate: -1, unknown: 0 };
    const made = { ...counts, waiting: [], erased: new Set<number>() };
    found.set(receiver, made);
    return made;
  }

  /** What can be judged here as its receivers judged it: refused where we took it, it speaks against who refused. */
  function readJudged({ index, word, leaf }: Entry): void {
    for (const [receiver, { open }] of pairs) {
      const said = open.get(index);
      if (!said) continue;
      open.delete(index); // it is no bulletin that could be mended
      // Only who opened what it repeats can tell a repeated id.
      if (word !== 'taken' || said.word !== 'refused' || said.code === 'bulletin/duplicate') continue;
      const facts = { about: log.origin, receiver, index, code: said.code, audience: audienceOf(leaf).join(',') };
      findings.add('refusal/wrong', facts);
    }
  }

  function readLeaf({ index, leaf }: Entry): void {
    const audience = audienceOf(leaf);
    const isUnknown = index >= log.receipted && audience.length === 1; // its owner may have hidden a receipt from whom we read
    for (const receiver of audience) {
      const one = of(receiver);
      const pair = pairs.get(receiver);
      if (!pair?.open.has(index)) one.lastCandidate = index;
      if (isUnknown) {
        one.unknown++;
        continue;
      }
      one.addressed++;
      if (index >= (pair?.end ?? 0)) {
        one.waits++;
        if (one.waiting.length < mostWaiting) one.waiting.push(index);
      } else if (pair) judgeLate(one, pair, receiver, index);
    }
  }

  /** The first bulletin in the range of a suspect decides: its receiver had covered it by then. */
  function judgeLate(one: Addressed, pair: Pair, receiver: string, index: number): void {
    const { suspects } = pair;
    while (suspects[0] && suspects[0].to <= index) suspects.shift();
    const [first] = suspects;
    if (!first || index < first.from) return;
    suspects.shift();
    const known = names.get(receiver) ?? witnessNamesOf(agreements, receiver);
    names.set(receiver, known);
    const covered = cosigned.get(log.origin)?.coveredAt(known, index);
    const seconds = covered === undefined ? 0 : first.signedAt - covered - lag;
    if (seconds <= 0) return;
    one.late++;
    one.worstLateSeconds = Math.max(one.worstLateSeconds, seconds);
    one.firstLate ??= first;
  }

  /** What was erased calls for no receipt, and its content cannot come any more. */
  function readErasure({ content, word }: Entry): void {
    const claims = word === 'taken' && content ? readGoodClaims(content.jws) : undefined;
    const body = claims?.events[erasure.event] as Erasure | undefined;
    if (!body) return;
    const named = new Set(body.indexes);
    for (const [receiver, one] of found) {
      const left = one.waiting.filter((index) => !named.has(index));
      one.waits -= one.waiting.length - left.length;
      one.waiting = left;
      for (const index of pairs.get(receiver)?.open.keys() ?? []) if (named.has(index)) one.erased.add(index);
    }
  }
}
