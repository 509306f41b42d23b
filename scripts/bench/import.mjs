/**
 * A clerk's file from disk to committed bulletins, through the API of a real node in a process of its own: as .csv and as
 * an .xlsx with shared strings as Excel writes it. Memory is the process's highest resident set (VmHWM), taken once with
 * all rows and once with a tenth of them: what does not grow with the file is streamed.
 */

import { execFile, spawn } from 'node:child_process';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { penaltySheet } from './sheet.mjs';
import { makeWorld, round } from './world.mjs';

const program = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));
const askEveryMs = 100;

export async function benchImport({ rows }, say) {
  const formats = {};
  for (const format of ['csv', 'xlsx']) {
    const tenth = await importOnce(format, Math.max(1, Math.floor(rows / 10)), say);
    const full = await importOnce(format, rows, say);
    formats[format] = {
      rows_per_s: full.rowsPerS,
      peak_rss_mb: full.peakMb,
      peak_rss_mb_10k: tenth.peakMb,
      file_mb: full.fileMb,
    };
  }
  const all = Object.values(formats);
  return {
    rows_per_s: Math.min(...all.map((one) => one.rows_per_s)),
    peak_rss_mb: Math.max(...all.map((one) => one.peak_rss_mb)),
    peak_rss_mb_10k: Math.max(...all.map((one) => one.peak_rss_mb_10k)),
    rows,
    ...formats,
  };
}

/** One file into a node that knows nothing yet. */
async function importOnce(format, rows, say) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-bench-'));
  try {
    const { ids, agreement } = await makeWorld(folder);
    const member = agreement.members[0];
    const file = join(folder, `penalty.${format}`);
    await writeFile(file, penaltySheet(format, rows, member.authority));
    const fileMb = round(statSync(file).size / 2 ** 20, 1);
    const config = join(folder, `${ids[0]}.yaml`);
    const token = await createToken(config);
    const node = await startNode(config, member.endpoint);
    try {
      const started = performance.now();
      const given = await upload(member.endpoint, token, file);
      const done = await untilDone(member.endpoint, token, given);
      const seconds = (performance.now() - started) / 1000;
      const { opened, refusedRows } = done.summary;
      if (done.state !== 'done' || opened !== rows)
        throw new Error(`${opened} of ${rows} rows published, ${refusedRows} refused: ${JSON.stringify(done.problem)}`);
      const peakMb = round(node.peakBytes() / 2 ** 20, 0);
      const rowsPerS = Math.round(rows / seconds);
      say(`${format}, ${rows} rows (${fileMb} MiB): ${rowsPerS} rows/s, at most ${peakMb} MiB of memory`);
      return { rowsPerS, peakMb, fileMb };
    } finally {
      await node.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function createToken(config) {
  const args = ['token', 'create', '--config', config, '--role', 'clerk', '--person', '0001', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  return JSON.parse(stdout).token;
}

async function startNode(config, url) {
  await promisify(execFile)(process.execPath, [program, 'log', 'unlock', '--config', config, '--override']); // it is alone
  const child = spawn(process.execPath, [program, 'serve', '--config', config, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}`);
    await wait(askEveryMs);
  }
  return {
    /** VmHWM in /proc/PID/status is in KiB. */
    peakBytes: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function isReady(url) {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}

async function upload(url, token, file) {
  const query = new URLSearchParams({ type: 'penalty', name: file.split('/').at(-1) });
  const answer = await fetch(`${url}/api/v1/imports?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: createReadStream(file),
    duplex: 'half',
  });
  if (answer.status !== 202) throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function untilDone(url, token, { id }) {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/imports/${id}`, { headers: { authorization: `Bearer ${token}` } });
    const given = await answer.json();
    if (['done', 'refused'].includes(given.state)) return given;
    await wait(askEveryMs);
  }
}
