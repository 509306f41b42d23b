/** A member whose log key is lost or stolen: its log is struck, it goes on in the next one, and what was said still stands. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import { hash } from '../../node/crypto.ts';
import { addKey } from '../../node/keys.ts';
import { type Ed25519Jwk, formatVkey } from '../../node/log/note.ts';
import { parseRecordId, type RecordId } from '../../node/registry/record.ts';
import { amendNetwork } from '../support/amend.ts';
import { askRecord, askShared } from '../support/asking.ts';
import { engines } from '../support/engines.ts';
import { faultsOf } from '../support/faults.ts';
import { type Network, type NetworkOptions, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld, isJoined, logHeld, receiptsGiven } from '../support/receipts.ts';
import { recordsOf } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'] as const;
const first = 'credit.sh.example/log';
const second = 'credit.sh.example/log/2';
vi.setConfig({ testTimeout: 300_000 }); // several nodes on a busy machine
let network: Network;

afterEach(() => network.close());

async function begin(running: readonly string[], options: NetworkOptions = {}): Promise<RunningNode> {
  network = await openNetwork({ running, ...options });
  return network.node(shanghai);
}

async function open(from: number, to: number): Promise<RecordId[]> {
  const issuer = network.node(shanghai);
  const texts = await recordsOf(issuer, await importPenalties(issuer, from, to));
  return texts.map((text) => parseRecordId(text) as RecordId); // they were just opened
}

async function revoke(id: RecordId): Promise<void> {
  const { node } = network.node(shanghai);
  const body = { revokedOn: '2026-11-20', ground: 'annulled', reason: '样例理由' };
  await node.steps.take(
    id,
    { type: 'revocation', body },
    { role: 'clerk', authority: node.self.authority, person: '1' },
  );
}

async function pull(by: string): Promise<void> {
  await network.node(by).node.federation.pull(shanghai);
}

/** The log as that member holds it is the last of it: it is struck there, and Shanghai goes on in the next with a new key. */
async function strike(as: string, ground: 'lost' | 'stolen', end?: { size: number; root: Uint8Array }): Promise<void> {
  const issuer = network.node(shanghai);
  const { size, root } = end ?? (await logHeld(network.node(as), first));
  await issuer.stop();
  const { signer } = await addKey(issuer.config.keys, 'log');
  await rm(join(issuer.config.keys, 'log.json'));
  const running = [...network.nodes.keys()].filter((id) => id !== shanghai);
  await amendNetwork(
    network,
    (next) => {
      next.strikes = [{ kind: 'log', member: shanghai, origin: first, size, root: formatBase64(root), ground }];
      for (const member of next.members) {
        if (member.id !== shanghai) continue;
        member.origin = second;
        member.keys.log = formatVkey(hash, second, 1, signer.publicKey as Ed25519Jwk).text;
      }
    },
    { at: running },
  );
  const versions = network
    .node(as)
    .node.agreements.inForce()
    .map(({ jws }) => jws);
  await writeFile(issuer.config.agreement, JSON.stringify(versions));
  await issuer.restart();
}

async function stateAt(node: RunningNode, id: RecordId): Promise<string | undefined> {
  return (await node.node.store.registry.listRecordSteps(id)).at(-1)?.state;
}

