/** Steps on records: what guards hold back, what a second person approves, and an objection that crosses provinces. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepRequest } from '../../node/federation/steps.ts';
import type { Proposal } from '../../node/registry/proposals.ts';
import { foldRecord, objectionFlagOf, parseRecordId, type RecordId } from '../../node/registry/record.ts';
import type { Asker } from '../../node/registry/tokens.ts';
import { createApi } from '../support/api.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { shanghai as bureau, company } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;
let today: string;

afterEach(() => network.close());

async function begin(options: Partial<Parameters<typeof openNetwork>[0]> & { fourEyes?: string[] } = {}) {
  const { fourEyes = [], ...rest } = options;
  today = '2026-11-22';
  const now = () => new Date(`${today}T02:00:00.000Z`);
  network = await openNetwork({ running: [shanghai, jiangsu], now, config: { fourEyes }, ...rest });
  return network.node(shanghai);
}

/** A record of that type, decided on that day by a bureau of Shanghai. */
async function open(node: RunningNode, type: string, cells: Record<string, string> = {}): Promise<RecordId> {
  const api = createApi(node.url, await node.createToken('clerk'));
  const [text] = await recordsOf(node, await importForm(api, node, [cells], {}, type));
  return parseRecordId(text ?? '') as RecordId; // it was just opened
}

function clerk(node: RunningNode, person = '0001', authority = node.node.self.authority): Asker {
  return { role: 'clerk', authority, person };
}

function take(node: RunningNode, id: RecordId, request: StepRequest, asker = clerk(node)) {
  return node.node.steps.take(id, request, asker);
}

async function view(node: RunningNode, id: RecordId) {
  const record = foldRecord(await node.node.store.registry.listRecordSteps(id));
  return record && { state: record.state, until: record.until, objection: objectionFlagOf(record) };
}

const document = (date: string) => ({ number: '样修〔2026〕1号', date, authority: { name: '样例局', uscc: bureau } });
const conditions = ['corrected', 'duties-performed', 'harm-removed', 'commitment'];
const repair = (repairedOn: string, more: object = {}): StepRequest => ({
  type: 'repair',
  body: { repairedOn, document: document(repairedOn), conditions, ...more },
});

