/**
 * Everything that a store holds, held against itself: every log against its signed checkpoints, every content against its
 * leaf, every receipt against the tree of which it speaks, every record against the bulletins that made it. Reads only,
 * so it runs beside a node; memory stays bounded however long the logs are.
 */

import { findMember } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { isEqual, parseBase64, parseBase64url, parseUtf8 } from '../base/bytes.ts';
import type { Hash, VerifySignature } from '../base/ports.ts';
import { type BulletinType, type Claims, hasRecord } from '../bulletin/bulletin.ts';
import { findType } from '../bulletin/catalogue.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { isOpenedBy, parseLeaf } from '../log/leaf.ts';
import { treeOf } from '../log/ledger.ts';
import { parseVkey, type Vkey } from '../log/note.ts';
import type { Entry, HeldLog } from '../log/ports.ts';
import { rootAt } from '../log/tile.ts';
import { replay } from '../registry/effects.ts';
import { formatRecordId, isMark, type RecordId, type ToldStep } from '../registry/record.ts';
import { type Fault, type FaultCode, faultOf } from './fault.ts';
import { type CheckedLog, checkLog } from './fsck-log.ts';
import type { ExchangeStore } from './ports.ts';

const recordsAtOnce = 200;

export interface FsckNeeds {
  /** As of one moment: a snapshot. */
  store: Pick<ExchangeStore, 'log' | 'registry' | 'peers'>;
  agreements: Agreements;
  hash: Hash;
  verifySignature: VerifySignature;
  /** Told each thing that is wrong, as it is found. */
  onFault: (fault: Fault) => void;
  /** Told how many entries, then how many records were looked at. */
  onProgress?: (what: 'entries' | 'records', done: number, total: number) => void;
}

/** What was looked at. */
export interface Checked {
  logs: (CheckedLog & { log: string; member: string })[];
  records: number;
  faults: number;
}

/** Looks at everything. */
export async function checkStore(needs: FsckNeeds): Promise<Checked> {
  let faults = 0;
  const counting = {
    ...needs,
    onFault: (fault: Fault) => {
      faults++;
      needs.onFault(fault);
    },
  };
  const held = await needs.store.log.listLogs();
  const total = held.reduce((sum, { size }) => sum + size, 0);
  const keys = await listKeys(needs);
  const reader = createReader(counting, held);
  const logs: Checked['logs'] = [];
  let done = 0;
  for (const log of held) {
    const checked = await checkLog(log, {
      ...{ store: needs.store.log, hash: needs.hash, verifySignature: needs.verifySignature, say: counting.onFault },
      keys: keys.logs.filter(({ name }) => name === log.origin),
      witnesses: keys.witnesses,
      async onEntries(entries) {
        await reader.read(log, entries);
        done += entries.length;
        needs.onProgress?.('entries', done, total);
      },
    });
    logs.push({ log: log.origin, member: log.member, ...checked });
  }
  await reader.end();
  return { logs, records: await checkRecords(counting), faults };
}

/** Every key that a version in force ever gave a log or a witness. */
async function listKeys({ agreements, hash }: FsckNeeds): Promise<{ logs: Vkey[]; witnesses: Vkey[] }> {
  const versions = (await agreements.load()).map(({ agreement }) => agreement);
  const members = versions.flatMap((agreement) => agreement.members.map(({ id }) => findMember(agreement, id)));
  const read = (texts: (string | undefined)[]) =>
    [...new Set(texts)].flatMap((text) => parseVkey(hash, text ?? '') ?? []);
  return {
    logs: read(members.map((member) => member?.keys.log)),
    witnesses: read(members.map((member) => member?.keys.witness)),
  };
}

