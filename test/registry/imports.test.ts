/** An import on its way through the store, on both engines: what is kept of it at every stop, and what is not. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../node/base/problem.ts';
import { createNewId } from '../../node/crypto.ts';
import { publishRows } from '../../node/federation/publish-rows.ts';
import { decideMove, publishMoves } from '../../node/federation/publish-steps.ts';
import { createImports, type Upload } from '../../node/registry/imports.ts';
import { TakenOver } from '../../node/registry/read-import.ts';
import { stateTerms } from '../../node/registry/terms.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { penaltiesCsv } from '../support/penalties.ts';
import { codes, sourceOf, zipFile } from '../support/sheets.ts';

let network: Network;
const clock = { ms: 0 };
const hourMs = 3_600_000;
const newId = createNewId(() => new Date(clock.ms));
const at = (ms: number) => new Date(ms).toISOString();

beforeEach(() => {
  clock.ms = Date.parse('2026-11-20T02:00:00Z');
});

afterEach(() => network.close());

describe.each(engines)('an import on $name', (engine) => {
  async function begin(changes: Partial<Upload> = {}, spoil = (csv: string) => csv) {
    network = await openNetwork({ running: ['310000'], engine, now: () => new Date(clock.ms) });
    const { node } = network.node('310000');
    const { authority } = node.self;
    const given = spoil(penaltiesCsv(authority, 0, 3));
    async function* bytes() {
      yield new TextEncoder().encode(given);
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false, ...changes };
    const { id } = await node.imports.receive(upload, { role: 'clerk', authority, person: '0001' }, bytes());
    return { node, id, stored: () => node.store.imports.readChunk(id, 0) };
  }

  it('keeps its file until it is read, and not longer', async () => {
    const { node, id, stored } = await begin();
    expect(await node.imports.get(id)).toMatchObject({ state: 'received' });
    expect(await stored()).toBeDefined();
    expect(await node.imports.read(id)).toMatchObject({ state: 'publishing', summary: { rows: 3 } });
    expect(await stored()).toBeUndefined();
  });

  it('that cannot be read keeps neither file nor rows', async () => {
    const { node, id, stored } = await begin({}, () => 'nothing that has a header');
    expect(await node.imports.read(id)).toMatchObject({ state: 'refused', problem: { code: 'sheet/no-header' } });
    expect(await stored()).toBeUndefined();
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
  });

  it('that is held waits, is published or discarded once, and discarded it keeps nothing', async () => {
    const { node, id, stored } = await begin({ hold: true });
    expect(await node.imports.read(id)).toMatchObject({ state: 'comparing' });
    expect(await stored()).toBeUndefined();
    const preview = { opened: 3, corrected: 0, unchanged: 0, refused: 0 };
    await node.imports.putPreview(id, preview);
    expect(await node.imports.get(id)).toMatchObject({ state: 'held', summary: { rows: 3, preview } });
    const moves = await Promise.allSettled([node.imports.discard(id), node.imports.discard(id)]);
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await node.imports.get(id)).toMatchObject({ state: 'discarded' });
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
    await expect(node.imports.release(id)).rejects.toThrow('import/wrong-state');
  });

  it('of which nothing is to be published for one refused row keeps the refusals alone', async () => {
    const { node, id } = await begin({ allOrNothing: true }, (csv) => csv.replace('0.11', 'x'));
    expect(await node.imports.read(id)).toMatchObject({ state: 'refused', summary: { rows: 3, refusedRows: 1 } });
    expect(await node.imports.listRefusals(id, 0, 10)).toMatchObject([{ code: 'import/value-unreadable' }]);
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
  });

  it('whose file breaks off is discarded, with what had come', async () => {
    network = await openNetwork({ running: ['310000'], engine });
    const { node } = network.node('310000');
    async function* bytes() {
      yield new TextEncoder().encode('half');
      throw new Error('the line broke');
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    await expect(node.imports.receive(upload, asker, bytes())).rejects.toThrow('the line broke');
    const [given] = await node.imports.list(10);
    expect(given).toMatchObject({ state: 'discarded' });
    expect(await node.store.imports.readChunk(given?.id ?? '', 0)).toBeUndefined();
  });

  it('that a killed process never received whole goes after an hour, with what had come', async () => {
    const { node, id: whole } = await begin();
    const half = { ...(await node.imports.get(whole)), id: newId(), state: 'receiving' } as const;
    await node.store.imports.putImport(half);
    await node.store.imports.putChunk(half.id, 0, Uint8Array.of(1));
    clock.ms += hourMs;
    await node.imports.discardAbandoned();
    expect(await node.imports.get(half.id)).toMatchObject({ state: 'receiving' });
    clock.ms += 1;
    await node.imports.discardAbandoned();
    expect(await node.imports.get(half.id)).toMatchObject({ state: 'discarded', finishedAt: at(clock.ms) });
    expect(await node.store.imports.readChunk(half.id, 0)).toBeUndefined();
    expect(await node.imports.get(whole)).toMatchObject({ state: 'received' });
    expect(await node.store.imports.readChunk(whole, 0)).toBeDefined();
  });

  it('that takes longer than that is refused, and nothing of it stays', async () => {
    network = await openNetwork({ running: ['310000'], engine, now: () => new Date(clock.ms) });
    const { node } = network.node('310000');
    async function* bytes() {
      yield Uint8Array.of(1);
      clock.ms += hourMs + 1;
      await node.imports.discardAbandoned();
      yield Uint8Array.of(2);
    }
    const upload = { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    await expect(node.imports.receive(upload, asker, bytes())).rejects.toThrow('import/wrong-state');
    const [given] = await node.imports.list(10);
    expect(given).toMatchObject({ state: 'discarded' });
    for (const n of [0, 1]) expect(await node.store.imports.readChunk(given?.id ?? '', n)).toBeUndefined();
  });

  it('that is given up keeps none of its rows', async () => {
    const { node, id } = await begin();
    await node.imports.read(id);
    await node.imports.giveUp(id);
    expect(await node.imports.get(id)).toMatchObject({ state: 'refused', problem: { code: 'import/failed' } });
    expect(await node.store.imports.listWaiting(id, 0, 10)).toEqual([]);
  });

  it('that another process took is not read on, refused or given up by the one that lost it', async () => {
    const { node, id } = await begin({ hold: true });
    await node.imports.read(id);
    await node.store.imports.claimImport(id, 'another');
    await expect(node.imports.read(id, 'keep')).rejects.toThrow(TakenOver);
    await expect(node.imports.giveUp(id)).rejects.toThrow(TakenOver);
    await expect(node.imports.refuse(id, new Problem('import/failed'))).rejects.toThrow(TakenOver);
    await expect(node.imports.putPreview(id, { opened: 3, corrected: 0, unchanged: 0, refused: 0 })).rejects.toThrow(
      TakenOver,
    );
    expect(await node.imports.get(id)).toMatchObject({ state: 'comparing' });
    expect(await node.imports.read(id)).toMatchObject({ state: 'comparing' });
    await node.imports.giveUp(id);
    expect(await node.imports.get(id)).toMatchObject({ state: 'refused', problem: { code: 'import/failed' } });
  });

  it('that another process publishes meanwhile is let go, and every row is published once', async () => {
    const { node, id } = await begin();
    const given = await node.imports.read(id);
    await node.store.imports.claimImport(id, 'another');
    await expect(publishRows(node.publishing, given)).rejects.toThrow(TakenOver);
    expect(await node.store.imports.listWaiting(id, 0, 10)).toHaveLength(3);
    node.work.enqueue({ id });
    await node.work.settled();
    expect(await node.imports.get(id)).toMatchObject({ state: 'done', summary: { opened: 3 } });
  });

  it('gives its rows what the rules say where they are silent', async () => {
    const { node, id } = await begin();
    await node.imports.read(id);
    const [item] = await node.store.imports.listWaiting(id, 0, 1);
    const body = item?.body ?? {};
    expect(stateTerms(node.rules, 'penalty', body)).toEqual(body);
    expect(body).toMatchObject({ rulePack: expect.any(String), publicity: { until: expect.any(String) } });
  });

  it('of rows that may no longer be kept refuses them', async () => {
    const { node, id } = await begin({}, (csv) => csv.replace('2026-01-09', '2019-01-09'));
    expect(await node.imports.read(id)).toMatchObject({ summary: { rows: 3, refusedRows: 1 } });
    expect(await node.imports.listRefusals(id, 0, 9)).toMatchObject([
      { row: 2, code: 'import/retention-ended', facts: { until: expect.stringMatching(/^2024-/) } },
    ]);
  });

  it('keeps refused rows for 90 days, and what is held no longer than that', async () => {
    const { node, id } = await begin({ hold: true }, (csv) => csv.replace('0.11', 'x'));
    node.work.enqueue({ id });
    await node.work.settled();
    clock.ms += 90 * 24 * hourMs;
    expect(await node.imports.forgetOld()).toBe(0);
    expect(await node.imports.buildRefusals(id)).toHaveLength(2);
    clock.ms += 1;
    expect(await node.imports.forgetOld()).toBe(1);
    expect(await node.imports.forgetOld()).toBe(0);
    expect(await node.imports.get(id)).toMatchObject({ state: 'discarded', summary: { rows: 3, refusedRows: 1 } });
    expect(await node.imports.listRefusals(id, 0, 9)).toEqual([]);
    expect(await node.store.imports.listKept(id, 9)).toEqual([]);
    expect(await node.store.imports.listWaiting(id, 0, 9)).toEqual([]);
    await expect(node.imports.buildRefusals(id)).rejects.toThrow('import/forgotten');
  });

  it('of which no row was refused has none to hand back', async () => {
    const { node, id } = await begin();
    await node.imports.read(id);
    await expect(node.imports.buildRefusals(id)).rejects.toThrow('import/wrong-state');
  });

  it('that was published can be taken back when its refused rows are forgotten', async () => {
    const { node, id } = await begin({}, (csv) => csv.replace('0.11', 'x'));
    node.work.enqueue({ id });
    await node.work.settled();
    clock.ms += 91 * 24 * hourMs;
    expect(await node.imports.forgetOld()).toBe(1);
    expect(await node.imports.get(id)).toMatchObject({ state: 'done', summary: { refusedRows: 1, opened: 2 } });
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    node.work.enqueue(await node.imports.revoke(id, '文件有误', asker));
    await node.work.settled();
    expect(await node.imports.get(id)).toMatchObject({ revocation: { state: 'done', revoked: 2 } });
  });

  it('is taken back by a process that goes on where a killed one stopped', async () => {
    const { node, id } = await begin();
    node.work.enqueue({ id });
    await node.work.settled();
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    expect(await node.imports.revoke(id, '文件有误', asker)).toMatchObject({ revocation: { state: 'running' } });
    const [record = ''] = await node.store.imports.listOpened(id);
    const own = await node.store.registry.findOwn({ member: '310000', txn: record });
    const body = { revokedOn: '2026-11-20', ground: 'import-mistake', reason: '文件有误' };
    if (own)
      await publishMoves(node.publishing, [await decideMove(node.publishing, own, { type: 'revocation', body })]);
    await node.work.resume();
    await node.work.settled();
    expect(await node.imports.get(id)).toMatchObject({ revocation: { state: 'done', revoked: 2 } });
    for (const txn of await node.store.imports.listOpened(id)) {
      expect(await node.store.registry.findOwn({ member: '310000', txn })).toMatchObject({ state: 'revoked' });
    }
    const steps = await node.store.registry.listRecordSteps({ member: '310000', txn: record });
    expect(steps.map(({ type }) => type)).toEqual(['penalty', 'revocation']);
  });

  it('about another subject than the record of the same document is refused row by row', async () => {
    const { node, id: first } = await begin();
    node.work.enqueue({ id: first });
    const { id } = await node.imports.receive(
      { type: 'penalty', fileName: 'p.csv', hold: false, allOrNothing: false },
      { role: 'clerk', authority: node.self.authority, person: '0001' },
      (async function* () {
        const csv = penaltiesCsv(node.self.authority, 0, 3);
        yield new TextEncoder().encode(csv.replace(sampleUscc(1), sampleUscc(7)).replace(sampleUscc(2), sampleUscc(8)));
      })(),
    );
    node.work.enqueue({ id });
    await node.work.settled();
    expect(await node.imports.get(id)).toMatchObject({ state: 'done', summary: { refusedRows: 2, unchanged: 1 } });
    const refusals = await node.imports.listRefusals(id, 0, 10);
    expect(refusals).toMatchObject([3, 4].map((row) => ({ row, code: 'registry/other-subject' })));
    const [sheet] = await node.imports.buildRefusals(id);
    expect(sheet?.rows.map((row) => row[2])).toEqual(['统一社会信用代码', sampleUscc(7), sampleUscc(8)]);
  });

  it('is unpacked no further than the configuration lets it', async () => {
    const { node } = await begin();
    const imports = createImports({
      ...{ store: node.store, now: () => new Date(clock.ms), newId, hash, codes, checks: new Map(), worker: 'one' },
      ...{ ownAuthority: node.self.authority, greatestFileBytes: 1e6, greatestUnpackedBytes: 2000 },
      ...{ rules: node.rules, fourEyes: [] },
    });
    const upload = { type: 'penalty', fileName: 'p.xlsx', hold: false, allOrNothing: false };
    const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
    const { id } = await imports.receive(upload, asker, sourceOf(zipFile({ 'xl/a': ' '.repeat(3000) }))());
    expect(await imports.read(id)).toMatchObject({ state: 'refused', problem: { code: 'sheet/too-large' } });
  });
});
