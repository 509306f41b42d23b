/** What is due in a bureau, over several nodes and days: what comes on the list, when it is overdue, and when it is done. */

import { afterEach, describe, expect, it } from 'vitest';
import { foldRecord, objectionFlagOf, parseRecordId } from '../../node/registry/record.ts';
import type { Asker } from '../../node/registry/tokens.ts';
import { createApi } from '../support/api.ts';
import { type Engine, engines } from '../support/engines.ts';
import { type Network, type NetworkOptions, openNetwork, type RunningNode } from '../support/network.ts';
import { logHeld } from '../support/receipts.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'] as const;
const bureau = '11310000XX00000196';
let network: Network;
let clock: Date;

afterEach(() => network.close());

async function open(at: string, options: NetworkOptions = {}): Promise<void> {
  clock = new Date(at);
  const running = [shanghai, jiangsu, zhejiang];
  network = await openNetwork({ running, hears: false, now: () => clock, ...options }); // `mislead` comes before a pull
  await network.exchange(1); // every log has begun
}

const clerkOf = ({ node }: RunningNode, authority = node.self.authority, person = '0001'): Asker => {
  return { role: 'clerk', authority, person };
};
const known = (text: string) => parseRecordId(text) ?? { member: '', txn: '' };

async function openPenalty(date: string, more: Record<string, string> = {}, authority?: string): Promise<string> {
  const node = network.node(shanghai);
  const api = createApi(node.url, await node.createToken('clerk', authority));
  const row = { 处罚决定日期: date, 公示截止期: '2027-06-30', ...more };
  const [record = ''] = await recordsOf(node, await importForm(api, node, [row]));
  return record;
}

async function listOf(id: string, query: object = {}, asker = clerkOf(network.node(id))) {
  const { items } = await network.node(id).node.worklists.list(asker, { limit: 100, ...query });
  return items;
}

async function kindsOf(id: string, asker?: Asker) {
  return (await listOf(id, {}, asker)).map(({ kind }) => kind);
}

/** Fills a node's table with a wrong id, so that it takes that bulletin for one it had before, and refuses it. */
async function mislead(id: string, jti: string, at = 0): Promise<void> {
  const running = network.node(id);
  const log = await logHeld(running, network.node(shanghai).node.self.origin);
  const [entry] = await running.node.store.log.listEntries(log.id, at, at + 1);
  if (!entry) throw new RangeError('the log has begun');
  await running.node.store.log.putWord(log.id, { ...entry, jti });
}

async function stepsOf(id: string, record: string) {
  return network.node(id).node.store.registry.listRecordSteps(known(record));
}

/** `jti` of the newest step of that type on a record of Shanghai's. */
async function jtiOf(record: string, type: string): Promise<string> {
  const found = (await stepsOf(shanghai, record)).findLast((step) => step.type === type);
  if (!found) throw new RangeError(`no ${type}`);
  return found.jti;
}

/** As much of a record as all must agree on. */
async function viewAt(id: string, record: string) {
  const found = foldRecord(await stepsOf(id, record));
  if (!found) return undefined;
  const { type, uscc, state, until, decidedOn, body } = found;
  return { type, uscc, state, until, decidedOn, body, objection: objectionFlagOf(found) };
}

async function viewsOf(record: string) {
  return Promise.all([shanghai, jiangsu, zhejiang].map((id) => viewAt(id, record)));
}

async function take(
  record: string,
  type: 'correction' | 'revocation' | 'objection' | 'objection-decision',
  body: object,
  id: string = shanghai,
) {
  const { steps } = network.node(id).node;
  return steps.take(known(record), { type, body: { ...body } }, clerkOf(network.node(id)));
}

async function correctTo(record: string, content: string) {
  const body = (await viewAt(shanghai, record))?.body;
  return take(record, 'correction', { penalty: { ...body, content } });
}

