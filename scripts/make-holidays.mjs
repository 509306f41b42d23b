/**
 * Writes config/holidays/<year>.yaml from the package `chinese-days`, which follows the State Council's notices. Run it
 * when a new release of the package knows another year, or a notice was amended; `--out FOLDER` writes elsewhere.
 * The node reads the files and never the package, whose calendar falls back to Monday–Friday without a word.
 */

process.env.TZ = 'Asia/Shanghai'; // the package's own arithmetic follows the machine's zone

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(dirname(fileURLToPath(import.meta.url)), '../config/holidays'));

const require = createRequire(import.meta.url);
const data = join(dirname(require.resolve('chinese-days')), 'years');
const { isWorkday } = require('chinese-days');

mkdirSync(out, { recursive: true });
for (const file of readdirSync(data).filter((name) => /^\d{4}\.json$/.test(name))) {
  const year = file.slice(0, 4);
  const table = JSON.parse(readFileSync(join(data, file), 'utf8'));
  const workdays = Object.keys(table.workdays).sort();
  compare(year, table.holidays, workdays);
  writeFileSync(join(out, `${year}.yaml`), format(year, festivals(table.holidays), workdays));
}

/** Days by festival, in the order of their first day. `2026-01-01` has the entry `New Year's Day,元旦,1`. */
function festivals(holidays) {
  const byName = new Map();
  for (const day of Object.keys(holidays).sort()) {
    const name = holidays[day];
    byName.set(name, [...(byName.get(name) ?? []), day]);
  }
  return [...byName].map(([name, days]) => {
    const [en, zh] = name.split(',');
    return { zh, en, days };
  });
}

/** Stops when the package itself judges a day of the year otherwise than its data. */
function compare(year, holidays, workdays) {
  for (let time = Date.UTC(year, 0, 1); time < Date.UTC(Number(year) + 1, 0, 1); time += 24 * 3_600_000) {
    const day = new Date(time).toISOString().slice(0, 10);
    const isWeekend = [0, 6].includes(new Date(time).getUTCDay());
    const isWorking = workdays.includes(day) || (!isWeekend && !(day in holidays));
    if (isWorkday(day) !== isWorking) throw new Error(`chinese-days contradicts itself on ${day}`);
  }
}

function format(year, holidays, workdays) {
  return [
    `# ${year} 年节假日安排 · The holidays of ${year}`,
    '#',
    '# 由 scripts/make-holidays.mjs 生成，请勿手改；国务院办公厅的通知变更时重新生成。',
    '# Written by scripts/make-holidays.mjs, not by hand; made anew when the notice of the State Council is amended.',
    '',
    `year: ${year}`,
    'source:',
    `  zh: 国务院办公厅 ${year} 年部分节假日安排通知，取自 chinese-days（MIT）`,
    `  en: notice of the General Office of the State Council for ${year}, by way of chinese-days (MIT)`,
    '',
    '# 放假日，含其间的周末 · Days off, weekends among them included',
    'holidays:',
    ...holidays.map(({ zh, en, days }) => `  - name: { zh: ${zh}, en: ${en} }\n    days:\n${list(days, '      ')}`),
    '',
    '# 调休上班的周末 · Weekend days on which people work',
    workdays.length > 0 ? `workdays:\n${list(workdays, '  ')}` : 'workdays: []',
    '',
  ].join('\n');
}

function list(days, indent) {
  return days.map((day) => `${indent}- ${day}`).join('\n');
}
