/**
 * A real process against a hostile peer: one that answers nonsense, floods it, and calls it with requests that are not
 * its to make. It stays up, answers others, says why, and takes everything once the peer is honest.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import { createNewId } from '../../node/crypto.ts';
import type { PeerReport } from '../../node/federation/report.ts';
import { signRequest, type Target } from '../../node/federation/request.ts';
import { runCli } from '../support/cli.ts';
import { hash } from '../support/crypto.ts';
import { type GatedPlaces, prepareGatedPlaces } from '../support/gated-places.ts';
import { count, isAtRest, memoryOf, reach, recordsAt, send, startAll } from '../support/operated.ts';
import type { Place } from '../support/places.ts';

const shanghai = '310000';
const jiangsu = '320000';
const zhejiang = '330000';
const mostMemory = 450 * 1024 * 1024;
const peerPerMinute = 1_000;
const announcements = 3_000;
const rows = 200;
const entriesPath = '/federation/v1/logs/';
const announcementsPath = '/federation/v1/announcements';

let places: GatedPlaces;
let trap: Server;

afterEach(async () => {
  await places.close();
  await new Promise((resolve) => trap.close(resolve));
});

type Lie = (answer: ServerResponse, call: IncomingMessage) => void;

const now = () => new Date();
const newId = createNewId(now);

/** What a member signs to call another. */
function sign(by: Place, target: Target, audience: string, issuer = by.member.issuer): Promise<string> {
  const { signer, kid } = by.keys.bulletin;
  return signRequest(target, { signer, kid, issuer, audience, now, newId, hash });
}