describe.each(engines)('on $name, the work list', (engine: Engine) => {
  it('has an objection of another province with its clock, until it is decided', async () => {
    await open('2026-10-12T02:00:00.000Z', { engine });
    const record = await openPenalty('2026-10-09');
    await network.exchange(2);
    expect(await kindsOf(shanghai)).toEqual([]);
    const objection = { raisedOn: '2026-10-12', receivedBy: { name: '江苏省知识产权局' }, reason: '主体有误' };
    await take(record, 'objection', objection, jiangsu);
    expect(await listOf(jiangsu)).toMatchObject([
      { kind: 'objection-answer', record, due: '2026-10-19', overdue: false, citation: { pack: 'SH-CREDIT-2017' } },
    ]);
    await network.exchange(2);
    const [item, ...more] = await listOf(shanghai);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      ...{ kind: 'objection', record, due: '2026-10-19', overdue: false, workingDaysLeft: 5, provisional: false },
      citation: { pack: 'SH-CREDIT-2017', article: { zh: '条例第三十六条' }, confidence: 'statute' },
      subject: '样例知识产权代理有限公司',
    });
    expect(item?.what.zh).toContain('江苏省知识产权局');
    expect(item?.cure).toContain(`--objection ${item?.bulletin} `);
    expect(await kindsOf(zhejiang)).toEqual([]); // it heard of it, and has nothing to do

    clock = new Date('2026-10-19T16:00:00.000Z'); // the 20th in China
    expect(await listOf(shanghai)).toMatchObject([{ overdue: true, daysOverdue: 1 }]);
    const decision = { objection: item?.bulletin, outcome: 'rejected', decidedOn: '2026-10-20', reason: '主体无误' };
    await take(record, 'objection-decision', decision);
    expect(await kindsOf(shanghai)).toEqual([]);
    expect(await kindsOf(jiangsu)).toEqual(['objection-answer']);
    await network.exchange(2);
    expect(await kindsOf(jiangsu)).toEqual([]);
  });

  it('has what a peer refused, with its reason, until it is mended and taken', async () => {
    await open('2026-10-12T02:00:00.000Z', { engine });
    const record = await openPenalty('2026-10-09');
    const jti = await jtiOf(record, 'penalty');
    await mislead(jiangsu, jti);
    await network.exchange(2);
    expect(await viewAt(jiangsu, record)).toBeUndefined();
    const [item, ...more] = await listOf(shanghai);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      kind: 'refused',
      record,
      bulletin: jti,
      overdue: false,
      cure: `huxin reissue ${jti}`,
    });
    expect(item?.what.zh).toMatch(/行政处罚（沪知罚〔2026〕1号）被拒收。江苏省：此编号的通报/);
    expect(item?.what.en).toMatch(/Jiangsu: A bulletin with this id/);
    expect(item).not.toHaveProperty('due');

    const node = network.node(shanghai);
    const { body, status } = await createApi(node.url, await node.createToken('clerk'))(
      'POST',
      `/api/v1/bulletins/${jti}/reissue`,
      { body: {} },
    );
    expect({ status, bulletins: body.bulletins }).toMatchObject({
      status: 201,
      bulletins: [{ type: 'penalty', audience: [jiangsu] }],
    });
    expect(await kindsOf(shanghai)).toEqual([]);
    await network.exchange(2);
    const [ours, ...others] = await viewsOf(record);
    expect(others).toEqual([ours, ours]);
    expect(ours).toMatchObject({ state: 'publicised', until: '2027-06-30' });
    expect(await kindsOf(shanghai)).toEqual([]);
  });
});

describe('a bureau', () => {
  it('sees its own tasks, and the province’s own authority everyone’s', async () => {
    await open('2026-10-12T02:00:00.000Z');
    const node = network.node(shanghai);
    const theirs = { 处罚机关统一社会信用代码: bureau, 行政处罚决定书文号: '浦知罚〔2026〕9号' };
    const mine = await openPenalty('2026-10-09');
    const record = await openPenalty('2026-10-09', theirs, bureau);
    await network.exchange(2);
    const objection = { raisedOn: '2026-10-12', receivedBy: { name: '江苏省知识产权局' }, reason: '有误' };
    for (const one of [mine, record]) await take(one, 'objection', objection, jiangsu);
    await network.exchange(2);
    const ofBureau = clerkOf(node, bureau);
    expect((await listOf(shanghai, {}, ofBureau)).map((item) => [item.record, item.authority])).toEqual([
      [record, bureau],
    ]);
    expect((await listOf(shanghai)).map((item) => item.record)).toEqual([mine, record]);
    expect((await listOf(shanghai, { authority: bureau })).map((item) => item.record)).toEqual([record]);
    expect(await listOf(shanghai, { kind: 'publish' })).toEqual([]);
    await expect(listOf(shanghai, { authority: node.node.self.authority }, ofBureau)).rejects.toThrow(
      'auth/not-your-authority',
    );
  });
});

