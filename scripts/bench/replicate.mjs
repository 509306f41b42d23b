/**
 * One log from node to node over HTTP, beside what node:crypto alone verifies with the same keys and bytes. Raw speed is
 * taken before and after each run, because a shared machine is not equally fast all the time.
 */

import { fork } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorld, median, readCpu, round } from './world.mjs';

const warmUp = 2_000;
const outstanding = 256;
const rawSignatures = 6_000;
const cores = availableParallelism();

export async function benchReplicate({ bulletins, runs }, say) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-bench-'));
  const cpu = readCpu();
  const { ids } = await makeWorld(folder);
  const [issuer, receiver] = await Promise.all(
    ids.map((id, i) => start(join(folder, `${id}.yaml`), ['issuer', 'receiver'][i])),
  );
  try {
    const [from] = ids;
    await issuer.ask('issue', { count: warmUp });
    await receiver.ask('pull', { member: from, size: (await issuer.ask('size')).size });
    const sample = await issuer.ask('sample', { count: 500 });
    const figures = [];
    let before = await rawSpeed(sample);
    for (let run = 1; run <= runs; run++) {
      const { ms: issueMs } = await issuer.ask('issue', { count: bulletins });
      const { ms } = await receiver.ask('pull', { member: from, size: (await issuer.ask('size')).size });
      const after = await rawSpeed(sample);
      const raw = (before + after) / 2;
      before = after;
      const replicate = (bulletins * 1000) / ms;
      const issue = (bulletins * 1000) / issueMs;
      figures.push({ raw, replicate, issue, ratio: replicate / raw });
      say(
        `run ${run}: raw ${Math.round(raw)}/s, issue ${Math.round(issue)}/s, replicate ${Math.round(replicate)}/s, ratio ${round(replicate / raw)}`,
      );
    }
    const { bytes } = await receiver.ask('disk');
    const then = readCpu();
    return {
      raw_verify_per_s: Math.round(median(figures.map(({ raw }) => raw))),
      issue_per_s: Math.round(median(figures.map(({ issue }) => issue))),
      replicate_per_s: Math.round(median(figures.map(({ replicate }) => replicate))),
      ratio: round(median(figures.map(({ ratio }) => ratio))),
      ratios: figures.map(({ ratio }) => round(ratio)),
      issuer_rss_mb: round((await issuer.ask('memory')).rss / 2 ** 20, 0),
      receiver_rss_mb: round((await receiver.ask('memory')).rss / 2 ** 20, 0),
      bytes_per_bulletin_on_disk: Math.round(bytes / (warmUp + runs * bulletins)),
      bulletins,
      cores,
      steal_percent: round((100 * (then.steal - cpu.steal)) / (then.all - cpu.all), 1),
    };
  } finally {
    await Promise.all([issuer.stop(), receiver.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What node:crypto alone does: that many verifications over the pool at once. */
async function rawSpeed({ jws, key }) {
  const publicKey = createPublicKey({ key, format: 'jwk' });
  const work = jws.map((text) => {
    const at = text.lastIndexOf('.');
    return { data: Buffer.from(text.slice(0, at)), signature: Buffer.from(text.slice(at + 1), 'base64url') };
  });
  const verifyOne = (i) =>
    new Promise((resolve, reject) => {
      const { data, signature } = work[i % work.length];
      verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature, (error, good) =>
        error || !good ? reject(error ?? new Error('a bad signature')) : resolve(),
      );
    });
  let next = 0;
  const worker = async () => {
    while (next < rawSignatures) await verifyOne(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: outstanding }, worker));
  return (rawSignatures * 1000) / (performance.now() - started);
}

/** A node in its own process. `ask` sends one command and waits for its answer. */
async function start(configFile, role) {
  const child = fork(fileURLToPath(new URL('node.mjs', import.meta.url)), [configFile, role], {
    env: { ...process.env, UV_THREADPOOL_SIZE: String(cores) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => (message.error ? reject(new Error(message.error)) : resolve(message)));
      exited.then((code) => reject(new Error(`a node ended with ${code}`)));
    });
  await answer();
  return {
    ask(command, given = {}) {
      child.send({ command, ...given });
      return answer();
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
