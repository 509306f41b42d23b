/** The truth about every peer: how far we are with it, how far it is with us, and what went wrong last. */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import { witnessNameOf } from '../agreement/agreement.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import type { HeldLog, StoredCheckpoint } from '../log/ports.ts';
import type { Peer } from './peer.ts';
import type { ExchangeStore, HeldReceipt, Tally } from './ports.ts';
import { createUnreceipted, type Unreceipted } from './unreceipted.ts';

/** How many entries are missing, and since when. */
export interface Behind {
  entries: number;
  /** Absent while none is. */
  since?: string;
}

export interface PeerReport extends Peer {
  name: Bilingual;
  endpoint: string;
  /** Its log as we hold it. Counts are of bulletins about records that are addressed to us. */
  theirs: {
    origin: string;
    held: number;
    /** Size of the largest checkpoint of it that anyone showed us. */
    seen: number;
    /** What we know to be there and do not hold, since we first saw a checkpoint beyond what we hold. */
    behind: Behind;
    taken: number;
    noted: number;
    refused: number;
    withheld: number;
    /** First index that our receipts do not cover. */
    receipted: number;
    /** Instant of our newest cosignature. */
    cosignedAt?: string;
  };
  /** Our log as it has told us that it holds it. */
  ours: {
    issued: number;
    receipts: number;
    /** First index that its receipts do not cover. */
    receipted: number;
    /** Whether its receipts join from 0 without gap or overlap. */
    joined: boolean;
    refused: number;
    withheld: number;
    /** The largest size of our log that it cosigned, and when. */
    cosigned?: { size: number; at: string };
    /** What neither receipts nor a cosignature of it show that it holds, since the first such entry was put there. */
    behind: Behind;
    /** The oldest bulletin to it that calls for a receipt and is covered by none. */
    oldestUnreceipted?: Unreceipted;
  };
}

const checkpointsLookedAt = 64;

export type ReportPeers = () => Promise<PeerReport[]>;

/** @param needs `me` is our own member id; `version` the one in force when a report is asked for */
export function createPeerReports(needs: {
  store: ExchangeStore;
  version: { readonly agreement: Agreement };
  me: string;
}): ReportPeers {
  const { store, version, me } = needs;
  const findOldest = createUnreceipted({ store });

  return async function reportPeers() {
    const tallies = await store.peers.listTallies();
    const own = (await store.log.listLogs()).find((log) => log.own);
    const checkpoints = own ? await store.log.listLargestCheckpoints(own.id, checkpointsLookedAt) : [];
    const others = version.agreement.members.filter(({ id }) => id !== me);
    return Promise.all(
      others.map(async ({ id, name, endpoint, origin, issuer }) => {
        const log = await store.log.findLog(origin);
        const count = (what: Tally['what']) => tallies.find((one) => one.log === log?.id && one.what === what)?.n ?? 0;
        const issued = tallies.find((one) => one.log === own?.id && one.member === id)?.n ?? 0;
        const cosignedAt = log && (await store.log.findLastCosigned(log.id));
        const receipts = await store.peers.sumReceipts(id);
        const cosigned = findCosigned(checkpoints, witnessNameOf(issuer));
        const oldestUnreceipted = own && (await findOldest(own, id, receipts.receipted));
        return {
          ...(await store.peers.findPeer(id)),
          name,
          endpoint,
          theirs: {
            origin,
            held: log?.size ?? 0,
            ...(await measureTheirs(store, log)),
            taken: count('taken'),
            noted: count('noted'),
            refused: count('refused'),
            withheld: count('withheld'),
            receipted: log?.receipted ?? 0,
            ...(cosignedAt !== undefined && { cosignedAt }),
          },
          ours: {
            issued,
            ...receipts,
            ...(await countNamed(await store.peers.listNamingReceipts(id), own, store)),
            ...(cosigned && { cosigned }),
            behind: await measureOurs(store, own, Math.max(receipts.receipted, cosigned?.size ?? 0)),
            ...(oldestUnreceipted && { oldestUnreceipted }),
          },
        };
      }),
    );
  };
}

async function measureTheirs(
  { log: logs }: ExchangeStore,
  log: HeldLog | undefined,
): Promise<{ seen: number; behind: Behind }> {
  const seen = (log && (await logs.findLargestCheckpoint(log.id)))?.size ?? 0;
  const entries = Math.max(0, seen - (log?.size ?? 0));
  const since = log && entries > 0 ? await logs.findSeenBeyond(log.id, log.size) : undefined;
  return { seen, behind: { entries, ...(since !== undefined && { since }) } };
}

/** @param shown size of our log that the peer has shown to hold */
async function measureOurs({ log }: ExchangeStore, own: HeldLog | undefined, shown: number): Promise<Behind> {
  if (!own || own.size <= shown) return { entries: 0 };
  const [first] = await log.listEntries(own.id, shown, shown + 1);
  return { entries: own.size - shown, ...(first && { since: first.at }) };
}

/** How many entries receipts, in the order of their ranges, refuse, and how many they still lack; what was erased nobody lacks. */
async function countNamed(
  receipts: readonly HeldReceipt[],
  own: HeldLog | undefined,
  { erasures }: ExchangeStore,
): Promise<{ refused: number; withheld: number }> {
  let refused = 0;
  const withheld = new Set<number>();
  for (const { body } of receipts) {
    refused += listOf(body.refused).length;
    for (const index of listOf(body.withheld)) withheld.add(index as number); // its schema was checked
    for (const { index, code } of listOf(body.settled) as { index: number; code?: string }[]) {
      if (withheld.delete(index) && code !== undefined) refused++;
    }
  }
  const lacking = own && withheld.size > 0 ? await erasures.listErasable(own.id, [...withheld]) : [];
  return { refused, withheld: lacking.filter(({ erased }) => !erased).length };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function findCosigned(
  checkpoints: readonly StoredCheckpoint[],
  witness: string,
): PeerReport['ours']['cosigned'] | undefined {
  for (const { note, size } of checkpoints) {
    const cosignature = cosignaturesOn(note).find(({ name }) => name === witness);
    if (cosignature) return { size, at: cosignature.at };
  }
  return undefined;
}
