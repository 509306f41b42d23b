/** Spreadsheet files for tests: sound ones, odd ones, and forms filled with synthetic subjects. */

import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import { parse } from 'yaml';
import { withCheckCharacters } from '../../node/base/uscc.ts';
import type { CodeLists } from '../../node/form/cell.ts';
import { forms } from '../../node/form/forms.ts';
import { type FormReading, type ImportRow, readForm } from '../../node/form/read.ts';
import { type CellContent, openSheet, type Source } from '../../node/sheet/sheet.ts';
import { hash } from './crypto.ts';

export const codes: CodeLists = parse(readFileSync(new URL('../../config/codes.yaml', import.meta.url), 'utf8'));

/** A file of these bytes, handed out in chunks. */
export function sourceOf(bytes: Uint8Array, chunkBytes = 1000): Source {
  return async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
}

/** A ZIP file; `claim` lets an entry lie about its size, or all be marked. */
export function zipFile(
  parts: Record<string, string | Uint8Array>,
  claim: { path?: string; sizeBytes?: number; flags?: number } = {},
): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(parts)) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(claim.flags ?? 0, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE((path === claim.path && claim.sizeBytes) || Buffer.byteLength(content), 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, ...directory, end]));
}

export interface RawSheet {
  name: string;
  /** What stands inside `<sheetData>`. */
  data: string;
  state?: 'hidden' | 'veryHidden';
}

/** The parts of a workbook from raw XML, as Excel orders them: the sheets before what they refer to. */
export function xlsxParts(
  sheets: readonly RawSheet[],
  more: { strings?: string; formats?: string; date1904?: boolean; absolute?: boolean } = {},
): Record<string, string> {
  const ns = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const base = more.absolute ? '/xl/' : '';
  const ids = sheets.map((_, i) => `rId${i + 1}`);
  const listed = sheets.map(
    ({ name, state }, i) =>
      `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="${ids[i]}"/>`,
  );
  const targets = ids.map(
    (id, i) => `<Relationship Id="${id}" Type="${rel}/worksheet" Target="${base}worksheets/sheet${i + 1}.xml"/>`,
  );
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${rel}/officeDocument" Target="${more.absolute ? '/' : ''}xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<workbook xmlns="${ns}" xmlns:r="${rel}"><workbookPr${more.date1904 ? ' date1904="1"' : ''}/><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${targets.join('')}<Relationship Id="st" Type="${rel}/styles" Target="${base}styles.xml"/><Relationship Id="ss" Type="${rel}/sharedStrings" Target="${base}sharedStrings.xml"/></Relationships>`,
    ...Object.fromEntries(
      sheets.map(({ data }, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `<worksheet xmlns="${ns}"><dimension ref="A1:ZZ9"/><sheetData>${data}</sheetData><mergeCells><mergeCell ref="A1:C1"/></mergeCells></worksheet>`,
      ]),
    ),
    'xl/styles.xml': `<styleSheet><numFmts>${more.formats ?? ''}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="31"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${ns}">${more.strings ?? ''}</sst>`,
  };
}

/** A row of inline texts, or of raw `<c>` elements where the text begins with `<c`. */
export function xmlRow(row: number, cells: readonly string[]): string {
  const inner = cells.map((cell, i) => {
    if (cell.startsWith('<c')) return cell.replace('<c', `<c r="${letter(i)}${row}"`);
    const text = cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return cell === '' ? '' : `<c r="${letter(i)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`;
  });
  return `<row r="${row}">${inner.join('')}</row>`;
}

function letter(i: number): string {
  return (i >= 26 ? String.fromCharCode(64 + Math.floor(i / 26)) : '') + String.fromCharCode(65 + (i % 26));
}

/** An OLE compound file with these names in its directory. */
export function compoundFile(streams: readonly string[], text = ''): Uint8Array {
  const entries = ['Root Entry', ...streams].map((name) => {
    const entry = Buffer.alloc(128);
    entry.write(`${name}\0`, 'utf16le');
    return entry;
  });
  const head = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  return new Uint8Array(Buffer.concat([head, Buffer.alloc(512), ...entries, Buffer.from(text, 'utf16le')]));
}

/** On which the forms of tests are read. */
export const today = '2026-11-22';

export const shanghai = withCheckCharacters('11310000', '00002420');
export const company = withCheckCharacters('91310000', 'MA1FL001');
export const otherCompany = withCheckCharacters('91320000', 'MA1FL002');

