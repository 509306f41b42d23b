/**
 * Steps that a clerk takes on a record: checked by its table, its guards and its schema, approved by a second person where
 * the configuration wants one, then said (`publish-steps.ts`, `publish-marks.ts`).
 */

import { holdsIdentityNumber } from '../base/identity-number.ts';
import { Problem } from '../base/problem.ts';
import type { Check } from '../base/schema.ts';
import { sentenceOf } from '../base/sentences.ts';
import { dayOf, formatInstant } from '../base/time.ts';
import { eventOf, transitionOf } from '../registry/effects.ts';
import { type Flaw, findFlaws, type StepCase } from '../registry/guards.ts';
import type { RecordState } from '../registry/lifecycle.ts';
import type { OwnRecord } from '../registry/ports.ts';
import { possibleSteps } from '../registry/possible-steps.ts';
import { checkSecond, isSamePerson, type Person, type Proposal, type ProposalState } from '../registry/proposals.ts';
import { type CreditRecord, foldRecord, foldRecords, formatRecordId, type RecordId } from '../registry/record.ts';
import type { Rules } from '../registry/rules.ts';
import type { Asker } from '../registry/tokens.ts';
import { recordStates, stateFacts } from '../registry/words.ts';
import { type MarkType, markTypes, publishMark } from './publish-marks.ts';
import {
  Changed,
  decideMove,
  type MoveType,
  moveTypes,
  type PublishNeeds,
  publishMoves,
  type Said,
} from './publish-steps.ts';

export interface StepRequest {
  type: MoveType | MarkType;
  body: Record<string, unknown>;
}

/** What a step came to: said, or waiting for a second person. */
export type Outcome = { said: Said } | { proposal: Proposal };

export interface StepNeeds extends PublishNeeds {
  rules: Rules;
  /** Compiled schemas of the types, by bare name. */
  checks: ReadonlyMap<string, Check>;
  /** USCC of the province's own authority, which may move any record of ours. */
  ownAuthority: string;
  /** The member's name in Chinese. */
  ownName: string;
  /** Types of steps that a second person must approve. */
  fourEyes: readonly string[];
  /** Codes of the measures on this province's published list. */
  measures: readonly string[];
}

export type Steps = ReturnType<typeof createSteps>;

