/**
 * Takes back what an import opened, a batch a transaction, with the count beside it in the same one: a process that is
 * killed goes on where it was, and no record is revoked twice.
 */

import { Problem } from '../base/problem.ts';
import { dayOf, formatInstant } from '../base/time.ts';
import type { Import, ImportRevocation } from '../registry/ports.ts';
import { TakenOver } from '../registry/read-import.ts';
import type { ExchangeStore } from './ports.ts';
import { Changed, type DecidedMove, decideMove, type PublishNeeds, publishMoves } from './publish-steps.ts';

const recordsAtOnce = 500;

/**
 * Revokes every record that it opened and that still stands.
 *
 * @throws {TakenOver} when another process claimed the import
 */
export async function revokeImport(needs: PublishNeeds, { id, revocation }: Import): Promise<void> {
  const { store, now } = needs;
  if (revocation?.state !== 'running') return;
  const txns = await store.imports.listOpened(id);
  try {
    for (let at = 0; at < txns.length; at += recordsAtOnce) {
      await revokeSome(needs, id, txns.slice(at, at + recordsAtOnce), revocation.reason);
    }
    await put(needs, store, id, () => ({ state: 'done', finishedAt: formatInstant(now()) }));
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'log/head-changed') throw error;
    const problem = { code: error.code, facts: { ...error.facts } };
    await put(needs, store, id, () => ({ state: 'stopped', problem }));
  }
}

async function revokeSome(needs: PublishNeeds, id: string, txns: readonly string[], reason: string): Promise<void> {
  const { store, member, now } = needs;
  const body = { revokedOn: dayOf(now()), ground: 'import-mistake', reason };
  for (;;) {
    const moves: DecidedMove[] = [];
    for (const txn of txns) {
      const own = await store.registry.findOwn({ member, txn });
      if (own && own.state !== 'revoked') moves.push(await decideMove(needs, own, { type: 'revocation', body }));
    }
    if (moves.length === 0) return;
    try {
      await publishMoves(needs, moves, (within) =>
        put(needs, within, id, ({ revoked }) => ({ revoked: revoked + moves.length })),
      );
      return;
    } catch (error) {
      if (!(error instanceof Changed)) throw error; // decided anew
    }
  }
}

/** Says how it stands, if the import is this process's still. @throws {TakenOver} */
async function put(
  { worker }: PublishNeeds,
  { imports }: Pick<ExchangeStore, 'imports'>,
  id: string,
  change: (now: ImportRevocation) => Partial<ImportRevocation>,
): Promise<void> {
  const revocation = (await imports.isClaimed(id, worker)) && (await imports.findImport(id))?.revocation;
  if (!revocation) throw new TakenOver(id);
  await imports.putRevocation(id, { ...revocation, ...change(revocation) });
}
