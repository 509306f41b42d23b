/** `huxin verify --list`: the bulletins that a file shows as rows of a workbook, for whoever has to count and sort them. */

import type { Bilingual } from '../agreement/agreement.ts';
import { dayOf, formatChinaTime, fromNumericDate } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import { describeClaim } from '../evidence/claim-words.ts';
import type { Report } from '../evidence/report.ts';
import type { Opened } from '../evidence/shown-log.ts';
import type { CellContent } from '../sheet/sheet.ts';
import { buildXlsx } from '../sheet/workbook.ts';

const head: readonly (readonly [label: string, width: number])[] = [
  ['日志 · Log', 26],
  ['条目 · Entry', 8],
  ['种类 · Type', 36],
  ['决定日 · Decided', 12],
  ['签发（北京时间） · Signed (China time)', 18],
  ['统一社会信用代码 · Credit code', 22],
  ['名称 · Name', 32],
  ['文书号 · Document', 26],
  ['内容 · What it says', 80],
  ['收件方 · Addressed to', 22],
  ['记录编号 · Record', 38],
  ['通报编号 · Number', 38],
  ['不合规 · Against the rules', 24],
];

/** Governance and receipts are left out: they speak of no record. Memory grows with the bulletins. */
export function createList(labels: Labels) {
  const rows: { log: string; index: number; cells: CellContent[] }[] = [];
  return {
    add({ log, index, audience, verdict }: Opened): void {
      const addressed = audience.join(', ');
      if ('code' in verdict) {
        const cells = [log, index, '', '', '', '', '', '', '', addressed, '', '', verdict.code];
        rows.push({ log, index, cells });
        return;
      }
      const { type, claims, body } = verdict.good;
      const { jti, iat, toe, txn, sub_id: subject } = claims;
      if (!subject) return;
      const lines = labels.linesOf(type.name, body as unknown as Record<string, unknown>); // its schema was checked
      const valueAt = (path: string) => lines.find((line) => line.path === path)?.value.zh ?? '';
      const cells = [
        ...[log, index, both(labels.titleOf(type.name))],
        toe === undefined ? '' : dayOf(new Date(fromNumericDate(toe))),
        formatChinaTime(fromNumericDate(iat)),
        ...[subject.uscc, valueAt('subject.name'), valueAt('document.number')],
        lines.map(({ label, value }) => `${label.zh}：${value.zh}`).join('；'),
        ...[addressed, txn ?? '', jti, ''],
      ];
      rows.push({ log, index, cells });
    },

    /** How many there are. */
    get size() {
      return rows.length;
    },

    /** The rows by log and index, and on a second sheet what was verified of the file, and what was not. */
    build({ claim, members, notChecked }: Report): Promise<Uint8Array> {
      rows.sort((x, y) => (x.log === y.log ? x.index - y.index : x.log < y.log ? -1 : 1));
      const said = [
        ...(claim ? [['文件称 · It claims', both(describeClaim(claim, members))]] : []),
        ...notChecked.map((one) => ['未核对 · Not checked', both(one)]),
      ];
      return buildXlsx([
        {
          ...{ name: '通报', headerRows: 1, columns: head.map(([, width]) => ({ width, wraps: width >= 60 })) },
          rows: [head.map(([label]) => label), ...rows.map(({ cells }) => cells)],
        },
        { name: '验证', columns: [{ width: 24 }, { width: 110, wraps: true }], rows: said },
      ]);
    },
  };
}

function both({ zh, en }: Bilingual): string {
  return `${zh} · ${en}`;
}