export function createSteps(needs: StepNeeds) {
  const { store, member, ownAuthority, fourEyes, now, newId } = needs;

  /**
   * Everything that speaks against a step, at once.
   *
   * @throws {Problem} the first flaw's code, with all others as `mistakes`
   */
  async function check(record: CreditRecord, { type, body }: StepRequest): Promise<void> {
    const flaws: Flaw[] = [...findFormFlaws(needs.checks.get(type), record, type, body)];
    if (!isMark(type)) {
      const situation = situationOf(record);
      const transition = transitionOf({ type, uscc: record.uscc, jti: '', body }, situation);
      if ('code' in transition)
        throw new Problem(transition.code, { ...stateFacts(recordStates, record.state), step: type });
      // What a receiver passes over in silence, a person is told.
      if (isRepeat(type, record.state, transition))
        throw new Problem('registry/illegal-step', { ...stateFacts(recordStates, record.state), step: type });
      flaws.push(...findFlaws(transition.guards, await caseOf(record, type, body)));
    } else flaws.push(...findFlaws(['days'], await caseOf(record, type, body)), ...findUnlisted(needs.measures, body));
    const [first, ...others] = flaws;
    if (!first) return;
    const mistakes = others.map((flaw) => ({ code: flaw.code, ...sentenceOf(flaw) }));
    throw new Problem(first.code, { ...first.facts, ...(mistakes.length > 0 && { mistakes }) });
  }

  async function caseOf(record: CreditRecord, type: string, body: Record<string, unknown>): Promise<StepCase> {
    const ours = foldRecords(await store.registry.listSubjectSteps(record.uscc)).filter(
      ({ id, type, state }) => id.member === member && type === record.type && endedByRepair.includes(state),
    );
    const repairs = ours.flatMap(({ steps }) => steps.filter((step) => step.type === 'repair' && step.state));
    const lastRepairOn = repairs
      .map(({ decidedOn }) => decidedOn)
      .sort()
      .at(-1);
    return {
      ...{ record, type, body, rules: needs.rules, today: dayOf(now()) },
      ...(lastRepairOn !== undefined && { lastRepairOn }),
    };
  }

  async function readRecord(id: RecordId): Promise<CreditRecord> {
    const record = foldRecord(await store.registry.listRecordSteps(id));
    if (!record) throw new Problem('registry/not-found', { record: formatRecordId(id) });
    if (!record.body) throw new Problem('registry/erased', { record: formatRecordId(id) });
    return record;
  }

  /** Our own record, if this person may move it. */
  async function readOwn(id: RecordId, asker: Asker): Promise<OwnRecord> {
    if (id.member !== member) throw new Problem('registry/not-ours', { record: formatRecordId(id) });
    await readRecord(id); // says why there is none to move
    const own = await store.registry.findOwn(id);
    if (!own) throw new Problem('registry/not-found', { record: formatRecordId(id) });
    checkAuthority(own.authority, asker);
    return own;
  }

  function checkAuthority(authority: string, asker: Asker): void {
    if (asker.authority === authority || asker.authority === ownAuthority) return;
    throw new Problem('auth/not-your-authority', { authority });
  }

  /** What a step does counts, whatever it is called: an objection decided by deletion revokes the record. */
  function needsSecond({ type, body }: StepRequest): boolean {
    const event = eventOf({ type, body });
    const isAs = (name: string) => fourEyes.includes(name);
    return isAs(type) || (event === 'revoke' && isAs('revocation')) || (event === 'withdraw' && isAs('repair'));
  }

  async function propose(
    { id, currentJti }: CreditRecord,
    { type, body: given }: StepRequest,
    authority: string,
    asker: Asker,
  ): Promise<Outcome> {
    const { person } = asker;
    const body = type === 'correction' ? { replaces: currentJti, ...given } : given; // of what the proposer saw
    const proposal: Proposal = {
      ...{ id: newId(), record: id, type, body, authority },
      proposedBy: { authority: asker.authority, person },
      proposedAt: formatInstant(now()),
      state: 'waiting',
    };
    await store.proposals.putProposal(proposal);
    return { proposal };
  }

  async function move(
    own: OwnRecord,
    request: { type: MoveType; body: Record<string, unknown> },
    end?: { id: string; decidedBy: Person },
  ): Promise<Said> {
    const decided = await decideMove(needs, own, request);
    try {
      const [said] = await publishMoves(needs, [decided], async (within, [one]) => {
        if (!end) return;
        const { decidedBy } = end;
        const { jti } = one as Said; // one for the one move
        const decidedAt = formatInstant(now());
        const isEnded = await within.proposals.endProposal(end.id, { state: 'approved', decidedBy, decidedAt, jti });
        if (!isEnded) throw new Problem('proposal/decided');
      });
      return said as Said; // one for the one move
    } catch (error) {
      if (!(error instanceof Changed)) throw error;
      throw new Problem('registry/changed-meanwhile', { record: `${member}.${own.txn}` });
    }
  }

  /** The bureau that speaks is that of whoever asks; the province's own has the member's name. */
  function bureauOf(type: MarkType, body: Record<string, unknown>, { authority: uscc }: Asker) {
    const at = type === 'objection' ? 'receivedBy' : 'authority';
    const given = (body[at] ?? {}) as { name?: unknown; uscc?: unknown }; // the schema says whether it is
    if (given.uscc !== undefined && given.uscc !== uscc)
      throw new Problem('auth/not-your-authority', { authority: given.uscc });
    const name = given.name ?? (uscc === ownAuthority ? needs.ownName : undefined);
    return { [at]: { ...(name !== undefined && { name }), uscc } };
  }

  async function find(id: string, asker: Asker): Promise<Proposal> {
    const proposal = await store.proposals.findProposal(id);
    if (!proposal) throw new Problem('proposal/not-found', { proposal: id });
    const isSeen = asker.authority === ownAuthority || asker.authority === proposal.authority;
    if (!isSeen && !isSamePerson(asker, proposal.proposedBy)) throw new Problem('proposal/not-found', { proposal: id });
    return proposal;
  }

  async function end(proposal: Proposal, state: 'rejected' | 'withdrawn', asker: Asker, reason?: string) {
    const { authority, person } = asker;
    const decided = { state, decidedBy: { authority, person }, decidedAt: formatInstant(now()) };
    const isEnded = await store.proposals.endProposal(proposal.id, {
      ...decided,
      ...(reason !== undefined && { reason }),
    });
    if (!isEnded) throw new Problem('proposal/decided');
    return find(proposal.id, asker);
  }

  return {
    /**
     * Takes a step, or proposes it where a second person must approve.
     *
     * @throws {Problem} registry/…, auth/not-your-authority, or the code with which receivers would refuse it
     */
    async take(id: RecordId, request: StepRequest, asker: Asker): Promise<Outcome> {
      const { type, body } = request;
      if (isMark(type)) {
        const record = await readRecord(id);
        const whole = { type, body: { ...body, ...bureauOf(type, body, asker) } };
        await check(record, whole);
        return { said: await publishMark(needs, record, whole) };
      }
      const own = await readOwn(id, asker);
      await check(await readRecord(id), request);
      if (needsSecond(request)) return propose(await readRecord(id), request, own.authority, asker);
      return { said: await move(own, { type, body }) };
    },

    /** @throws {Problem} proposal/…, or what `take` throws: the record may have been moved since */
    async approve(id: string, asker: Asker): Promise<Proposal> {
      const proposal = await find(id, asker);
      checkSecond(proposal, asker);
      const own = await readOwn(proposal.record, asker);
      const request = { type: proposal.type as MoveType, body: proposal.body }; // only moves are proposed
      await check(await readRecord(proposal.record), request);
      const { authority, person } = asker;
      await move(own, request, { id, decidedBy: { authority, person } });
      return find(id, asker);
    },

    /** @throws {Problem} proposal/… */
    async reject(id: string, reason: string, asker: Asker): Promise<Proposal> {
      const proposal = await find(id, asker);
      checkAuthority(proposal.authority, asker);
      checkSecond(proposal, asker);
      return end(proposal, 'rejected', asker, reason);
    },

    /** By the one who proposed it. @throws {Problem} proposal/… */
    async withdraw(id: string, asker: Asker): Promise<Proposal> {
      const proposal = await find(id, asker);
      if (!isSamePerson(proposal.proposedBy, asker))
        throw new Problem('auth/not-your-authority', { authority: proposal.proposedBy.authority });
      return end(proposal, 'withdrawn', asker);
    },

    /** What this person may say of a record today, as its table has it; guards are looked at when a step is taken. */
    async listPossible(id: RecordId, asker: Asker): Promise<StepRequest['type'][]> {
      const record = await readRecord(id);
      const own = id.member === member ? await store.registry.findOwn(id) : undefined;
      const mayMove = own && (asker.authority === own.authority || asker.authority === ownAuthority);
      const moves = mayMove ? possibleSteps(record, dayOf(now())) : [];
      return [...moveTypes.filter((type) => moves.includes(type)), ...markTypes];
    },

    get: find,

    /** Newest first: of the asker's authority, or all for the province's own. */
    list(asker: Asker, state: ProposalState | undefined, limit: number): Promise<Proposal[]> {
      const authority = asker.authority === ownAuthority ? {} : { authority: asker.authority };
      return store.proposals.listProposals(limit, { ...authority, ...(state && { state }) });
    },
  };
}

