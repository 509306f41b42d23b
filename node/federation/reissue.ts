/**
 * A refused bulletin issued anew by the bureau that issued it: with what mends it (`mend.ts`), in one transaction that
 * also says what was mended by what. What was said of a record without moving it is simply said again.
 */

import { textAt } from '../base/pointer.ts';
import { Problem } from '../base/problem.ts';
import { findTypeByName } from '../bulletin/catalogue.ts';
import { correction } from '../bulletin/types/correction.ts';
import { foldRecord, formatRecordId } from '../registry/record.ts';
import type { Asker } from '../registry/tokens.ts';
import { type Mending, mend, planMending } from './mend.ts';
import type { ExchangeStore, Place, Refused } from './ports.ts';
import { type MarkType, sayMark } from './publish-marks.ts';
import {
  addresseesOfRecord,
  Changed,
  type DecidedMove,
  decideDrafts,
  type PublishNeeds,
  publishMoves,
  type Said,
} from './publish-steps.ts';

const mostOfRecord = 1_000;

/** One of the bulletins that were issued, the mended one first. */
export interface Reissued extends Said {
  type: string;
  audience: readonly string[];
}

export interface ReissueNeeds extends PublishNeeds {
  /** USCC of the province's own authority, which may mend whatever we said. */
  ownAuthority: string;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
}

/** @returns what issues a bulletin of ours anew */
export function createReissue(needs: ReissueNeeds) {
  const { store, ownAuthority, fourEyes } = needs;

  async function findRefused(jti: string): Promise<Refused> {
    const found = await store.log.findByJti(jti);
    if (!found?.log.own) throw new Problem('bulletin/not-found', { jti });
    const [refused] = await store.refusals.listRefused(1, { at: { log: found.log.id, index: found.entry.index } });
    if (!refused) throw new Problem('bulletin/not-refused', { jti });
    return refused;
  }

  function checkAuthority(authority: string | undefined, asker: Asker): void {
    if (asker.authority === ownAuthority || asker.authority === authority) return;
    throw new Problem('auth/not-your-authority', { authority });
  }

  async function reissueStep(refused: Refused, mending: Mending, asker: Asker): Promise<Reissued[]> {
    const { index, type, record: id } = refused;
    const own = await store.registry.findOwn(id);
    const record = foldRecord(await store.registry.listRecordSteps(id));
    if (!own || !record?.body) throw new Problem('registry/erased', { record: formatRecordId(id) });
    checkAuthority(own.authority, asker);
    const members = membersOf(refused);
    const open = (await store.refusals.listRefused(mostOfRecord, { record: id })).filter(({ type }) => !isMark(type));
    const missing = open.find((one) => one.type === own.kind && membersOf(one).some((by) => members.includes(by)));
    if (missing && type !== own.kind) throw new Problem('bulletin/mend-first', { jti: missing.jti });
    const everyone = await addresseesOfRecord(needs, own);
    const told = { ...record, body: record.body };
    const moves = decideDrafts(
      needs,
      own,
      planMending({ index, type, members, record: told, own, everyone, mending, fourEyes }),
    );
    // An opener comes with all that is known of its record, a correction with the last body.
    const mended = open.filter((one) => type === own.kind || (type === correction.name && one.type === type));
    const places = [refused, ...mended];
    const said = await publishMoves(needs, moves, async (within, [first]) => {
      await end(needs, within, refused, places, (first as Said).index); // there is one at least
    });
    return said.map((one, i) => {
      const { type, audience } = (moves[i] as DecidedMove).draft; // one for each move
      return { ...one, type: type.name, audience };
    });
  }

  /** The bureau that spoke speaks again. */
  async function reissueMark(refused: Refused, mending: Mending, asker: Asker): Promise<Reissued[]> {
    const { type, record: id, uscc } = refused;
    const old = (await store.registry.listRecordSteps(id)).find(({ jti }) => jti === refused.jti)?.body;
    if (!old) throw new Problem('registry/erased', { record: formatRecordId(id) });
    checkAuthority(bureauOf(old), asker);
    const body = mend(old, mending);
    if (bureauOf(body) !== bureauOf(old)) throw new Problem('auth/not-your-authority', { authority: bureauOf(body) });
    const audience = membersOf(refused);
    const mark = { type: type as MarkType, body }; // of that kind
    const said = await sayMark(needs, { id, uscc }, mark, audience, (within, { index }) =>
      end(needs, within, refused, [refused], index),
    );
    return [{ ...said, type, audience }];
  }

  return {
    /** What was refused, and by whom. @throws {Problem} bulletin/not-found, bulletin/not-refused */
    find: findRefused,
    /**
     * @throws {Problem} bulletin/not-refused, bulletin/mend-first, bulletin/other-effect, proposal/needed, auth/…, or the
     * code with which receivers would refuse what is said
     */
    async reissue(jti: string, mending: Mending, asker: Asker): Promise<Reissued[]> {
      const refused = await findRefused(jti);
      try {
        return await (isMark(refused.type) ? reissueMark : reissueStep)(refused, mending, asker);
      } catch (error) {
        if (!(error instanceof Changed)) throw error;
        throw new Problem('registry/changed-meanwhile', { record: formatRecordId(refused.record) });
      }
    },
  };
}

export type Reissuing = ReturnType<typeof createReissue>;

/** Ends the refusals, unless somebody else mended it meanwhile or another member refused it. */
async function end(
  { publisher }: ReissueNeeds,
  within: ExchangeStore,
  refused: Refused,
  places: readonly Place[],
  index: number,
): Promise<void> {
  const [still] = await within.refusals.listRefused(1, { at: refused });
  if (!still || String(membersOf(still)) !== String(membersOf(refused))) throw new Changed();
  const { id: log } = await publisher.log(within.log);
  await within.refusals.endRefusals(membersOf(refused), places, { log, index });
}

function membersOf({ by }: Refused): string[] {
  return by.map(({ member }) => member);
}

function isMark(type: string): boolean {
  return findTypeByName(type)?.kind === 'marks';
}

/** USCC of the bureau that heard an objection, or took measures. */
function bureauOf(body: Record<string, unknown>): string | undefined {
  return textAt(body, 'receivedBy.uscc') ?? textAt(body, 'authority.uscc');
}
