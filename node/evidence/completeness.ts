/**
 * A completeness statement: these are all the bulletins that X addressed to Y in a range of X's log, and Y's receipts that
 * cover them (docs/evidence.md, completeness). The leaves are folded into the root as they pass, so that memory does not
 * grow with the range.
 */

import { findMember } from '../agreement/agreement.ts';
import { isEqual, parseBase64, utf8 } from '../base/bytes.ts';
import { Problem } from '../base/problem.ts';
import { endOfDay, fromNumericDate, startOfDay } from '../base/time.ts';
import type { Erasure } from '../bulletin/types/erasure.ts';
import { erasure } from '../bulletin/types/erasure.ts';
import { refuseRepeat, type Verdict } from '../bulletin/verify.ts';
import { toWord } from '../federation/receipt.ts';
import { isOpenedBy, type Leaf, parseLeaf } from '../log/leaf.ts';
import { leafHash } from '../log/merkle.ts';
import { bitsSet, joinRoots, pushLeaf } from '../log/tile.ts';
import type { ClaimOf, RangeEntry, ShownGovernance, ShownRange, ShownReceipt } from './evidence.ts';
import { type Received, readReceipts } from './receipts.ts';
import type { ShownLog } from './shown-log.ts';
import { countQuorum, readShownNote, toHash } from './shown-note.ts';
import type { Verification } from './verification.ts';

/** Signatures are checked side by side, so many entries at a time. */
const entriesAtOnce = 256;

export interface CompletenessParts {
  range: ShownRange;
  governance: AsyncIterable<ShownGovernance>;
  receipts: AsyncIterable<ShownReceipt>;
  entries: AsyncIterable<RangeEntry>;
  onProgress?: (entries: number, of: number) => void;
}

/** The receiver's last word on an index. */
type Said = ReturnType<typeof toWord>;

/** @throws {Problem} at the first thing that makes the rest meaningless */
export async function verifyCompleteness(
  verification: Verification,
  claim: ClaimOf<'completeness'>,
  { range, governance, receipts, entries, onProgress }: CompletenessParts,
): Promise<void> {
  const { reporter } = verification;
  const { from, to } = claim;
  const log = verification.log(claim.log);
  verification.expectClaim('issuer', claim.issuer, log.owner.id);
  const isMember = verification.trust.versions.some(({ agreement }) => findMember(agreement, claim.receiver));
  if (claim.receiver === claim.issuer || !isMember)
    throw new Problem('evidence/claim-mismatch', { member: 'receiver' });
  await log.show(range.checkpoint);
  log.showWhole(from);
  verification.expectClaim('to', to, log.checkpoint.size);
  const roots = range.frontier.map(toHash);
  if (from > to || roots.length !== bitsSet(from) || roots.some(({ length }) => length !== 32))
    throw new Problem('evidence/root-differs', { log: log.origin });

  const erased = new Set<number>();
  for await (const shown of governance) {
    const { index, verdict } = await log.addGovernance(shown);
    if (index >= from) throw new Problem('evidence/surplus', { what: `governance: entry ${index}` });
    log.isRepeated(verdict);
    collectErased(index, verdict, erased);
  }
  if (from > 0 && log.governanceShown === 0) throw new Problem('evidence/missing', { what: 'governance' });
  const joined = await joinReceipts(verification, claim, receipts);

  const reader = createRangeReader(verification, claim, { log, roots, erased, joined });
  let batch: RangeEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < entriesAtOnce) continue;
    await reader.read(batch);
    onProgress?.(reader.at - from, to - from);
    batch = [];
  }
  await reader.read(batch);
  reader.finish();
  await checkDays(verification, claim, range, log);
  reporter.checked('completeness', { log: log.origin, from, to, receiver: claim.receiver, bulletins: claim.bulletins });
  reporter.notChecked('elsewhere');
  if (from > 0) reporter.notChecked('lower-ids', { from });
}