/** Looks at entries one by one, in the order of their logs, and at what they lead to in other tables. */
function createReader({ store, hash, onFault }: FsckNeeds, held: readonly HeldLog[]) {
  /** Where our receipts for a log, and a member's for ours, end. */
  const said = new Map<string, number>();

  async function readOne(log: HeldLog, entry: Entry, step: StepMark | undefined): Promise<void> {
    const say = (code: FaultCode, facts = {}) => onFault(faultOf(code, { log: log.origin, index: entry.index }, facts));
    const leaf = parseLeaf(entry.leaf, log.member);
    if (!leaf) return say('leaf');
    const { content, word, erased, governance } = entry;
    if ((leaf.audience[0] === '*') !== governance) say('governance');
    if (word !== undefined && (word === 'issued') !== log.own) say('word', { word });
    if (erased?.by !== undefined && erased.by < log.size && !(await isGovernance(log, erased.by)))
      say('erasure-missing', { by: erased.by });
    if (!content) {
      if (!erased && (word === 'issued' || word === 'taken' || word === 'noted')) say('content-missing', { word });
      if (!word && step) say('step-stray');
      return;
    }
    if (erased) say('content-back');
    if (!isOpenedBy(hash, leaf.commitment, parseBase64(content.salt) ?? new Uint8Array(), content.jws))
      return say('content-altered');
    if (word === 'refused' || word === 'withheld') {
      if (step) say('step-stray');
      return;
    }
    const told = readBulletin(content.jws);
    if (!told || told.claims.jti !== entry.jti) return say('jti', { jti: told?.claims.jti });
    checkStep(entry, told, step, say);
    if (told.type.kind === 'receipt') await readReceipt(log, told.body as Receipt, say);
  }

  async function readReceipt(log: HeldLog, receipt: Receipt, say: (code: FaultCode, facts?: object) => void) {
    const about = held.find(({ origin }) => origin === receipt.log);
    const isRight = about && (log.own || about.own) && (await hasRoot(about, receipt));
    if (!log.own) {
      const key = `${log.member} ${receipt.log}`;
      if (isRight) said.set(key, Math.max(said.get(key) ?? 0, receipt.to)); // a wrong one is its giver's fault
      return;
    }
    if (!isRight) say('receipt-root', { size: receipt.size });
    const expected = said.get(receipt.log) ?? 0;
    if (receipt.from !== expected) say('receipt-gap', { from: receipt.from, expected });
    said.set(receipt.log, receipt.to);
  }

  async function hasRoot(log: HeldLog, { size, root }: Receipt): Promise<boolean> {
    if (size > log.size) return false;
    const then = await rootAt(treeOf(store.log, log, hash), size).catch(() => undefined); // a tile is lost, as is said elsewhere
    return then === undefined || isEqual(then, parseBase64(root) ?? new Uint8Array());
  }

  async function isGovernance(log: HeldLog, index: number): Promise<boolean> {
    const [entry] = await store.log.listEntries(log.id, index, index + 1);
    return entry?.governance === true;
  }

  return {
    async read(log: HeldLog, entries: readonly Entry[]): Promise<void> {
      const [first, last] = [entries.at(0), entries.at(-1)];
      if (!first || !last) return;
      const steps = new Map(
        (await store.registry.listStepMarks(log.id, first.index, last.index + 1)).map((mark) => [mark.index, mark]),
      );
      for (const entry of entries) await readOne(log, entry, steps.get(entry.index));
    },
    /** Whether what is stored of receipts agrees with those that were read. */
    async end(): Promise<void> {
      for (const log of held) {
        const stored = log.own ? undefined : log.receipted;
        const ours = said.get(log.origin) ?? 0;
        if (stored !== undefined && stored !== ours)
          onFault(faultOf('receipted', { log: log.origin }, { stored, said: ours }));
      }
      const others = new Set(held.flatMap(({ member, own }) => (own ? [] : member)));
      for (const { id, origin, own } of held) {
        if (!own) continue;
        for (const member of others) {
          const { receipted } = await store.peers.sumReceipts(member, id);
          const theirs = said.get(`${member} ${origin}`) ?? 0;
          if (receipted !== theirs) onFault(faultOf('receipted', { log: origin }, { stored: receipted, said: theirs }));
        }
      }
    },
  };
}

/** As much of a step as names its bulletin. */
type StepMark = Pick<ToldStep, 'index' | 'jti' | 'type' | 'txn'>;

interface ToldBulletin {
  claims: Claims;
  type: BulletinType;
  body: unknown;
}

function readBulletin(jws: string): ToldBulletin | undefined {
  try {
    const payload = parseUtf8(parseBase64url(jws.split('.')[1] ?? '') ?? new Uint8Array());
    const claims = JSON.parse(payload ?? '') as Claims; // it opens its leaf: judged when it was stored
    const [[event = '', body] = []] = Object.entries(claims.events);
    const type = findType(event);
    return type && { claims, type, body };
  } catch {
    return undefined;
  }
}

function checkStep(
  { code }: Entry,
  { claims, type }: ToldBulletin,
  step: StepMark | undefined,
  say: (code: FaultCode) => void,
): void {
  if (!hasRecord(type) || code === 'registry/effect-failed') {
    if (step) say('step-stray');
    return;
  }
  if (!step) {
    say('step-missing');
    return;
  }
  const isOther =
    step.jti !== claims.jti || step.type !== type.name || (type.kind !== 'marks' && step.txn !== claims.txn);
  if (isOther) say('step-other');
}

/** Every record folded anew from its bulletins. One of which content was erased cannot be: it is passed over. */
async function checkRecords({ store, onFault, onProgress }: FsckNeeds): Promise<number> {
  let after: RecordId | undefined;
  let done = 0;
  for (;;) {
    const ids = await store.registry.listRecordIds(after, recordsAtOnce);
    if (ids.length === 0) return done;
    const steps = await readSteps(store, ids, onFault);
    for (const ofRecord of groupByRecord(steps.filter((step) => !isMark(step)))) checkRecord(ofRecord, onFault);
    after = ids.at(-1);
    done += ids.length;
    onProgress?.('records', done, 0);
  }
}

/** Together; where that fails, one by one to learn which cannot be read. */
async function readSteps(
  store: FsckNeeds['store'],
  ids: readonly RecordId[],
  onFault: FsckNeeds['onFault'],
): Promise<ToldStep[]> {
  const read = (some: readonly RecordId[]) => store.registry.listStepsOf(some);
  const together = await read(ids).catch(() => undefined);
  if (together) return together;
  const steps: ToldStep[] = [];
  for (const id of ids) {
    const some = await read([id]).catch(() => undefined);
    if (some) steps.push(...some);
    else onFault(faultOf('record-unreadable', { record: formatRecordId(id) }));
  }
  return steps;
}

function checkRecord(steps: readonly ToldStep[], onFault: FsckNeeds['onFault']): void {
  if (steps.some(({ body }) => body === undefined)) return;
  for (const [i, effect] of replay(steps).entries()) {
    const step = steps[i] as ToldStep; // one effect for each
    const folded = 'after' in effect ? effect.after : undefined;
    if (step.state === folded?.state && step.until === folded?.until) continue;
    const where = { log: step.origin, index: step.index, record: formatRecordId(step) };
    onFault(faultOf('state', where, { stored: describe(step), folded: describe(folded) }));
  }
}

function describe(standing: { state?: string; until?: string } | undefined): string {
  return [standing?.state ?? '-', standing?.until ?? ''].join(' ').trim();
}

function groupByRecord(steps: readonly ToldStep[]): Iterable<ToldStep[]> {
  const groups = new Map<string, ToldStep[]>();
  for (const step of steps) groups.set(formatRecordId(step), [...(groups.get(formatRecordId(step)) ?? []), step]);
  return groups.values();
}
