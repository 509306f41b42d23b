/** The history of a record across provinces, over a change of keys and an amendment. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem } from '../../node/base/problem.ts';
import { buildTlogFolder } from '../../node/evidence/tlog-folder.ts';
import { formatRecordId } from '../../node/registry/record.ts';
import { amendNetwork } from '../support/amend.ts';
import { hash } from '../support/crypto.ts';
import { claimOf, findingsOf, type ReadBack, readBack } from '../support/evidence.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { verifyText } from '../support/verified.ts';

let network: Network;
let shanghai: RunningNode;
let jiangsu: RunningNode;
let record: string;

const today = () => new Date().toISOString().slice(0, 10);
const clerk = ({ node }: RunningNode) => ({ role: 'clerk', authority: node.self.authority, person: '0001' }) as const;

/** Opened; the key rotated; objected to from Jiangsu; the agreement amended; the objection decided. */
beforeAll(async () => {
  network = await openNetwork({ running: ['310000', '320000', '330000'] });
  [shanghai, jiangsu] = [network.node('310000'), network.node('320000')];
  await importPenalties(shanghai, 0, 2);
  await network.exchange(2);
  const { keyChanges, store } = shanghai.node;
  const { before } = await keyChanges.rotate({ rehearsed: false });
  await keyChanges.retire({ kid: before[0] ?? '', rehearsed: false });
  const [id] = await store.registry.listRecordIds(undefined, 1);
  if (!id) throw new RangeError('a record was opened');
  record = formatRecordId(id);
  await network.exchange(2);
  const objection = { raisedOn: today(), reason: '样例', receivedBy: { name: '样例局' } };
  const { said } = (await jiangsu.node.steps.take(id, { type: 'objection', body: objection }, clerk(jiangsu))) as {
    said: { jti: string };
  };
  await amendNetwork(network, ({ exchange }) => {
    exchange.dailyVolume += 1;
  });
  await network.exchange(2);
  const decision = { objection: said.jti, outcome: 'rejected', decidedOn: today(), reason: '样例' };
  await shanghai.node.steps.take(id, { type: 'objection-decision', body: decision }, clerk(shanghai));
  await network.exchange();
});
afterAll(() => network.close());

async function verified(file: ReadBack, agreement: unknown = shanghai.node.agreements.inForce()[0]?.jws) {
  const report = await verifyText(file.text, agreement);
  return { ok: report.ok, ...findingsOf(report) };
}

const right = { ok: true, grave: [], told: [] };

describe('a record', () => {
  it('is shown by its issuer with the objection of another province and all receipts', async () => {
    const file = await readBack(await shanghai.node.exporter.record(record));
    expect(claimOf(file, 'record')).toMatchObject({ bulletins: 3, issuer: '310000' });
    expect(file.values('bulletins')).toHaveLength(3);
    const { receipts } = claimOf(file, 'record');
    expect(receipts).toBeGreaterThanOrEqual(4); // two members on an opener and a decision; its own on the objection
    expect(file.values('receipts')).toHaveLength(receipts);
    expect(file.values('agreements')).toHaveLength(2);
    expect(await verified(file)).toEqual(right);
    const newest = shanghai.node.agreements.inForce().at(-1)?.jws;
    expect(await verified(file, newest)).toEqual(right);
  });

  it('is shown by another province with its own receipts', async () => {
    const file = await readBack(await jiangsu.node.exporter.record(record));
    expect(claimOf(file, 'record').bulletins).toBe(3);
    expect(await verified(file)).toEqual(right);
  });

  it('is shown no more once it was erased, and neither is its bulletin', async () => {
    const [, other] = await shanghai.node.store.registry.listRecordIds(undefined, 2);
    if (!other) throw new RangeError('two records were opened');
    const [step] = await shanghai.node.store.registry.listStepsOf([other]);
    await shanghai.node.eraser.eraseRecord(other, { ground: 'ordered', reason: '样例' }, clerk(shanghai));
    await network.exchange(2);
    for (const { node } of [shanghai, jiangsu]) {
      const words = await Promise.all(
        [node.exporter.record(formatRecordId(other)), node.exporter.bulletin(step?.jti ?? '')].map((work) =>
          work.catch((error: unknown) => (isProblem(error) ? [error.code, error.facts.erased] : error)),
        ),
      );
      expect(words).toEqual([
        ['evidence/not-held', 'ordered'],
        ['evidence/not-held', 'ordered'],
      ]);
    }
    expect(await verified(await readBack(await jiangsu.node.exporter.record(record)))).toEqual(right);
  });

  it('is not known when nobody opened it', async () => {
    const nothing = shanghai.node.exporter.record('310000.0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10');
    await expect(nothing).rejects.toMatchObject({ code: 'registry/not-found' });
    await expect(shanghai.node.exporter.record('?')).rejects.toMatchObject({ code: 'registry/not-found' });
  });
});

describe('a bulletin after keys and agreement changed', () => {
  it('is shown with the governance below it, and made into files for other tools', async () => {
    const steps = await shanghai.node.store.registry.listStepsOf([
      { member: '310000', txn: record.slice('310000.'.length) },
    ]);
    const decision = steps.find(({ type }) => type === 'objection-decision');
    const file = await readBack(await shanghai.node.exporter.bulletin(decision?.jti ?? ''));
    expect(file.values('bulletin')[0]?.governance.length).toBeGreaterThanOrEqual(4); // two adoptions, two changes of keys
    expect(await verified(file)).toEqual(right);
    const files = await buildTlogFolder(claimOf(file, 'bulletin'), file.parts, hash);
    expect(files.quorum).toBe('2\n');
    expect(files['witness.vkeys'].split('\n')).toHaveLength(4);
    expect(JSON.parse(files['issuer.jwk'])).toEqual([...(await shanghai.node.keyChanges.inForce()).keys.values()][0]);
  });
});

it('is shown from its opener on, where its issuer moved it before', async () => {
  const other = await openNetwork({ running: ['320000', '330000', '340000'] });
  try {
    const log = await openHostile(other, '310000');
    const { txn } = await log.say({ type: 'repair' });
    await log.say({ type: 'penalty', txn });
    await log.say({ type: 'repair', txn });
    for (const { node } of other.nodes.values()) await node.federation.pull('310000');
    await other.exchange();
    const { exporter, version } = other.node('320000').node;
    const file = await readBack(await exporter.record(formatRecordId({ member: '310000', txn })));
    expect(claimOf(file, 'record').bulletins).toBe(2);
    expect(await verified(file, version.jws)).toEqual(right);
  } finally {
    await other.close();
  }
});
