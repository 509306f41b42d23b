/**
 * A round of an auditor over all nodes that are asked and all logs of the agreement: look at what each node has seen, hold
 * it against the rest, then follow every log to the largest checkpoint that anybody showed, from its owner or, where that
 * cannot be, from another. What stops one log stops no other, and whatever was stored is gone on from the next time.
 */

import type { Member } from '../agreement/agreement.ts';
import { parseBase64 } from '../base/bytes.ts';
import { isProblem, Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { isConvicting, type ShownFork } from '../federation/conviction.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import { emptyRoot } from '../log/merkle.ts';
import { parseNote } from '../log/note.ts';
import type { HeldLog } from '../log/ports.ts';
import { mirrorLog, readContents } from './mirror.ts';
import type { Followed, MirrorNeeds, NodeView, Trouble } from './mirror-ports.ts';

/** One round. A later version that a log brings is followed in the next. */
export async function followAll(needs: MirrorNeeds): Promise<Followed> {
  const owners = await holdLogs(needs);
  const troubles: Trouble[] = [];
  const nodes: NodeView[] = [];
  const before = await Promise.all(
    owners.map(async ({ owner, log }) => ({
      owner,
      seen: (await needs.store.log.findLargestCheckpoint(log.id))?.size,
    })),
  );
  for (const member of needs.clients.keys()) nodes.push(await lookAt(needs, member, troubles));
  troubles.push(...before.flatMap(({ owner, seen }) => findBehind(owner, seen, nodes)));
  for (const { owner } of owners) await followOne(needs, owner, nodes, troubles);
  return { nodes, troubles };
}

/** Whether a log's owner shows less than it once signed and somebody saw before this round. */
function findBehind({ id, origin }: Member, seen: number | undefined, nodes: readonly NodeView[]): Trouble[] {
  const size = nodes.find(({ member }) => member === id)?.shown.find((one) => one.origin === origin)?.size;
  if (size === undefined || seen === undefined || size >= seen) return [];
  return [{ origin, from: id, code: 'log/behind', facts: { shown: size, seen } }];
}

/** Every log that a version gave a member, in the order in which its member's logs follow one another. */
async function holdLogs({ agreements, members, store, hash }: MirrorNeeds): Promise<{ owner: Member; log: HeldLog }[]> {
  const ids = new Set(agreements.inForce().flatMap(({ agreement }) => agreement.members.map(({ id }) => id)));
  const held: { owner: Member; log: HeldLog }[] = [];
  for (const owner of [...ids].flatMap((id) => members.logsOf(id))) {
    const { origin, id: member } = owner;
    held.push({ owner, log: await store.log.addLog({ origin, member, own: false, emptyRoot: emptyRoot(hash) }) });
  }
  return held;
}

/** What one node has seen of every log. A contradiction is about the log shown, not about who shows it. */
async function lookAt(needs: MirrorNeeds, member: string, troubles: Trouble[]): Promise<NodeView> {
  const shown: NodeView['shown'] = [];
  try {
    const view = await needs.clients.get(member)?.view();
    for (const { origin, note } of view?.checkpoints ?? []) {
      const size = await seeNote(needs, { origin, note, from: member }, troubles);
      if (size !== undefined) shown.push({ origin, size });
    }
    for (const fork of view?.forks ?? []) await seeFork(needs, fork, member, troubles);
    return { member, shown };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { member, trouble: codeOf(error), shown };
  }
}

/**
 * Holds a checkpoint that somebody showed against the mirror: keeps it, or the fork that it makes, or remembers the trouble.
 *
 * @param from a member, or the name of a file
 * @returns its size when it was kept
 */
export async function seeNote(
  needs: MirrorNeeds,
  { origin, note, from }: { origin: string; note: string; from: string },
  troubles: Trouble[],
): Promise<number | undefined> {
  const log = await needs.store.log.findLog(origin);
  if (!log || needs.agreements.strikes().logEnd(origin)) return; // what a struck log says no more counts
  try {
    await needs.sights.see(log, note);
    return sizeOf(note);
  } catch (error) {
    await take(needs, log, from, error, troubles);
  }
}

/** A fork that a member found: its notes beside the mirror, and if these say nothing, its own proof. */
async function seeFork(needs: MirrorNeeds, fork: ShownFork, from: string, troubles: Trouble[]): Promise<void> {
  const { store, agreements, members, hash, verifySignature } = needs;
  const log = await store.log.findLog(fork.log);
  if (!log || agreements.strikes().logEnd(fork.log)) return;
  for (const note of fork.notes) await seeNote(needs, { origin: fork.log, note, from }, []);
  if (!(await isConvicting(fork, { keys: members.logKeys(fork.log), hash, verifySignature }))) return;
  const size = Math.min(...fork.notes.map((note) => sizeOf(note) ?? 0)); // they were just read
  await take(needs, log, from, new Problem('log/fork', { ...fork, size }), troubles);
}

function sizeOf(note: string): number | undefined {
  return parseCheckpoint(parseNote(note)?.text ?? '')?.size;
}

async function followOne(needs: MirrorNeeds, owner: Member, nodes: NodeView[], troubles: Trouble[]): Promise<void> {
  const { origin } = owner;
  const find = () => needs.store.log.findLog(origin);
  const log = await find();
  const target = log && (await targetOf(needs, log));
  if (!log || !target) return;
  for (const member of sourcesOf(owner, nodes, target)) {
    const client = needs.clients.get(member);
    const held = await find();
    if (!client || !held || held.size >= target.size) continue;
    const course = { client, owner, log: held, checkpoint: target, isOwner: member === owner.id };
    try {
      await mirrorLog(needs, course);
    } catch (error) {
      if (await take(needs, held, member, error, troubles)) return;
    }
  }
  const client = nodes.some(({ member, trouble }) => member === owner.id && trouble === undefined)
    ? needs.clients.get(owner.id)
    : undefined;
  const held = await find();
  if (!client || !held) return;
  await readContents(needs, { client, owner, log: held }).catch((error: unknown) =>
    take(needs, held, owner.id, error, troubles),
  );
}

/** Who showed that much of a log, its owner first. Of a struck log nobody shows anything: all are asked. */
function sourcesOf(owner: Member, nodes: readonly NodeView[], target: Checkpoint): string[] {
  const answering = nodes.filter(({ trouble }) => trouble === undefined);
  const sizeAt = ({ shown }: NodeView) => shown.find((one) => one.origin === target.origin)?.size;
  const some = answering.filter((node) => (sizeAt(node) ?? target.size) >= target.size).map(({ member }) => member);
  return some.sort((a, b) => Number(b === owner.id) - Number(a === owner.id));
}

/** Up to where a log is followed: of a struck one the end in the agreement, and nothing more of one that forked. */
async function targetOf({ store, agreements }: MirrorNeeds, log: HeldLog): Promise<Checkpoint | undefined> {
  const end = agreements.strikes().logEnd(log.origin);
  const root = end && parseBase64(end.root);
  if (end && root) return { origin: log.origin, size: end.size, root };
  if ((await store.peers.listFindings()).some((one) => one.log === log.id)) return undefined;
  const seen = await store.log.findLargestCheckpoint(log.id);
  return seen && { origin: log.origin, size: seen.size, root: seen.root };
}

/** Keeps a fork with its evidence, once for each log, and remembers anything else. Returns whether it was one. */
async function take(
  { store, now, newId }: MirrorNeeds,
  log: HeldLog,
  from: string,
  error: unknown,
  troubles: Trouble[],
): Promise<boolean> {
  if (!isProblem(error)) throw error;
  if (error.code !== 'log/fork') {
    troubles.push({ origin: log.origin, from, code: codeOf(error), facts: error.facts });
    return false;
  }
  await store.transaction(async (within) => {
    await within.log.lockLog(log.id);
    if ((await within.peers.listFindings()).some((one) => one.log === log.id)) return;
    const evidence = { ...error.facts, from };
    await within.peers.putFinding({ id: newId(), log: log.id, code: error.code, evidence, at: formatInstant(now()) });
  });
  return true;
}

/** What the node said, where it said something. */
function codeOf({ code, facts }: Problem): string {
  return typeof facts.code === 'string' ? facts.code : typeof facts.reason === 'string' ? facts.reason : code;
}
