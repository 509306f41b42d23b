/**
 * An evidence file against the agreement in the auditor's hand: what it proves, what it does not, and why (docs/evidence.md,
 * Verifying). A pure function of both: no clock, no store, no network; the same source runs in a node, on the command line
 * and in the page.
 */

import type { VerifyPorts } from '../agreement/ports.ts';
import type { GeneralJws } from '../agreement/signatures.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { verifyCompleteness } from './completeness.ts';
import { type Cursor, collect, createCursor } from './cursor.ts';
import type { Claim, ClaimOf, ShownLeaf } from './evidence.ts';
import { verifyFork } from './fork.ts';
import { type EvidenceChecks, readEvidence } from './read.ts';
import { listSpoken, type Received, readReceipts, tellSpoken } from './receipts.ts';
import type { Report } from './report.ts';
import { createReporter, type Reporter } from './reporter.ts';
import type { Judged, Opened } from './shown-log.ts';
import { originOfProof } from './shown-note.ts';
import { establishTrust, type Trust, UnusableAgreement } from './trust.ts';
import { createVerification, type Verification } from './verification.ts';

export interface VerifyEvidenceOptions {
  /** The auditor's agreement file, parsed: one General JWS or a list of versions. */
  agreement: unknown;
  /** Cosignatures by members that a checkpoint needs, instead of the agreement's number. */
  quorum?: number;
  /** `YYYY-MM-DD`: all must have been witnessed by the end of this day. */
  at?: string;
  onProgress?: (entries: number, of: number) => void;
  /** Told each entry that the file opens, before the file as a whole is known to hold. */
  onOpened?: (entry: Opened) => void;
  /** Told each log's checkpoint, a signed note; likewise. */
  onCheckpoint?: (log: string, note: string) => void;
}

export interface VerifyEvidencePorts extends VerifyPorts {
  /** Of `schemas/evidence.json`. */
  checks: EvidenceChecks;
}

/**
 * @param chunks the bytes of the file
 * @throws {Problem} evidence/malformed, evidence/unknown-version: the file cannot be used
 * @throws {UnusableAgreement} the auditor's agreement cannot
 */
export async function verifyEvidence(
  chunks: AsyncIterable<Uint8Array>,
  options: VerifyEvidenceOptions,
  ports: VerifyEvidencePorts,
): Promise<Report> {
  const { claim, parts } = await readEvidence(chunks, ports.checks);
  const reporter = createReporter(claim);
  const cursor = createCursor(parts);
  try {
    await verifyParts(claim, cursor, reporter, options, ports);
  } catch (error) {
    if (error instanceof UnusableAgreement || !isProblem(error) || isUnusable(error)) throw error;
    reporter.refuse(error.code, error.facts);
    reporter.notChecked('rest');
    await cursor.drain(); // what is no evidence file at all is told as such, wherever it breaks
  }
  return reporter.finish();
}

function isUnusable({ code }: Problem): boolean {
  return code === 'evidence/malformed' || code === 'evidence/unknown-version';
}

async function verifyParts(
  claim: Claim,
  cursor: Cursor,
  reporter: Reporter,
  { agreement, quorum, at, onProgress, onOpened, onCheckpoint }: VerifyEvidenceOptions,
  ports: VerifyEvidencePorts,
): Promise<void> {
  const inFile = await collect(cursor.all('agreements'));
  const trust = await trustIn(agreement, inFile, at, ports);
  for (const { agreement } of trust.versions) for (const { id, name } of agreement.members) reporter.name(id, name);
  reporter.checked('form');
  const brought = [agreement].flat().length;
  reporter.checked('agreements', {
    versions: trust.versions.length,
    brought: brought > 1 ? `1–${brought}` : versionOf(trust),
  });
  const schemas = claim.kind === 'fork' ? [] : await collect(cursor.all('schemas'));
  const given = { claim, trust, schemas, reporter, ports };
  const verification = createVerification({
    ...given,
    ...(quorum !== undefined && { quorum }),
    ...(at !== undefined && { at }),
    ...(onOpened && { onOpened }),
    ...(onCheckpoint && { onCheckpoint }),
  });
  verification.expectClaim('agreement', claim.agreement, trust.lastInFile);
  await verifyClaim(verification, claim, cursor, onProgress);
  await cursor.end();
  if (claim.kind !== 'fork') verification.settleLogs();
  else if (at === undefined) reporter.notChecked('clocks');
  reporter.checked('claim');
}

