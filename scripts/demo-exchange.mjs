/** What is done with the running nodes: clerks import, everyone waits until the bulletins have spread, someone asks. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sentenceOf } from '../dist/node/base/sentences.js';
import { forms } from '../dist/node/form/forms.js';
import { isSettled, judgePairs } from './demo-expect.mjs';

const pollMs = 500;
const patienceMs = 120_000; // without anything new
const entriesPerPage = 1000;
const aboutNoRecord = ['receipt', 'journal', 'adoption', 'erasure'];

/** The files of `DIR/<member id>/<type>*.xlsx|csv`, in order of their names, and those that are none. */
export async function findFiles(folder, members) {
  const files = [];
  const others = [];
  for (const { id } of members) {
    const names = await readdir(join(folder, id)).catch(() => []);
    for (const name of names.sort()) {
      const type = [...forms.keys()].find((known) => name.startsWith(known));
      if (type && /\.(xlsx|csv)$/i.test(name)) files.push({ member: id, type, file: `${id}/${name}` });
      else others.push(`${id}/${name}`);
    }
  }
  return { files, others };
}

/** Imports a file as a clerk does. A file that is refused whole has row 0 and no column; `words` say why, in Chinese. */
export async function importFile(node, folder, { member, type, file }) {
  const { value, err } = await node.huxin('clerk', ['import', join(folder, file), '--type', type]);
  if (!value) {
    const { code, zh } = parseJson(err) ?? {};
    if (!code || code === 'misuse' || code.startsWith('node/')) throw new Error(`${file}: ${err}`);
    const refusals = [{ file, row: 0, column: '', code }];
    return { member, type, file, summary: undefined, isRefused: true, bulletins: 0, refusals, words: [zh] };
  }
  const { summary, problem, refusals } = value;
  const all = [...(problem ? [{ row: 0, column: '', code: problem.code, ...sentenceOf(problem) }] : []), ...refusals];
  return {
    ...{ member, type, file, summary, isRefused: problem !== undefined },
    bulletins: summary.opened + summary.corrected,
    refusals: all.map(({ row, column, code }) => ({ file, row, column, code })),
    words: all.map(({ zh }) => zh),
  };
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What each node that answers says of its peers. @returns {Promise<Map<string, any[]>>} */
export async function readReports(nodes) {
  const answers = await Promise.all(nodes.map(async (node) => [node.id, await node.get('operator', '/peers')]));
  return new Map(answers.flatMap(([id, answer]) => (answer ? [[id, answer.peers]] : [])));
}

/** Each node's own log: its bulletins about records, and where the part that concerns each member ends. */
export async function readLogs(nodes) {
  const logs = await Promise.all(nodes.map(async (node) => [node.id, await readLog(node)]));
  return new Map(logs);
}

async function readLog(node) {
  const ends = new Map();
  let issued = 0;
  for (let from = 0; from !== undefined; ) {
    const page = await node.get('operator', `/bulletins?from=${from}&limit=${entriesPerPage}`);
    if (!page) throw new Error(`${node.id} is away`);
    for (const { index, type, audience } of page.bulletins) {
      if (aboutNoRecord.includes(type)) continue;
      issued++;
      for (const to of audience) ends.set(to, index + 1);
    }
    from = page.next;
  }
  return { issued, ends };
}

/**
 * Until every pair is settled. What comes back is how it stands.
 *
 * @param {(pairs: import('./demo-expect.mjs').Pair[]) => void} show told now and then
 * @throws {Error} when for two minutes nothing changed
 */
export async function waitUntilSettled(nodes, agreement, published, show) {
  const logs = await readLogs(nodes);
  const look = async () => judgePairs(agreement, published, await readReports(nodes), logs);
  await waitUntil('the exchange to settle', async () => {
    const pairs = await look();
    show(pairs);
    return { isDone: pairs.every(isSettled), sign: JSON.stringify(pairs) };
  });
  return { pairs: await look(), logs };
}

/** Waits for the work, and meanwhile tells how the exchange stands. */
export async function whileWatching({ nodes, agreement, published }, work, show) {
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      show(judgePairs(agreement, published, await readReports(nodes), new Map()));
      await wait(pollMs);
    }
  };
  const watching = watch().catch(() => undefined); // the work will say what is wrong
  try {
    return await work;
  } finally {
    isOver = true;
    await watching;
  }
}

/** Polls until it is done; `sign` shows whether anything moves. */
export async function waitUntil(what, look) {
  let last = '';
  let movedAt = Date.now();
  for (;;) {
    const { isDone, sign = '' } = await look();
    if (isDone) return;
    if (sign !== last) movedAt = Date.now();
    last = sign;
    if (Date.now() - movedAt > patienceMs) throw new Error(`waited in vain for ${what}`);
    await wait(pollMs);
  }
}

/** What a node knows of a subject, records by province: asked through the command line. */
export async function ask(node, uscc) {
  const answer = await node.mustHuxin('reader', ['ask', uscc, '--purpose', 'supervision']);
  return new Map(answer.provinces.map(({ member, records }) => [member, records]));
}

/** Until a node's answer about the subject holds a record of that member such as is looked for. */
export async function waitForRecord(node, uscc, member, isIt) {
  await waitUntil(`${node.id} to hear of ${member}`, async () => {
    const answer = await node.get('reader', `/subjects/${uscc}?purpose=supervision`);
    const records = answer?.provinces.find((province) => province.member === member)?.records ?? [];
    return { isDone: records.some(isIt) };
  });
}
