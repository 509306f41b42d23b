/** The truth about every peer: how far we are with it, how far it is with us, and what went wrong last. */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import { witnessNameOf } from '../agreement/agreement.ts';
import { fromNumericDate } from '../base/time.ts';
import { parseNote } from '../log/note.ts';
import type { HeldLog, StoredCheckpoint } from '../log/ports.ts';
import type { Peer } from './peer.ts';
import type { ExchangeStore, HeldReceipt, Tally } from './ports.ts';

export interface PeerReport extends Peer {
  name: Bilingual;
  endpoint: string;
  /** Its log as we hold it. Counts are of bulletins about records that are addressed to us. */
  theirs: {
    origin: string;
    held: number;
    /** Size of the largest checkpoint of it that anyone showed us. */
    seen: number;
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
  };
}

const checkpointsLookedAt = 64;

/** @param me our own member id */
export async function reportPeers(store: ExchangeStore, agreement: Agreement, me: string): Promise<PeerReport[]> {
  const tallies = await store.peers.listTallies();
  const own = (await store.log.listLogs()).find((log) => log.own);
  const checkpoints = own ? await store.log.listLargestCheckpoints(own.id, checkpointsLookedAt) : [];
  const others = agreement.members.filter(({ id }) => id !== me);
  return Promise.all(
    others.map(async ({ id, name, endpoint, origin, issuer }) => {
      const log = await store.log.findLog(origin);
      const count = (what: Tally['what']) => tallies.find((one) => one.log === log?.id && one.what === what)?.n ?? 0;
      const issued = tallies.find((one) => one.log === own?.id && one.member === id)?.n ?? 0;
      const largest = log && (await store.log.findLargestCheckpoint(log.id));
      const cosignedAt = log && (await store.log.findLastCosigned(log.id));
      return {
        ...(await store.peers.findPeer(id)),
        name,
        endpoint,
        theirs: {
          origin,
          held: log?.size ?? 0,
          seen: largest?.size ?? 0,
          taken: count('taken'),
          noted: count('noted'),
          refused: count('refused'),
          withheld: count('withheld'),
          receipted: log?.receipted ?? 0,
          ...(cosignedAt !== undefined && { cosignedAt }),
        },
        ours: {
          issued,
          ...(await store.peers.sumReceipts(id)),
          ...(await countNamed(await store.peers.listNamingReceipts(id), own, store)),
          ...findCosigned(checkpoints, witnessNameOf(issuer)),
        },
      };
    }),
  );
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
): { cosigned?: { size: number; at: string } } {
  for (const { note, size } of checkpoints) {
    const signature = parseNote(note)?.signatures.find(({ name }) => name === witness);
    if (!signature) continue;
    const time = Number(new DataView(signature.payload.buffer, signature.payload.byteOffset).getBigUint64(0));
    return { cosigned: { size, at: fromNumericDate(time) } };
  }
  return {};
}
