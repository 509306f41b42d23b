/** What the demo says, Chinese first, and its one line of progress: on a terminal it changes, elsewhere it comes now and then. */

import { formatTable } from '../dist/node/cli/table.js';

const isWatched = process.stdout.isTTY === true;
const isColoured = isWatched && !process.env.NO_COLOR;
const betweenLinesMs = 5_000;
const barCells = 24;

let shown = '';
let lastLineAt = 0;

const paint = (code) => (text) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint('1');
export const dim = paint('2');
const green = paint('32');
const red = paint('31');
const yellow = paint('33');

const numerals = ['', ...'一二三四五六七八九'];
let acts = 0;

/** Opens the next act. */
export function heading(zh, en) {
  acts++;
  const number =
    acts < 10 ? numerals[acts] : `${acts < 20 ? '' : numerals[Math.floor(acts / 10)]}十${numerals[acts % 10]}`;
  print(`\n${bold(`${number}、${zh}`)}  ${dim(en)}`);
}

export function say(zh, en) {
  print(`   ${zh}  ${dim(en)}`);
}

export function done(zh, en) {
  print(` ${green('✓')} ${zh}  ${dim(en)}`);
}

export function failed(zh, en) {
  print(` ${red('✗')} ${zh}  ${dim(en)}`);
}

/** Something happens that one may not expect. */
export function strike(zh, en) {
  print(` ${yellow('!')} ${zh}  ${dim(en)}`);
}

/** Rows under a head, indented. */
export function table(head, rows) {
  print(formatTable(head, rows).trimEnd().replace(/^/gm, '   '));
}

/** A line that the next one replaces. */
export function progress(what, part, whole) {
  const filled = whole === 0 ? barCells : Math.min(barCells, Math.floor((barCells * part) / whole));
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)}`;
  const line = `   ${bar} ${part}/${whole}  ${what}`;
  if (line === shown) return;
  if (isWatched) process.stdout.write(`\r\x1b[K${line}`);
  else if (Date.now() - lastLineAt >= betweenLinesMs) {
    process.stdout.write(`${line}\n`);
    lastLineAt = Date.now();
  } else return;
  shown = line;
}

function print(text) {
  if (isWatched && shown !== '') process.stdout.write('\r\x1b[K');
  shown = '';
  process.stdout.write(`${text}\n`);
}