/** Right values for every required column of the form, and some of the others. */
const filled: Record<string, Record<string, CellContent>> = {
  penalty: {
    行政相对人名称: '样例知识产权代理有限公司',
    行政相对人类别: '法人及非法人组织',
    '行政相对人代码_1(统一社会信用代码)': company,
    行政处罚决定书文号: '沪知罚〔2026〕1号',
    违法行为类型: '擅自开展专利代理业务',
    违法事实: '未取得执业许可，代理专利申请三件。',
    处罚依据: '《专利代理条例》第二十七条',
    处罚类别: '罚款、没收违法所得',
    处罚内容: '没收违法所得，并处罚款。',
    '罚款金额(万元)': '1.5',
    处罚决定日期: '2026-01-02',
    处罚有效期: '2099/12/31',
    公示截止期: '2027-01-02',
    处罚机关: '样例市知识产权局',
    处罚机关统一社会信用代码: shanghai,
    数据来源单位: '样例市知识产权局',
    数据来源单位统一社会信用代码: shanghai,
  },
  dishonesty: {
    主体名称: '样例科技有限公司',
    统一社会信用代码: company,
    认定文书号: '国知认〔2026〕7号',
    认定日期: '2026年3月1日',
    认定机关: '样例市知识产权局',
    认定机关统一社会信用代码: shanghai,
    失信行为: '不以保护创新为目的的非正常专利申请行为',
    非正常专利申请情形: '1',
    管理措施: 'M1、M5',
  },
  'serious-list': {
    主体名称: '样例知识产权代理有限公司',
    统一社会信用代码: company,
    列入文书号: '沪知列〔2026〕2号',
    列入日期: '2026-03-10',
    列入机关: '样例市知识产权局',
    列入机关统一社会信用代码: shanghai,
    列入事由: '从事严重违法专利、商标代理行为',
    失信事实: '伪造证明材料，受到较重行政处罚。',
    管理措施: 'M1、M3',
    公示截止期: '2029-03-10',
  },
  permit: {
    行政相对人名称: '样例专利代理事务所（普通合伙）',
    行政相对人类别: '03',
    '行政相对人代码_1(统一社会信用代码)': otherCompany,
    行政许可决定文书名称: '准予行政许可决定书',
    行政许可决定文书号: '国知许〔2026〕5号',
    许可类别: '普通',
    许可证书名称: '专利代理机构执业许可证',
    许可编号: '31001',
    许可内容: '准予从事专利代理业务。',
    许可决定日期: '2026/1/5',
    有效期自: '2026/1/5',
    有效期至: '2099/12/31',
    许可机关: '样例市知识产权局',
    许可机关统一社会信用代码: shanghai,
    当前状态: '有效',
    数据来源单位: '样例市知识产权局',
    数据来源单位统一社会信用代码: shanghai,
  },
  warning: {
    主体名称: '样例科技有限公司',
    统一社会信用代码: company,
    预警事项: '产品包装标注的专利权已终止',
    预警等级: '中',
    整改建议: '停止使用原包装。',
    预警日期: '2026-04-08',
    整改截止日: '2026-05-08',
    预警机关: '样例市知识产权局',
    预警机关统一社会信用代码: shanghai,
  },
  grade: {
    主体名称: '样例专利代理事务所（普通合伙）',
    统一社会信用代码: otherCompany,
    代理机构代码: '31001',
    评价办法: '专利代理信用评价管理办法（试行）',
    信用等级: 'A+',
    信用得分: '101.50',
    评价日期: '20260401',
    评价机关: '样例市知识产权局',
    评价机关统一社会信用代码: shanghai,
  },
  commendation: {
    主体名称: '样例科技有限公司',
    统一社会信用代码: company,
    荣誉名称: '知识产权示范企业',
    荣誉级别: '省级',
    表彰文书号: '沪知表〔2026〕3号',
    表彰日期: '2026/5/6',
    表彰机关: '样例市知识产权局',
    表彰机关统一社会信用代码: shanghai,
  },
};

/** Header and rows of a form; each row is a right one with these cells changed. Columns not in the form are put last. */
export function formRows(type: string, changes: readonly Record<string, CellContent>[] = [{}]): CellContent[][] {
  const columns = (forms.get(type)?.columns ?? []).map((column) => column.zh);
  for (const change of changes) for (const name of Object.keys(change)) if (!columns.includes(name)) columns.push(name);
  return [columns, ...changes.map((change) => columns.map((name) => ({ ...filled[type], ...change })[name] ?? ''))];
}

/** Everything that an import makes of a file. */
export async function importFile(
  type: string,
  bytes: Uint8Array,
  name = 'form.csv',
): Promise<FormReading & { all: ImportRow[] }> {
  const reading = await readForm(type, await openSheet(sourceOf(bytes), name), { hash, codes, today });
  const all: ImportRow[] = [];
  for await (const row of reading.rows) all.push(row);
  return { ...reading, all };
}
