/** An auditor follows all logs as its own mirror and tells what leaves, governance and receipts can tell. */

import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { publicKeysOf } from '../../node/keys.ts';
import { formatCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign, mergeSignatures } from '../../node/log/cosignature.ts';
import { openStore } from '../../node/store/store.ts';
import { createApi } from '../support/api.ts';
import { type Auditing, codesOf, openAuditing } from '../support/auditing.ts';
import { openForked, openHostile } from '../support/hostile.ts';
import type { Network, NetworkOptions } from '../support/network.ts';
import { importForm } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'];
const clock = { ms: 0 };
const now = () => new Date(clock.ms);
let auditing: Auditing;
let network: Network;

afterEach(() => auditing.close());

async function begin(options: NetworkOptions = {}): Promise<void> {
  clock.ms = Date.parse('2026-11-20T02:00:00Z');
  auditing = await openAuditing({ now, ...options });
  network = auditing.network;
}

async function say(by = shanghai, rows = 1): Promise<void> {
  const clerk = createApi(network.node(by).url, await network.node(by).createToken('clerk'));
  await importForm(
    clerk,
    network.node(by),
    Array.from({ length: rows }, () => ({})),
  );
}

const origin = (id: string) => network.agreement.members.find((one) => one.id === id)?.origin ?? '';

