/** Two real processes that exchange over TLS, each known to the other by the pins of the agreement. */

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, expect, it, vi } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { pinOf } from '../../node/http/certificate.ts';
import { hash } from '../support/crypto.ts';
import { type Place, type Places, preparePlaces } from '../support/places.ts';
import { startProxy } from '../support/proxy.ts';
import { makeKey, makePair, writePair } from '../support/tls.ts';
import { until } from '../support/until.ts';

const shanghai = '310000';
const jiangsu = '320000';
/** Processes on a busy machine start slowly. */
vi.setConfig({ testTimeout: 400_000 });
type Pair = ReturnType<typeof makePair>;
const pinIn = ({ cert }: Pair) => pinOf(new X509Certificate(cert), hash);

let places: Places;

afterEach(() => places.close());

/** Shanghai and Jiangsu with these certificates; the agreement pins what it is told to, and may call them by name. */
async function prepare(
  pairs: Record<string, Pair>,
  pins: Record<string, string[]>,
  { names = {}, config = {} }: { names?: Record<string, string>; config?: object } = {},
) {
  places = await preparePlaces({
    scheme: 'https',
    change: ({ members }: Agreement) => {
      for (const member of members) {
        const listed = pins[member.id];
        if (listed) member.certificatePins = listed;
        const name = names[member.id];
        if (name) member.endpoint = `https://${name}`;
      }
    },
    configure: async (id, folder) => {
      const pair = pairs[id];
      return pair ? { ...config, tls: await writePair(folder, pair) } : {};
    },
  });
  return [places.place(shanghai), places.place(jiangsu)] as const;
}

it('they exchange, and people without a certificate reach page and API', async () => {
  const pairs = { [shanghai]: makePair(), [jiangsu]: makePair() };
  const [ours, theirs] = await prepare(pairs, {
    [shanghai]: [pinIn(pairs[shanghai] as Pair)],
    [jiangsu]: [pinIn(makePair()), pinIn(pairs[jiangsu] as Pair)],
  });
  const tokens = [await ours.createToken('operator'), await theirs.createToken('operator')];
  await Promise.all([ours.start(), theirs.start()]);
  const ca = (pairs[shanghai] as Pair).cert;
  const page = await call(ours, '/', { ca });
  expect([page.status, page.location]).toEqual([303, '/sign-in']);
  await untilPulled(ours, theirs, tokens);
});

it('they exchange through an HTTP proxy that alone knows where their names lead', async () => {
  const pairs = { [shanghai]: makePair(), [jiangsu]: makePair() };
  const names = { [shanghai]: 'credit.sh.example', [jiangsu]: 'credit.js.example' };
  const ports = new Map<string, number>();
  const proxy = await startProxy((target) => ports.get(target));
  try {
    const pins = { [shanghai]: [pinIn(pairs[shanghai] as Pair)], [jiangsu]: [pinIn(pairs[jiangsu] as Pair)] };
    const [ours, theirs] = await prepare(pairs, pins, { names, config: { proxy: proxy.url } });
    ports.set('credit.sh.example:443', ours.port).set('credit.js.example:443', theirs.port);
    const tokens = [await ours.createToken('operator'), await theirs.createToken('operator')];
    await Promise.all([ours.start(), theirs.start()]);
    await untilPulled(ours, theirs, tokens);
    const through = proxy.asked.map(({ target }) => target);
    for (const name of Object.values(names)) expect(through).toContain(`${name}:443`);
  } finally {
    await proxy.close();
  }
});

it('a node whose certificate the agreement does not list is refused, as caller and as called', async () => {
  const pairs = { [shanghai]: makePair(), [jiangsu]: makePair() };
  const [ours, theirs] = await prepare(pairs, {
    [shanghai]: [pinIn(pairs[shanghai] as Pair)],
    [jiangsu]: [pinIn(makePair())],
  });
  await theirs.start();
  expect(theirs.running.lastWords()).toContain('the agreement does not list this certificate for us');
  const refused = theirs.running.hear(
    ({ msg, code }) => msg === 'round failed' && code === 'request/wrong-certificate',
  );
  await ours.start();
  const failed = ours.running.hear(({ msg, member }) => msg === 'round failed' && member === jiangsu);
  expect(await refused).toMatchObject({ facts: { status: 401 } });
  expect(await failed).toMatchObject({
    code: 'peer/wrong-certificate',
    facts: { address: theirs.url, shown: pinIn(pairs[jiangsu] as Pair) },
  });
});

it('SIGHUP changes the certificate while connections stay; what is not in order is refused and the old stays', async () => {
  const key = makeKey();
  const [old, renewed, next, strange] = [makePair({ key }), makePair({ key }), makePair(), makePair()];
  const [ours] = await prepare({ [shanghai]: old }, { [shanghai]: [pinIn(old), pinIn(next)] });
  await ours.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: old.cert });
  const { port } = await call(ours, '/healthz', { agent });

  const reload = async (pair: Pair) => {
    await writePair(ours.folder, pair);
    const said = ours.running.hear(({ what }) => what === 'certificate');
    ours.running.signal('SIGHUP');
    return said;
  };
  for (const pair of [renewed, next]) {
    expect(await reload(pair)).toMatchObject({ level: 30, msg: 'read again', pin: pinIn(pair) });
    expect(await shownBy(ours)).toBe(pair.cert);
  }
  const refusals: [Pair, string][] = [
    [{ ...next, key: old.key }, 'mismatch'],
    [{ ...next, cert: 'nothing' }, 'malformed'],
    [strange, 'not-pinned'],
  ];
  for (const [pair, reason] of refusals) {
    expect(await reload(pair)).toMatchObject({ level: 50, code: 'tls/unreadable', facts: { reason } });
    expect(await shownBy(ours)).toBe(next.cert);
  }
  expect(await call(ours, '/healthz', { agent })).toMatchObject({ status: 200, port }); // over the first connection
  agent.destroy();
  expect(await ours.running.stop()).toBe(0);
});

/** Until each has pulled the other's log, which it says over its API. */
async function untilPulled(ours: Place, theirs: Place, tokens: readonly string[]): Promise<void> {
  await until('each pulls the other', async () => {
    const pulled = [await findPeer(ours, theirs.id, tokens[0]), await findPeer(theirs, ours.id, tokens[1])];
    return pulled.every((peer) => peer?.lastOkAt !== undefined);
  });
}

/** How the node says that it stands with a member. */
async function findPeer(place: Place, id: string, token = ''): Promise<{ lastOkAt?: string } | undefined> {
  const ca = await readFile(join(place.folder, 'certificate.pem'), 'utf8');
  const { peers } = JSON.parse((await call(place, '/api/v1/peers', { ca, token })).text);
  return peers.find(({ member }: { member: string }) => member === id);
}

interface Called {
  status: number | undefined;
  location: string | undefined;
  text: string;
  /** Ours of the connection: the same for the same connection. */
  port: number | undefined;
}

function call(
  { url }: Place,
  path: string,
  { token, ...options }: { token?: string; ca?: string; agent?: Agent },
): Promise<Called> {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { ...options, headers }, async (answer) => {
      const port = answer.socket.localPort;
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      const { statusCode: status, headers: said } = answer;
      resolve({ status, location: said.location, text: Buffer.concat(parts).toString(), port });
    });
    asked.once('error', reject).end();
  });
}

/** The certificate that a new connection is shown, as it lies in the file. */
function shownBy({ url }: Place): Promise<string | undefined> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
