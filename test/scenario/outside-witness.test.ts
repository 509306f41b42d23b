/** A witness that is no member cosigns our log, and is missed by nobody while it is away. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Logger } from '../../node/base/ports.ts';
import { parseNote } from '../../node/log/note.ts';
import { createApi } from '../support/api.ts';
import { type Network, openNetwork, type RunningNode, silent } from '../support/network.ts';
import { type OutsideWitness, openOutsideWitness } from '../support/outside-witness.ts';
import { importPenalties } from '../support/penalties.ts';
import { logHeld } from '../support/receipts.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'] as const;
let network: Network;
let issuer: RunningNode;
let witness: OutsideWitness;
let at: number;
let told: { message: string; code?: string }[];

const logger: Logger = {
  ...silent,
  warn: (facts, message) => void told.push({ ...facts, message }),
  error: (facts, message) => void told.push({ ...facts, message }),
};

beforeEach(async () => {
  witness = await openOutsideWitness();
  at = Date.now();
  told = [];
});
afterEach(async () => {
  await network.close();
  await witness.close();
});

async function begin(running: readonly string[] = [shanghai]): Promise<void> {
  const { name, url, vkey } = witness;
  const change = (agreement: Network['agreement']) => {
    agreement.witnesses = [{ name, url, vkey: vkey.text }];
    witness.agreement = agreement;
  };
  witness.time = () => Math.floor(at / 1000);
  network = await openNetwork({ running, change, logger, now: () => new Date(at) });
  issuer = network.node(shanghai);
  await issuer.node.federation.settled();
}

async function askDue(): Promise<void> {
  await issuer.node.federation.outside.askDue();
}

async function grow(from: number, to: number): Promise<void> {
  await importPenalties(issuer, from, to);
  await issuer.node.federation.settled();
}

/** Who signed the head of a log as a node holds it. */
async function signersOf(by: RunningNode, origin = issuer.node.self.origin): Promise<string[]> {
  const { id, size } = await logHeld(by, origin);
  const note = (await by.node.store.log.findCheckpoint(id, size))?.note ?? '';
  return (parseNote(note)?.signatures ?? []).map(({ name }) => name);
}

async function report() {
  const [one] = await issuer.node.federation.outside.report();
  return one;
}

it('is asked after every growth, with the proof from what it cosigned last, and its word stays with the checkpoint', async () => {
  await begin();
  await grow(0, 3);
  await grow(3, 5);
  expect(witness.answers).toEqual([
    { status: 200, oldSize: 0, size: 1 }, // the adoption
    { status: 200, oldSize: 1, size: 4 },
    { status: 200, oldSize: 4, size: 6 },
  ]);
  expect(await signersOf(issuer)).toEqual([issuer.node.self.origin, witness.name]);
  expect(await report()).toMatchObject({ name: witness.name, url: witness.url, size: 6, behind: 0, failures: 0 });
  await askDue();
  expect(witness.answers).toHaveLength(3); // nothing new
});

it('is asked again a day later for a log that stood still', async () => {
  await begin();
  at += 21 * 3_600_000;
  await askDue();
  expect(witness.answers).toEqual([
    { status: 200, oldSize: 0, size: 1 },
    { status: 200, oldSize: 1, size: 1 },
  ]);
  expect((await report())?.cosignedAt).toBe(new Date(Math.floor(at / 1000) * 1000).toISOString());
});

it('that stays away for longer than the agreement’s hours is an alarm, until it cosigns again', async () => {
  await begin();
  const standing = async () => {
    await issuer.node.alarms.evaluate();
    const alarms = await issuer.node.alarms.list({ all: false, limit: 100 });
    return alarms.filter(({ code }) => code === 'alarm/outside-witness-late').map(({ about }) => about);
  };
  at += (issuer.node.version.agreement.exchange.alarms.cosignatureAgeHours - 1) * 3_600_000;
  expect(await standing()).toEqual([]);
  at += 2 * 3_600_000;
  expect(await standing()).toEqual([witness.name]);
  await askDue();
  expect(await standing()).toEqual([]);
});

it('that knows of another size says so, and is asked once more from there', async () => {
  await begin();
  witness.last.clear(); // it lost its store
  await grow(0, 3);
  expect(witness.answers.slice(1)).toEqual([
    { status: 409, oldSize: 1, size: 4 },
    { status: 200, oldSize: 0, size: 4 },
  ]);
  expect(await report()).toMatchObject({ size: 4, failures: 0 });
});