async function call(place: Place, path: string, authorization: string, body?: Uint8Array) {
  const method = body ? 'POST' : 'GET';
  const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${place.url}${path}`, { method, headers, ...(body && { body: Buffer.from(body) }) });
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code, retryAfter: Number(answer.headers.get('retry-after')) };
}

/** A hint of that member that its log grew, to whatever size. */
async function announce(by: Place, to: Place) {
  const body = utf8(JSON.stringify({ origin: by.member.origin, size: 1_000_000_000 }));
  const target = { method: 'POST', url: `${to.member.endpoint}${announcementsPath}`, body };
  return call(to, announcementsPath, await sign(by, target, to.member.issuer), body);
}

const say =
  (body: string, status = 200, headers: Record<string, string> = {}): Lie =>
  (answer) =>
    void answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** One entry only, far longer than any may be: whoever goes on asking for the rest gathers gigabytes. */
const longEntry: Lie = (answer, { url = '' }) => {
  const from = Number(url.split('/').at(-2));
  say(JSON.stringify({ entries: [{ leaf: 'x'.repeat(15_000_000) }], next: from + 1 }))(answer, {} as IncomingMessage);
};

const endlessBody: Lie = (answer) => {
  const piece = Buffer.alloc(64 * 1024, ' ');
  const pour = () => {
    while (!answer.destroyed && answer.write(piece));
  };
  answer.on('error', () => {}).on('drain', pour);
  answer.writeHead(200, { 'content-type': 'application/json' });
  pour();
};

it('a hostile peer is refused in words and harms nobody, and is caught up with once it is honest', async () => {
  let trapped = 0;
  trap = createServer((_call, answer) => {
    trapped++;
    answer.end('{}');
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  places = await prepareGatedPlaces([shanghai], {
    configure: (id) =>
      id === jiangsu ? { rates: { callerPerMinute: 1_000_000, peerPerMinute }, metrics: { open: true } } : {},
  });
  const [hostile, honest, third] = [places.place(shanghai), places.place(jiangsu), places.place(zhejiang)];
  const gate = places.gate(shanghai);
  const operator = await honest.createToken('operator');
  const tokens = [await hostile.createToken('clerk'), await honest.createToken('clerk')] as const;
  const huxinPeers = async (): Promise<PeerReport | undefined> => {
    const environment = { node: honest.url, token: operator, locale: 'en' };
    const { code, out, err } = await runCli(['peers', '--json'], { environment });
    expect(code, err).toBe(0);
    return (JSON.parse(out) as { peers: PeerReport[] }).peers.find(({ member }) => member === shanghai);
  };
  const path = '/federation/v1/checkpoints';
  const target = { method: 'GET', url: `${honest.member.endpoint}${path}` };
  const { issuer } = honest.member;
  /** Persons and other members are served, and the memory is bounded. */
  const expectWell = async () => {
    expect((await fetch(`${honest.url}/healthz`)).status).toBe(200);
    expect((await call(honest, '/api/v1/peers', `Bearer ${operator}`)).status).toBe(200);
    expect(await call(honest, path, await sign(third, target, issuer))).toMatchObject({ status: 200 });
    expect(await memoryOf(honest)).toBeLessThan(mostMemory);
  };

  let lie: Lie = say('{"entries":[');
  let isLying = true;
  const stolen: { path: string; authorization: string }[] = [];
  gate.treat = (from, called) => {
    if (!isLying || from !== issuer || !called.startsWith(entriesPath) || !called.includes('/entries/')) return 'pass';
    return (answer, given) => {
      stolen.push({ path: called, authorization: given.headers.authorization ?? '' });
      lie(answer, given);
    };
  };
  await startAll([hostile]);
  await send(hostile, tokens[0], 0, rows);
  await reach([hostile], 'it has something to tell', () => recordsAt(hostile, hostile) === rows);
  await startAll([honest]);
  const { pid } = honest.running;
  await send(honest, tokens[1], 1_000, 1_005);

  const failed = () =>
    honest.running.lines().filter(({ msg, member }) => msg === 'round failed' && member === shanghai);
  const expectRefused = async (what: string, next: Lie, expected: Record<string, unknown>) => {
    lie = next;
    await announce(hostile, honest); // the round under way may still hear the lie before
    await announce(hostile, honest);
    const before = failed().length;
    await reach([honest], `it refuses ${what}`, async () => {
      if (failed().length >= before + 2) return true;
      await announce(hostile, honest);
      return failed().length >= before + 2;
    });
    expect(failed().at(-1), what).toMatchObject(expected);
    await expectWell();
  };
  const bad = { code: 'peer/bad-answer', facts: { member: shanghai } };
  const wrong = [
    ...['{"entries":[', 'null', '[]', '7', '"entries"', '', '{}', '{"entries":{}}', '{"entries":[],"next":0}'],
    ...['{"entries":[{"leaf":7}],"next":1}', '{"entries":[null],"next":1}', '{"entries":[{"leaf":"x"}],"next":-1}'],
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ];
  for (const body of wrong) await expectRefused(body.slice(0, 40), say(body), bad);
  const location = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
  await expectRefused('a redirect', say('', 307, { location }), { ...bad, facts: { status: 307 } });
  expect(trapped).toBe(0);
  await expectRefused('entries that are too long', longEntry, {
    ...bad,
    facts: { from: 0, reason: 'leaves do not lead to the signed root' },
  });
  const told = () => failed().filter(({ level }) => level === 40);
  expect(told()).toMatchObject([{ code: 'peer/bad-answer' }]); // once, whatever the nonsense was
  await expectRefused('a body without end', endlessBody, {
    code: 'peer/unreachable',
    facts: { reason: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
  });
  expect(told()).toMatchObject([{ code: 'peer/bad-answer' }, { code: 'peer/unreachable' }]);
  expect(await huxinPeers()).toMatchObject({ lastError: 'peer/unreachable', theirs: { held: 0, taken: 0 } });

  let own = '';
  await reach([honest], 'it may call again: what it announced till now may have used up its minute', async () => {
    own = await sign(hostile, target, issuer);
    const { status } = await call(honest, path, own);
    expect([200, 429]).toContain(status);
    return status === 200;
  });
  expect(await call(honest, path, own)).toMatchObject({ status: 401, code: 'request/replayed' });
  const body = utf8('{}');
  const refusals: [string, string, string, Uint8Array?][] = [
    [await sign(third, target, hostile.member.issuer), path, 'request/wrong-audience'], // what another signed for it
    [await sign(hostile, target, issuer, third.member.issuer), path, 'request/unknown-key'], // in another's name
    [await sign(hostile, { ...target, method: 'POST' }, issuer), path, 'request/wrong-target'],
    [
      await sign(hostile, { ...target, method: 'POST', url: `${honest.url}${announcementsPath}` }, issuer),
      announcementsPath,
      'request/body-mismatch',
      body,
    ],
    [stolen.at(-1)?.authorization ?? '', stolen.at(-1)?.path ?? '', 'request/unknown-key'], // its own, sent back to it
  ];
  for (const [authorization, called, code, given] of refusals)
    expect(await call(honest, called, authorization, given), code).toMatchObject({ status: 401, code });
  await expectWell();

  lie = say('{"entries":[');
  const statuses = new Map<number, number>();
  const wasHeard = () => [202, 429].every((status) => statuses.has(status)); // its minute may be over, or have begun, just now
  for (let sent = 0; sent < announcements || !wasHeard(); ) {
    const some = await Promise.all(Array.from({ length: 25 }, () => announce(hostile, honest)));
    for (const { status } of some) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    sent += some.length;
    if (sent % 250 === 0) await expectWell();
  }
  expect([...statuses.keys()].sort()).toEqual([202, 429]);
  await reach([honest], 'it says that it is told nonsense again', () => told().length > 2);
  expect(told().map(({ code }) => code)).toEqual(['peer/bad-answer', 'peer/unreachable', 'peer/bad-answer']);
  expect(await huxinPeers()).toMatchObject({ lastError: 'peer/bad-answer', theirs: { held: 0 } });
  expect(honest.running.lines().filter(({ level, msg }) => Number(level) >= 50 && msg !== 'alarm raised')).toEqual([]);

  isLying = false;
  const both = [hostile, honest];
  let nextAt = 0; // its minute of too many requests passes first
  await reach(both, 'it is heard again', async () => {
    if (Date.now() < nextAt) return false;
    const { status, retryAfter } = await announce(hostile, honest);
    nextAt = Date.now() + retryAfter * 1_000;
    return status === 202;
  });
  await reach(both, 'both hold everything', () => isAtRest(both));
  expect(recordsAt(honest, hostile)).toBe(rows);
  expect(recordsAt(hostile, honest)).toBe(5);
  expect(count(honest, 'select count(*) from finding')).toBe(0);
  expect(await huxinPeers()).toMatchObject({ failures: 0, theirs: { taken: rows, refused: 0, withheld: 0 } });
  expect(honest.running.pid).toBe(pid);
  expect(await memoryOf(honest)).toBeLessThan(mostMemory);
}, 900_000);
