/** Bulletin keys change while all nodes run; a stolen one is struck; a member leaves. What was said before still stands. */

import { afterEach, expect, test } from 'vitest';
import { type Agreement, findMember } from '../../node/agreement/agreement.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Verdict } from '../../node/bulletin/verify.ts';
import { verifyBulletin } from '../../node/bulletin/verify.ts';
import { checkConfiguredStore } from '../../node/restore.ts';
import { amendNetwork } from '../support/amend.ts';
import { sampleSigner, sampleUscc } from '../support/bulletins.ts';
import { verifySignature } from '../support/crypto.ts';
import { findingsOf, readBack } from '../support/evidence.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { createPeer } from '../support/peer.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld, receiptsGiven } from '../support/receipts.ts';
import { verifyText } from '../support/verified.ts';

let network: Network;

afterEach(() => network.close());

const shanghai = () => network.node('310000');

/** How Jiangsu stands with Shanghai's log: what it took and what it refused. */
async function wordsInJiangsu() {
  const report = await network.node('320000').node.reportPeers();
  return report.find(({ member }) => member === '310000')?.theirs;
}

/** What Jiangsu's node would say today of every bulletin of Shanghai's that it holds. */
async function judgeAnew(): Promise<Verdict[]> {
  const { store, laws } = network.node('320000').node;
  const member = findMember(network.agreement, '310000');
  const log = await store.log.findLog(member?.origin ?? '');
  if (!log || !member) throw new RangeError('it holds the log');
  const verdicts: Verdict[] = [];
  for (const { index, content, leaf } of await store.log.listEntries(log.id, 0, log.size)) {
    const governing = await laws.governing(store.log, log, index);
    if (!content || !governing || leaf.endsWith('\n*\n')) continue; // governance makes the law
    const audience = leaf.split('\n')[2]?.split(',') ?? [];
    const law = laws.toLaw(governing, '310000', index);
    verdicts.push(await verifyBulletin({ jws: content.jws, audience, owner: member.issuer }, law, verifySignature));
  }
  return verdicts;
}

test('a new bulletin key overlaps with the old one, which is then retired, and everything is taken', async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  await importPenalties(shanghai(), 1, 2);
  const { keyChanges } = shanghai().node;
  const [old] = [...(await keyChanges.inForce()).keys.keys()];
  const rehearsal = await keyChanges.rotate({ rehearsed: true });
  expect(rehearsal).toMatchObject({ rehearsed: true, before: [old] });
  expect([...(await keyChanges.inForce()).keys.keys()]).toEqual([old]);

  const { after } = await keyChanges.rotate({ rehearsed: false });
  expect(after).toHaveLength(2);
  await importPenalties(shanghai(), 2, 3);
  await network.exchange(2);
  expect(await wordsInJiangsu()).toMatchObject({ taken: 2, refused: 0 });

  await keyChanges.retire({ kid: old ?? '', rehearsed: false });
  await importPenalties(shanghai(), 3, 4);
  await network.exchange(2);
  expect(await wordsInJiangsu()).toMatchObject({ taken: 3, refused: 0 });
  const verdicts = await judgeAnew();
  expect(verdicts.filter((verdict) => 'code' in verdict)).toEqual([]);
  await expect(keyChanges.retire({ kid: after[0] ?? '', rehearsed: false })).rejects.toMatchObject({
    code: 'key/last',
  });
});

test('of two changes at once neither undoes the other', async () => {
  network = await openNetwork({ running: ['310000'] });
  const { keyChanges } = shanghai().node;
  const { kid } = network.keysOf('310000').bulletin;
  await keyChanges.rotate({ rehearsed: false });
  const [added, retired] = await Promise.all([
    keyChanges.rotate({ rehearsed: false }), // makes a key first, while the other is said
    keyChanges.retire({ kid, rehearsed: false }),
  ]);
  expect(added.index).toBeGreaterThan(retired.index);
  expect(added.before).toEqual(retired.after);
  expect([...(await keyChanges.inForce()).keys.keys()]).toEqual([added.after[0], ...retired.after]);
});

