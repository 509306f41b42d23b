/**
 * The spreadsheets of the demo: one for each province and type that it may send, in the official form, from a seed. All
 * is invented: subjects, authorities and documents. Some rows are wrong on purpose; what is to be said of them is known.
 */

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addYears } from '../dist/node/base/calendar.js';
import { dayOf } from '../dist/node/base/time.js';
import { withCheckCharacters } from '../dist/node/base/uscc.js';
import { parseYaml } from '../dist/node/base/yaml.js';
import { forms } from '../dist/node/form/forms.js';
import { formatCsv } from '../dist/node/sheet/sheet.js';
import { buildXlsx } from '../dist/node/sheet/workbook.js';
import { addresseesOf } from './demo-expect.mjs';

/**
 * @typedef {Record<string, string | number | Date | undefined>} Row cells by the path of their column: `subject.name`
 * @typedef {{ member: string, type: string, file: string }} SheetFile `file` is relative to the folder of all: `310000/penalty.xlsx`
 * @typedef {{ file: string, row: number, column: string, code: string }} WrongRow
 * @typedef {{ files: SheetFile[], wrong: WrongRow[], known: { uscc: string, name: string }, corrected: SheetFile }} Samples
 */

const codes = parseYaml(readFileSync(new URL('../config/codes.yaml', import.meta.url), 'utf8')).value;
const labelOf = (list, code) => codes[list].codes[code].zh;
const shortNames = { 310000: '沪', 320000: '苏', 330000: '浙', 340000: '皖' };
const homes = ['310000', '320000', '330000', '340000'];
const sampled = ['penalty', 'dishonesty', 'grade', 'commendation'];
const specimenNumber = '11010519491231002X'; // the specimen of GB 11643 itself

/**
 * Writes the files.
 *
 * @param {string} folder
 * @param {{ agreement: any, rows: number, seed: string }} options `rows` good ones a file; the wrong ones come on top
 * @returns {Promise<Samples>}
 */
export async function writeSamples(folder, { agreement, rows, seed }) {
  const wrong = [];
  const files = [];
  let corrected;
  for (const [m, member] of agreement.members.entries()) {
    await mkdir(join(folder, member.id), { recursive: true });
    const types = sampled.filter((type) => addresseesOf(agreement, member.id, type).length > 0);
    for (const [t, type] of types.entries()) {
      const random = randomFrom(`${seed}/${member.id}/${type}`);
      const pen = { member, m, type, random, rows };
      const good = Array.from({ length: rows }, (_, n) => rowOf(pen, n));
      const bad = spoilers(type, m).map(({ spoil, ...word }, n) => ({ ...word, row: spoil(rowOf(pen, rows + n)) }));
      const all = [...good];
      for (const one of bad) all.splice(1 + Math.floor(random() * all.length), 0, one.row);
      const layout = layoutOf(pen, t);
      const file = `${member.id}/${type}.${layout.format}`;
      await writeFile(join(folder, file), await formatSheet(all, pen, layout));
      files.push({ member: member.id, type, file });
      for (const { row, path, code } of bad) {
        const column = forms.get(type).columns.find((one) => one.path === path).zh;
        wrong.push({ file, row: layout.above + 1 + all.indexOf(row), column, code });
      }
      if (corrected) continue;
      corrected = { member: member.id, type, file: `${member.id}/${type}-corrected.${layout.format}` };
      await writeFile(
        join(folder, corrected.file),
        await formatSheet([correct(good[0]), ...good.slice(1)], pen, layout),
      );
    }
  }
  return { files, wrong, known: companyOf(0), corrected };
}

/** What the corrected row says: the first row of the first file, with another fine. */
export const correctedFine = '3.2';

function correct(row) {
  return { ...row, fine: correctedFine, content: '罚款32000元', remarks: '罚款金额更正（示例）' };
}

// Rows ------------------------------------------------------------------------------------------------------------

