/** Completeness statements from both ends of a pair, verified by somebody who has nothing but the agreement. */

import { afterEach, describe, expect, it } from 'vitest';
import { isProblem } from '../../node/base/problem.ts';
import type { RangeAsked } from '../../node/evidence/export-completeness.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { claimOf, findingsOf, type ReadBack, readBack } from '../support/evidence.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { verifyText } from '../support/verified.ts';

const shanghai = '310000';
const jiangsu = '320000';
const three = [shanghai, jiangsu, '330000']; // as many as a quorum takes
let network: Network;

afterEach(() => network.close());

async function exported(by: RunningNode, asked: Partial<RangeAsked> = {}): Promise<ReadBack> {
  return readBack(await by.node.exporter.completeness({ issuer: shanghai, receiver: jiangsu, ...asked }));
}

async function verified(file: ReadBack) {
  const [one] = network.nodes.values();
  const report = await verifyText(file.text, one?.node.version.jws);
  return { ok: report.ok, ...findingsOf(report), notChecked: report.notChecked.map(({ code }) => code) };
}

/** Everyone reads the log of who does not run, then each other's word on it. */
async function pullAll(): Promise<void> {
  for (const { node } of network.nodes.values()) await node.federation.pull(shanghai);
  await network.exchange();
}

/** The code with which that is refused. */
async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const word = await work.catch((error: unknown) => error);
  return isProblem(word) ? word.code : word;
}

describe.each(engines)('on $name, what Shanghai addressed to Jiangsu', (engine) => {
  it('is shown whole by both, and in part', async () => {
    network = await openNetwork({ engine, running: three });
    const [issuer, receiver] = [network.node(shanghai), network.node(jiangsu)];
    await importPenalties(issuer, 0, 5);
    await network.exchange();
    await importPenalties(issuer, 5, 9);
    await network.exchange();
    for (const by of [issuer, receiver]) {
      const whole = await exported(by);
      const { from, to, bulletins, receipted } = claimOf(whole, 'completeness');
      expect([from, bulletins]).toEqual([0, expect.any(Number)]);
      expect(bulletins).toBeGreaterThanOrEqual(9);
      expect(receipted).toBeGreaterThanOrEqual(10);
      expect(to).toBeGreaterThanOrEqual(receipted);
      expect(await verified(whole)).toMatchObject({ ok: true, grave: [], told: [] });
      const part = await exported(by, { from: 3, to: 5 });
      expect(claimOf(part, 'completeness')).toMatchObject({ from: 3 });
      expect(part.values('governance')).toHaveLength(1);
      expect(await verified(part)).toMatchObject({ ok: true, grave: [], told: [] });
    }
  });
});