test('a peer that was away over a whole rotation is asked with the key that it knows', async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  await network.exchange(2);
  await network.node('320000').stop();
  const { keyChanges } = shanghai().node;
  const { before } = await keyChanges.rotate({ rehearsed: false });
  await keyChanges.retire({ kid: before[0] ?? '', rehearsed: false });
  await network.node('320000').restart();
  await shanghai().node.federation.pull('320000'); // signed with a key that Jiangsu has not read of
  const [peer] = await shanghai().node.reportPeers();
  expect(peer).toMatchObject({ member: '320000', failures: 0 });
});

test('a stolen bulletin key is struck: its requests go unanswered, and what it signs from there on is refused', async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  await importPenalties(shanghai(), 1, 2);
  await network.exchange(2);
  const thief = createPeer(network, '310000', network.node('320000'));
  expect((await thief('GET', '/federation/v1/checkpoints')).status).toBe(200);

  const { kid } = network.keysOf('310000').bulletin;
  const { keyChanges, store, self, publisher } = { ...shanghai().node, ...shanghai().node.federation };
  await keyChanges.rotate({ rehearsed: false });
  const size = (await store.log.findLog(self.origin))?.size ?? 0;
  const keys = [...(await keyChanges.inForce()).keys].filter(([one]) => one !== kid).map(([, key]) => key);
  await amendNetwork(network, (next) => {
    next.strikes = [{ kind: 'bulletin-key', member: '310000', kid, size, ground: 'stolen' }];
    const member = findMember(next, '310000');
    if (member) member.keys.bulletin = keys;
  });
  const again = createPeer(network, '310000', network.node('320000'));
  expect(await again('GET', '/federation/v1/checkpoints')).toMatchObject({
    status: 401,
    body: { code: 'request/unknown-key' },
  });
  expect((await publisher.key()).kid).not.toBe(kid);
  await importPenalties(shanghai(), 2, 3);
  await network.exchange(2);
  expect(await wordsInJiangsu()).toMatchObject({ taken: 2, refused: 0 });
  expect((await judgeAnew()).filter((verdict) => 'code' in verdict)).toEqual([]);
});

test('what a stolen bulletin key signed and others took is taken back once it was struck there', async () => {
  const jiangsu = '320000';
  network = await openNetwork({ running: [jiangsu, '330000', '340000'] });
  const { node } = network.node(jiangsu);
  const log = await openHostile(network, '310000');
  const { bulletin: stolen } = log.keys;
  const kept = sampleSigner('the key that was kept');
  const signWith = { signer: kept, kid: await thumbprint(kept.publicKey) };
  await log.say({ type: 'key', audience: ['*'], body: { keys: [stolen.signer.publicKey, kept.publicKey] } });
  const { txn } = await log.say({ type: 'penalty', audience: [jiangsu], signWith });
  const size = log.entries.length;
  await log.say({ type: 'revocation', audience: [jiangsu], txn });
  const acts = await log.say({ type: 'repair', audience: [jiangsu], txn, signWith });
  await log.say({ type: 'penalty', audience: [jiangsu], uscc: sampleUscc(3) });
  await log.say({ type: 'erasure', audience: ['*'], body: { indexes: [900], ground: 'other' } });
  const pullAll = async () => {
    for (const one of network.nodes.values()) await one.node.federation.pull('310000');
    await network.exchange();
  };
  const words = async () =>
    (await entriesHeld(network.node(jiangsu), log.member.origin)).map(({ word, code }) => code ?? word);
  await pullAll();
  expect(await words()).toEqual(['taken', 'taken', 'taken', 'taken', 'registry/illegal-step', 'taken', 'taken']);

  await amendNetwork(network, (next) => {
    next.strikes = [{ kind: 'bulletin-key', member: '310000', kid: stolen.kid, size, ground: 'stolen' }];
  });
  await pullAll();
  const struck = 'bulletin/unknown-key';
  expect(await words()).toEqual(['taken', 'taken', 'taken', struck, 'taken', struck, struck]);
  const steps = await node.store.registry.listRecordSteps({ member: '310000', txn });
  expect(steps.map(({ type, state }) => [type, state])).toEqual([
    ['penalty', 'publicised'],
    ['repair', 'repaired'],
  ]);
  const receipts = await receiptsGiven(network.node(jiangsu), log.member.origin);
  expect(receipts.at(-1)).toMatchObject({
    settled: [...[3, 5, 6].map((index) => ({ index, code: struck })), { index: 4 }],
  });
  expect((await checkConfiguredStore(network.node(jiangsu).config, () => new Date())).found).toEqual([]);
  const asked = { issuer: '310000', receiver: jiangsu };
  const { text } = await readBack(await node.exporter.completeness(asked));
  const report = await verifyText(text, node.agreements.inForce()[0]?.jws);
  expect(findingsOf(report)).toEqual({ grave: [], told: [struck, struck, struck] });
  const refusal = await readBack(await node.exporter.refusal({ issuer: '310000', index: 3 }));
  const reached = await verifyText(refusal.text, node.agreements.inForce()[0]?.jws);
  expect(findingsOf(reached)).toEqual({ grave: [], told: [struck] });
  const shown = await readBack(await node.exporter.bulletin(acts.jti));
  expect(shown.values('receipts')).toHaveLength(2); // without effect at first, taken now
});

