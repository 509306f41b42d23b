/** A preview and the publication that follows it, on both engines: what is shown is what is done. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { previewRows } from '../../node/federation/preview-rows.ts';
import type { CellContent } from '../../node/sheet/sheet.ts';
import { type Api, createApi } from '../support/api.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importForm, recordsOf } from '../support/uploads.ts';

const number = '行政处罚决定书文号';
const uscc = '行政相对人代码_1(统一社会信用代码)';
const fine = '罚款金额(万元)';

describe.each(engines)('a preview on $name', (engine) => {
  let network: Network;
  let node: RunningNode;
  let clerk: Api;
  let run = 0;

  beforeAll(async () => {
    network = await openNetwork({ running: ['310000'], engine });
    node = network.node('310000');
    clerk = createApi(node.url, await node.createToken('clerk'));
  });
  afterAll(() => network.close());

  const row = fc.record({ n: fc.nat(5), fine: fc.constantFrom('1', '2'), of: fc.constantFrom(1, 1, 1, 2) });
  const file = fc.uniqueArray(row, { selector: ({ n }) => n, maxLength: 6, minLength: 1 });
  const toCells = (rows: readonly { n: number; fine: string; of: number }[]): Record<string, CellContent>[] =>
    rows.map((one) => ({ [number]: `样预〔2026〕${run}-${one.n}号`, [fine]: one.fine, [uscc]: sampleUscc(one.of) }));

  it('shows of every row what its publication then does', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, async (before, after) => {
        run++;
        await importForm(clerk, node, toCells(before));
        const held = await importForm(clerk, node, toCells(after), { hold: 'true' });
        const shown = await previewRows(node.node.publishing, held, 0, 100);
        expect(shown.map((one) => one.row)).toEqual(after.map((_, i) => i + 2));
        await clerk('POST', `/api/v1/imports/${held.id}/publish`);
        await node.node.work.settled();
        const { refusedRows: refused, ...done } = (await node.node.imports.get(held.id)).summary;
        for (const outcome of ['opened', 'corrected', 'unchanged', 'refused'] as const) {
          const count = shown.filter((one) => one.outcome === outcome).length;
          const then = { ...done, refused }[outcome];
          expect([outcome, held.summary.preview?.[outcome], count]).toEqual([outcome, then, then]);
        }
        for (const { outcome, changes = [] } of shown.filter((one) => one.outcome === 'corrected')) {
          expect([outcome, changes.map(({ member }) => member)]).toEqual(['corrected', ['fine']]);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
  });

  it('writes nothing: the log is no longer, and no record is opened', async () => {
    const { log } = node.node.store;
    const size = async () => (await log.findLog(node.node.self.origin))?.size;
    const before = await size();
    const { id } = await importForm(clerk, node, [{ [number]: '样预〔2026〕无号' }], { dryRun: 'true' });
    expect(await size()).toBe(before);
    expect(await node.node.store.imports.listOpened(id)).toEqual([]);
  });

  it('refuses changed rows where a second person must approve corrections, and so does the publication', async () => {
    const other = await openNetwork({ running: ['310000'], engine, config: { fourEyes: ['correction'] } });
    const there = other.node('310000');
    const api = createApi(there.url, await there.createToken('clerk'));
    const [same, changed] = ['样预〔2026〕同号', '样预〔2026〕改号'];
    const before = await importForm(api, there, [{ [number]: same }, { [number]: changed, [fine]: '1' }]);
    const record = (await recordsOf(there, before))[1];
    const rows = [{ [number]: same }, { [number]: changed, [fine]: '2' }];
    const refusal = { code: 'proposal/needed', facts: { record, step: 'correction' } };
    const held = await importForm(api, there, rows, { hold: 'true' });
    expect(held.summary.preview).toEqual({ opened: 0, corrected: 0, unchanged: 1, refused: 1 });
    const shown = await previewRows(there.node.publishing, held, 0, 9);
    expect(shown).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'refused', record, refusal }]);
    const { id, summary } = await importForm(api, there, rows);
    expect(summary).toMatchObject({ corrected: 0, unchanged: 1, refusedRows: 1 });
    expect(await there.node.imports.listRefusals(id, 0, 9)).toMatchObject([{ row: 3, ...refusal }]);
    await other.close();
  });

  it('of a type that nobody receives is refused with the reason, before anything is published', async () => {
    const closed = await openNetwork({
      running: ['310000'],
      engine,
      change: ({ catalogue }) => {
        const grade = catalogue.find(({ type }) => type === 'grade');
        if (grade) grade.flows = grade.flows.slice(0, 1).map((flow) => ({ ...flow, from: ['320000'], to: ['330000'] }));
      },
    });
    const there = closed.node('310000');
    const api = createApi(there.url, await there.createToken('clerk'));
    const given = await importForm(api, there, [{}], { dryRun: 'true' }, 'grade');
    expect(given).toMatchObject({ state: 'refused', problem: { code: 'agreement/flow-not-allowed' } });
    await closed.close();
  });
});
