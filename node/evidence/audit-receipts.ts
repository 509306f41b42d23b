/**
 * The first look over a mirror: every governance entry and receipt of every log, in log order. What governance says is
 * told on; receipts are joined pair by pair and held against the trees of which they speak.
 */

import { type Agreement, findMember, witnessNameOf } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { isEqual, parseBase64, parseBase64url, parseUtf8 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { fromNumericDate } from '../base/time.ts';
import type { Claims } from '../bulletin/bulletin.ts';
import { readGoodClaims } from '../bulletin/read.ts';
import { type Adoption, adoption } from '../bulletin/types/adoption.ts';
import { closing } from '../bulletin/types/closing.ts';
import { key } from '../bulletin/types/key.ts';
import { type Receipt, receipt as receiptType } from '../bulletin/types/receipt.ts';
import { audienceOf } from '../log/leaf.ts';
import { treeOf } from '../log/ledger.ts';
import type { Entry, HeldLog, LogStore } from '../log/ports.ts';
import { rootAt, type Tree } from '../log/tile.ts';
import type { Findings } from './audit-findings.ts';
import { createPair, type Pair, takeReceipt } from './audit-pairs.ts';
import type { CosignedTimes } from './cosigned.ts';

export const entriesAtOnce = 1_000;
const tilesKept = 512;

export interface Look {
  store: LogStore;
  agreements: Agreements;
  hash: Hash;
  logs: readonly HeldLog[];
  /** By origin. */
  cosigned: ReadonlyMap<string, CosignedTimes>;
  /** Origins of logs that forked: a receipt may rightly speak of the side that is not held here. */
  forked: ReadonlySet<string>;
  /** The newest version. */
  agreement: Agreement;
  findings: Findings;
  onEntries(n: number): void;
}

/** What stands in one log. */
export interface LogTally {
  governance: number;
  receipts: number;
  version: number;
  closed: boolean;
}

export interface Receipted {
  /** By the issuer's origin, then the receiver's member id. */
  pairs: Map<string, Map<string, Pair>>;
  tallies: Map<string, LogTally>;
  /** Receipts over more of a log than the mirror holds, or over one that forked. */
  ahead: number;
  /** Receipts whose root was compared. */
  compared: number;
}

export async function readReceipts(look: Look): Promise<Receipted> {
  const { logs, findings } = look;
  const found: Receipted = { pairs: new Map(), tallies: new Map(), ahead: 0, compared: 0 };
  const trees = new Map(logs.map((log) => [log.origin, remember(treeOf(look.store, log, look.hash))]));
  const byOrigin = new Map(logs.map((log) => [log.origin, log]));

  for (const log of logs) {
    const tally: LogTally = { governance: 0, receipts: 0, version: 0, closed: false };
    found.tallies.set(log.origin, tally);
    const end = look.agreements.strikes().logEnd(log.origin)?.size ?? log.size;
    for (let from = 0; from < Math.min(log.size, end); from += entriesAtOnce) {
      const to = Math.min(from + entriesAtOnce, log.size, end);
      for (const entry of await look.store.listJudged(log.id, from, to)) await readEntry(log, entry, tally); // all else is leaves
      look.onEntries(to - from);
    }
  }
  return found;

  async function readEntry(log: HeldLog, entry: Entry, tally: LogTally): Promise<void> {
    const { index, governance, word, code, content } = entry;
    const place = { log: log.origin, member: log.member, index };
    if (governance) tally.governance++;
    else tally.receipts++;
    if (word === 'refused') findings.add(governance ? 'governance/refused' : 'receipt/refused', { ...place, code });
    if (word === 'withheld') findings.add('content/unopened', place);
    const claims = word === 'taken' && content ? readGoodClaims(content.jws) : undefined;
    if (!claims) return;
    const absentAt = look.cosigned.get(log.origin)?.absentAt(index);
    const lag = look.agreement.exchange.greatestLagMinutes * 60;
    if (absentAt !== undefined && absentAt - claims.iat > lag) {
      const [signedAt, absent] = [claims.iat, absentAt].map(fromNumericDate);
      findings.add('publication/late', { ...place, signedAt, absentAt: absent });
    }
    if (governance) readGovernance(place, claims, tally);
    else await readReceipt(log, entry, claims);
  }

  function readGovernance(place: { log: string; member: string; index: number }, { events }: Claims, tally: LogTally) {
    if (adoption.event in events) tally.version = versionOf(events[adoption.event] as Adoption) ?? tally.version;
    if (closing.event in events) tally.closed = true;
    if (key.event in events) findings.tell('key/changed', place);
    if (closing.event in events) findings.tell('log/closed', place);
  }

  async function readReceipt(log: HeldLog, { index, leaf }: Entry, { events, iat }: Claims): Promise<void> {
    const body = events[receiptType.event] as Receipt | undefined;
    if (!body) return;
    const about = byOrigin.get(body.log);
    const place = { about: body.log, receiver: log.member, log: log.origin, index };
    if (!about || about.member === log.member || audienceOf(leaf)[0] !== about.member) {
      findings.add('receipt/misaddressed', place);
      return;
    }
    const ofLog = found.pairs.get(about.origin) ?? new Map<string, Pair>();
    found.pairs.set(about.origin, ofLog);
    const pair = ofLog.get(log.member) ?? createPair(about.origin, about.member, log.member);
    ofLog.set(log.member, pair);
    suspect(pair, body, { log: log.origin, index, signedAt: iat });
    const { from, to, size } = body;
    const facts = { ...place, issuer: about.member, expected: pair.end, from, to, size };
    for (const code of takeReceipt(pair, { receipt: body, log: log.origin, index, signedAt: iat })) {
      if (code !== 'receipt/gap' || index < log.receipted) findings.add(code, facts); // what stands between may not have been shown
    }
    if (size > about.size || look.forked.has(about.origin)) {
      found.ahead++;
      return;
    }
    found.compared++;
    const root = await rootAt(trees.get(about.origin) as Tree, size); // each held log has one
    if (!isEqual(root, parseBase64(body.root) ?? new Uint8Array())) findings.add('receipt/wrong-root', facts);
  }

  /** Whether it could be late: it was signed too long after its receiver is known to have covered the range's first entry. */
  function suspect(pair: Pair, { from, to }: Receipt, said: { log: string; index: number; signedAt: number }): void {
    const covered = look.cosigned.get(pair.origin)?.coveredAt(witnessNamesOf(look.agreements, pair.receiver), from);
    const lag = look.agreement.exchange.greatestLagMinutes * 60;
    if (from < to && covered !== undefined && said.signedAt - covered > lag) pair.suspects.push({ from, to, ...said });
  }
}

/** What a member's witness keys were ever called. */
export function witnessNamesOf(agreements: Agreements, member: string): string[] {
  const issuers = agreements.inForce().flatMap(({ agreement }) => findMember(agreement, member)?.issuer ?? []);
  return [...new Set(issuers.map(witnessNameOf))];
}

function versionOf({ agreement }: Adoption): number | undefined {
  const payload = (agreement as { payload?: unknown }).payload;
  const text = typeof payload === 'string' ? parseUtf8(parseBase64url(payload) ?? new Uint8Array()) : undefined;
  const version = text === undefined ? undefined : (JSON.parse(text) as { version?: unknown }).version; // judged when it was stored
  return typeof version === 'number' ? version : undefined;
}

/** The same tree, with the tiles that were read last in memory. */
function remember(tree: Tree): Tree {
  const kept = new Map<string, Promise<Uint8Array | undefined>>();
  return {
    ...tree,
    readTile(level, index) {
      const name = `${level}/${index}`;
      const found = kept.get(name) ?? tree.readTile(level, index);
      kept.delete(name);
      kept.set(name, found);
      if (kept.size > tilesKept) kept.delete(kept.keys().next().value as string); // it is not empty
      return found;
    },
  };
}
