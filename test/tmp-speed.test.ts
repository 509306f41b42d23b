import { expect, it, describe } from 'vitest';
import { formatBase64url, utf8 } from '../node/base/bytes.ts';
import { createWorklists } from '../node/federation/worklist.ts';
import { sampleAgreement } from './support/agreement.ts';
import { sampleBody, sampleUscc } from './support/bulletins.ts';
import { engines } from './support/engines.ts';
import { rules } from './support/rules.ts';
import { addLog, sampleEntry, storesOn } from './support/stores.ts';

describe.each(engines)('$name', (engine) => {
  it('speed', { timeout: 600000 }, async () => {
    const stores = storesOn(engine);
    const store = await stores.open();
    const own = (await addLog(store, '310000', true)).id;
    const other = (await addLog(store, '320000')).id;
    const n = 100_000;
    const body = sampleBody('penalty', { document: { number: '1号', date: '2026-10-09', authority: { name: '上海市知识产权局', uscc: '11310000HX31000006' } } });
    const jws = (b: object) => `h.${formatBase64url(utf8(JSON.stringify({ events: { x: b } })))}.s`;
    const at = '2026-10-12T02:00:00.000Z';
    const id = (i: number) => `019d0000-0000-7000-8000-${String(i).padStart(12, '0')}`;
    for (let a = 0; a < n; a += 1000) {
      const idx = Array.from({ length: 1000 }, (_, i) => a + i);
      await store.transaction(async (s) => {
        await s.log.putEntries(own, idx.map((i) => sampleEntry(i, { jti: id(i), word: 'issued', content: { salt: 'x', jws: jws(body) } })));
        await s.registry.putSteps(own, idx.map((i) => ({ member: '310000', txn: id(i), type: 'penalty', uscc: sampleUscc(i), jti: id(i), decidedOn: '2026-10-09', state: 'publicised', index: i, at, own: { naturalKey: `k${i}`, bodyDigest: 'd', authority: i % 10 ? 'B' : 'A' } })));
      });
    }
    const m = 5000;
    for (let a = 0; a < m; a += 500) {
      const idx = Array.from({ length: 500 }, (_, i) => a + i);
      await store.log.putEntries(other, idx.map((i) => sampleEntry(i, { jti: `o${i}`, content: { salt: 'x', jws: jws({ record: `310000.${id(i * 7)}`, receivedBy: { name: '苏', uscc: 'X' } }) } })));
      await store.registry.putSteps(other, idx.map((i) => ({ member: '310000', txn: id(i * 7), type: 'objection', uscc: sampleUscc(i * 7), jti: `o${i}`, decidedOn: '2026-10-09', index: i, at })));
      await store.log.putEntries(own, idx.filter((i) => i % 20).map((i) => sampleEntry(n + i, { jti: `d${i}`, content: { salt: 'x', jws: jws({ objection: `o${i}` }) } })));
      await store.registry.putSteps(own, idx.filter((i) => i % 20).map((i) => ({ member: '310000', txn: id(i * 7), type: 'objection-decision', state: 'publicised', answers: `o${i}`, uscc: sampleUscc(i * 7), jti: `d${i}`, decidedOn: '2026-10-09', index: n + i, at, own: { naturalKey: `k${i * 7}`, bodyDigest: 'd', authority: 'A' } })));
    }
    await store.refusals.putRefusals(Array.from({ length: 300 }, (_, i) => ({ member: i % 2 ? '320000' : '330000', index: i * 11, code: 'bulletin/schema', at })));
    const summary = { rows: 0, refusedRows: 0, opened: 0, corrected: 0, unchanged: 0, repeated: 0, personalCells: 0, oddRows: 0, warnings: [] };
    await store.imports.putImport({ id: 'i1', type: 'penalty', fileName: 'a.csv', authority: 'A', person: '0001', state: 'held', hold: true, allOrNothing: false, createdAt: at, summary });
    for (let a = 0; a < n; a += 1000) {
      await store.transaction((s) => s.imports.putItems('i1', Array.from({ length: 1000 }, (_, i) => ({ row: a + i + 2, naturalKey: `new${a + i}`, uscc: sampleUscc(i), decidedOn: `2026-${String(1 + (a / 1000 + i) % 9).padStart(2, '0')}-${String(1 + i % 28).padStart(2, '0')}`, authority: `A${i % 20}`, body }))));
    }
    const lists = createWorklists({ store, rules, agreement: sampleAgreement(), member: '310000', ownAuthority: 'A', titleOf: (zh) => ({ zh, en: zh }), now: () => new Date(at) });
    const asker = { role: 'clerk', authority: 'A', person: '1' } as const;
    for (const kind of ['publish', 'objection', 'refused', 'approval', 'objection-answer', undefined] as const) {
      for (let k = 0; k < 2; k++) {
        const t = performance.now();
        const { items } = await lists.list(asker, { limit: 200, ...(kind && { kind }) });
        console.log(engine.name, kind, items.length, Math.round(performance.now() - t), 'ms');
      }
    }
    let t = performance.now();
    for (let k = 0; k < 100; k++) await store.refusals.listLater('320000', n - 800 - k, n - k);
    console.log(engine.name, 'listLater', Math.round(performance.now() - t) / 100, 'ms');
    t = performance.now();
    for (let k = 0; k < 100; k++) await store.refusals.listLater('340000', n - 800 - k, n - k);
    console.log(engine.name, 'listLater of nobody', Math.round(performance.now() - t) / 100, 'ms');
    expect(1).toBe(1);
    await stores.close();
  });
});