/** The receipts of the receiver on this log: joined, and what they say by index. */
async function joinReceipts(
  verification: Verification,
  claim: ClaimOf<'completeness'>,
  receipts: AsyncIterable<ShownReceipt>,
) {
  const { from, to } = claim;
  const words = new Map<number, Said>();
  const ranges: Received['body'][] = [];
  for await (const { receiver, jti, body } of readReceipts(verification, receipts)) {
    if (receiver !== claim.receiver || body.log !== claim.log)
      throw new Problem('evidence/foreign-receipt', { reason: `${jti} is of ${receiver} on ${body.log}` });
    const isInRange = body.from < body.to && body.from < to && body.to > from;
    const settles = body.settled.some(({ index }) => from <= index && index < to);
    if (!isInRange && !settles) throw new Problem('evidence/surplus', { what: `receipt ${jti}` });
    if (isInRange) ranges.push(body);
    listWords(body, words);
  }
  let end = ranges[0] && ranges[0].from <= from ? ranges[0].from : from;
  for (const one of ranges) {
    if (one.from !== end) throw new Problem('evidence/receipts-apart', { expected: end, from: one.from });
    end = one.to;
  }
  const receipted = Math.max(from, Math.min(end, to));
  verification.expectClaim('receipted', claim.receipted, receipted);
  if (receipted > from)
    verification.reporter.checked('receipts-joined', { receiver: claim.receiver, from, to: receipted });
  if (receipted < to)
    verification.reporter.notChecked('beyond-receipts', { receiver: claim.receiver, from: receipted });
  return { words, receipted };
}

/** What a receipt names, so that the last word on an index is the one that `wordOn` finds. */
function listWords({ from, to, refused, withheld, noted, settled }: Received['body'], words: Map<number, Said>): void {
  const covers = (index: number) => from <= index && index < to;
  for (const { index, code } of [...refused, ...noted].reverse()) if (covers(index)) words.set(index, toWord(code));
  for (const index of withheld) if (covers(index)) words.set(index, { word: 'withheld' });
  for (const { index, code } of [...settled].reverse()) words.set(index, toWord(code));
}

interface RangeNeeds {
  log: ShownLog;
  /** Of the first `claim.from` leaves; grows to those of `claim.to`. */
  roots: Uint8Array[];
  /** Indexes that an erasure names. */
  erased: Set<number>;
  joined: { words: ReadonlyMap<number, Said>; receipted: number };
}

/** Content that was shown, and what the rules say of it. */
interface Opened {
  index: number;
  isGovernance: boolean;
  verdict: Verdict | Promise<Verdict>;
}

