/** What an auditor of the agreement is shown, and what it may not do. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatHex, utf8 } from '../../node/base/bytes.ts';
import { readType } from '../../node/bulletin/read.ts';
import { type Api, createApi } from '../support/api.ts';
import { sampleSigner } from '../support/bulletins.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createAuditor } from '../support/peer.ts';
import { importForm } from '../support/uploads.ts';

const [shanghai, jiangsu] = ['310000', '320000'];
const signer = signerFrom(ed25519FromSeed('an auditor'));
const name = { zh: '审计署驻地方办事处', en: 'The audit office' };
let network: Network;
let node: RunningNode;
let auditor: Api;

beforeAll(async () => {
  network = await openNetwork({
    running: [shanghai, jiangsu],
    change: (agreement) => {
      const listed = { id: 'audit-office', name, key: signer.publicKey };
      const likeMember = { id: jiangsu, name, key: sampleSigner().publicKey };
      agreement.auditors = [listed, likeMember];
    },
  });
  node = network.node(shanghai);
  await importForm(createApi(node.url, await node.createToken('clerk')), node);
  await network.exchange(2);
  auditor = createAuditor({ id: 'audit-office', signer }, node);
});
afterAll(() => network.close());

const logPath = (of: RunningNode) => `/federation/v1/logs/${formatHex(hash(utf8(of.node.self.origin)))}`;

/** The types of the entries whose content is shown, by index; undefined for the others. */
async function shown(caller: Api, of: RunningNode): Promise<(string | undefined)[]> {
  const { size } = (await node.node.store.log.findLog(of.node.self.origin)) ?? { size: 0 };
  const { body } = await caller('GET', `${logPath(of)}/entries/0/${size}`);
  expect(body.entries).toHaveLength(size);
  return body.entries.map(({ leaf, jws }: { leaf: string; jws?: string }) => {
    expect(leaf).toMatch(/^huxin-leaf\/v1\n/);
    return jws && readType(jws)?.name;
  });
}

describe('an auditor', () => {
  it('is shown every leaf, governance and receipts, and no record', async () => {
    expect(await shown(auditor, node)).toEqual(['adoption', undefined]);
    expect(await shown(auditor, network.node(jiangsu))).toEqual(['adoption', 'receipt']);
  });

  it('is shown no record addressed to the member whose id it bears', async () => {
    const likeMember = createAuditor({ id: jiangsu, signer: sampleSigner() }, node);
    expect(await shown(likeMember, node)).toEqual(['adoption', undefined]);
  });

  it('is shown checkpoints and proofs', async () => {
    expect((await auditor('GET', '/federation/v1/checkpoints')).body.checkpoints).toHaveLength(2);
    expect((await auditor('GET', `${logPath(node)}/checkpoint`)).body).toContain(`${node.node.self.origin}\n2\n`);
    expect((await auditor('GET', `${logPath(node)}/consistency/1/2`)).body.proof).toHaveLength(1);
    expect((await auditor('GET', `${logPath(node)}/inclusion/1/2`)).body.proof).toHaveLength(1);
  });

  it('is not taken for a member that called', async () => {
    await auditor('GET', '/federation/v1/checkpoints');
    expect(node.node.lastCalls.lastOf('audit-office')).toBeUndefined();
  });
});

describe('an auditor is refused', () => {
  it('what passes between members alone', async () => {
    const { digest } = node.node.version;
    const refused = { status: 403, body: { code: 'auth/role-not-allowed' } };
    const body = { origin: node.node.self.origin, size: 1 };
    expect(await auditor('POST', '/federation/v1/announcements', { body })).toMatchObject(refused);
    expect(await auditor('GET', `/federation/v1/agreements/${digest}`)).toMatchObject(refused);
    expect(await auditor('PUT', `/federation/v1/agreements/${digest}`, { body: {} })).toMatchObject(refused);
  });

  it('when the agreement lists another key for it, or no such auditor', async () => {
    const unknown = { status: 401, body: { code: 'request/unknown-key' } };
    for (const who of [
      { id: 'audit-office', signer: sampleSigner() },
      { id: 'another', signer },
    ]) {
      expect(await createAuditor(who, node)('GET', '/federation/v1/checkpoints')).toMatchObject(unknown);
    }
  });
});
