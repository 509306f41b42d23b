/** What has come about in the demo so far, and the little that several acts do. */

import { ask, importFile, waitForRecord } from './demo-exchange.mjs';
import { done, failed, say, strike } from './demo-screen.mjs';

/** The report is made of it even when an act fails. `audited` is what the auditor found, `ok` the verdict of it all. */
export const story = {
  nodes: [],
  agreement: undefined,
  published: [],
  importRefused: [],
  audited: undefined,
  complaints: [],
  ok: false,
};

const shownRefusals = 2; // of a file, for people to see what is found

export async function importOne(node, folder, file) {
  const { refusals, words, summary, isRefused, ...published } = await importFile(node, folder, file);
  story.published.push(published);
  story.importRefused.push(...refusals);
  const { opened = 0, corrected = 0, unchanged = 0, refusedRows = 0 } = summary ?? {};
  const counts = [
    [opened, '新建', 'opened'],
    [corrected, '更正', 'corrected'],
    [unchanged, '未变', 'unchanged'],
    [refusedRows, '拒绝', 'refused'],
  ].filter(([count]) => count > 0);
  const zh = [...(isRefused ? ['整个文件被拒收'] : []), ...counts.map(([count, what]) => `${what} ${count}`)];
  const en = [...(isRefused ? ['refused whole'] : []), ...counts.map(([count, , what]) => `${count} ${what}`)];
  const tell = isRefused ? strike : done;
  tell(`${node.name.zh}  ${file.file}  ${zh.join('，')}`, en.join(', '));
  for (const [n, { row, column, code }] of refusals.slice(0, shownRefusals).entries()) {
    say(`  ${row > 0 ? `第 ${row} 行 ${column}：` : ''}${shorten(words[n])}`, code);
  }
  return summary;
}

export function shorten(text, most = 50) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

export function complain(strange) {
  for (const one of strange) failed(one, '');
  story.complaints.push(...strange);
}

export async function findRecord(node, uscc, { id }, isIt) {
  const found = (await ask(node, uscc)).get(id)?.find(isIt);
  if (!found) throw new Error(`${node.id} knows no such record of ${id}`);
  return found;
}

export function everyoneSees(uscc, issuer, isIt) {
  return Promise.all(story.nodes.map((node) => waitForRecord(node, uscc, issuer.id, isIt)));
}
