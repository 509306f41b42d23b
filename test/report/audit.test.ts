/** An auditor's report as a page and as a workbook. */

import { expect, it } from 'vitest';
import { type AuditReport, formatAuditReport } from '../../node/report/audit.ts';
import { buildAuditSheets } from '../../node/report/audit-sheets.ts';
import { openSheet } from '../../node/sheet/sheet.ts';
import { buildXlsx } from '../../node/sheet/workbook.ts';
import { sourceOf } from '../support/sheets.ts';

const said = (code: string, facts = {}) => ({ code, facts, zh: `中文<${code}>。`, en: `English <${code}>.` });
const report: AuditReport = {
  ok: false,
  at: '2026-11-20T02:00:00.000Z',
  agreement: { id: 'yrd', version: 2, digest: 'sha-256:x', title: { zh: '协议', en: 'Agreement' } },
  auditor: { id: 'audit-office', name: { zh: '审计办公室', en: 'Audit office' } },
  members: { '310000': { zh: '上海市', en: 'Shanghai' }, '320000': { zh: '江苏省', en: 'Jiangsu' } },
  nodes: [{ member: '310000' }, { member: '320000', trouble: 'ECONNREFUSED' }],
  logs: [
    {
      ...{ log: 'credit.sh.example/log', member: '310000', state: 'open', size: 1_000_001, root: 'AAAA', opened: 900 },
      ...{ governance: 3, receipts: 40, version: 2, quorumSize: 1_000_000, cosignedAt: '2026-11-20T01:00:00.000Z' },
    },
    {
      ...{ log: 'credit.js.example/log', member: '320000', state: 'forked', size: 7, root: 'BBBB', opened: 7 },
      ...{ governance: 1, receipts: 2, version: 1 },
    },
  ],
  pairs: [
    {
      ...{ log: 'credit.sh.example/log', issuer: '310000', receiver: '320000', addressed: 10, receipts: 2 },
      ...{ receipted: 9, refused: 1, withheld: 0, noted: 0, late: 1, waiting: 1 },
    },
  ],
  exceptions: [
    {
      ...{ log: 'credit.sh.example/log', index: 5, receiver: '320000', word: 'refused', code: 'bulletin/schema' },
      ...{ receiptLog: 'credit.js.example/log', receiptIndex: 3, at: '2026-11-19T02:00:00.000Z', fate: 'unmended' },
    },
  ],
  checked: [said('log/leaves')],
  notChecked: [said('content/unseen')],
  findings: [
    { ...said('log/fork', { size: 7 }), grave: true },
    { ...said('key/changed'), grave: false },
  ],
  more: { 'receipt/gap': 12 },
};

it('is a page with everything in both languages, and nothing from elsewhere', () => {
  const text = String(formatAuditReport(report));
  for (const word of [
    '发现 1 项问题',
    '1 thing is wrong',
    '中文&lt;log/fork&gt;',
    'English &lt;content/unseen&gt;',
    '已分叉',
  ])
    expect(text).toContain(word);
  for (const word of ['上海市（310000）', 'ECONNREFUSED', '1000001', '2026-11-20 10:00', '另有 12 项 receipt/gap'])
    expect(text).toContain(word);
  expect(text.match(/<li class="grave">/g)).toHaveLength(1);
  expect(text).not.toMatch(/<script|<link|src=|https?:\/\/|@import|url\(|undefined|\[object/);
});

it('says so when nothing was found', () => {
  const text = String(formatAuditReport({ ...report, ok: true, findings: [], more: {} }));
  expect(text).toContain('在能够核对的范围内，没有发现问题。');
  expect(text).toContain('Within what could be checked, nothing wrong was found.');
});

it('is a workbook with a sheet for each part', async () => {
  const { sheets } = await openSheet(sourceOf(await buildXlsx(buildAuditSheets(report)), 65_536), 'a.xlsx');
  const rows = new Map<string, string[][]>();
  for (const sheet of sheets) {
    const texts: string[][] = [];
    for await (const { cells } of sheet.rows()) texts.push(cells.map(({ text }) => text));
    rows.set(sheet.name, texts);
  }
  expect([...rows.keys()]).toEqual(['概要', '发现', '日志', '回执', '拒收与未收到', '已核对', '未核对']);
  expect(
    rows
      .get('发现')
      ?.slice(1)
      .map(([, zh, , code]) => [zh, code]),
  ).toEqual([
    ['中文<log/fork>。', 'log/fork'],
    ['中文<key/changed>。', 'key/changed'],
  ]);
  expect(rows.get('日志')?.[1]?.slice(0, 5)).toEqual([
    ...['credit.sh.example/log', '上海市（310000）', '在用 · open', '1000001', 'AAAA'],
  ]);
  expect(rows.get('拒收与未收到')?.[1]).toContain(
    '其后没有可替代它的通报 · nothing after it could have taken its place',
  );
  expect(rows.get('概要')?.at(-1)?.[1]).toBe('12');
});
