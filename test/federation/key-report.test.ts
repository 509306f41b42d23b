/** Keys of real nodes: who has which, since when, and what each signed last. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PublicJwk } from '../../node/base/ports.ts';
import type { BulletinType } from '../../node/bulletin/bulletin.ts';
import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import type { KeyReport } from '../../node/federation/key-report.ts';
import { createKeys } from '../../node/keys.ts';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

const keyType = findTypeByName('key') as BulletinType; // the catalogue has it
let network: Network;
let folder: string;
const ids = ['310000', '320000', '330000', '340000'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-key-report-'));
  network = await openNetwork({ running: ['310000', '320000'] });
  await importPenalties(network.node('310000'), 0, 3);
  await network.exchange();
});
afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true, force: true });
});

async function keysAt(id: string): Promise<KeyReport[]> {
  return (await network.node(id).node.reportKeys()).keys;
}

it('lists the four keys of every member, in force', async () => {
  const keys = await keysAt('320000');
  for (const member of ids) {
    const { bulletin, log, witness, agreement } = network.keysOf(member);
    const theirs = keys.filter((key) => key.member === member);
    expect(theirs.map(({ use, kid, state }) => [use, kid, state])).toEqual([
      ['bulletin', bulletin.kid, 'in-force'],
      ['log', log.kid, 'in-force'],
      ['witness', witness.kid, 'in-force'],
      ['agreement', agreement.kid, 'in-force'],
    ]);
  }
});

it('says what each signed last: our own, and another member’s that we hold', async () => {
  for (const id of ['310000', '320000']) {
    const keys = await keysAt(id);
    const last = (use: string, member: string) =>
      keys.find((key) => key.use === use && key.member === member)?.lastSigned;
    for (const member of ['310000', '320000']) {
      const { origin } = network.node(member).node.self;
      const held = await network.node(id).node.store.log.findLog(origin);
      const size = held?.size as number;
      expect(last('bulletin', member)).toMatchObject({ at: expect.stringMatching(/^20.*Z$/) });
      expect((last('bulletin', member) as { index: number }).index).toBeLessThan(size);
      expect((last('log', member) as { size: number }).size).toBeGreaterThanOrEqual(size);
      expect(last('witness', member)).toMatchObject({ at: expect.stringMatching(/^20.*Z$/) });
      expect(last('agreement', member)).toMatchObject({ version: 1 });
    }
  }
});

it('says of who was never heard what it knows, and no more', async () => {
  const keys = (await keysAt('310000')).filter(({ member }) => member === '330000');
  for (const { use, since, lastSigned, ...rest } of keys) {
    expect(since).toMatchObject({ version: 1 });
    if (use === 'agreement') expect(lastSigned).toMatchObject({ version: 1 });
    else expect({ lastSigned, rest }).toMatchObject({ lastSigned: undefined, rest: { member: '330000' } });
  }
});

it('answers operators and auditors, as the document says', async () => {
  const { url } = network.node('310000');
  for (const [role, status] of [
    ['operator', 200],
    ['auditor', 200],
    ['clerk', 403],
  ] as const) {
    const call = createApi(url, await network.node('310000').createToken(role));
    expect((await call('GET', '/api/v1/keys')).status).toBe(status);
  }
});

it('takes a bulletin key’s place in the log for its age', async () => {
  const key = (await keysAt('320000')).find(({ use, member }) => use === 'bulletin' && member === '310000');
  expect(key?.since).toEqual({ index: 0, at: expect.stringMatching(/^20.*Z$/) });
});

it('follows a key into force and out of it, at home and at another member', async () => {
  const { node, keys } = network.node('310000');
  const next = (await createKeys(join(folder, 'next'))).bulletin;
  const say = (listed: readonly PublicJwk[]) =>
    node.federation.publisher.publish(
      [{ type: keyType, audience: ['*'], body: { keys: [...listed] } }],
      async (_, first) => first,
    );
  const first = keys.bulletin.signer.publicKey;
  const into = await say([next.signer.publicKey, first]);
  await importPenalties(network.node('310000'), 3, 4);
  await network.exchange();
  const statesAt = async (id: string) =>
    (await keysAt(id))
      .filter(({ use, member }) => use === 'bulletin' && member === '310000')
      .map(({ kid, state, since, until, lookedBackTo }) => ({ kid, state, since, until, lookedBackTo }));
  for (const id of ['310000', '320000']) {
    expect(await statesAt(id)).toMatchObject([
      { kid: keys.bulletin.kid, state: 'in-force', since: { index: 0 } },
      { kid: next.kid, state: 'in-force', since: { index: into }, lookedBackTo: into },
    ]);
  }
  const outOf = await say([first]);
  await network.exchange();
  for (const id of ['310000', '320000']) {
    const [, retired] = await statesAt(id);
    expect(retired).toMatchObject({ kid: next.kid, state: 'retired', since: { index: into }, until: { index: outOf } });
  }
  const ours = (await keysAt('320000')).find(({ kid }) => kid === keys.bulletin.kid);
  const last = ours?.lastSigned as { index: number } | undefined;
  expect(last?.index).toBeGreaterThanOrEqual(outOf);
});