describe('a guard', () => {
  let node: RunningNode;
  let id: RecordId;
  beforeEach(async () => {
    node = await begin({ running: [shanghai] });
    id = await open(node, 'dishonesty', { 认定日期: '2026-03-01' });
  });

  it('holds a repair back until its earliest day, and cites the pack', async () => {
    const early = take(node, id, repair('2026-08-31'));
    await expect(early).rejects.toMatchObject({
      code: 'registry/too-early',
      facts: { earliest: '2026-09-01', pack: 'CNIPA-2022' },
    });
    await take(node, id, repair('2026-09-01'));
    expect(await view(node, id)).toMatchObject({ state: 'repaired' });
  });

  it('tells everything that is wrong at once', async () => {
    const given: StepRequest = { type: 'repair', body: { repairedOn: '2026-12-01', conditions: ['corrected'] } };
    const error = await take(node, id, given).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'registry/day-in-future', facts: { day: '2026-12-01' } });
    const { mistakes } = (error as { facts: { mistakes: { code: string }[] } }).facts;
    expect(mistakes.map(({ code }) => code)).toEqual(['registry/document-missing', 'registry/condition-missing']);
  });

  it('knows days before the decision, words that change nothing, and steps without a reason', async () => {
    const revoke = (revokedOn: string, more: object = {}) =>
      take(node, id, { type: 'revocation', body: { revokedOn, ground: 'other', ...more } });
    await expect(revoke('2026-02-28', { reason: 'x' })).rejects.toMatchObject({ code: 'registry/day-order' });
    await expect(revoke('2026-04-01')).rejects.toMatchObject({ code: 'registry/reason-missing' });
    const { body } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? {};
    const same = take(node, id, { type: 'correction', body: { dishonesty: body } });
    await expect(same).rejects.toMatchObject({ code: 'registry/nothing-changed' });
  });

  it('lets an extension reach its cap and no further, and none once the record has ended', async () => {
    const extend = (until: string) =>
      take(node, id, {
        type: 'extension',
        body: { document: document('2026-10-01'), until, ground: 'repeated-conduct' },
      });
    await expect(extend('2027-03-01')).rejects.toMatchObject({ code: 'registry/not-later' });
    await expect(extend('2029-03-02')).rejects.toMatchObject({
      code: 'registry/beyond-cap',
      facts: { cap: '2029-03-01' },
    });
    await extend('2028-03-01');
    expect(await view(node, id)).toMatchObject({ state: 'publicised', until: '2028-03-01' });
    today = '2028-03-02';
    await expect(extend('2029-03-01')).rejects.toMatchObject({ code: 'registry/expired' });
    await expect(take(node, id, repair('2028-03-02'))).rejects.toMatchObject({ code: 'registry/expired' });
  });

  it('grants no second repair of a subject within a year of the last', async () => {
    await take(node, id, repair('2026-09-01'));
    const second = await open(node, 'dishonesty', { 认定日期: '2026-04-01', 认定文书号: '国知认〔2026〕8号' });
    await expect(take(node, second, repair('2026-11-01'))).rejects.toMatchObject({
      code: 'registry/repaired-recently',
      facts: { last: '2026-09-01', again: '2027-09-01' },
    });
  });

  it('lets a correction change no day of publicity but to what the rules give', async () => {
    const { body } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? {};
    const correct = (publicity: object) => {
      const corrected = { ...body, publicity: { ...(body?.publicity as object), ...publicity } };
      return take(node, id, { type: 'correction', body: { dishonesty: corrected, reason: '更正' } });
    };
    for (const publicity of [{ until: '2026-11-01' }, { until: '2099-01-01' }, { earliestRepair: '2026-03-02' }]) {
      await expect(correct(publicity)).rejects.toMatchObject({ code: 'registry/not-by-rule' });
    }
  });

  it('lets nothing be extended where the rules know no extension', async () => {
    const penalty = await open(node, 'penalty');
    const extension = { document: document('2026-10-01'), until: '2028-01-01', ground: 'other' };
    await expect(take(node, penalty, { type: 'extension', body: extension })).rejects.toMatchObject({
      code: 'registry/not-extendable',
    });
  });

  it('tells a person who repeats a revocation that it is none', async () => {
    const revoke = {
      type: 'revocation',
      body: { revokedOn: '2026-11-01', ground: 'annulled', reason: '复议撤销' },
    } as const;
    await take(node, id, revoke);
    await expect(take(node, id, revoke)).rejects.toMatchObject({ code: 'registry/illegal-step' });
  });

  it('counts repairs of records of the same type only', async () => {
    const warning = await open(node, 'warning');
    await take(node, warning, { type: 'repair', body: { repairedOn: '2026-10-01', conditions } });
    await take(node, id, repair('2026-10-02'));
    expect(await view(node, id)).toMatchObject({ state: 'repaired' });
  });

  it('takes a schema’s complaint before anything leaves', async () => {
    const given: StepRequest = { type: 'repair', body: { repairedOn: 'soon', document: document('2026-09-01') } };
    await expect(take(node, id, given)).rejects.toMatchObject({ code: 'bulletin/schema' });
    const personal = repair('2026-09-02', { document: { ...document('2026-09-01'), number: '11010519491231002X' } });
    await expect(take(node, id, personal)).rejects.toMatchObject({ code: 'subject/natural-person' });
  });

  it('leaves a record to those whose it is', async () => {
    const other = clerk(node, '0001', company);
    await expect(take(node, id, repair('2026-09-01'), other)).rejects.toMatchObject({
      code: 'auth/not-your-authority',
    });
    await take(node, id, repair('2026-09-01'), clerk(node, '0002', bureau));
  });
});