describe('a completeness statement', () => {
  it('names what was erased, and ends where the erasure stands', async () => {
    network = await openNetwork({ running: three });
    const issuer = network.node(shanghai);
    await importPenalties(issuer, 0, 3);
    await network.exchange();
    const first = await exported(issuer, { to: 4 });
    const [{ member, txn } = { member: '', txn: '' }] = await issuer.node.store.registry.listRecordIds(undefined, 1);
    const asker = { role: 'clerk', authority: issuer.node.self.authority, person: '0001' } as const;
    await issuer.node.eraser.eraseRecord({ member, txn }, { ground: 'ordered' } as never, asker);
    await network.exchange();
    for (const by of [issuer, network.node(jiangsu)]) {
      const file = await exported(by, { to: 4 });
      expect(claimOf(file, 'completeness').to).toBeGreaterThan(claimOf(first, 'completeness').to);
      expect(await verified(file)).toMatchObject({ ok: true, grave: [], told: [] });
      expect((await verified(file)).notChecked).toContain('erased');
    }
  });

  it('shows what was refused, and what was withheld', async () => {
    network = await openNetwork({ running: [jiangsu, '330000', '340000'] });
    const log = await openHostile(network, shanghai);
    await log.say({ type: 'penalty', audience: [jiangsu] });
    await log.say({ type: 'penalty', audience: [jiangsu], body: { ...sampleBody('penalty'), fine: '0,2' } });
    const late = await log.say({ type: 'penalty', audience: [jiangsu], uscc: sampleUscc(3) });
    const person = { ...sampleBody('penalty'), content: '11010519491231002X' }; // kept by nobody
    await log.say({ type: 'penalty', audience: [jiangsu], body: person });
    log.withheld.add(late.index);
    await pullAll();
    const receiver = network.node(jiangsu);
    const file = await exported(receiver);
    expect(claimOf(file, 'completeness')).toMatchObject({ from: 0, to: 5, bulletins: 4, receipted: 5 });
    expect(await verified(file)).toMatchObject({ ok: true, grave: [], told: ['bulletin/schema'] });
    expect((await verified(file)).notChecked).toEqual(expect.arrayContaining(['content-withheld', 'content-unkept']));
    const third = network.node('330000').node.exporter.completeness({ issuer: shanghai, receiver: jiangsu });
    expect(await refusalOf(third)).toBe('evidence/not-held');
    log.withheld.clear();
    await pullAll();
    const settled = await exported(receiver);
    expect(settled.values('receipts')).toHaveLength(2);
    expect(await verified(settled)).toMatchObject({ ok: true, grave: [], told: ['bulletin/schema'] });
  });

  it('is made by a third member too, where it was told the same, but for the receipts', async () => {
    network = await openNetwork({ running: three });
    await importPenalties(network.node(shanghai), 0, 2);
    await network.exchange();
    const third = network.node('330000');
    const file = await exported(third);
    expect(claimOf(file, 'completeness')).toMatchObject({ bulletins: 2, receipted: 0 });
    expect(await verified(file)).toMatchObject({ ok: true, grave: [], told: [] });
    const { exporter } = third.node;
    const nobody = exporter.completeness({ issuer: shanghai, receiver: '110000' });
    expect(await refusalOf(nobody)).toBe('agreement/unknown-member');
    const beyond = exporter.completeness({ issuer: shanghai, receiver: '330000', from: 900 });
    expect(await refusalOf(beyond)).toBe('log/out-of-range');
  });

  it('waits for a quorum', async () => {
    network = await openNetwork({ running: [shanghai, jiangsu] });
    await importPenalties(network.node(shanghai), 0, 2);
    await network.exchange();
    const { exporter } = network.node(shanghai).node;
    const word = await refusalOf(exporter.completeness({ issuer: shanghai, receiver: jiangsu }));
    expect(word).toBe('evidence/no-quorum');
  });

  it('encloses days', async () => {
    let at = new Date('2026-11-20T02:00:00Z');
    network = await openNetwork({ now: () => at, running: three });
    const issuer = network.node(shanghai);
    const days = ['2026-11-21', '2026-11-22', '2026-11-23'];
    for (const [i, day] of days.entries()) {
      at = new Date(`${day}T02:00:00Z`);
      await importPenalties(issuer, i * 2, i * 2 + 2);
      await network.exchange();
    }
    const asked = { since: '2026-11-22', until: '2026-11-22' };
    const file = await exported(issuer, asked);
    expect(claimOf(file, 'completeness')).toMatchObject(asked);
    expect(claimOf(file, 'completeness').from).toBeGreaterThanOrEqual(3);
    expect(file.values('completeness')[0]).toHaveProperty('before');
    expect(await verified(file)).toMatchObject({ ok: true, grave: [], told: [] });
    const open = await exported(issuer, { until: '2026-11-21' });
    expect(claimOf(open, 'completeness').from).toBe(0);
    expect(await verified(open)).toMatchObject({ ok: true, grave: [], told: [] });
    const late = issuer.node.exporter.completeness({ issuer: shanghai, receiver: jiangsu, until: '2026-11-23' });
    expect(await refusalOf(late)).toBe('evidence/outside-days');
  });
});