async function trustIn(
  brought: unknown,
  inFile: readonly GeneralJws[],
  at: string | undefined,
  ports: VerifyPorts,
): Promise<Trust> {
  return establishTrust({ brought, inFile, ...(at !== undefined && { at }) }, ports);
}

function versionOf({ versions }: Trust): number | undefined {
  return versions.at(-1)?.agreement.version;
}

async function verifyClaim(
  verification: Verification,
  claim: Claim,
  cursor: Cursor,
  onProgress?: (entries: number, of: number) => void,
): Promise<void> {
  switch (claim.kind) {
    case 'bulletin':
      return verifyBulletinClaim(verification, claim, cursor);
    case 'refusal':
      return verifyRefusal(verification, claim, cursor);
    case 'withheld':
      return verifyWithheld(verification, claim, await cursor.one('leaf'), cursor);
    case 'record':
      return verifyRecord(verification, claim, cursor);
    case 'fork':
      return verifyFork(verification, claim, await cursor.one('fork'));
    case 'completeness':
      return verifyCompleteness(verification, claim, {
        range: await cursor.one('completeness'),
        governance: cursor.all('governance'),
        receipts: cursor.all('receipts'),
        entries: cursor.all('entries'),
        ...(onProgress && { onProgress }),
      });
  }
}

async function verifyBulletinClaim(
  verification: Verification,
  claim: ClaimOf<'bulletin'>,
  cursor: Cursor,
): Promise<void> {
  const judged = await verification.judge(await cursor.one('bulletin'));
  expectPlace(verification, claim, judged);
  expectGood(verification, judged);
  const receipts = await collect(readReceipts(verification, cursor.all('receipts')));
  const spoken = listSpoken(receipts, [judged]);
  verification.expectClaim('receivers', claim.receivers, [...new Set(spoken.map(({ receiver }) => receiver))].sort());
  tellSpoken(verification, spoken);
  for (const { receiver, said } of spoken) {
    if (said.word === 'refused')
      verification.reporter.tell('evidence/wrong-verdict', {
        receiver,
        log: claim.log,
        index: claim.index,
        said: said.code,
        found: 'taken',
      });
  }
  const silent = judged.leaf.audience.filter((id) => id !== '*' && !claim.receivers.includes(id));
  if (silent.length > 0) verification.reporter.notChecked('no-receipt', { members: silent });
  verification.reporter.notChecked('later-bulletins', { log: claim.log, size: judged.log.checkpoint.size });
}

async function verifyRefusal(verification: Verification, claim: ClaimOf<'refusal'>, cursor: Cursor): Promise<void> {
  const { reporter } = verification;
  const judged = await verification.judge(await cursor.one('bulletin'));
  expectPlace(verification, claim, judged);
  reporter.checked('inclusion', { log: claim.log, index: claim.index, size: judged.log.checkpoint.size });
  reporter.proof(judged.path);
  if ('good' in judged.verdict) reporter.bulletin({ ...claim }, judged.verdict.good);
  const spoken = listSpoken(await collect(readReceipts(verification, cursor.all('receipts'))), [judged]);
  const [only, ...more] = spoken;
  if (!only || more.length > 0) throw new Problem(only ? 'evidence/surplus' : 'evidence/missing', { what: 'receipts' });
  verification.expectClaim('receiver', claim.receiver, only.receiver);
  const { word, code } = only.said;
  if (word !== 'refused') throw new Problem('evidence/not-refused', { reason: word });
  verification.expectClaim('code', claim.code, code);
  tellSpoken(verification, spoken);
  reporter.checked('refusal', { receiver: claim.receiver, code, log: claim.log, index: claim.index });
  const found = 'code' in judged.verdict ? judged.verdict.code : undefined;
  if (code === 'bulletin/duplicate' && found === undefined) reporter.notChecked('lower-ids', { from: claim.index });
  else if (found !== code) {
    const { receiver, log, index } = claim;
    reporter.tell('evidence/wrong-verdict', { receiver, log, index, said: code, found: found ?? 'taken' });
    const from = judged.log.governing?.since ?? 0;
    if (index > from + 1) reporter.notChecked('hidden-governance', { log, from, index });
  } else reporter.tell(found as Problem['code'], { log: claim.log, index: claim.index });
}