describe.each(engines)('on $name, a step that a second person must approve', (engine) => {
  let node: RunningNode;
  let id: RecordId;
  beforeEach(async () => {
    node = await begin({ running: [shanghai], engine, fourEyes: ['repair'] });
    id = await open(node, 'dishonesty', { 认定日期: '2026-03-01' });
  });

  async function propose(): Promise<Proposal> {
    const outcome = await take(node, id, repair('2026-09-01'), clerk(node, '0001', bureau));
    return (outcome as { proposal: Proposal }).proposal;
  }

  it('waits, and is said when another person approves', async () => {
    const proposal = await propose();
    expect(proposal).toMatchObject({ state: 'waiting', proposedBy: { authority: bureau, person: '0001' } });
    expect(await view(node, id)).toMatchObject({ state: 'publicised' });
    const approved = await node.node.steps.approve(proposal.id, clerk(node, '0002', bureau));
    expect(approved).toMatchObject({ state: 'approved', decidedBy: { person: '0002' } });
    expect(await view(node, id)).toMatchObject({ state: 'repaired' });
    const { steps } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? { steps: [] };
    expect(steps.at(-1)?.jti).toBe(approved.jti);
  });

  it('is not approved by the one who proposed it, whichever token is used', async () => {
    const { id: proposal } = await propose();
    const same = node.node.steps.approve(proposal, clerk(node, '0001', bureau));
    await expect(same).rejects.toMatchObject({ code: 'proposal/same-person' });
    expect(await view(node, id)).toMatchObject({ state: 'publicised' });
  });

  it('is approved once, though two try at the same time', async () => {
    const { id: proposal } = await propose();
    const tries = await Promise.allSettled(
      ['0002', '0003'].map((person) => node.node.steps.approve(proposal, clerk(node, person, bureau))),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { steps } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? { steps: [] };
    expect(steps.map(({ type }) => type)).toEqual(['dishonesty', 'repair']);
  });

  it('ends when it is rejected or taken back, and is seen by its authority alone', async () => {
    const [first, second] = [await propose(), await propose()];
    const second2 = clerk(node, '0002', bureau);
    expect(await node.node.steps.reject(first.id, '材料不全', second2)).toMatchObject({
      state: 'rejected',
      reason: '材料不全',
    });
    await expect(node.node.steps.approve(first.id, second2)).rejects.toMatchObject({ code: 'proposal/decided' });
    await expect(node.node.steps.withdraw(second.id, second2)).rejects.toMatchObject({
      code: 'auth/not-your-authority',
    });
    await node.node.steps.withdraw(second.id, clerk(node, '0001', bureau));
    const stranger = clerk(node, '0009', company);
    await expect(node.node.steps.get(first.id, stranger)).rejects.toMatchObject({ code: 'proposal/not-found' });
    expect(await node.node.steps.list(stranger, undefined, 10)).toEqual([]);
    expect(await node.node.steps.list(second2, 'waiting', 10)).toEqual([]);
    expect(await node.node.steps.list(clerk(node), undefined, 10)).toHaveLength(2);
  });

  it('is waited for whatever the step is called that repairs, withdraws or revokes', async () => {
    const heard: StepRequest = {
      type: 'objection',
      body: { raisedOn: today, reason: '样例', receivedBy: { name: '样例局' } },
    };
    const { said } = (await take(node, id, heard)) as { said: { jti: string } };
    const decision: StepRequest = {
      type: 'objection-decision',
      body: { objection: said.jti, outcome: 'disclosure-stopped', decidedOn: today, reason: '样例' },
    };
    expect(await take(node, id, decision)).toHaveProperty('proposal');
  });

  it('does not undo a correction that was made after it was proposed', async () => {
    await network.close();
    node = await begin({ running: [shanghai], engine, fourEyes: ['correction'] });
    id = await open(node, 'dishonesty', { 认定日期: '2026-03-01' });
    const { body } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? {};
    const correct = async (remarks: string) => {
      const request: StepRequest = { type: 'correction', body: { dishonesty: { ...body, remarks }, reason: '更正' } };
      return ((await take(node, id, request)) as { proposal: Proposal }).proposal.id;
    };
    const [first, second] = [await correct('其一'), await correct('其二')];
    await node.node.steps.approve(second, clerk(node, '0002'));
    const late = node.node.steps.approve(first, clerk(node, '0002'));
    await expect(late).rejects.toMatchObject({ code: 'registry/changed-meanwhile' });
  });

  it('is checked again when it is approved', async () => {
    const { id: proposal } = await propose();
    const revoke = {
      type: 'revocation',
      body: { revokedOn: '2026-11-01', ground: 'annulled', reason: '复议撤销' },
    } as const;
    await take(node, id, revoke);
    const late = node.node.steps.approve(proposal, clerk(node, '0002', bureau));
    await expect(late).rejects.toMatchObject({ code: 'registry/illegal-step' });
    expect(await node.node.steps.get(proposal, clerk(node))).toMatchObject({ state: 'waiting' });
  });
});

describe('an objection', () => {
  it('heard in another province marks the record everywhere, and its issuer’s decision comes back', async () => {
    const node = await begin();
    const there = network.node(jiangsu);
    const id = await open(node, 'penalty');
    await network.exchange(2);
    const heard = clerk(there, '0009', company);
    const objection: StepRequest = {
      type: 'objection',
      body: { raisedOn: today, reason: '罚款金额与决定书不一致', receivedBy: { name: '样例县局' } },
    };
    const { said } = (await take(there, id, objection, heard)) as { said: { jti: string } };
    expect(await view(there, id)).toMatchObject({ objection: 'marked', state: 'publicised' });
    await network.exchange(2);
    expect(await view(node, id)).toMatchObject({ objection: 'marked' });

    const decision = (outcome: string, jti = said.jti): StepRequest => ({
      type: 'objection-decision',
      body: { objection: jti, outcome, decidedOn: today, reason: '经核查' },
    });
    await expect(take(there, id, decision('rejected'), heard)).rejects.toMatchObject({ code: 'registry/not-ours' });
    const unknown = decision('rejected', '019d0000-0000-7000-8000-000000000001');
    await expect(take(node, id, unknown)).rejects.toMatchObject({ code: 'registry/unknown-objection' });
    await take(node, id, decision('disclosure-stopped'));
    await expect(take(node, id, decision('rejected'))).rejects.toMatchObject({ code: 'registry/already-decided' });
    await network.exchange(2);
    for (const one of [node, there]) {
      expect(await view(one, id)).toMatchObject({ objection: 'upheld', state: 'withdrawn' });
    }
  });

  it('to a record that is not here is refused, and so is feedback on a measure outside the published list', async () => {
    const node = await begin();
    const there = network.node(jiangsu);
    const id = await open(node, 'dishonesty', { 认定日期: '2026-03-01' });
    const objection: StepRequest = { type: 'objection', body: { raisedOn: today, reason: 'x' } };
    await expect(take(there, id, objection)).rejects.toMatchObject({ code: 'registry/not-found' });
    await network.exchange(2);
    const feedback = (code: string): StepRequest => ({
      type: 'measure-feedback',
      body: { measures: [code], takenOn: today },
    });
    await expect(take(there, id, feedback('M4'))).rejects.toMatchObject({ code: 'registry/not-on-list' });
    await take(there, id, feedback('M1'));
    await network.exchange(2);
    const { marks } = foldRecord(await node.node.store.registry.listRecordSteps(id)) ?? { marks: [] };
    expect(marks).toMatchObject([{ type: 'measure-feedback', author: jiangsu, body: { measures: ['M1'] } }]);
  });
});