function createRangeReader(verification: Verification, claim: ClaimOf<'completeness'>, needs: RangeNeeds) {
  const { hash, reporter } = verification;
  const { log, roots, erased, joined } = needs;
  const lacking: number[] = [];
  /** Told only once the leaves are known to be those of the log. */
  const findings: (() => void)[] = [];
  let at = claim.from;
  let bulletins = 0;
  let compared = 0;
  let withheld = 0;
  let unkept = 0;
  let unseen = 0;

  async function readOne(entry: RangeEntry): Promise<Opened | undefined> {
    const index = at++;
    const leaf = parseLeaf(entry.leaf, log.owner.id);
    if (!leaf || index >= claim.to) throw new Problem('evidence/root-differs', { log: log.origin });
    if (log.governing?.closed) throw new Problem('log/closed', { log: log.origin, index });
    pushLeaf(hash, roots, index, leafHash(hash, utf8(entry.leaf)));
    const isGovernance = leaf.audience[0] === '*';
    const isTheirs = leaf.audience.includes(claim.receiver);
    if (isTheirs) bulletins++;
    const content = openContent(entry, leaf, index);
    if (!content) {
      if (isGovernance) throw new Problem('evidence/missing', { what: `governance: entry ${index} of ${log.origin}` });
      if (isTheirs) lacking.push(index);
      return undefined;
    }
    if (!isGovernance && !isTheirs) throw new Problem('evidence/surplus', { what: `content of entry ${index}` });
    if (isGovernance) {
      const verdict = await log.act(index, { leaf: entry.leaf, ...content });
      collectErased(index, verdict, erased);
      return { index, isGovernance, verdict };
    }
    const verdict = log.verdictOn(index, leaf, content.jws);
    verdict.catch(() => undefined); // told when its turn comes, unless an entry above refuses the file first
    return { index, isGovernance, verdict };
  }

  function openContent(
    { salt, jws }: RangeEntry,
    leaf: Leaf,
    index: number,
  ): { salt: string; jws: string } | undefined {
    if (salt === undefined || jws === undefined) return undefined;
    const bytes = parseBase64(salt);
    if (!bytes || !isOpenedBy(hash, leaf.commitment, bytes, jws))
      throw new Problem('evidence/not-opened', { log: log.origin, index });
    return { salt, jws };
  }

  /** The rules' verdict beside the receiver's word, in the order of the log: an id is taken by the lowest that bears it. */
  function compare({ index, isGovernance }: Opened, judged: Verdict): void {
    const isRepeated = log.isRepeated(judged);
    const verdict = refuseRepeat(judged, () => isRepeated);
    if ('good' in verdict) verification.noteSigned(log.origin, index, verdict.good.claims.iat);
    const found = 'code' in verdict ? verdict.code : undefined;
    const isReceipted = index < joined.receipted;
    const said = joined.words.get(index) ?? (isReceipted ? toWord(undefined) : undefined);
    if (said && isReceipted) compared++;
    const refused = said?.word === 'refused' ? said.code : undefined;
    const mustBeGood = said !== undefined || !isGovernance; // governance is not the receiver's alone
    if (found !== undefined && refused === undefined && mustBeGood) {
      findings.push(() => reporter.refuse(found, { log: log.origin, index }));
      return;
    }
    const isUnseen = claim.from > 0 || (lacking[0] ?? index) < index; // what it repeats may be where nothing is shown
    if (refused === 'bulletin/duplicate' && found === undefined && isUnseen) unseen = index;
    else if (said && found !== refused) {
      const facts = {
        receiver: claim.receiver,
        log: log.origin,
        index,
        said: refused ?? said.word,
        found: found ?? 'taken',
      };
      findings.push(() => reporter.tell('evidence/wrong-verdict', facts));
    } else if (found !== undefined) findings.push(() => reporter.tell(found, { log: log.origin, index }));
  }

  return {
    get at() {
      return at;
    },

    async read(entries: readonly RangeEntry[]): Promise<void> {
      const opened: Opened[] = [];
      for (const entry of entries) {
        const one = await readOne(entry);
        if (one) opened.push(one);
      }
      for (const one of opened) compare(one, await one.verdict);
    },

    /** The root, the count, and what is missing. */
    finish(): void {
      const { root, size } = log.checkpoint;
      if (at !== size || !isEqual(joinRoots(hash, roots), root))
        throw new Problem('evidence/root-differs', { log: log.origin });
      for (const tell of findings) tell();
      for (const index of lacking) {
        if (erased.has(index)) continue;
        const said = joined.words.get(index);
        if (said?.word === 'withheld') withheld++;
        else if (said?.code === 'subject/natural-person') unkept++;
        else reporter.refuse('evidence/content-missing', { log: log.origin, index, receiver: claim.receiver });
      }
      verification.expectClaim('bulletins', claim.bulletins, bulletins);
      const gone = lacking.filter((index) => erased.has(index)).length;
      if (unseen > 0 && claim.from === 0) reporter.notChecked('lower-ids', { from: unseen });
      if (gone > 0) reporter.notChecked('erased', { count: gone });
      if (unkept > 0) reporter.notChecked('content-unkept', { receiver: claim.receiver, count: unkept });
      if (withheld > 0) reporter.notChecked('content-withheld', { receiver: claim.receiver, count: withheld });
      if (compared > 0) reporter.checked('verdicts-same', { compared });
    },
  };
}

/** An erasure passes over what does not lie below it. */
function collectErased(at: number, verdict: Verdict, erased: Set<number>): void {
  if (!('good' in verdict) || verdict.good.type.name !== erasure.name) return;
  const { indexes } = verdict.good.body as Erasure; // its schema was checked
  for (const index of indexes) if (index < at) erased.add(index);
}

/** With days: the checkpoints' quorum times lie outside them. */
async function checkDays(
  verification: Verification,
  claim: ClaimOf<'completeness'>,
  range: ShownRange,
  log: ShownLog,
): Promise<void> {
  const { since, until, from } = claim;
  const { trust, hash } = verification;
  const outside = (reason: string) => new Problem('evidence/outside-days', { reason });
  if (since === undefined && range.before !== undefined) throw new Problem('evidence/surplus', { what: 'before' });
  if (since !== undefined && range.before === undefined && from > 0)
    throw new Problem('evidence/missing', { what: 'before' });
  if (range.before !== undefined && since !== undefined) {
    const read = await readShownNote(range.before, log.origin, trust, verification);
    const root = joinRoots(hash, range.frontier.map(toHash));
    if (read.checkpoint.size !== from || !isEqual(read.checkpoint.root, root))
      throw new Problem('evidence/root-differs', { log: log.origin });
    const { quorumAt } = countQuorum(read, log.owner.id, log.requireQuorum().need, trust);
    if (quorumAt >= fromNumericDate(startOfDay(since))) throw outside(`${quorumAt} ≥ ${since}`);
  }
  if (until !== undefined && log.requireQuorum().quorumAt <= endOfDay(until))
    throw outside(`${log.requireQuorum().quorumAt} ≤ ${until}`);
  if (since !== undefined || until !== undefined)
    verification.reporter.checked('days', { since: since ?? '', until: until ?? '' });
}
