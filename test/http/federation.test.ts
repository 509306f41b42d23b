/** What a peer is shown and what not, and what of its input is refused. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatHex, utf8 } from '../../node/base/bytes.ts';
import { type Api, createApi } from '../support/api.ts';
import { hash } from '../support/crypto.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { createPeer, signAs } from '../support/peer.ts';
import { importForm } from '../support/uploads.ts';

let network: Network;
let node: RunningNode;
let jiangsu: Api;
let log: string;

beforeAll(async () => {
  network = await openNetwork({ running: ['310000'] });
  node = network.node('310000');
  jiangsu = createPeer(network, '320000', node);
  log = `/federation/v1/logs/${formatHex(hash(utf8(node.node.self.origin)))}`;
  const clerk = createApi(node.url, await node.createToken('clerk'));
  await importForm(clerk, node);
  await importForm(clerk, node, [{}], {}, 'commendation'); // which Anhui does not get
});
afterAll(() => network.close());

describe('a peer', () => {
  it('is shown checkpoints, as JSON and as the note itself', async () => {
    const { body } = await jiangsu('GET', '/federation/v1/checkpoints');
    const note = await jiangsu('GET', `${log}/checkpoint`);
    expect(note.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(body.checkpoints).toEqual([{ origin: node.node.self.origin, note: note.body }]);
    expect(note.body).toContain(`${node.node.self.origin}\n3\n`);
  });

  it('is shown every leaf, and the content of what is addressed to it', async () => {
    const anhui = createPeer(network, '340000', node);
    const shown = async (peer: Api) => {
      const { body } = await peer('GET', `${log}/entries/0/3`);
      expect(body.next).toBe(3);
      return body.entries.map(({ jws }: { jws?: string }) => jws !== undefined);
    };
    expect(await shown(jiangsu)).toEqual([true, true, true]);
    expect(await shown(anhui)).toEqual([true, true, false]); // adoption, penalty, commendation
  });

  it('is shown proofs', async () => {
    expect((await jiangsu('GET', `${log}/consistency/1/3`)).body.proof).toHaveLength(2);
    expect((await jiangsu('GET', `${log}/inclusion/0/3`)).body.proof).toHaveLength(2);
  });

  it('may hint that its own log grew', async () => {
    const { origin } = network.agreement.members.find(({ id }) => id === '320000') ?? {};
    const { status } = await jiangsu('POST', '/federation/v1/announcements', { body: { origin, size: 0 } });
    expect(status).toBe(202);
  });
});

describe('a peer is refused', () => {
  it.each([
    ['entries/3/4', 404, 'log/out-of-range'],
    ['entries/1/1', 404, 'log/out-of-range'],
    ['entries/2/1', 404, 'log/out-of-range'],
    ['entries/01/2', 400, 'input/invalid'],
    ['entries/-1/2', 400, 'input/invalid'],
    ['entries/0/1e0', 400, 'input/invalid'],
    ['entries/0/9999999999999999', 400, 'input/invalid'],
    ['consistency/0/4', 404, 'log/out-of-range'],
    ['inclusion/3/3', 404, 'log/out-of-range'],
    ['inclusion/0/4', 404, 'log/out-of-range'],
  ])('%s', async (path, status, code) => {
    expect(await jiangsu('GET', `${log}/${path}`)).toMatchObject({ status, body: { code } });
  });

  it('a log that nobody holds', async () => {
    const { status, body } = await jiangsu('GET', `/federation/v1/logs/${'0'.repeat(64)}/checkpoint`);
    expect([status, body.code]).toEqual([404, 'log/unknown']);
  });

  it('the hint about a log that is not its own, and what is no hint', async () => {
    const call = (body: unknown) => jiangsu('POST', '/federation/v1/announcements', { body });
    const bad = [{ origin: node.node.self.origin, size: 1 }, { origin: 'x' }, { origin: 'x', size: '1' }, [], 'x'];
    for (const body of bad) expect(await call(body)).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    for (const bytes of [utf8('{'), new Uint8Array([0xff, 0xfe])]) {
      expect(await call(bytes)).toMatchObject({ status: 400, body: { code: 'input/invalid' } });
    }
  });

  it('a body that is too large, before its signature is looked at', async () => {
    const body = { origin: 'x'.repeat(256 * 1024), size: 1 };
    const { status, body: told } = await jiangsu('POST', '/federation/v1/announcements', { body });
    expect([status, told.code]).toEqual([413, 'input/too-large']);
  });

  it('a request that is signed for another place, by ourselves, or for another body', async () => {
    const path = '/federation/v1/checkpoints';
    const call = createApi(node.url);
    const authorization = await signAs(network, '320000', node, 'GET', `${path}/more`);
    const code = async (headers: Record<string, string>, method = 'GET', body?: Uint8Array) =>
      (await call(method, body ? '/federation/v1/announcements' : path, { headers, ...(body && { body }) })).body.code;
    expect(await code({ authorization })).toBe('request/wrong-target');
    const own = await signAs(network, '310000', node, 'GET', path);
    expect(await code({ authorization: own })).toBe('request/unknown-key');
    const signed = await signAs(network, '320000', node, 'POST', '/federation/v1/announcements', utf8('{"size":1}'));
    expect(await code({ authorization: signed }, 'POST', utf8('{"size":2}'))).toBe('request/body-mismatch');
  });

  it('the same request a second time', async () => {
    const path = '/federation/v1/checkpoints';
    const headers = { authorization: await signAs(network, '320000', node, 'GET', path) };
    const call = createApi(node.url);
    expect((await call('GET', path, { headers })).status).toBe(200);
    expect(await call('GET', path, { headers })).toMatchObject({ status: 401, body: { code: 'request/replayed' } });
  });
});

it('is given as much as fits into an answer, and no more is read for it', async () => {
  const other = await openNetwork({ running: ['320000'] });
  try {
    const called = other.node('320000');
    const hostile = await openHostile(other, '310000');
    for (let i = 0; i < 160; i++) hostile.putText(`A.${i}${'A'.repeat(60_000)}.A`, ['320000']);
    await called.node.federation.pull('310000');
    const read = vi.spyOn(called.node.store.log, 'listEntries');
    const path = `/federation/v1/logs/${formatHex(hash(utf8(hostile.member.origin)))}/entries`;
    const peer = createPeer(other, '310000', called);
    const { next, entries } = (await peer('GET', `${path}/0/161`)).body;
    expect(next).toBe(entries.length);
    expect(next).toBeLessThan(75);
    expect(read.mock.calls.map(([, from, to]) => [from, to])).toEqual([[0, 100]]);
    expect((await peer('GET', `${path}/${next}/161`)).body).toMatchObject({ next: expect.any(Number) });
  } finally {
    await other.close();
  }
});
