/** The truth about every peer: how far we are with it, how far it is with us, and what went wrong last. */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import { witnessNameOf } from '../agreement/agreement.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import type { HeldLog, StoredCheckpoint } from '../log/ports.ts';
import type { Peer } from './peer.ts';
import type { ExchangeStore, HeldReceipt, Tally } from './ports.ts';
import { toWord } from './receipt.ts';
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
  /**
   * Its log as we hold it. Counts are of bulletins about records that are addressed to us, in struck logs of its too, and
   * so is what is behind.
   */
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
  /** Our log, and those of ours that were struck, as it has told us that it holds them. */
  ours: {
    issued: number;
    receipts: number;
    /** First index of the log that we speak in that its receipts do not cover. */
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

type Ours = PeerReport['ours'];

const checkpointsLookedAt = 64;

export type ReportPeers = () => Promise<PeerReport[]>;

/** @param needs `me` is our own member id; `version` the one in force when a report is asked for */
export function createPeerReports(needs: {
  store: ExchangeStore;
  version: { readonly agreement: Agreement };
  /** Size at which a log was struck; undefined of one that was not. */
  endOf: (origin: string) => number | undefined;
  me: string;
}): ReportPeers {
  const { store, version, endOf, me } = needs;
  const findOldest = createUnreceipted({ store });

  /** A log with no more than counts of it. */
  function upToEnd(log: HeldLog): HeldLog {
    return { ...log, size: Math.min(log.size, endOf(log.origin) ?? log.size) };
  }

  /** What a member's receipts say of our logs, oldest first. */
  async function hearOurs(member: string, own: readonly HeldLog[], cosigned: number): Promise<Omit<Ours, 'issued'>> {
    const ours: Omit<Ours, 'issued'> = { ...silence, behind: { entries: 0 } };
    for (const log of own) {
      const { receipts, receipted, joined } = await store.peers.sumReceipts(member, log.id);
      const { refused, withheld } = await countNamed(await store.peers.listNamingReceipts(member, log.id), log, store);
      const oldest = await findOldest(log, member, receipted);
      // Nobody cosigns a struck log, and its last entries may call for no receipt.
      const shown = log === own.at(-1) ? Math.max(receipted, cosigned) : (oldest?.index ?? log.size);
      ours.receipts += receipts;
      ours.receipted = receipted; // in the end that of the log we speak in
      ours.joined &&= joined;
      ours.refused += refused;
      ours.withheld += withheld;
      ours.behind = addBehind(ours.behind, await measureOurs(store, log, shown));
      if (oldest) ours.oldestUnreceipted ??= oldest;
    }
    return ours;
  }

  return async function reportPeers() {
    const tallies = await store.peers.listTallies();
    const logs = (await store.log.listLogs()).map(upToEnd);
    const own = logs.filter((log) => log.own);
    const current = own.at(-1);
    const checkpoints = current ? await store.log.listLargestCheckpoints(current.id, checkpointsLookedAt) : [];
    const others = version.agreement.members.filter(({ id }) => id !== me);
    return Promise.all(
      others.map(async ({ id, name, endpoint, origin, issuer }) => {
        const theirs = logs.filter((log) => log.member === id);
        const log = theirs.find((one) => one.origin === origin);
        const sum = (of: readonly HeldLog[], what: Tally['what'], about: string) =>
          tallies
            .filter((one) => one.what === what && one.member === about && of.some((log) => log.id === one.log))
            .reduce((n, one) => n + one.n, 0);
        const cosignedAt = log && (await store.log.findLastCosigned(log.id));
        const cosigned = findCosigned(checkpoints, witnessNameOf(issuer));
        const seen = (log && (await store.log.findLargestCheckpoint(log.id)))?.size ?? 0;
        return {
          ...(await store.peers.findPeer(id)),
          name,
          endpoint,
          theirs: {
            origin,
            held: log?.size ?? 0,
            seen,
            behind: await measureTheirs(theirs, log && { ...log, seen }),
            taken: sum(theirs, 'taken', me),
            noted: sum(theirs, 'noted', me),
            refused: sum(theirs, 'refused', me),
            withheld: sum(theirs, 'withheld', me),
            receipted: log?.receipted ?? 0,
            ...(cosignedAt !== undefined && { cosignedAt }),
          },
          ours: {
            issued: sum(own, 'issued', id),
            ...(await hearOurs(id, own, cosigned?.size ?? 0)),
            ...(cosigned && { cosigned }),
          },
        };
      }),
    );
  };

  /** @param log the one in which the member speaks, with the size that anyone showed us; a struck one ends where it was struck */
  async function measureTheirs(
    held: readonly HeldLog[],
    log: (HeldLog & { seen: number }) | undefined,
  ): Promise<Behind> {
    let behind: Behind = { entries: 0 };
    for (const one of held) {
      const end = endOf(one.origin) ?? (one.id === log?.id ? log.seen : one.size);
      if (end <= one.size) continue;
      const since = await store.log.findSeenBeyond(one.id, one.size);
      behind = addBehind(behind, { entries: end - one.size, ...(since !== undefined && { since }) });
    }
    return behind;
  }
}

const silence = { receipts: 0, receipted: 0, joined: true, refused: 0, withheld: 0 };

function addBehind(a: Behind, b: Behind): Behind {
  const since = [a.since, b.since].filter((one) => one !== undefined).sort()[0];
  return { entries: a.entries + b.entries, ...(since !== undefined && { since }) };
}

/** @param shown size of our log that the peer has shown to hold */
async function measureOurs({ log }: ExchangeStore, own: HeldLog, shown: number): Promise<Behind> {
  if (own.size <= shown) return { entries: 0 };
  const [first] = await log.listEntries(own.id, shown, shown + 1);
  return { entries: own.size - shown, ...(first && { since: first.at }) };
}

/** How many entries receipts, in the order of their ranges, refuse, and how many they still lack; what was erased nobody lacks. */
async function countNamed(
  receipts: readonly HeldReceipt[],
  own: HeldLog,
  { erasures }: ExchangeStore,
): Promise<{ refused: number; withheld: number }> {
  const refused = new Set<number>();
  const withheld = new Set<number>();
  for (const { body } of receipts) {
    const { refused: no, withheld: none, settled } = body as unknown as Receipt; // its schema was checked
    for (const { index } of no) refused.add(index);
    for (const index of none) withheld.add(index);
    for (const { index, code } of settled) {
      withheld.delete(index);
      if (toWord(code).word === 'refused') refused.add(index);
      else refused.delete(index);
    }
  }
  const lacking = withheld.size > 0 ? await erasures.listErasable(own.id, [...withheld]) : [];
  return { refused: refused.size, withheld: lacking.filter(({ erased }) => !erased).length };
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
