/** Logs entry by entry, and one bulletin's fate, on two nodes that exchanged. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importForm } from '../support/uploads.ts';

let network: Network;
let shanghai: RunningNode;
let jiangsu: RunningNode;
let ours: Api;
let theirs: Api;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  [shanghai, jiangsu] = [network.node('310000'), network.node('320000')];
  ours = createApi(shanghai.url, await shanghai.createToken('auditor'));
  theirs = createApi(jiangsu.url, await jiangsu.createToken('auditor'));
  const clerk = createApi(shanghai.url, await shanghai.createToken('clerk'));
  await importForm(
    clerk,
    shanghai,
    [1, 2, 3].map((n) => ({ 行政处罚决定书文号: `沪知罚〔2026〕${n}号` })),
  );
  await network.exchange();
});
afterAll(() => network.close());

describe('the bulletins of a log', () => {
  it('are listed by the member that issued them, as what they are', async () => {
    const { body } = await ours('GET', '/api/v1/bulletins');
    expect(body.bulletins.slice(0, 4)).toMatchObject([
      { member: '310000', index: 0, audience: ['*'], type: 'adoption' },
      ...[1, 2, 3].map((index) => ({ index, type: 'penalty', word: 'issued' })),
    ]);
    expect(JSON.stringify(body)).not.toContain('jws');
  });

  it('are listed by who received them, with the word that was given', async () => {
    const { body } = await theirs('GET', '/api/v1/bulletins', { query: { member: '310000', from: '1', limit: '3' } });
    expect(body.bulletins.map(({ word }: { word: string }) => word)).toEqual(['taken', 'taken', 'taken']);
  });

  it('come in pages that join', async () => {
    const all = (await ours('GET', '/api/v1/bulletins')).body.bulletins;
    const paged: unknown[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { body }: { body: { bulletins: unknown[]; next?: number } } = await ours('GET', '/api/v1/bulletins', {
        query: { from: String(from), limit: '2' },
      });
      paged.push(...body.bulletins);
      from = body.next;
    }
    expect(paged).toEqual(all);
  });

  it('are filtered by our word on them', async () => {
    const query = { member: '310000', word: 'refused' };
    expect((await theirs('GET', '/api/v1/bulletins', { query })).body).toEqual({ bulletins: [] });
    expect((await theirs('GET', '/api/v1/bulletins', { query: { ...query, word: 'loved' } })).status).toBe(400);
  });

  it('are those of members only', async () => {
    const { status, body } = await ours('GET', '/api/v1/bulletins', { query: { member: '110000' } });
    expect([status, body.code]).toEqual([404, 'peer/not-found']);
  });
});

describe('a bulletin', () => {
  it('is shown whole, with the receipts of those it went to', async () => {
    const { body: listed } = await ours('GET', '/api/v1/bulletins', { query: { from: '1', limit: '1' } });
    const { jti, audience } = listed.bulletins[0];
    const { body } = await ours('GET', `/api/v1/bulletins/${jti}`);
    expect(body).toMatchObject({ jti, origin: shanghai.node.self.origin, index: 1, claims: { jti, aud: audience } });
    expect(body.receipts).toMatchObject([{ member: '320000', word: 'taken' }]); // the others do not run
    const { body: receipt } = await ours('GET', `/api/v1/bulletins/${body.receipts[0].jti}`);
    expect(receipt).toMatchObject({ member: '320000', type: 'receipt', audience: ['310000'], receipts: [] });
    const received = await theirs('GET', `/api/v1/bulletins/${jti}`);
    expect(received.body).toMatchObject({ jti, word: 'taken' });
    expect(received.body).not.toHaveProperty('jws');
    const query = { purpose: 'supervision' };
    const { body: whole } = await theirs('GET', `/api/v1/bulletins/${jti}`, { query });
    expect(whole).toMatchObject({ jws: body.jws, claims: { jti } });
    const wrong = await theirs('GET', `/api/v1/bulletins/${jti}`, { query: { purpose: 'curiosity' } });
    expect(wrong.body).toMatchObject({ code: 'agreement/unknown-purpose' });
  });

  it('of our own log is another bureau’s only for a purpose, and the question is kept', async () => {
    const { body: listed } = await ours('GET', '/api/v1/bulletins', { query: { from: '1', limit: '1' } });
    const path = `/api/v1/bulletins/${listed.bulletins[0].jti}`;
    const bureau = sampleUscc(8, '11310000');
    const other = createApi(shanghai.url, await shanghai.createToken('clerk', bureau));
    const { size } = await shanghai.node.store.questions.findHead();
    expect((await other('GET', path)).body).not.toHaveProperty('jws');
    expect((await ours('GET', path)).body).toHaveProperty('jws');
    expect((await shanghai.node.store.questions.findHead()).size).toBe(size);
    const { body } = await other('GET', path, { query: { purpose: 'supervision' } });
    expect(body).toHaveProperty('jws');
    const [kept] = await shanghai.node.store.questions.listQuestions({}, size, 2);
    expect(kept).toMatchObject({ authority: bureau, record: `310000.${body.claims.txn}`, outcome: 'answered' });
    const adoption = (await ours('GET', '/api/v1/bulletins', { query: { limit: '1' } })).body.bulletins[0];
    expect((await other('GET', `/api/v1/bulletins/${adoption.jti}`)).body).toHaveProperty('jws'); // about no record
  });

  it('that we refused is shown to an auditor with a purpose alone, and the question is kept', async () => {
    const log = await openHostile(network, '340000');
    const { jti, txn } = await log.say({ type: 'penalty', body: { ...sampleBody('penalty'), fine: '0,2' } });
    await jiangsu.node.federation.pull('340000');
    const path = `/api/v1/bulletins/${jti}`;
    const clerk = createApi(jiangsu.url, await jiangsu.createToken('clerk'));
    const query = { purpose: 'audit' };
    const { size } = await jiangsu.node.store.questions.findHead();
    for (const { body } of [await theirs('GET', path), await clerk('GET', path, { query })]) {
      expect(body).toMatchObject({ word: 'refused', code: 'bulletin/schema' });
      expect(body).not.toHaveProperty('jws');
    }
    expect((await theirs('GET', path, { query })).body).toMatchObject({ word: 'refused', claims: { jti } });
    const wrong = await theirs('GET', path, { query: { purpose: 'curiosity' } });
    expect(wrong.body).toMatchObject({ code: 'agreement/unknown-purpose' });
    const kept = await jiangsu.node.store.questions.listQuestions({}, size, 9);
    expect(kept).toMatchObject([
      { role: 'auditor', record: `340000.${txn}`, purpose: 'audit', form: 'record', outcome: 'answered' },
      { purpose: 'curiosity', outcome: 'agreement/unknown-purpose' },
    ]);
  });

  it.each(['0', '0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10'])('%s is not found', async (jti) => {
    const { status, body } = await ours('GET', `/api/v1/bulletins/${jti}`);
    expect([status, body.code]).toEqual([404, 'bulletin/not-found']);
  });
});

it('reports how it stands with every other member', async () => {
  const { body } = await ours('GET', '/api/v1/peers');
  expect(body.peers.map(({ member }: { member: string }) => member)).toEqual(['320000', '330000', '340000']);
  expect(body.peers[0]).toMatchObject({ failures: 0, ours: { issued: 3, joined: true, refused: 0 } });
  expect(body.peers[1]).toMatchObject({ ours: { issued: 3, receipts: 0 } });
});

it('shows the agreement that all members signed', async () => {
  const { body } = await ours('GET', '/api/v1/agreement');
  expect(body).toEqual({
    digest: shanghai.node.version.digest,
    agreement: network.agreement,
    signedBy: ['310000', '320000', '330000', '340000'],
  });
});

it('shows a bureau its own bulletins without a question, and another bureau none of them', async () => {
  const bureau = sampleUscc(9, '11310000');
  const [clerk, other] = [
    createApi(shanghai.url, await shanghai.createToken('clerk', bureau)),
    createApi(shanghai.url, await shanghai.createToken('clerk', sampleUscc(8, '11310000'))),
  ];
  await importForm(clerk, shanghai, [{ 处罚机关统一社会信用代码: bureau, 行政处罚决定书文号: '沪知罚〔2026〕9号' }]);
  const { body: listed } = await ours('GET', '/api/v1/bulletins', { query: { limit: '1000' } });
  const { jti } = listed.bulletins.findLast(({ type }: { type?: string }) => type === 'penalty');
  const { size } = await shanghai.node.store.questions.findHead();
  const { body } = await clerk('GET', `/api/v1/bulletins/${jti}`);
  const [claimed] = Object.values(body.claims.events) as { document: { authority: { uscc: string } } }[]; // a penalty
  expect(claimed?.document.authority.uscc).toBe(bureau);
  expect((await other('GET', `/api/v1/bulletins/${jti}`)).body).not.toHaveProperty('jws');
  expect((await shanghai.node.store.questions.findHead()).size).toBe(size);
});