describe('an audit of honest nodes', () => {
  it('finds nothing, holds every leaf, governance and receipts, and says what it cannot know', async () => {
    await begin();
    await say();
    await network.exchange(4);
    const report = await auditing.audit();
    expect(report.findings).toEqual([]);
    expect(report.ok).toBe(true);
    const logs = Object.fromEntries(report.logs.map((log) => [log.member, log]));
    expect(logs[shanghai]).toMatchObject({ size: 2, opened: 2, governance: 1, receipts: 0, version: 1 });
    expect(logs[jiangsu]).toMatchObject({ size: 2, governance: 1, receipts: 1, quorumSize: 2 });
    const pair = report.pairs.find((one) => one.issuer === shanghai && one.receiver === jiangsu);
    expect(pair).toMatchObject({ addressed: 1, receipts: 1, receipted: 2, waiting: 0 });
    const unseen = report.notChecked.map(({ code }) => code);
    expect(unseen).toEqual(expect.arrayContaining(['content/unseen', 'absence/unproved', 'publication/deadline']));
    expect(report.checked.map(({ code }) => code)).toContain('receipts/judged');
  });

  it('keeps no content of a record', async () => {
    await begin({ running: [shanghai, jiangsu] });
    await say();
    await network.exchange(2);
    await auditing.audit();
    const store = await openStore(`sqlite:${join(auditing.folder, 'mirror', 'mirror.db')}`);
    const log = await store.log.findLog(origin(shanghai));
    const entries = await store.log.listEntries(log?.id ?? 0, 0, 10);
    await store.close();
    expect(entries.map(({ content }) => content !== undefined)).toEqual([true, false]);
  });

  it('goes on from what its mirror holds, also when it was killed between two pages', async () => {
    await begin({ running: [shanghai, jiangsu] });
    await say(shanghai, 1);
    const hostile = await openHostile(network, zhejiang);
    for (let i = 0; i < 2_000; i++) hostile.putText(`x${i}`, [jiangsu]);
    const pages: number[] = [];
    const killed = auditing.audit({
      onPage: (log, held) => {
        if (log === hostile.member.origin && pages.push(held) === 1) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    hostile.calls.length = 0;
    const report = await auditing.audit();
    expect(report.logs.find((one) => one.member === zhejiang)).toMatchObject({ size: 2_001, opened: 2_001 });
    expect(hostile.calls.filter((call) => call.startsWith('entries'))[0]).toBe(`entries ${pages[0]} 1600`);
  });

  it('reads a log from another member when its owner does not answer, and the receipts in it once it does', async () => {
    await begin({ running: [shanghai, jiangsu, zhejiang] });
    await say();
    await network.exchange(3);
    network.answerAs(jiangsu, undefined);
    const before = await auditing.audit();
    expect(before.findings).toEqual([]);
    expect(before.logs.find(({ member }) => member === jiangsu)).toMatchObject({ size: 2, opened: 0 });
    expect(before.notChecked.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['node/unreachable', 'log/contents']),
    );
    network.answerAs(jiangsu, network.node(jiangsu).node.app);
    const after = await auditing.audit();
    expect(after.logs.find(({ member }) => member === jiangsu)).toMatchObject({ size: 2, opened: 2, receipts: 1 });
    expect(after.pairs.find((one) => one.issuer === shanghai && one.receiver === jiangsu)?.receipted).toBe(2);
  });

  it('asks only the nodes that were named, one of them elsewhere', async () => {
    await begin({ running: [shanghai, jiangsu] });
    await say();
    await network.exchange(2);
    const nodes = [{ node: jiangsu, url: network.node(jiangsu).url }];
    const report = await auditing.audit({ nodes });
    expect(report.nodes).toEqual([{ member: jiangsu }]);
    expect(report.logs.find(({ member }) => member === shanghai)).toMatchObject({ size: 2, opened: 0 });
    expect(report.notChecked.filter(({ code }) => code === 'node/not-asked')).toHaveLength(3);
  });
});

describe('an audit finds', () => {
  it('a fork that two nodes show different sides of, with both notes', async () => {
    await begin({ running: [jiangsu, zhejiang] });
    const { one, other } = await openForked(network, shanghai);
    await network.node(jiangsu).node.federation.pull(shanghai);
    network.answerAs(shanghai, other.handler);
    const report = await auditing.audit();
    expect(codesOf(report)).toEqual(['log/fork']);
    expect(report.ok).toBe(false);
    expect(report.findings[0]?.facts).toMatchObject({ log: one.member.origin, member: shanghai, size: 2 });
    const again = await auditing.audit();
    expect(codesOf(again)).toEqual(['log/fork']);
    expect(again.logs.find(({ member }) => member === shanghai)?.state).toBe('forked');
  });

  it('a fork that a node found before, although the log shows one side only by now', async () => {
    await begin({ running: [jiangsu, zhejiang] });
    const { one, other } = await openForked(network, shanghai);
    await network.node(jiangsu).node.federation.pull(shanghai);
    network.answerAs(shanghai, other.handler);
    await network.node(jiangsu).node.federation.pull(shanghai);
    network.answerAs(shanghai, one.handler);
    const report = await auditing.audit({ nodes: [{ node: shanghai }, { node: jiangsu }] });
    expect(codesOf(report)).toEqual(['log/fork']);
    expect(report.findings[0]?.facts).toMatchObject({ log: one.member.origin, member: shanghai, size: 2 });
  });

  it('a receipt missing beyond the greatest lag after its giver cosigned, and not before', async () => {
    await begin({ running: [shanghai, jiangsu] });
    await say();
    const liar = await openHostile(network, zhejiang);
    await network.exchange(2);
    await cosignAs(zhejiang);
    const lagMs = network.agreement.exchange.greatestLagMinutes * 60_000;
    clock.ms += lagMs - 60_000;
    expect(codesOf(await auditing.audit())).not.toContain('receipt/missing');
    clock.ms += 120_000;
    const report = await auditing.audit();
    const missing = report.findings.filter(({ code }) => code === 'receipt/missing');
    expect(missing.map(({ facts }) => [facts.about, facts.receiver, facts.first])).toEqual([
      [origin(shanghai), zhejiang, 1],
    ]);
    expect(liar.calls.length).toBeGreaterThan(0);
  });
});

/** Lets a member's witness key cosign Shanghai's log at its node, as its own node would have. */
async function cosignAs(id: string): Promise<void> {
  const { node } = network.node(shanghai);
  const log = await node.store.log.findLog(node.self.origin);
  const head = log && (await node.store.log.findCheckpoint(log.id, log.size));
  const member = network.agreement.members.find((one) => one.id === id);
  if (!log || !head || !member) throw new RangeError('no head');
  const checkpointBody = formatCheckpoint({ origin: log.origin, size: head.size, root: head.root });
  const keys = network.keysOf(id);
  const { witness: vkey } = publicKeysOf(keys, member);
  const line = await cosign({ signer: keys.witness.signer, vkey, checkpointBody, time: Math.floor(clock.ms / 1000) });
  await node.store.log.putCheckpoint(log.id, { ...head, note: mergeSignatures(head.note, [line]) });
}
