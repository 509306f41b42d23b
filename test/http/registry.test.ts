/** Questions about a subject, one record, and the steps that a clerk takes. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import type { Question } from '../../node/registry/question-chain.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { company, sourceOf, today } from '../support/sheets.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

let network: Network;
let node: RunningNode;
let clerk: Api;

beforeAll(async () => {
  const now = () => new Date(`${today}T02:00:00.000Z`); // while the samples are publicised
  network = await openNetwork({ running: ['310000'], now });
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
const revocation = {
  type: 'revocation',
  body: { revokedOn: '2026-03-02', ground: 'annulled', reason: '行政复议决定撤销' },
};

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
    const repair = { type: 'repair', body: { repairedOn: '2026-03-02', reason: '已整改' } };
    const late = await clerk('POST', `/api/v1/records/${record}/steps`, { body: repair });
    expect(late).toMatchObject({ status: 409, body: { code: 'registry/illegal-step' } });
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

describe('an answer to keep', () => {
  async function ask(query: Record<string, string>) {
    const token = await node.createToken('clerk');
    const answer = await fetch(`${node.url}/api/v1/subjects/${company}?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
  }
  async function lastAsked(): Promise<Question> {
    const { size } = await node.node.store.questions.findHead();
    const [question] = await node.node.store.questions.listQuestions({}, size - 1, 1);
    return question as Question; // something was asked
  }

  it('is a page to print with the answer’s digest, which no script and no other style can enter', async () => {
    await openPenalty();
    const { status, headers, bytes } = await ask({ purpose: 'supervision', form: 'html' });
    const page = new TextDecoder().decode(bytes);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${formatBase64(hash(Buffer.from(style)))}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/<script|<link|<img| style="| on\w+="|javascript:/i);
    expect(await lastAsked()).toMatchObject({ uscc: company, form: 'html', outcome: 'answered' });
    expect(page).toContain((await lastAsked()).answer);
    expect(page).toMatch(new RegExp(`${node.node.self.origin.replaceAll('.', '\\.')}: [\\d, ]*\\d`));
  });

  it('is a workbook', async () => {
    await openPenalty();
    const { status, headers, bytes } = await ask({ purpose: 'supervision', form: 'xlsx' });
    expect([status, headers.get('content-type')]).toEqual([
      200,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ]);
    expect(headers.get('content-disposition')).toBe(`attachment; filename=${company}.xlsx`);
    const { sheets } = await openSheet(sourceOf(bytes), 'x.xlsx');
    expect(sheets.map(({ name }) => name)).toEqual(['概要', '记录', '行政处罚', '经过', '日期与依据']);
    const rows: string[][] = [];
    for await (const { cells } of sheets[1]?.rows() ?? []) rows.push(cells.map(({ text }) => text));
    expect(rows[0]?.[2]).toBe('文书号 · Document');
    expect(rows.slice(1).map(([member]) => member)).toEqual(rows.slice(1).map(() => '上海市 · Shanghai'));
    expect(await lastAsked()).toMatchObject({ form: 'xlsx', outcome: 'answered' });
  });

  it('speaks of an instant', async () => {
    const { status, bytes } = await ask({ purpose: 'supervision', asOf: '2026-01-02T03:04:05Z', form: 'json' });
    const answer = JSON.parse(new TextDecoder().decode(bytes));
    expect([status, answer.asOf]).toEqual([200, '2026-01-02T03:04:05.000Z']);
    expect(answer.provinces.flatMap(({ records }: { records: unknown[] }) => records)).toEqual([]);
    expect(await lastAsked()).toMatchObject({ asOf: '2026-01-02T03:04:05.000Z', form: 'json' });
  });

  it.each([
    [{ purpose: 'supervision', asOf: 'yesterday' }, 400, 'input/invalid'],
    [{ purpose: 'supervision', asOf: '2026-02-30' }, 400, 'input/invalid'],
    [{ purpose: 'supervision', form: 'pdf' }, 400, 'input/invalid'],
    [{ purpose: 'supervision', asOf: '2999-01-01' }, 422, 'registry/as-of-in-future'],
  ])('is refused: %j', async (query, status, code) => {
    expect(await clerk('GET', `/api/v1/subjects/${company}`, { query })).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['reader', 'audit'],
    ['auditor', 'funding'],
  ] as const)('is refused to a %s for %s, and that is kept', async (role, purpose) => {
    const api = createApi(node.url, await node.createToken(role));
    const refused = { status: 403, body: { code: 'registry/purpose-not-allowed', facts: { role, purpose } } };
    expect(await api('GET', `/api/v1/subjects/${company}`, { query: { purpose } })).toMatchObject(refused);
    expect(await lastAsked()).toMatchObject({ role, purpose, outcome: 'registry/purpose-not-allowed' });
    expect(await api('GET', `/api/v1/records/${await openPenalty()}`, { query: { purpose } })).toMatchObject(refused);
  });

  it('is masked for a reader, of a trader, in every form', async () => {
    const trader = sampleUscc(77, '92310000');
    const cells = { 行政相对人名称: '秘名商行', '行政相对人代码_1(统一社会信用代码)': trader, 违法事实: '秘而不宣' };
    const numbered = { ...cells, 行政处罚决定书文号: '沪知罚〔2026〕秘名商行77号' };
    const [record] = await recordsOf(node, await importForm(clerk, node, [numbered]));
    const token = await node.createToken('reader');
    for (const path of [
      ...['json', 'html', 'xlsx'].map((form) => `subjects/${trader}?purpose=supervision&form=${form}`),
      `records/${record}?purpose=supervision`,
    ]) {
      const answer = await fetch(`${node.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const text = path.endsWith('xlsx') ? await textOf(bytes) : new TextDecoder().decode(bytes);
      expect(text).toContain(`${trader.slice(0, 8)}********${trader.slice(-2)}`);
      expect(text).not.toMatch(new RegExp(`${trader}|秘名商行|秘而不宣`));
      expect(answer.headers.get('content-disposition') ?? '').not.toContain(trader);
    }
    const { body } = await clerk('GET', `/api/v1/subjects/${trader}`, supervision);
    expect(body.provinces[0].records[0].body).toMatchObject({ subject: { name: '秘名商行' }, facts: '秘而不宣' });
  });
});

/** Every text of a workbook. */
async function textOf(bytes: Uint8Array): Promise<string> {
  const texts: string[] = [];
  for (const sheet of (await openSheet(sourceOf(bytes), 'x.xlsx')).sheets) {
    for await (const { cells } of sheet.rows()) texts.push(...cells.map(({ text }) => text));
  }
  return texts.join('\n');
}