/** A second repair or revocation of what was repaired or revoked. */
function isRepeat(type: string, state: RecordState, { to }: { to: RecordState }): boolean {
  return to === state && (type === 'repair' || type === 'revocation');
}

const endedByRepair: readonly RecordState[] = ['repaired', 'removed'];

function isMark(type: string): type is MarkType {
  return (markTypes as readonly string[]).includes(type);
}

function situationOf({ type: kind, uscc, state, currentJti, until }: CreditRecord) {
  return { kind, uscc, state, currentJti, ...(until !== undefined && { until }) };
}

/** What receivers would refuse, told before anything else is looked at. */
function* findFormFlaws(check: Check | undefined, record: CreditRecord, type: string, given: Record<string, unknown>) {
  const filled = type === 'correction' ? { replaces: record.currentJti } : {};
  const body = { ...filled, ...given, ...(isMark(type) && { record: formatRecordId(record.id) }) };
  const complaints = check?.(body) ?? [];
  if (complaints.length > 0) yield { code: 'bulletin/schema' as const, facts: { complaints: complaints.slice(0, 20) } };
  const { number } = (given.document ?? {}) as { number?: unknown }; // its schema was checked or complained of
  // A document's number is no free text, so receivers do not search it; nothing about a person leaves here all the same.
  if (typeof number === 'string' && holdsIdentityNumber(number))
    yield { code: 'subject/natural-person' as const, facts: { member: 'document.number' } };
}

/** 上海市社会信用条例 art. 32, 浙江省公共信用信息管理条例 art. 28: measures outside the published list may not be used. */
function findUnlisted(listed: readonly string[], { measures }: Record<string, unknown>) {
  const unlisted = Array.isArray(measures) ? measures.filter((code) => !listed.includes(String(code))) : [];
  return unlisted.length > 0 ? [{ code: 'registry/not-on-list' as const, facts: { measures: unlisted } }] : [];
}
