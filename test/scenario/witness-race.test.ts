/** Many ask one witness at once, at several processes over one database: what it cosigned last is never rolled back. */

import { afterEach, describe, expect, it } from 'vitest';
import { compose } from '../../node/compose.ts';
import { createNewId } from '../../node/crypto.ts';
import { listen, shut } from '../../node/http/listen.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Engine, engines } from '../support/engines.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode, silent } from '../support/network.ts';
import { logHeld } from '../support/receipts.ts';
import { readCosigned, submissionOf, submit } from '../support/witness.ts';

const [shanghai, jiangsu] = ['310000', '320000'] as const;
const most = 24;
let network: Network;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await network.close();
});

/** A second process of a node, with a memory of its own, that listens elsewhere. */
async function again(first: RunningNode): Promise<RunningNode> {
  const now = () => new Date();
  const node = await compose(first.config, { now, newId: createNewId(now), logger: silent, onBroken: () => {} });
  node.gate.open();
  await node.federation.start();
  const { server, url } = await listen(node.app, { host: '127.0.0.1', port: 0 });
  closing.push(() => shut(server), node.close);
  return { ...first, node, url };
}

/** In one process SQLite has one connection: to wait for another would be to wait for ourselves. */
async function processesOf(first: RunningNode, { name }: Engine): Promise<RunningNode[]> {
  return name === 'sqlite' ? [first] : [first, await again(first)];
}

describe.each(engines)('on $name', (engine) => {
  it('of many submissions from one size, each of another, one is cosigned and the others learn its size', async () => {
    network = await openNetwork({ running: [jiangsu], engine });
    const first = network.node(jiangsu);
    const processes = await processesOf(first, engine);
    const log = await openHostile(network, shanghai);
    for (let n = 1; n < most; n++) await log.say({ type: 'penalty', uscc: sampleUscc(n) });
    await holdUncosigned(first, log);

    const sizes = Array.from({ length: most }, (_, n) => n + 1);
    const bodies = await Promise.all(sizes.map((size) => submissionOf(log, 0, size)));
    const answers = await Promise.all(
      bodies.map((body, n) => submit(processes[n % processes.length] as RunningNode, body)),
    );
    const done = answers.flatMap(({ status }, n) => (status === 200 ? [sizes[n]] : []));
    expect(done).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 200) expect([status, body]).toEqual([409, `${done[0]}\n`]);
    await expectLast(first, log, done[0]);
  });

  it('while the log grows under them, every cosigned size is larger than the one before, and so are the times', async () => {
    network = await openNetwork({ running: [jiangsu], engine });
    const first = network.node(jiangsu);
    const processes = await processesOf(first, engine);
    const log = await openHostile(network, shanghai);
    for (let n = 1; n < most; n++) await log.say({ type: 'penalty', uscc: sampleUscc(n) });
    await holdUncosigned(first, log);

    const cosigned: { size: number; time: number }[] = [];
    const climb = async (at: RunningNode, step: number) => {
      for (let known = 0, size = step; size <= most; ) {
        const { status, body } = await submit(at, await submissionOf(log, known, size));
        if (status === 200) {
          const { cosignature } = await readCosigned((await log.note(size)) + body, log, first);
          cosigned.push({ size, time: cosignature?.time ?? 0 });
          known = size;
          size += step;
        } else {
          expect(status).toBe(409);
          const last = Number(body);
          expect(last).toBeGreaterThanOrEqual(Math.max(0, ...cosigned.map((one) => one.size))); // nothing was rolled back
          known = last;
          size = Math.max(size, last + 1);
        }
      }
    };
    await Promise.all([1, 2, 3, 5].map((step, n) => climb(processes[n % processes.length] as RunningNode, step)));
    const bySize = [...cosigned].sort((a, b) => a.size - b.size);
    const words = new Set(cosigned.map(({ size, time }) => `${size} ${time}`));
    expect(words.size).toBe(new Set(cosigned.map(({ size }) => size)).size); // who came second to a size got the same word
    expect(bySize.map(({ time }) => time)).toEqual(bySize.map(({ time }) => time).sort((a, b) => a - b));
    await expectLast(first, log, bySize.at(-1)?.size);
  });
});

/** All leaves are held; what the round cosigned is taken back before anyone saw it. */
async function holdUncosigned(witness: RunningNode, log: HostileLog): Promise<void> {
  const { store, federation } = witness.node;
  await federation.pull(shanghai);
  const { id, size } = await logHeld(witness, log.member.origin);
  expect(size).toBe(most);
  const { cosignedAt: _, ...row } = (await store.log.findCheckpoint(id, size)) ?? failed();
  await store.log.putCheckpoint(id, { ...row, note: await log.note() });
}

function failed(): never {
  throw new RangeError('the head has no checkpoint');
}

async function expectLast(witness: RunningNode, log: HostileLog, size: number | undefined): Promise<void> {
  const { id } = await logHeld(witness, log.member.origin);
  const last = await witness.node.store.log.findLargestCosigned(id);
  expect(last?.size).toBe(size);
  expect((await readCosigned(last?.note ?? '', log, witness)).cosignature).toBeDefined();
}