/** The first row of every file is about the company that all provinces know. */
function rowOf(pen, n) {
  const { member, m, type, random, rows } = pen;
  const pool = Math.max(8, rows);
  const company = companyOf(n === 0 ? 0 : Math.floor(random() * pool));
  const bureaux = [provinceOf(member), bureauOf(member, m, 1), bureauOf(member, m, 2)];
  const authority = bureaux[Math.floor(random() * bureaux.length)];
  const day = dayBefore(n === 0 ? earliestDaysAgo : earliestDaysAgo - Math.floor(random() * 170));
  const number = `${shortNames[member.id] ?? member.id}样${numberWords[type]}〔${day.slice(0, 4)}〕${n + 1}号`;
  return {
    nobody: '（略）',
    ...rowsByType[type]({ random, authority, day, number, company, agency: agencyOf(n + m * 3) }),
    'source.name': provinceOf(member).name,
    'source.uscc': provinceOf(member).uscc,
  };
}

const numberWords = { penalty: '罚', dishonesty: '认', grade: '评', commendation: '表' };

const violations = [
  ['假冒专利', '《中华人民共和国专利法》第六十八条', '在产品包装上标注已经终止的专利号'],
  ['侵犯注册商标专用权', '《中华人民共和国商标法》第六十条', '销售带有他人注册商标的样例商品'],
  ['擅自开展专利代理业务', '《专利代理条例》第二十七条', '未取得执业许可而承接专利代理业务'],
];

const rowsByType = {
  penalty({ random, company, authority, day, number }) {
    const [violation, basis, facts] = pick(random, violations);
    const fine = (1 + Math.floor(random() * 40)) / 20;
    return {
      'subject.name': company.name,
      'subject.kind': '法人及非法人组织',
      'subject.uscc': company.uscc,
      'document.number': number,
      violation,
      facts: `样例事实：当事人${facts}。`,
      basis,
      categories: pick(random, ['罚款', '警告、罚款', '没收违法所得；罚款']),
      content: `罚款${Math.round(fine * 10_000)}元`,
      fine: String(fine),
      'document.date': day,
      validUntil: '2099/12/31',
      'publicity.until': addYears(day, 3),
      ...documentBy(authority),
    };
  },
  dishonesty({ random, company, authority, day, number }) {
    const conduct = pick(random, ['IP-01', 'IP-02', 'IP-04', 'IP-05']);
    return {
      ...subjectOf(company),
      'document.number': number,
      'document.date': day,
      ...documentBy(authority),
      conduct: labelOf('conduct', conduct),
      form: conduct === 'IP-01' ? labelOf('conduct-form', pick(random, ['1', '2', '3'])) : undefined,
      facts: '样例事实：经核实，情况属实。',
      measures: ['M1', pick(random, ['M2', 'M5', 'M6'])]
        .map((code) => `${code} ${labelOf('measure', code)}`)
        .join('；'),
      'publicity.until': addYears(day, 1),
    };
  },
  grade({ random, agency, authority, day }) {
    const [grade, least] = pick(random, [
      ['A+', 100],
      ['A', 90],
      ['B', 80],
      ['C', 70],
      ['D', 60],
    ]);
    return {
      ...subjectOf(agency),
      agencyCode: agency.code,
      scheme: labelOf('grade-scheme', 'CNIPA-PATENT-AGENCY-2023'),
      grade,
      score: String(least + Math.floor(random() * 18) / 2),
      gradedOn: day,
      'authority.name': authority.name,
      'authority.uscc': authority.uscc,
    };
  },
  commendation({ random, company, authority, day, number }) {
    return {
      ...subjectOf(company),
      honour: pick(random, ['样例知识产权示范企业', '样例专利奖', '样例商标品牌培育奖']),
      level: pick(random, ['省级', '市级']),
      content: '样例表彰',
      'document.number': number,
      'document.date': day,
      ...documentBy(authority),
      validUntil: '长期',
    };
  },
};

function subjectOf({ name, uscc }) {
  return { 'subject.name': name, 'subject.kind': '法人', 'subject.uscc': uscc };
}

function documentBy({ name, uscc }) {
  return { 'document.authority.name': name, 'document.authority.uscc': uscc };
}