async function verifyWithheld(
  verification: Verification,
  claim: ClaimOf<'withheld'>,
  { leaf, tlogProof }: ShownLeaf,
  cursor: Cursor,
): Promise<void> {
  const log = verification.log(originOfProof(tlogProof));
  const proved = await log.prove(leaf, tlogProof);
  verification.expectClaim('log', claim.log, log.origin);
  verification.expectClaim('issuer', claim.issuer, log.owner.id);
  verification.expectClaim('index', claim.index, proved.index);
  if (!proved.leaf.audience.includes(claim.receiver))
    throw new Problem('evidence/not-refused', { reason: 'not addressed to it' });
  verification.reporter.checked('inclusion', { log: log.origin, index: proved.index, size: log.checkpoint.size });
  verification.reporter.proof(proved.path);
  const spoken = listSpoken(await collect(readReceipts(verification, cursor.all('receipts'))), [{ log, ...proved }]);
  const [only, ...more] = spoken;
  if (!only || more.length > 0) throw new Problem(only ? 'evidence/surplus' : 'evidence/missing', { what: 'receipts' });
  verification.expectClaim('receiver', claim.receiver, only.receiver);
  if (only.said.word !== 'withheld') throw new Problem('evidence/not-refused', { reason: only.said.word });
  tellSpoken(verification, spoken);
  verification.reporter.checked('withheld', { receiver: claim.receiver, log: log.origin, index: proved.index });
  verification.reporter.notChecked('later-words', { receiver: claim.receiver });
}

async function verifyRecord(verification: Verification, claim: ClaimOf<'record'>, cursor: Cursor): Promise<void> {
  const entries: Judged[] = [];
  for await (const shown of cursor.all('bulletins')) {
    const judged = await verification.judge(shown);
    const before = entries.at(-1);
    const ascends =
      !before || before.log.origin < judged.log.origin || (before.log === judged.log && before.index < judged.index);
    if (!ascends)
      throw new Problem('evidence/surplus', {
        what: `bulletins: entry ${judged.index} of ${judged.log.origin} out of order`,
      });
    expectGood(verification, judged);
    expectOfRecord(claim, judged);
    entries.push(judged);
  }
  const own = entries.filter(({ log }) => log.owner.id === claim.issuer);
  const [first] = own;
  if (!first || !('good' in first.verdict) || first.verdict.good.type.kind !== 'opens')
    throw new Problem('evidence/missing', { what: 'bulletins: the one that opens the record' });
  const receipts: Received[] = await collect(readReceipts(verification, cursor.all('receipts')));
  tellSpoken(verification, listSpoken(receipts, entries));
  verification.expectClaim('bulletins', claim.bulletins, entries.length);
  verification.expectClaim('receipts', claim.receipts, receipts.length);
  verification.reporter.notChecked('further-bulletins');
}

/** Of the record: said by its issuer about that `txn`, or by anybody in a bulletin that names it. */
function expectOfRecord({ issuer, txn }: ClaimOf<'record'>, { log, index, verdict }: Judged): void {
  if (!('good' in verdict)) return; // refused before
  const { claims, body } = verdict.good;
  const isIssuers = log.owner.id === issuer && claims.txn === txn;
  const named = (body as { record?: unknown }).record;
  if (!isIssuers && named !== `${issuer}.${txn}`)
    throw new Problem('evidence/surplus', { what: `bulletins: entry ${index} of ${log.origin} is of another record` });
}

function expectPlace(
  verification: Verification,
  claim: ClaimOf<'bulletin' | 'refusal'>,
  { log, index, verdict }: Judged,
): void {
  verification.expectClaim('issuer', claim.issuer, log.owner.id);
  verification.expectClaim('log', claim.log, log.origin);
  verification.expectClaim('index', claim.index, index);
  const jti = 'good' in verdict ? verdict.good.claims.jti : verdict.jti;
  verification.expectClaim('jti', claim.jti, jti);
}

function expectGood({ reporter }: Verification, { log, index, verdict, path }: Judged): void {
  if ('code' in verdict) throw new Problem(verdict.code, { log: log.origin, index, ...verdict.facts });
  const { jti } = verdict.good.claims;
  reporter.checked('bulletin', { log: log.origin, index, jti });
  reporter.checked('inclusion', { log: log.origin, index, size: log.checkpoint.size });
  reporter.bulletin({ log: log.origin, index, issuer: log.owner.id }, verdict.good);
  reporter.proof(path);
}
