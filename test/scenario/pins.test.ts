/** The agreement's pins change while all nodes run over TLS: nobody restarts, no connection outlives them. */

import { X509Certificate } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { isProblem } from '../../node/base/problem.ts';
import { pinOf } from '../../node/http/certificate.ts';
import { amendNetwork } from '../support/amend.ts';
import { hash } from '../support/crypto.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { makePair } from '../support/tls.ts';

const shanghai = '310000';
const jiangsu = '320000';
let network: Network;

afterEach(() => network.close());

const pinIn = ({ cert }: { cert: string }) => pinOf(new X509Certificate(cert), hash);

/** What comes of one call of a member to another: `ours` calls `theirs`. */
async function call(ours: string, theirs: string): Promise<string> {
  try {
    await network.node(ours).node.federation.members.client(theirs).checkpoints();
    return 'answered';
  } catch (error) {
    if (!isProblem(error)) throw error;
    return `${error.code} ${error.facts.code ?? ''}`.trim();
  }
}

const lastError = async (ours: string, theirs: string) =>
  (await network.node(ours).node.store.peers.findPeer(theirs)).lastError;

const bothWays = async () => [await call(shanghai, jiangsu), await call(jiangsu, shanghai)];

function list(pins: (old: string[]) => string[]) {
  return ({ members }: Agreement) => {
    const member = members.find(({ id }) => id === jiangsu);
    if (member) member.certificatePins = pins(member.certificatePins ?? []);
  };
}

test('nodes exchange over mutual TLS', async () => {
  network = await openNetwork({ running: [shanghai, jiangsu], tls: true });
  await importPenalties(network.node(shanghai), 0, 3);
  await network.exchange();
  const [report] = (await network.node(jiangsu).node.reportPeers()).filter(({ member }) => member === shanghai);
  expect(report?.theirs).toMatchObject({ taken: 3, refused: 0 });
});

test('a key is replaced without a moment of silence: listed beside the old, shown, and the old struck off', async () => {
  network = await openNetwork({ running: [shanghai, jiangsu], tls: true });
  expect(await bothWays()).toEqual(['answered', 'answered']);
  const next = makePair();
  const renew = () => network.renewCertificate(jiangsu, next);
  await expect(renew()).rejects.toMatchObject({ code: 'tls/unreadable', facts: { reason: 'not-pinned' } });
  expect(await bothWays()).toEqual(['answered', 'answered']);

  await amendNetwork(
    network,
    list((old) => [...old, pinIn(next)]),
  );
  expect(await bothWays()).toEqual(['answered', 'answered']);
  await renew();
  expect(await bothWays()).toEqual(['answered', 'answered']);
  await amendNetwork(
    network,
    list(() => [pinIn(next)]),
  );
  expect(await bothWays()).toEqual(['answered', 'answered']);
});

test('a key that was struck off is refused at once, as caller and as called, over connections that are open', async () => {
  network = await openNetwork({ running: [shanghai, jiangsu], tls: true });
  expect(await bothWays()).toEqual(['answered', 'answered']);
  const next = makePair();
  await amendNetwork(
    network,
    list(() => [pinIn(next)]),
  );
  expect(await bothWays()).toEqual(['peer/wrong-certificate', 'peer/bad-answer request/wrong-certificate']);
  await Promise.all([
    network.node(shanghai).node.federation.pull(jiangsu),
    network.node(jiangsu).node.federation.pull(shanghai),
  ]);
  expect([await lastError(shanghai, jiangsu), await lastError(jiangsu, shanghai)]).toEqual([
    'peer/wrong-certificate',
    'request/wrong-certificate',
  ]);
  await network.renewCertificate(jiangsu, next);
  network.cut(jiangsu); // what connections show stays as it was: its node opens new ones
  expect(await bothWays()).toEqual(['answered', 'answered']);
});