describe('rows that are held', () => {
  it('are due from the decision, overdue after it, and done once published', async () => {
    await open('2026-10-12T02:00:00.000Z', { running: [shanghai] });
    const node = network.node(shanghai);
    const api = createApi(node.url, await node.createToken('clerk'));
    const rows = [
      { 处罚决定日期: '2026-10-10', 行政处罚决定书文号: '沪知罚〔2026〕2号' },
      { 处罚决定日期: '2026-10-09', 行政处罚决定书文号: '沪知罚〔2026〕3号' },
    ];
    const held = await importForm(api, node, rows, { hold: 'true' });
    const [item, ...more] = await listOf(shanghai);
    expect(more).toEqual([]);
    // the seventh working day after the 9th, the 10th being made up
    expect(item).toMatchObject({
      kind: 'publish',
      import: held.id,
      due: '2026-10-19',
      overdue: false,
      cure: `huxin publish ${held.id}`,
    });
    expect(item?.what.zh).toContain('2 行行政处罚');
    expect(item?.citation).toMatchObject({ pack: 'NDRC-2026-36' });
    clock = new Date('2026-10-21T02:00:00.000Z');
    expect(await listOf(shanghai)).toMatchObject([{ overdue: true, daysOverdue: 2 }]);
    await api('POST', `/api/v1/imports/${held.id}/publish`);
    await node.node.work.settled();
    expect(await kindsOf(shanghai)).toEqual([]);
    await importForm(api, node, rows, { hold: 'true' }); // nothing new: nobody must publish it
    expect(await kindsOf(shanghai)).toEqual([]);
  });
});

describe('steps that wait for a second person', () => {
  it('are on the list until they are dealt with, a repair with its clock', async () => {
    await open('2026-10-12T02:00:00.000Z', { running: [shanghai], config: { fourEyes: ['repair', 'correction'] } });
    const record = await openPenalty('2026-01-09');
    const authority = { name: '样例市知识产权局', uscc: network.node(shanghai).node.self.authority };
    const document = { number: '沪知修〔2026〕1号', date: '2026-10-12', authority };
    const conditions = ['corrected', 'duties-performed', 'commitment'];
    const repair = { repairedOn: '2026-10-12', appliedOn: '2026-10-09', conditions, document };
    const { steps } = network.node(shanghai).node;
    const clerk = clerkOf(network.node(shanghai));
    await steps.take(known(record), { type: 'repair', body: repair }, clerk);
    await correctTo(record, '更正后的内容');
    const items = await listOf(shanghai);
    expect(items.map(({ kind, due }) => [kind, due])).toEqual([
      ['repair', '2026-10-22'],
      ['approval', undefined],
    ]);
    expect(items[0]?.cure).toBe(`huxin proposals approve ${items[0]?.proposal}`);
    expect((await listOf(shanghai, { kind: 'repair' })).length).toBe(1);
    await steps.approve(items[0]?.proposal ?? '', clerkOf(network.node(shanghai), undefined, '0002'));
    expect(await kindsOf(shanghai)).toEqual(['approval']);
  });

  it('may be the revocation of all that an import opened', async () => {
    await open('2026-10-12T02:00:00.000Z', { running: [shanghai], config: { fourEyes: ['revocation'] } });
    const node = network.node(shanghai);
    const api = createApi(node.url, await node.createToken('clerk'));
    const { id } = await importForm(api, node);
    await api('POST', `/api/v1/imports/${id}/revocation`, { body: { reason: '文件有误' } });
    const cure = `huxin imports revoke ${id} --reason REASON`;
    expect(await listOf(shanghai)).toMatchObject([{ kind: 'approval', import: id, cure }]);
  });
});

describe('days beyond the last table of holidays', () => {
  it('are provisional, and one line says how many', async () => {
    await open('2026-12-29T02:00:00.000Z', { running: [shanghai, jiangsu] });
    const record = await openPenalty('2026-12-28');
    await network.exchange(2);
    const objection = { raisedOn: '2026-12-29', receivedBy: { name: '江苏省知识产权局' }, reason: '有误' };
    await take(record, 'objection', objection, jiangsu);
    await network.exchange(2);
    const [first, second] = await listOf(shanghai);
    expect(first).toMatchObject({ kind: 'objection', provisional: true });
    expect(first?.due?.slice(0, 4)).toBe('2027');
    expect(second).toMatchObject({ kind: 'provisional', cure: 'config/holidays/2027.yaml' });
    expect(second?.what.zh).toContain('1 个到期日');
    expect(await listOf(shanghai, { kind: 'provisional' })).toEqual([second]);
  });
});