/** Ways in which rows go wrong in offices: a few in each province, other ones in each. */
function spoilers(type, m) {
  const set = (path, code, value) => ({ path, code, spoil: (row) => ({ ...row, [path]: value }) });
  const wrongCheck = {
    path: 'subject.uscc',
    code: 'subject/invalid-uscc',
    spoil: (row) => ({
      ...row,
      'subject.uscc': row['subject.uscc'].replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    }),
  };
  const byType = {
    penalty: [
      wrongCheck,
      [
        set('facts', 'subject/natural-person', `样例事实：负责人证件号 ${specimenNumber}`),
        set('categories', 'import/value-not-listed', '口头提醒'),
        set('fine', 'import/value-unreadable', '约2千元'),
        set('violation', 'import/value-missing', undefined),
      ][m % 4],
    ],
    dishonesty: [
      [
        set('document.date', 'import/value-unreadable', '2026-02-30'),
        set('document.number', 'import/value-missing', undefined),
      ][m % 2],
    ],
    grade: [set('grade', 'import/value-not-listed', '优秀')],
    commendation: [set('level', 'import/value-not-listed', '乡级')],
  };
  return byType[type] ?? [];
}

// Names -----------------------------------------------------------------------------------------------------------

/** Company number `n`, wherever it occurs: 样例科技〇一号有限公司. */
function companyOf(n) {
  return {
    name: `样例科技${inWords(n + 1)}号有限公司`,
    uscc: withCheckCharacters(`91${homes[n % homes.length]}`, `HXC${String(n + 1).padStart(5, '0')}`),
  };
}

function agencyOf(n) {
  return {
    name: `样例知识产权代理${inWords(n + 1)}号有限公司`,
    uscc: withCheckCharacters(`91${homes[n % homes.length]}`, `HXA${String(n + 1).padStart(5, '0')}`),
    code: String(99_000 + ((n + 1) % 1000)),
  };
}

function provinceOf({ name, authority }) {
  return { name: `${name.zh}样例知识产权局`, uscc: authority };
}

function bureauOf({ id, name }, m, n) {
  const uscc = withCheckCharacters(`11${id}`, `HXB${String(m * 100 + n).padStart(5, '0')}`);
  return { name: `${name.zh}样例${'〇一二三'[n]}区知识产权局`, uscc };
}

/** 7 → 〇七 */
function inWords(n) {
  return [...String(n).padStart(2, '0')].map((digit) => '〇一二三四五六七八九'[digit]).join('');
}

// Sheets ----------------------------------------------------------------------------------------------------------

/** Each province writes its files in its own manner; of all files one is in GB18030. */
function layoutOf({ m, type }, t) {
  const format = (m + t) % 2 === 0 ? 'xlsx' : 'csv';
  const encoding = m === 1 && type === 'penalty' ? 'gb18030' : 'utf-8';
  const hasTitle = format === 'xlsx';
  const hasCodes = hasTitle && type === 'penalty';
  return { format, encoding, hasTitle, hasCodes, above: (hasTitle ? 2 : 0) + 1 + (hasCodes ? 1 : 0) };
}

async function formatSheet(rows, { member, type }, layout) {
  const { columns, title } = forms.get(type);
  const layouts = [...columns];
  if (type === 'penalty') layouts.splice(8, 0, { zh: '法定代表人', code: 'CF_FRDB', path: 'nobody' }); // dropped unread
  const content = [
    ...(layout.hasTitle ? [[`${title.zh}信息归集表（示例）`], [`填报单位：${provinceOf(member).name}`]] : []),
    layouts.map((column) => column.zh),
    ...(layout.hasCodes ? [layouts.map((column) => column.code)] : []),
    ...rows.map((row, n) => layouts.map(({ path, kind }) => cellOf(row[path], kind, layout.format, n))),
  ];
  return layout.format === 'xlsx'
    ? buildXlsx([{ name: title.zh, rows: content }])
    : formatCsv(content, layout.encoding);
}

/** Days as Excel has them, and as people write them. */
function cellOf(value, kind, format, n) {
  if (value === undefined) return format === 'xlsx' ? null : '';
  if ((kind !== 'day' && kind !== 'end-day') || !/^\d{4}-\d\d-\d\d$/.test(value)) return value;
  const [year, month, day] = value.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day) return value; // wrong on purpose
  if (format === 'xlsx') return date;
  return [value, `${year}/${month}/${day}`, `${year}年${month}月${day}日`, value.replaceAll('-', '')][n % 4];
}

// Days and chance -------------------------------------------------------------------------------------------------

/** Long enough for a repair, and not yet ended. */
const earliestDaysAgo = 300;

/** So many days before today in China. */
function dayBefore(days) {
  return dayOf(new Date(Date.now() - days * 86_400_000));
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers in [0, 1) that a text begins: xorshift32 from an FNV-1a of it. */
function randomFrom(text) {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0), 0x01000193);
  state = state >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