it('its cosignature reaches the other members, and counts for no quorum', async () => {
  await begin([shanghai, jiangsu, zhejiang]);
  const { origin } = issuer.node.self;
  await network.node(jiangsu).node.federation.pull(shanghai);
  await issuer.node.federation.pull(jiangsu);
  expect((await signersOf(network.node(jiangsu))).sort()).toEqual(
    [origin, witness.name, 'credit.js.example/witness'].sort(),
  );
  const quorumAt = async (by: RunningNode) => {
    const { id, size } = await logHeld(by, origin);
    return (await by.node.store.log.findCheckpoint(id, size))?.quorum;
  };
  expect(network.agreement.exchange.witnessQuorum).toBe(2);
  expect(await quorumAt(issuer)).toBe(false); // one member and the audit office
  expect(await quorumAt(network.node(jiangsu))).toBe(false);
  await network.exchange();
  expect(await quorumAt(issuer)).toBe(true);
});

it('that is away holds up nothing, is tried again later and later, and the log says so once', async () => {
  await begin([shanghai, jiangsu]);
  told = [];
  witness.instead = (request) => Boolean(request.socket.destroy());
  await grow(0, 3);
  await network.exchange();
  expect((await logHeld(network.node(jiangsu), issuer.node.self.origin)).size).toBe(
    (await logHeld(issuer, issuer.node.self.origin)).size,
  );
  const failed = await report();
  expect(failed).toMatchObject({ size: 1, lastError: 'peer/unreachable' });
  expect(failed?.behind).toBeGreaterThanOrEqual(3);
  const before = failed?.failures ?? 0;
  await askDue(); // its time has not come
  expect((await report())?.failures).toBe(before);
  for (let n = 1; n < 4; n++) {
    at += 600_000;
    await askDue();
    expect((await report())?.failures).toBe(before + n);
  }
  expect(told.filter(({ message }) => message === 'an outside witness does not cosign')).toMatchObject([
    { code: 'peer/unreachable' },
    { code: 'peer/unreachable' }, // the other member’s node
  ]);
  const operator = createApi(issuer.url, await issuer.createToken('operator'));
  expect((await operator('GET', '/api/v1/peers')).body.witnesses).toMatchObject([
    { name: witness.name, lastError: 'peer/unreachable' },
  ]);
  witness.instead = undefined;
  at += 600_000;
  await askDue();
  expect(await report()).toMatchObject({ behind: 0, failures: 0 });
});

it.each([
  ['a cosignature that is wrong', (line: string) => `${line.slice(0, -4)}AAA=`, 'log/bad-signature'],
  [
    'a cosignature by another key',
    (line: string) => line.replace('audit.example', 'audits.example'),
    'peer/bad-answer',
  ],
  ['no line at all', () => '', 'peer/bad-answer'],
])('whose answer holds %s is not believed', async (_, bend, code) => {
  await begin();
  witness.bend = bend;
  await grow(0, 2);
  expect(await report()).toMatchObject({ size: 1, failures: 1, lastError: code });
  expect(await signersOf(issuer)).toEqual([issuer.node.self.origin]);
});

it('whose cosignature is of a time to come is not believed', async () => {
  await begin();
  witness.time = () => Math.floor(at / 1000) + 3600;
  await grow(0, 2);
  expect(await report()).toMatchObject({ size: 1, failures: 1, lastError: 'peer/bad-answer' });
});

it.each([
  [503, 'peer/unreachable'],
  [429, 'peer/unreachable'],
  [403, 'peer/bad-answer'],
  [422, 'peer/bad-answer'],
  [302, 'peer/bad-answer'],
])('that answers %i is tried again', async (status, code) => {
  await begin();
  witness.instead = (_, response) => Boolean(response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end());
  await grow(0, 2);
  expect(await report()).toMatchObject({ failures: 1, lastError: code });
});

it('that claims more of our log than we hold is an error in our log, and is given nothing', async () => {
  await begin();
  told = [];
  witness.instead = (_, response) =>
    Boolean(response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('99\n'));
  await grow(0, 2);
  expect(await report()).toMatchObject({ failures: 1, lastError: 'witness/ahead' });
  expect(told).toMatchObject([{ code: 'witness/ahead', facts: { shown: 99, held: 3 } }]);
});
