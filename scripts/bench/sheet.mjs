/** Spreadsheets of any length for the import bench: the official form of penalties, each row another subject and document. */

import { crc32, deflateRawSync } from 'node:zlib';
import { forms } from '../../dist/node/form/forms.js';
import { formatCsv } from '../../dist/node/sheet/sheet.js';
import { sampleUscc } from './world.mjs';

const columns = forms.get('penalty').columns;

/** The bytes of a file with that many rows below its header. */
export function penaltySheet(format, rows, authority) {
  const table = [
    columns.map(({ zh }) => zh),
    ...Array.from({ length: rows }, (_, n) => {
      const row = rowOf(n, authority);
      return columns.map(({ path }) => row[path] ?? '');
    }),
  ];
  return format === 'csv' ? formatCsv(table) : sharedStringsXlsx(table);
}

function rowOf(n, authority) {
  return {
    'subject.name': `样例科技${n}号有限公司`,
    'subject.kind': '法人及非法人组织',
    'subject.uscc': sampleUscc(n),
    'document.number': `沪知样罚〔2026〕${n}号`,
    violation: '假冒专利',
    facts: `样例事实：当事人在其产品包装上标注已经终止的专利号，经查属实，共${n % 97}件，已责令改正。`,
    basis: '《中华人民共和国专利法》第六十八条',
    categories: '罚款、没收违法所得',
    content: '没收违法所得，处以罚款2000元。',
    fine: '0.2',
    confiscation: '0.05',
    'document.date': '2026-01-09',
    'publicity.until': '2027-01-09',
    'document.authority.name': '样例市知识产权局',
    'document.authority.uscc': authority,
    'source.name': '样例市知识产权局',
    'source.uscc': authority,
  };
}

/** A workbook as Excel saves it: every text once in the shared strings, cells that refer to them by number. */
function sharedStringsXlsx(table) {
  const numbers = new Map();
  const numberOf = (text) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  let uses = 0;
  const rows = table.map((row, r) => {
    const cells = row.map((text, c) => {
      if (text === '') return '';
      uses++;
      return `<c r="${letters(c)}${r + 1}" s="1" t="s"><v>${numberOf(text)}</v></c>`;
    });
    return `<row r="${r + 1}" spans="1:${row.length}">${cells.join('')}</row>`;
  });
  const ns = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packageRel = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const declared = (xml) => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n${xml}`;
  const strings = [...numbers.keys()].map((text) => `<si><t>${escapeXml(text)}</t></si>`).join('');
  return zip({
    '[Content_Types].xml': declared('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    '_rels/.rels': declared(
      `<Relationships xmlns="${packageRel}"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': declared(
      `<workbook xmlns="${ns}" xmlns:r="${rel}"><sheets><sheet name="行政处罚" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': declared(
      `<Relationships xmlns="${packageRel}"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${rel}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': declared(
      `<worksheet xmlns="${ns}"><dimension ref="A1:${letters(table[0].length - 1)}${table.length}"/><sheetData>${rows.join('')}</sheetData></worksheet>`,
    ),
    'xl/styles.xml': declared(
      `<styleSheet xmlns="${ns}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ),
    'xl/sharedStrings.xml': declared(
      `<sst xmlns="${ns}" count="${uses}" uniqueCount="${numbers.size}">${strings}</sst>`,
    ),
  });
}

function letters(i) {
  return (i >= 26 ? String.fromCharCode(64 + Math.floor(i / 26)) : '') + String.fromCharCode(65 + (i % 26));
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** APPNOTE 6.3, without ZIP64. */
function zip(parts) {
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const [path, text] of Object.entries(parts)) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, listed, end]);
}
