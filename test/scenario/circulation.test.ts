/** A draft on its way: proposed at one node, seen at the others, signed or refused there, in force everywhere. */

import { afterEach, expect, test } from 'vitest';
import { signRefusal } from '../../node/agreement/refusal.ts';
import { agreementDigest, draftOf, joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { hash } from '../../node/crypto.ts';
import type { Client } from '../../node/federation/client.ts';
import { draftNext } from '../support/amend.ts';
import { type Api, createApi } from '../support/api.ts';
import { type Network, openNetwork } from '../support/network.ts';

let network: Network;

afterEach(() => network.close());

/** Calls a node's API as its operator. */
async function operatorOf(id: string): Promise<Api> {
  const running = network.node(id);
  const token = await running.createToken('operator');
  return (method, path, more = {}) =>
    createApi(running.url)(method, path, { ...more, headers: { ...more.headers, authorization: `Bearer ${token}` } });
}

const next = (volume: number) =>
  draftNext(network.node('310000').node.agreements.current(), ({ exchange }) => {
    exchange.dailyVolume = volume;
  });

const signed = (draft: ReturnType<typeof next>, by: string) =>
  signAgreement(draft, network.keysOf(by).agreement.signer, network.agreement);

async function versionsAt(id: string) {
  const answer = await (await operatorOf(id))('GET', '/api/v1/agreements');
  return (answer.body as { versions: { version: number; state: string; signedBy: string[]; refusals: object[] }[] })
    .versions;
}

test('a draft is proposed unsigned, signed by each at its own node, and adopted by all', async () => {
  network = await openNetwork();
  await network.exchange(1);
  const draft = next(42);
  const proposed = await (await operatorOf('310000'))('POST', '/api/v1/agreements', {
    body: { agreement: draftOf(draft) },
  });
  expect(proposed).toMatchObject({ status: 201, body: { version: 2, state: 'open', signedBy: [], lacking: 4 } });
  await network.exchange(1);
  for (const id of ['320000', '330000', '340000', '310000']) {
    expect((await versionsAt(id)).at(-1)).toMatchObject({ version: 2, state: 'open' });
    const answer = await (await operatorOf(id))('POST', '/api/v1/agreements', {
      body: { agreement: await signed(draft, id) },
    });
    expect(answer.status).toBe(201);
    await network.exchange(1);
  }
  for (const id of network.nodes.keys()) {
    expect((await versionsAt(id)).at(-1), id).toMatchObject({ version: 2, state: 'current' });
    expect(network.node(id).node.version.agreement.exchange.dailyVolume).toBe(42);
  }
  await network.exchange();
  const [first] = (await versionsAt('340000')).slice(-1);
  expect(first).toMatchObject({ governs: ['310000', '320000', '330000', '340000'] });
});

test('a refusal reaches all with its reason, and the draft is dead where all must sign', async () => {
  network = await openNetwork();
  await network.exchange(1);
  const draft = next(42);
  const agreement = draftOf(draft);
  await (await operatorOf('310000'))('POST', '/api/v1/agreements', { body: { agreement } });
  await network.exchange(1);
  const { digest } = network.node('320000').node.agreements.open()[0] ?? { digest: '' };
  const refusal = { agreement: digest, member: '320000', reason: '每日上限过低', iat: 1_790_000_000 };
  const jws = await signRefusal(refusal, network.keysOf('320000').agreement.signer);
  expect((await (await operatorOf('320000'))('POST', '/api/v1/agreements', { body: { refusals: [jws] } })).status).toBe(
    201,
  );
  await network.exchange(1);
  expect((await versionsAt('340000')).at(-1)).toMatchObject({
    state: 'refused',
    refusals: [{ member: '320000', reason: '每日上限过低' }],
  });
});

test('a member’s node does not let it sign two successors, and two that come from elsewhere convict it', async () => {
  network = await openNetwork();
  await network.exchange(1);
  const [one, other] = [next(1), next(2)];
  const operator = await operatorOf('310000');
  await operator('POST', '/api/v1/agreements', { body: { agreement: await signed(one, '310000') } });
  const second = await operator('POST', '/api/v1/agreements', { body: { agreement: await signed(other, '310000') } });
  expect(second).toMatchObject({ status: 409, body: { code: 'agreement/signed-another' } });
  await network.exchange(1);
  const { node } = network.node('320000');
  await node.federation.circulation.take({ agreement: await signed(other, '310000') });
  await node.federation.circulation.take({ agreement: await signed(other, '310000') });
  expect(await node.store.peers.listFindings()).toMatchObject([
    { code: 'agreement/signed-twice', evidence: { member: '310000' } },
  ]);
});

test('what is no successor of the version in force, or is said to be another, is refused', async () => {
  network = await openNetwork({ running: ['310000', '320000'] });
  const operator = await operatorOf('310000');
  const stray = { ...next(1), previous: `sha-256:${'A'.repeat(43)}` };
  const answer = await operator('POST', '/api/v1/agreements', { body: { agreement: draftOf(stray) } });
  expect(answer.body).toMatchObject({ code: 'agreement/unknown-previous' });
  const client = network.node('310000').node.federation.members.client('320000');
  const digest = `sha-256:${'B'.repeat(43)}`;
  await expect(client.putAgreement(digest, { agreement: draftOf(next(1)) })).rejects.toMatchObject({
    code: 'peer/bad-answer',
    facts: { code: 'agreement/invalid' },
  });
});

test('drafts of one member keep no version out that all have signed, and go when they were refused', async () => {
  network = await openNetwork();
  await network.exchange(1);
  const hostile = network.node('340000').node.federation.members.client('310000');
  for (let volume = 1; volume <= 16; volume++) await offer(hostile, next(volume));
  await expect(offer(hostile, next(17))).rejects.toMatchObject({ facts: { code: 'agreement/too-many-drafts' } });

  const operator = await operatorOf('310000');
  const other = network.node('320000').node.federation.members.client('310000');
  const wanted = next(42);
  await expect(offer(other, wanted)).rejects.toMatchObject({ facts: { code: 'agreement/too-many-drafts' } });
  const [unwanted] = network.node('310000').node.agreements.open();
  const refusal = { agreement: unwanted?.digest ?? '', member: '310000', reason: '不需要', iat: 1_790_000_000 };
  const jws = await signRefusal(refusal, network.keysOf('310000').agreement.signer);
  expect((await operator('POST', '/api/v1/agreements', { body: { refusals: [jws] } })).status).toBe(201);
  await offer(other, wanted);

  await expect(offer(other, next(43))).rejects.toMatchObject({ facts: { code: 'agreement/too-many-drafts' } });
  const whole = (await Promise.all([...network.nodes.keys()].map((id) => signed(next(44), id)))).reduce(joinSignatures);
  await offer(other, next(44), whole);
  expect(network.node('310000').node.version.agreement.exchange.dailyVolume).toBe(44);
});

/** Hands a draft, or what was signed of it, to another member's node as a round does. */
function offer(client: Client, draft: ReturnType<typeof next>, jws = draftOf(draft)): Promise<void> {
  return client.putAgreement(agreementDigest(canonicalBytes(draft), hash), { agreement: jws });
}