describe('a refused bulletin', () => {
  it('is mended with other words, what came after it and a correction for the others, so that all hold the same', async () => {
    await open('2026-10-12T02:00:00.000Z');
    const record = await openPenalty('2026-10-09');
    const jti = await jtiOf(record, 'penalty');
    await mislead(jiangsu, jti);
    await network.exchange(2);
    const objection = { raisedOn: '2026-10-12', receivedBy: { name: '浙江省知识产权局' }, reason: '有误' };
    await take(record, 'objection', objection, zhejiang);
    await network.exchange(2);
    const decision = { outcome: 'rejected', decidedOn: '2026-10-12', reason: '无误' };
    await take(record, 'objection-decision', { ...decision, objection: await jtiOf(record, 'objection') });
    await correctTo(record, '第一次更正');
    await network.exchange(2);
    expect((await listOf(shanghai)).map(({ bulletin }) => bulletin)).toEqual([jti]); // the rest was noted, not refused

    const { reissuing } = network.node(shanghai).node;
    const mending = { patch: { content: '补发时更正' }, reason: '改正' };
    const issued = await reissuing.reissue(jti, mending, clerkOf(network.node(shanghai)));
    expect(issued.map(({ type, audience }) => [type, audience])).toEqual([
      ['penalty', [jiangsu]],
      ['objection-decision', [jiangsu]],
      ['correction', [zhejiang, '340000']],
    ]);
    await network.exchange(2);
    const [ours, ...others] = await viewsOf(record);
    expect(others).toEqual([ours, ours]);
    expect(ours).toMatchObject({ body: { content: '补发时更正' }, objection: 'rejected', decidedOn: '2026-10-09' });
    await correctTo(record, '此后照常更正');
    await network.exchange(2);
    expect((await viewsOf(record)).map((view) => view?.body?.content)).toEqual(Array(3).fill('此后照常更正'));
  });

  it('that is refused again comes back on the list under its new id', async () => {
    await open('2026-10-12T02:00:00.000Z');
    const record = await openPenalty('2026-10-09');
    const first = await jtiOf(record, 'penalty');
    await mislead(jiangsu, first);
    await network.exchange(2);
    const clerk = clerkOf(network.node(shanghai));
    const { reissuing } = network.node(shanghai).node;
    const [again] = await reissuing.reissue(first, {}, clerk);
    await mislead(jiangsu, again?.jti ?? '');
    await network.exchange(2);
    expect((await listOf(shanghai)).map(({ bulletin }) => bulletin)).toEqual([again?.jti]);
    await expect(reissuing.reissue(first, {}, clerk)).rejects.toThrow('bulletin/not-refused');
    await reissuing.reissue(again?.jti ?? '', {}, clerk);
    await network.exchange(2);
    const [ours, ...others] = await viewsOf(record);
    expect(others).toEqual([ours, ours]);
  });

  it('that corrects goes anew to those who refused it, or is overtaken by a later correction', async () => {
    await open('2026-10-12T02:00:00.000Z');
    const record = await openPenalty('2026-10-09');
    await network.exchange(2);
    await correctTo(record, '被拒收的更正');
    const jti = await jtiOf(record, 'correction');
    await mislead(jiangsu, jti);
    await network.exchange(2);
    expect((await viewAt(jiangsu, record))?.body).not.toMatchObject({ content: '被拒收的更正' });
    expect((await listOf(shanghai)).map(({ bulletin }) => bulletin)).toEqual([jti]);
    const { reissuing } = network.node(shanghai).node;
    const issued = await reissuing.reissue(jti, {}, clerkOf(network.node(shanghai)));
    expect(issued.map(({ audience }) => audience)).toEqual([[jiangsu]]);
    await network.exchange(2);
    expect((await viewAt(jiangsu, record))?.body).toMatchObject({ content: '被拒收的更正' });

    await correctTo(record, '又被拒收');
    await mislead(jiangsu, await jtiOf(record, 'correction'));
    await network.exchange(2);
    await correctTo(record, '后来的更正');
    expect(await kindsOf(shanghai)).toEqual(['refused']); // nobody knows yet whether that one is taken
    await network.exchange(2);
    expect(await kindsOf(shanghai)).toEqual([]);
    const [ours, ...others] = await viewsOf(record);
    expect(others).toEqual([ours, ours]);
  });

  it('is mended after the one that opens the record, by its own bureau, with four eyes where its words change', async () => {
    await open('2026-10-12T02:00:00.000Z', { config: { fourEyes: ['correction'] } });
    const record = await openPenalty('2026-10-09', { 处罚机关统一社会信用代码: bureau }, bureau);
    const jti = await jtiOf(record, 'penalty');
    await mislead(jiangsu, jti);
    await network.exchange(2);
    const node = network.node(shanghai);
    const { steps, reissuing } = node.node;
    const revocation = { revokedOn: '2026-10-12', ground: 'annulled', reason: '复议撤销' };
    const code = async (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: Error) => error.message,
      );
    const patch = { content: '另一内容' };
    expect(await code(reissuing.reissue(jti, { patch }, clerkOf(node, bureau)))).toBe('proposal/needed');
    expect(await code(reissuing.reissue(jti, {}, clerkOf(node, '11310000XX0000027W')))).toBe('auth/not-your-authority');
    await steps.take(known(record), { type: 'revocation', body: revocation }, clerkOf(node, bureau));
    await mislead(jiangsu, await jtiOf(record, 'revocation'), 1);
    await network.exchange(2);
    expect(await code(reissuing.reissue(await jtiOf(record, 'revocation'), {}, clerkOf(node, bureau)))).toBe(
      'bulletin/mend-first',
    );
    expect(await code(reissuing.reissue(jti, {}, clerkOf(node, bureau)))).toBe('registry/illegal-step'); // it was revoked
    expect(await code(reissuing.reissue(record.slice(7), {}, clerkOf(node)))).toBe('bulletin/not-found');
  });

  it('may be an objection: the bureau that heard it says it again', async () => {
    await open('2026-10-12T02:00:00.000Z');
    const record = await openPenalty('2026-10-09');
    await network.exchange(2);
    const objection = { raisedOn: '2026-10-12', receivedBy: { name: '江苏省知识产权局' }, reason: '有误' };
    await take(record, 'objection', objection, jiangsu);
    const [mark] = (await stepsOf(jiangsu, record)).filter(({ type }) => type === 'objection');
    const own = network.node(shanghai);
    const log = await logHeld(own, network.node(jiangsu).node.self.origin);
    const [entry] = await own.node.store.log.listEntries(log.id, 0, 1);
    if (!entry || !mark) throw new RangeError('the log has begun');
    await own.node.store.log.putWord(log.id, { ...entry, jti: mark.jti });
    await network.exchange(2);
    expect((await listOf(jiangsu)).map(({ kind }) => kind)).toEqual(['objection-answer', 'refused']);
    const { reissuing } = network.node(jiangsu).node;
    const clerk = clerkOf(network.node(jiangsu));
    const issued = await reissuing.reissue(mark.jti, { patch: { reason: '主体有误' } }, clerk);
    expect(issued.map(({ type, audience }) => [type, audience])).toEqual([['objection', [shanghai]]]);
    await network.exchange(2);
    expect(await listOf(shanghai)).toMatchObject([{ kind: 'objection', bulletin: issued[0]?.jti }]);
    expect((await viewAt(shanghai, record))?.objection).toBe('marked');
  });
});

describe('the work list as a workbook', () => {
  it('is one sheet, and only for those who work here', async () => {
    await open('2026-10-12T02:00:00.000Z', { running: [shanghai] });
    const node = network.node(shanghai);
    const api = createApi(node.url, await node.createToken('auditor'));
    const answer = await api('GET', '/api/v1/worklist', { query: { form: 'xlsx' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=worklist-2026-10-12.xlsx');
    expect(answer.body.slice(0, 2)).toBe('PK');
    expect((await api('GET', '/api/v1/worklist')).body).toEqual({ day: '2026-10-12', items: [], isMore: false });
    const strange = await api('GET', '/api/v1/worklist', { query: { kind: 'nothing' } });
    expect(strange).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
  });
});
