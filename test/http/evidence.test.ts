/** Evidence over the API: who may take which, what is kept of it, and that what comes is a file. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { sampleBody } from '../support/bulletins.ts';
import { claimOf, findingsOf, readText } from '../support/evidence.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { verifyText } from '../support/verified.ts';

const base = '/api/v1/evidence';
const [anhui, jiangsu, shanghai] = ['340000', '320000', '310000'];
const purpose = 'audit';
let network: Network;
let issuer: RunningNode;
let receiver: RunningNode;
let ours: Api;
let theirs: Api;
let record: string;
let jti: string;

beforeAll(async () => {
  network = await openNetwork({ running: [shanghai, jiangsu, '330000'] });
  [issuer, receiver] = [network.node(shanghai), network.node(jiangsu)];
  ours = createApi(issuer.url, await issuer.createToken('auditor'));
  theirs = createApi(receiver.url, await receiver.createToken('auditor'));
  await importPenalties(issuer, 0, 3);
  await network.exchange();
  const [id] = await issuer.node.store.registry.listRecordIds(undefined, 1);
  const [step] = id ? await issuer.node.store.registry.listStepsOf([id]) : [];
  if (!id || !step) throw new RangeError('a record was opened');
  [record, jti] = [`${id.member}.${id.txn}`, step.jti];
});
afterAll(() => network.close());

async function lastQuestion({ node }: RunningNode) {
  const { size } = await node.store.questions.findHead();
  const [kept] = await node.store.questions.listQuestions({}, size - 1, 1);
  return kept;
}

async function isRight(text: string): Promise<boolean> {
  const report = await verifyText(text, issuer.node.version.jws);
  expect(findingsOf(report).grave).toEqual([]);
  return report.ok;
}

describe('evidence', () => {
  it('of a bulletin comes as its own media type, and the question is kept', async () => {
    const answer = await theirs('GET', `${base}/bulletins/${jti}`, { query: { purpose } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/vnd.huxin.evidence+json;version=1');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="bulletin.evidence.json"');
    expect(await isRight(answer.body)).toBe(true);
    const kept = await lastQuestion(receiver);
    expect(kept).toMatchObject({ form: 'evidence', record, purpose, role: 'auditor', outcome: 'answered' });
    expect(kept?.uscc).toMatch(/^9/);
  });

  it('of a record and of a range comes to clerks as well', async () => {
    const clerk = createApi(receiver.url, await receiver.createToken('clerk'));
    const whole = await clerk('GET', `${base}/records/${record}`, { query: { purpose: 'supervision' } });
    expect(await isRight(whole.body)).toBe(true);
    const range = await clerk('GET', `${base}/ranges/${shanghai}/${jiangsu}`, {
      query: { purpose, from: '1', to: '3' },
    });
    expect(claimOf(await readText(range.body), 'completeness')).toMatchObject({ from: 1 });
    expect(await isRight(range.body)).toBe(true);
    expect(await lastQuestion(receiver)).toMatchObject({ record: `${shanghai}:1-3:${jiangsu}`, outcome: 'answered' });
  });

  it('is not for a purpose that nobody may ask for, and that is kept', async () => {
    const { body } = await theirs('GET', `${base}/bulletins/${jti}`, { query: { purpose: 'curiosity' } });
    expect(body.code).toBe('agreement/unknown-purpose');
    expect(await lastQuestion(receiver)).toMatchObject({ record, outcome: 'agreement/unknown-purpose' });
    expect((await theirs('GET', `${base}/bulletins/${jti}`)).body.code).toBe('input/invalid');
  });

  it('with content is for nobody who may not see it whole, and that is kept', async () => {
    const reader = createApi(receiver.url, await receiver.createToken('reader'));
    for (const path of [`bulletins/${jti}`, `records/${record}`, `refusals/${jti}`, `ranges/${shanghai}/${jiangsu}`]) {
      const { status, body } = await reader('GET', `${base}/${path}`, { query: { purpose } });
      expect([status, body.code]).toEqual([403, 'auth/role-not-allowed']);
      expect(await lastQuestion(receiver)).toMatchObject({ form: 'evidence', outcome: 'auth/role-not-allowed' });
    }
  });

  it('says what is wrong with a range', async () => {
    const ask = (query: Record<string, string>) =>
      ours('GET', `${base}/ranges/${shanghai}/${jiangsu}`, { query: { purpose, ...query } });
    for (const query of [
      { from: '3', to: '2' },
      { from: '1', since: '2026-01-01' },
      { since: '2026-02-01', until: '2026-01-01' },
    ]) {
      expect((await ask(query)).body.code).toBe('input/invalid');
    }
    const codes = [await ask({ from: '900' }), await ask({ until: '2999-01-01' })].map(({ status, body }) => [
      status,
      body.code,
    ]);
    expect(codes).toEqual([
      [404, 'log/out-of-range'],
      [422, 'evidence/outside-days'],
    ]);
    const own = await ours('GET', `${base}/ranges/${shanghai}/${shanghai}`, { query: { purpose } });
    expect(own).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    expect(JSON.stringify(own.body)).toContain('must be another member than the issuer');
  });

  it('is not there for what is not known', async () => {
    const nowhere = '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10';
    const query = { purpose };
    const answers = await Promise.all([
      ours('GET', `${base}/bulletins/${nowhere}`, { query }),
      ours('GET', `${base}/records/${shanghai}.${nowhere}`, { query }),
      ours('GET', `${base}/findings/${nowhere}`),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'bulletin/not-found'],
      [404, 'registry/not-found'],
      [404, 'evidence/finding-not-found'],
    ]);
  });
});

describe('of a peer that says what is bad, and keeps content back', () => {
  it('refusal, content that was withheld and a finding can be shown', async () => {
    const log = await openHostile(network, anhui);
    const bad = await log.say({
      type: 'penalty',
      audience: [jiangsu],
      body: { ...sampleBody('penalty'), fine: '0,2' },
    });
    const text = log.putText('no JWS at all', [jiangsu]);
    const again = await log.say({ type: 'penalty', audience: [jiangsu], claims: { jti: bad.jti } });
    const late = await log.say({ type: 'penalty', audience: [jiangsu] });
    log.withheld.add(late.index);
    for (const { node } of network.nodes.values()) await node.federation.pull(anhui);
    await network.exchange();

    const refused = await theirs('GET', `${base}/refusals/${bad.jti}`, { query: { purpose } });
    expect(claimOf(await readText(refused.body), 'refusal')).toMatchObject({
      ...{ issuer: anhui, receiver: jiangsu, code: 'bulletin/schema' },
    });
    const report = await verifyText(refused.body, issuer.node.version.jws);
    expect([report.ok, findingsOf(report)]).toEqual([true, { grave: [], told: ['bulletin/schema'] }]);
    for (const [index, code] of [
      [text, 'bulletin/malformed'],
      [again.index, 'bulletin/duplicate'],
    ] as const) {
      const { body } = await theirs('GET', `${base}/refusals/${anhui}/${index}`, { query: { purpose } });
      expect(claimOf(await readText(body), 'refusal')).toMatchObject({ index, code });
      expect(await isRight(body)).toBe(true);
    }

    const clerk = createApi(receiver.url, await receiver.createToken('clerk'));
    const word = await clerk('GET', `${base}/refusals/${bad.jti}`, { query: { purpose } });
    expect(word.body).toMatchObject({ code: 'auth/role-not-allowed', facts: { needed: ['auditor'] } });
    const good = await theirs('GET', `${base}/bulletins/${bad.jti}`, { query: { purpose } });
    expect(good.body.code).toBe('evidence/refused-bulletin');
    const taken = await theirs('GET', `${base}/refusals/${jti}`, { query: { purpose } });
    expect(taken.body.code).toBe('evidence/not-refused');

    const operator = createApi(receiver.url, await receiver.createToken('operator'));
    const path = `${base}/withheld/${anhui}`;
    const held = await operator('GET', `${path}/${late.index}`, { query: { receiver: jiangsu } });
    expect(await isRight(held.body)).toBe(true);
    const other = await operator('GET', `${path}/${bad.index}`, { query: { receiver: jiangsu } });
    expect(other.body.code).toBe('evidence/not-refused');
    expect((await operator('GET', `${path}/900`, { query: { receiver: jiangsu } })).body.code).toBe('log/out-of-range');

    const fork = log.fork(2);
    for (let n = fork.entries.length; n < log.entries.length; n++) await fork.say({ type: 'penalty' });
    network.answerAs(anhui, fork.handler);
    await receiver.node.federation.pull(anhui);
    const { body } = await operator('GET', `${base}/findings`);
    expect(body.findings).toMatchObject([{ code: 'log/fork', member: anhui, form: 'two-roots' }]);
    const finding = await operator('GET', `${base}/findings/${body.findings[0].id}`);
    expect(await isRight(finding.body)).toBe(true);
  });
});
