/**
 * A range of a log looked through before it is shown: how many of its leaves name the receiver, which of these have no
 * content, up to where erasures stand that say why, and what schemas the contents need. Nothing of the contents is kept, so
 * that the memory does not grow with the range.
 */

import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { type BulletinType, hasRecord } from '../bulletin/bulletin.ts';
import { findType } from '../bulletin/catalogue.ts';
import { readType } from '../bulletin/read.ts';
import { audienceOf } from '../log/leaf.ts';
import type { Entry } from '../log/ports.ts';
import type { Use } from './export.ts';
import type { LogView } from './log-view.ts';
import type { Session } from './session.ts';
import { notHeld } from './show-entry.ts';

export type RangeSurvey = ReturnType<typeof surveyRange>;

/** So many entries are read at a time: contents of 256 KiB each are possible, of 2 KiB usual. */
const atOnce = 200;

export function surveyRange(session: Session, view: LogView, receiver: string, from: number) {
  const digests = new Set<string>();
  const uses = new Map<string, Use>();
  const lacking: Entry[] = [];
  let bulletins = 0;
  let erasedBelow = 0;
  let at = from;

  async function look(entry: Entry): Promise<void> {
    const isTheirs = audienceOf(entry.leaf).includes(receiver);
    if (isTheirs) bulletins++;
    if (!isTheirs && !entry.governance) return;
    if (!entry.content) {
      if (entry.governance) throw notHeld(view.log.origin, entry);
      const by = entry.erased?.by;
      if (by === undefined) lacking.push(entry);
      else erasedBelow = Math.max(erasedBelow, by + 1);
      return;
    }
    const type = typeOf(entry, entry.content.jws);
    const digest = type && (await view.schemaFor(entry.index, type.name));
    if (digest !== undefined) digests.add(digest);
    if (type && hasRecord(type)) uses.set(type.name, { from: view.log.member, type: type.name });
  }

  return {
    /** Digests of the schemas of all content that is shown. */
    digests,
    /** Leaves that name the receiver and have no content, which no erasure says. */
    lacking,
    get bulletins() {
      return bulletins;
    },
    /** Size that the range must have to hold every erasure of what is in it. */
    get erasedBelow() {
      return erasedBelow;
    },
    get uses(): readonly Use[] {
      return [...uses.values()];
    },

    /** Looks on, up to that index. @throws {Problem} evidence/not-held of governance */
    async to(end: number): Promise<void> {
      for await (const entry of readRange(session, view, at, end)) await look(entry);
      at = Math.max(at, end);
    },
  };
}

/** What was judged good needs no second look at its form: a hundred thousand of them take a tenth of the time so. */
function typeOf({ word }: Entry, jws: string): BulletinType | undefined {
  if (word === 'refused') return readType(jws);
  const payload = parseUtf8(parseBase64url(jws.split('.')[1] ?? '') ?? new Uint8Array());
  const { events = {} } = JSON.parse(payload ?? '{}') as { events?: object }; // judged good when it was stored
  return findType(Object.keys(events)[0] ?? '');
}

/** The entries of [from, to) in order, some at a time. */
export async function* readRange(
  { store }: Pick<Session, 'store'>,
  { log }: LogView,
  from: number,
  to: number,
): AsyncGenerator<Entry> {
  for (let at = from; at < to; at += atOnce) yield* await store.log.listEntries(log.id, at, Math.min(at + atOnce, to));
}