/** The agreement without a member, which it strikes: nothing else changes. */
function without(id: string, { members, catalogue }: Agreement): Partial<Agreement> {
  const stays = (one: string) => one !== id;
  return {
    members: members.filter((member) => stays(member.id)),
    catalogue: catalogue
      .map((entry) => ({
        ...entry,
        flows: entry.flows
          .map((flow) => ({ ...flow, from: flow.from.filter(stays), to: flow.to.filter(stays) }))
          .filter(({ from, to }) => from.length > 0 && to.length > 0),
      }))
      .filter(
        ({ type, flows }) => flows.length > 0 || ['receipt', 'adoption', 'key', 'erasure', 'closing'].includes(type),
      ),
    strikes: [{ kind: 'member', member: id, ground: 'withdrawn' }],
  };
}

test('a member that leaves closes its log: its past stays, nothing new is taken from it or sent to it', async () => {
  network = await openNetwork({ running: ['310000', '320000', '330000'] });
  await importPenalties(shanghai(), 1, 3);
  await network.exchange(2);
  const { node } = shanghai();
  const { index } = await node.federation.close('withdrawal');
  await expect(node.federation.close('withdrawal')).rejects.toMatchObject({ code: 'log/closed' });
  await network.exchange(2);
  await amendNetwork(network, (next) => Object.assign(next, without('310000', next)), {
    at: ['320000', '330000'],
    by: ['320000', '330000', '340000'],
  });
  const { node: jiangsu } = network.node('320000');
  expect(jiangsu.version.agreement.members.map(({ id }) => id)).toEqual(['320000', '330000', '340000']);
  const log = await jiangsu.store.log.findLog(node.self.origin);
  expect(log?.size).toBe(index + 1);
  expect((await judgeAnew()).filter((verdict) => 'code' in verdict)).toEqual([]);
  const peer = createPeer(network, '310000', network.node('320000'));
  expect(await peer('GET', '/federation/v1/checkpoints')).toMatchObject({ status: 401 });
  const sent = await jiangsu.federation.publisher.governing();
  expect(sent.agreement.version).toBe(2);
  await importPenalties(network.node('320000'), 5, 6);
  const own = await jiangsu.store.log.findLog(jiangsu.self.origin);
  const entries = await jiangsu.store.log.listEntries(own?.id ?? 0, 0, own?.size ?? 0);
  expect(entries.at(-1)?.leaf).toContain('\n330000,340000\n');
});
