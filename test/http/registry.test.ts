/** Questions about a subject, one record, and the steps that a clerk takes. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { company } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

let network: Network;
let node: RunningNode;
let clerk: Api;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  clerk = createApi(node.url, await node.createToken('clerk'));
});
afterAll(() => network.close());

let serial = 0;

/** Opens a penalty of our own; its id. */
async function openPenalty(): Promise<string> {
  serial++;
  const [record] = await recordsOf(
    node,
    await importForm(clerk, node, [{ 行政处罚决定书文号: `沪知罚〔2026〕${serial}号` }]),
  );
  return record as string; // the import opened it
}

const supervision = { query: { purpose: 'supervision' } };
const revocation = { type: 'revocation', body: { revokedOn: '2026-03-02', ground: 'annulled', reason: '行政复议决定撤销' } };

describe('a record', () => {
  it('is shown with its body and history', async () => {
    const record = await openPenalty();
    const { status, body } = await clerk('GET', `/api/v1/records/${record}`, supervision);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      record,
      uscc: company,
      type: 'penalty',
      state: 'publicised',
      decidedOn: '2026-01-02',
    });
    expect(body.history).toMatchObject([{ type: 'penalty', origin: node.node.self.origin }]);
  });

  it('is moved by a step, which answers where the bulletin is found', async () => {
    const record = await openPenalty();
    const { status, headers, body } = await clerk('POST', `/api/v1/records/${record}/steps`, { body: revocation });
    expect(status).toBe(201);
    const told = await clerk('GET', headers.get('location') ?? '');
    expect(told.body).toMatchObject({ jti: body.jti, index: body.index, type: 'revocation', word: 'issued' });
    expect((await clerk('GET', `/api/v1/records/${record}`, supervision)).body.state).toBe('revoked');
    const again = await clerk('POST', `/api/v1/records/${record}/steps`, { body: revocation });
    expect(again).toMatchObject({ status: 409, body: { code: 'registry/illegal-step' } });
  });

  it.each(['a\tb', 'a\ud800b'])('is not moved by what every receiver would refuse: %j', async (reason) => {
    const body = { ...revocation, body: { ...revocation.body, reason } };
    const answer = await clerk('POST', `/api/v1/records/${await openPenalty()}/steps`, { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'bulletin/malformed' } });
  });

  it('is not moved by another authority’s clerk, nor when it is another member’s', async () => {
    const record = await openPenalty();
    const other = createApi(node.url, await node.createToken('clerk', sampleUscc(1, '11310000')));
    const refused = await other('POST', `/api/v1/records/${record}/steps`, { body: revocation });
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth/not-your-authority' } });
    const theirs = record.replace('310000', '320000');
    const foreign = await clerk('POST', `/api/v1/records/${theirs}/steps`, { body: revocation });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'registry/not-ours' } });
  });

  it('is not moved by what does not fit the schema', async () => {
    const record = await openPenalty();
    const path = `/api/v1/records/${record}/steps`;
    const { status, body } = await clerk('POST', path, { body: { type: 'revocation', body: { revokedOn: 'soon' } } });
    expect([status, body.code]).toEqual([422, 'bulletin/schema']);
    for (const bad of [{ type: 'penalty', body: {} }, { type: 'repair' }, { ...revocation, more: 1 }, [], null, 'x']) {
      expect(await clerk('POST', path, { body: bad })).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    }
  });

  it.each(['0', '310000.0', '310000.0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10', '%00'])(
    '%s is not found',
    async (record) => {
      const { status, body } = await clerk('GET', `/api/v1/records/${record}`, supervision);
      expect([status, body.code]).toEqual([404, 'registry/not-found']);
    },
  );
});

describe('a question', () => {
  it('is answered province by province', async () => {
    const record = await openPenalty();
    const { status, body } = await clerk('GET', `/api/v1/subjects/${company}`, { query: { purpose: 'supervision' } });
    expect([status, body.uscc, body.purpose, body.agreement]).toEqual([
      200,
      company,
      'supervision',
      node.node.version.digest,
    ]);
    expect(body.provinces.map(({ member }: { member: string }) => member)).toEqual([
      '310000',
      '320000',
      '330000',
      '340000',
    ]);
    expect(body.provinces[0].records.map(({ record: id }: { record: string }) => id)).toContain(record);
  });

  it('is refused for a code that is none, and without a purpose of the agreement', async () => {
    const ask = (uscc: string, query: Record<string, string>) => clerk('GET', `/api/v1/subjects/${uscc}`, { query });
    const wrong = await ask('913100000000000000', { purpose: 'supervision' });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'subject/invalid-uscc' } });
    const curious = await ask(company, { purpose: 'curiosity' });
    expect(curious).toMatchObject({ status: 422, body: { code: 'agreement/unknown-purpose' } });
    expect(await ask(company, {})).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
  });
});
