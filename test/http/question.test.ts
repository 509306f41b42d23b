/** Who asked what, over HTTP: every question leaves its row, and auditors see them. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatBase64url } from '../../node/base/bytes.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { dayOf } from '../../node/base/time.ts';
import type { Question } from '../../node/registry/question-chain.ts';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { company } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

let network: Network;
let node: RunningNode;
let clerk: Api;
let auditor: Api;
let from = 0;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  clerk = createApi(node.url, await node.createToken('clerk'));
  auditor = createApi(node.url, await node.createToken('auditor'));
});
beforeEach(async () => {
  from = (await node.node.store.questions.findHead()).size;
});
afterAll(() => network.close());

/** What was kept since the test began. */
async function kept(): Promise<Question[]> {
  const { status, body } = await auditor('GET', '/api/v1/questions', { query: { from: String(from) } });
  expect(status).toBe(200);
  return body.questions;
}

const digestOf = (answer: unknown) => formatBase64url(hash(canonicalBytes(answer)));
const supervision = { query: { purpose: 'supervision' } };
const who = { role: 'clerk', person: '0001' };

describe('a question', () => {
  it('about a subject is kept with the digest of what was answered', async () => {
    const { body } = await clerk('GET', `/api/v1/subjects/${company}`, supervision);
    const asked = { uscc: company, purpose: 'supervision', form: 'json', outcome: 'answered' };
    expect(await kept()).toMatchObject([
      { ...who, ...asked, authority: node.node.self.authority, answer: digestOf(body) },
    ]);
  });

  it('about a record is kept with the subject that the record is about', async () => {
    const [record] = await recordsOf(
      node,
      await importForm(clerk, node, [{ 行政处罚决定书文号: '沪知罚〔2026〕9号' }]),
    );
    const { status, body } = await clerk('GET', `/api/v1/records/${record}`, supervision);
    expect([status, body.record]).toEqual([200, record]);
    const asked = { uscc: company, record, purpose: 'supervision', form: 'record', outcome: 'answered' };
    expect(await kept()).toMatchObject([{ ...who, ...asked, answer: digestOf(body) }]);
  });

  it.each([
    [`subjects/${company}`, { purpose: 'curiosity' }, { uscc: company, outcome: 'agreement/unknown-purpose' }],
    ['subjects/913100000000000000', supervision.query, { outcome: 'subject/invalid-uscc' }],
    ['records/310000.0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10', supervision.query, { outcome: 'registry/not-found' }],
    ['records/x', { purpose: 'curiosity' }, { record: 'x', outcome: 'agreement/unknown-purpose' }],
    ['records/%00', supervision.query, { record: '?', outcome: 'registry/not-found' }],
  ])('that is refused is kept with the code: %s %j', async (path, query, row) => {
    const { body } = await clerk('GET', `/api/v1/${path}`, { query });
    expect(body.code).toBe(row.outcome);
    const questions = await kept();
    expect(questions).toMatchObject([{ ...who, purpose: query.purpose, ...row }]);
    expect(questions[0]).not.toHaveProperty('answer');
  });

  it('of somebody whose role may not ask is kept, and answered by nothing', async () => {
    const operator = createApi(node.url, await node.createToken('operator'));
    for (const path of [`subjects/${company}`, 'records/x']) {
      const answer = await operator('GET', `/api/v1/${path}`, supervision);
      expect(answer).toMatchObject({ status: 403, body: { code: 'auth/role-not-allowed' } });
    }
    await operator('GET', `/api/v1/subjects/${company}`);
    const outcome = 'auth/role-not-allowed';
    expect(await kept()).toMatchObject([
      { role: 'operator', uscc: company, purpose: 'supervision', outcome },
      { role: 'operator', record: 'x', purpose: 'supervision', outcome },
      { role: 'operator', uscc: company, outcome },
    ]);
  });

  it('of nobody, or without a purpose, is none', async () => {
    expect((await createApi(node.url)('GET', `/api/v1/subjects/${company}`, supervision)).status).toBe(401);
    for (const path of [`subjects/${company}`, 'records/x']) {
      const answer = await clerk('GET', `/api/v1/${path}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    }
    expect(await kept()).toEqual([]);
  });

  it('about another member’s record must have a purpose that its flow allows', async () => {
    const log = await openHostile(network, '320000');
    const said = await log.say({ type: 'commendation', uscc: sampleUscc(3), audience: ['310000'] });
    await node.node.federation.pull('320000');
    const path = `/api/v1/records/320000.${said.txn}`;
    expect(await clerk('GET', path, { query: { purpose: 'award' } })).toMatchObject({ status: 200 });
    const refused = await clerk('GET', path, supervision);
    expect(refused).toMatchObject({ status: 403, body: { code: 'agreement/flow-not-allowed' } });
    const subject = { uscc: sampleUscc(3) };
    expect(await kept()).toMatchObject([
      { ...subject, outcome: 'answered' },
      { ...subject, outcome: 'agreement/flow-not-allowed' },
    ]);
  });
});

describe('auditors', () => {
  it('search by subject, person, authority and day', async () => {
    const today = dayOf(new Date()); // before it asks: it may be another day then
    await clerk('GET', `/api/v1/subjects/${sampleUscc(40)}`, supervision);
    const found = async (query: Record<string, string>) => {
      const { body } = await auditor('GET', '/api/v1/questions', { query: { from: String(from), ...query } });
      return body.questions.map(({ uscc }: Question) => uscc);
    };
    const one = [sampleUscc(40)];
    expect(await found({ uscc: sampleUscc(40) })).toEqual(one);
    expect(await found({ uscc: sampleUscc(41) })).toEqual([]);
    expect(await found({ person: '0001', authority: node.node.self.authority })).toEqual(one);
    expect(await found({ person: '0002' })).toEqual([]);
    expect(await found({ since: today })).toEqual(one);
    expect(await found({ until: '2026-01-01' })).toEqual([]);
    expect(await found({ since: '2026-01-01', until: '2099-12-31' })).toEqual(one);
  });

  it('are told where to go on, and what of their query is wrong', async () => {
    for (const n of [50, 51]) await clerk('GET', `/api/v1/subjects/${sampleUscc(n)}`, supervision);
    const { body } = await auditor('GET', '/api/v1/questions', { query: { from: String(from), limit: '1' } });
    expect(body).toMatchObject({ questions: [{ n: from }], next: from + 1 });
    for (const query of [{ since: 'today' }, { until: '2026-02-30' }, { limit: '1001' }, { uscc: '' }, { who: 'x' }]) {
      const answer = await auditor('GET', '/api/v1/questions', { query: query as Record<string, string> });
      expect(answer).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    }
  });

  it('take everything as lines of JSON', async () => {
    await clerk('GET', `/api/v1/subjects/${company}`, supervision);
    const { status, headers, body } = await auditor('GET', '/api/v1/questions/export');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = (body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)); // a body that is no JSON is text
    expect(lines[0]).toMatchObject({ format: 'huxin-questions/1', member: '310000', head: { size: lines.length - 1 } });
    expect(lines.slice(1).map(({ n }) => n)).toEqual(lines.slice(1).map((_, n) => n));
  });
});