describe.each(engines)('a lost log key on $name', (engine) => {
  it('leaves the struck log as it was; the next one moves its records, and all agree', async () => {
    const issuer = await begin([shanghai, jiangsu, zhejiang], { engine });
    const [old, kept] = (await open(1, 3)) as [RecordId, RecordId];
    await pull(jiangsu);
    await issuer.node.federation.pull(jiangsu); // its receipt
    const before = await entriesHeld(network.node(jiangsu), first);
    await strike(jiangsu, 'lost');
    expect(issuer.node.self.origin).toBe(second);

    await revoke(old);
    const [fresh] = (await open(10, 11)) as [RecordId];
    await network.exchange();
    for (const one of network.nodes.values()) {
      expect(await stateAt(one, old)).toBe('revoked');
      expect(await stateAt(one, fresh)).toBe('publicised');
      const steps = await one.node.store.registry.listRecordSteps(old);
      expect(steps.map(({ origin }) => origin)).toEqual([first, second]);
      expect(await askShared(one, kept)).toEqual(await askShared(issuer, kept));
      expect((await askRecord(one, old)).state).toBe('revoked');
      expect(await faultsOf(one)).toEqual([]);
    }
    expect(await entriesHeld(network.node(jiangsu), first)).toEqual(before);
    // Zhejiang had read nothing of the struck log when it was struck.
    expect((await logHeld(network.node(zhejiang), first)).root).toEqual((await logHeld(issuer, first)).root);
    for (const id of [jiangsu, zhejiang]) {
      for (const origin of [first, second])
        expect(isJoined(await receiptsGiven(network.node(id), origin)), `${id} ${origin}`).toBe(true);
    }
    const reports = (await issuer.node.reportPeers()).filter(({ member }) =>
      [jiangsu, zhejiang].some((id) => id === member),
    );
    expect(reports.map(({ ours: { joined, refused, issued } }) => ({ joined, refused, issued }))).toEqual(
      [jiangsu, zhejiang].map(() => ({ joined: true, refused: 0, issued: 4 })),
    );
    const clerk = { role: 'clerk', authority: issuer.node.self.authority, person: '1' } as const;
    const erasing = issuer.node.eraser.eraseRecord(kept, { ground: 'ordered' }, clerk);
    await expect(erasing).rejects.toMatchObject({ code: 'log/struck' });
    await issuer.restart();
    await revoke(kept);
    await network.exchange();
    expect(await stateAt(network.node(zhejiang), kept)).toBe('revoked');
  });
});

it('is read to its end by whoever was shown another history of it', async () => {
  const issuer = await begin([shanghai, jiangsu, zhejiang]);
  const { store, app } = network.node(zhejiang).node;
  network.answerAs(zhejiang, undefined); // it hears of nothing new
  await open(1, 3);
  await pull(jiangsu);
  network.answerAs(zhejiang, app);
  const log = await logHeld(network.node(zhejiang), first);
  expect(log.size).toBeLessThan((await logHeld(network.node(jiangsu), first)).size);
  const thief = { size: log.size + 1, root: new Uint8Array(32), note: 'another history', quorum: false };
  await store.log.putCheckpoint(log.id, { ...thief, at: '2026-11-01T00:00:00.000Z' });
  await strike(jiangsu, 'stolen');
  await network.exchange();
  expect((await logHeld(network.node(zhejiang), first)).root).toEqual((await logHeld(issuer, first)).root);
  expect(await store.peers.listFindings()).toEqual([]);
});

describe('a stolen log key', () => {
  it('brings nothing that was taken beyond the end into the records, and a log that stopped is pulled again', async () => {
    const issuer = await begin([shanghai, jiangsu]);
    const [kept] = (await open(1, 2)) as [RecordId];
    const end = await logHeld(issuer, first);
    const [forged] = (await open(5, 6)) as [RecordId];
    await pull(jiangsu);
    const { store, federation } = network.node(jiangsu).node;
    expect(await stateAt(network.node(jiangsu), forged)).toBe('publicised');
    const { id: log } = await logHeld(network.node(jiangsu), first);
    const at = '2026-11-29T00:00:00.000Z';
    await store.peers.putFinding({ id: 'f', log, code: 'log/fork', evidence: {}, at });
    await store.peers.putPeer({ member: shanghai, failures: 0, stopped: 'log/fork' });

    await strike(jiangsu, 'stolen', end);
    await federation.start();
    await pull(jiangsu);
    expect(await store.peers.findPeer(shanghai)).not.toHaveProperty('stopped');
    expect(await stateAt(network.node(jiangsu), forged)).toBeUndefined();
    expect(await stateAt(network.node(jiangsu), kept)).toBe('publicised');
    const beyond = (await entriesHeld(network.node(jiangsu), first)).slice(end.size).filter(({ word }) => word);
    expect(new Set(beyond.map(({ word, code }) => `${word} ${code}`))).toEqual(new Set(['refused log/struck']));
    await revoke(kept);
    await network.exchange();
    expect(await stateAt(network.node(jiangsu), kept)).toBe('revoked');
    expect(await faultsOf(network.node(jiangsu))).toEqual([]);
  });
});
