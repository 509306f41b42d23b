/**
 * Nodes of this release and of those before it: what theirs said on the wire (test/vectors/wire/<release>, made by
 * scripts/make-wire-vectors.mjs) still means the same to ours. A release keeps the folders of those before and adds its own.
 */

import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { thumbprint } from '../../node/base/jws.ts';
import { createNewId } from '../../node/crypto.ts';
import { signRequest } from '../../node/federation/request.ts';
import { ed25519FromSeed, hash, signerFrom } from '../support/crypto.ts';
import {
  agreementOf,
  type Exchange,
  openReplay,
  type Recording,
  type ReplayNode,
  readRecording,
} from '../support/wire.ts';

const releases = readdirSync(new URL('../vectors/wire/', import.meta.url));
let replay: ReplayNode;

afterEach(() => replay.close());

/** The recorded pulls one after the other, each answered as `change` has it. */
async function pullAll(recording: Recording, change = (exchange: Exchange) => exchange): Promise<void> {
  const { member, of, pulls } = recording.pulls;
  replay = await openReplay(recording, member);
  for (const { at, exchanges, judgement } of pulls) {
    replay.turn(at);
    replay.replay(exchanges.map(change));
    await replay.pull(of);
    await expectTaken(of, judgement);
  }
}

async function expectTaken(of: string, judgement: Recording['pages']['judgement']): Promise<void> {
  const { store } = replay.node;
  expect(await store.peers.findPeer(of)).toMatchObject({ failures: 0 });
  expect(await store.peers.listFindings()).toEqual([]);
  expect(replay.unanswered).toEqual([]);
  expect(await replay.judge(Object.keys(judgement.states))).toEqual(judgement);
}

describe.each(releases)('what nodes of %s said', (release) => {
  const recording = readRecording(release);
  const { requests } = recording.requests;

  it('is taken as they took it, as a log grows', () => pullAll(recording));

  it('is taken as a whole, in short pages', async () => {
    const { member, of } = recording.pulls;
    const { at, exchanges, judgement } = recording.pages;
    replay = await openReplay(recording, member);
    replay.turn(at);
    replay.replay(exchanges);
    await replay.pull(of);
    await expectTaken(of, judgement);
  });

  it('is answered as they answered it', async () => {
    await pullAll(recording);
    const { origin } = replay.node.self;
    for (const { at, request, answer } of requests) {
      replay.turn(at);
      const given = await replay.send(request);
      const call = `${request.method} ${request.path}`;
      expect([given.status, given.contentType], call).toEqual([answer.status, answer.contentType]);
      expect(read(given, origin), call).toMatchObject(read(answer, origin) as object);
    }
    const again = await replay.send((requests[0] as Exchange).request); // the recording has requests
    expect(JSON.parse(again.body)).toMatchObject({ status: 401, code: 'request/replayed' });
  });

  it('names its caller, whoever is called', async () => {
    const { of, pulls } = recording.pulls;
    replay = await openReplay(recording, of);
    const calls = pulls.flatMap(({ exchanges }) => exchanges).filter(({ to }) => to === of);
    for (const { at, request } of calls) {
      replay.turn(at);
      const { status, body } = await replay.send(request);
      // its own log is another one here: it may be too short
      if (status !== 200) expect(JSON.parse(body), request.path).toMatchObject({ code: 'log/out-of-range' });
    }
    expect(calls.length).toBeGreaterThan(0);
  });

  it('is understood with more members than we know, outside what is signed', () => pullAll(recording, withMore));

  it('is taken from callers that say more than we know, outside what is signed', async () => {
    await pullAll(recording);
    for (const { at, request, answer } of requests) {
      if (request.body === undefined) continue;
      replay.turn(at);
      const body = JSON.stringify({ ...JSON.parse(request.body), later });
      const headers = { ...request.headers, authorization: await signAnew(recording, request, body) };
      expect((await replay.send({ ...request, headers, body })).status, request.path).toBe(answer.status);
    }
  });

  it('is refused with more members inside what is signed', async () => {
    await pullAll(recording);
    const put = requests.find(({ request }) => request.method === 'PUT') as Exchange; // it has one
    const circular = JSON.parse(put.request.body ?? '');
    circular.agreement.signatures[0].header = later;
    replay.turn(put.at);
    const body = JSON.stringify(circular);
    const headers = { ...put.request.headers, authorization: await signAnew(recording, put.request, body) };
    const { status, body: told } = await replay.send({ ...put.request, headers, body });
    expect([status, JSON.parse(told).code]).toEqual([400, 'input/invalid']);
  });
});

/** An answer as far as it is the same in every run; of our own log, whose salts are drawn anew, its form. */
function read({ contentType, body }: Exchange['answer'], own: string): unknown {
  if (contentType.startsWith('text/plain')) return { body };
  const value = JSON.parse(body);
  if (contentType.startsWith('application/problem+json')) return { status: value.status, code: value.code };
  if (!Array.isArray(value.checkpoints)) return value;
  const notes = (value.checkpoints as { origin: string; note: string }[]).map(({ origin, note }) => {
    return [origin, origin === own ? note.replaceAll(/[A-Za-z0-9+/]{40,}=*/g, '') : note];
  });
  return Object.fromEntries(notes);
}

/** The `Authorization` of the same caller for another body. */
async function signAnew(
  recording: Recording,
  { method, path, headers }: Exchange['request'],
  body: string,
): Promise<string> {
  const payload = headers.authorization?.split('.')[1] ?? '';
  const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss: string };
  const { id = '' } = agreementOf(recording).members.find(({ issuer }) => issuer === iss) ?? {};
  const signer = signerFrom(ed25519FromSeed(recording.keys.seeds[id]?.bulletin ?? ''));
  const { now, node } = replay;
  return signRequest(
    { method, url: `${node.self.endpoint}${path}`, body: utf8(body) },
    {
      signer,
      kid: await thumbprint(signer.publicKey),
      issuer: iss,
      audience: node.self.issuer,
      now,
      newId: createNewId(now),
      hash,
    },
  );
}

const later = { members: ['of a later release'] };

/** Every object of an answer with one more member; texts, which are what is signed, stay as they are. */
function withMore(exchange: Exchange): Exchange {
  const { answer } = exchange;
  if (!answer.contentType.startsWith('application/json')) return exchange;
  return { ...exchange, answer: { ...answer, body: JSON.stringify(add(JSON.parse(answer.body))) } };
}

function add(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(add);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, add(one)])), later };
}
