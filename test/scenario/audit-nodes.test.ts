/** An audit of nodes that change their agreement, ask for patience, or show what they should not. */

import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import { amendNetwork } from '../support/amend.ts';
import { type Auditing, codesOf, openAuditing } from '../support/auditing.ts';
import { openForked, openHostile } from '../support/hostile.ts';
import type { Network, NetworkOptions } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'];
let auditing: Auditing;
let network: Network;

afterEach(() => auditing.close());

async function begin(options: NetworkOptions = {}): Promise<void> {
  auditing = await openAuditing(options);
  network = auditing.network;
}

describe('a version that the auditor’s file lacks', () => {
  it('is learnt from the logs that adopted it, and governs what follows', async () => {
    await begin({ running: [shanghai, jiangsu] });
    await importPenalties(network.node(shanghai), 1, 2);
    await network.exchange(2);
    await amendNetwork(network, (next) => (next.exchange.greatestLagMinutes = 77));
    await importPenalties(network.node(shanghai), 2, 3);
    await network.exchange(2);
    const report = await auditing.audit();
    expect(report.findings).toEqual([]);
    expect(report.agreement.version).toBe(2);
    expect(report.logs.filter(({ size }) => size > 0).map(({ version }) => version)).toEqual([2, 2]);
    expect(report.checked.find(({ code }) => code === 'agreement/verified')?.facts).toEqual({ from: 1, to: 2 });
  });

  it('may strike a log that forked: then it is read to its end', async () => {
    await begin({ running: [jiangsu] });
    const { one, other } = await openForked(network, shanghai);
    await network.node(jiangsu).node.federation.pull(shanghai);
    network.answerAs(shanghai, other.handler);
    expect(codesOf(await auditing.audit())).toEqual(['log/fork']);
    const { root } = (await network.node(jiangsu).node.store.log.findLog(one.member.origin)) ?? {};
    await amendNetwork(network, (next) => {
      const member = next.members.find(({ id }) => id === shanghai);
      if (!member || !root) throw new RangeError('no such member');
      next.strikes = [
        {
          ...{ kind: 'log', member: shanghai, ground: 'forked', origin: member.origin },
          ...{ size: 2, root: Buffer.from(root).toString('base64') },
        },
      ];
    });
    network.answerAs(shanghai, one.handler);
    const report = await auditing.audit();
    expect(codesOf(report)).toEqual(['log/fork', 'strike/known']);
    expect(report.logs.find(({ member }) => member === shanghai)).toMatchObject({ size: 2, opened: 2 });
  });
});

describe('a node', () => {
  it('that asks to be called less often is asked again later', async () => {
    await begin({ running: [shanghai] });
    const { app } = network.node(shanghai).node;
    let refused = 0;
    const busy: RequestListener = (request, response) => {
      if (refused++ >= 3) return app(request, response);
      response.writeHead(429, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code: 'input/rate-limited' }));
    };
    network.answerAs(shanghai, busy);
    const waits: number[] = [];
    const told: number[] = [];
    const report = await auditing.audit({
      nodes: [{ node: shanghai }],
      wait: async (ms) => waits.push(ms),
      onWait: (seconds) => told.push(seconds),
    });
    expect(waits).toEqual([10_000, 10_000, 10_000]);
    expect(told).toEqual([10, 10, 10]);
    expect(report.logs.find(({ member }) => member === shanghai)).toMatchObject({ size: 1, opened: 1 });
  });

  it('that shows a note which the log never signed is told, and the log is judged all the same', async () => {
    await begin({ running: [jiangsu] });
    const issuer = await openHostile(network, shanghai);
    const liar = await openHostile(network, anhui);
    const forged = (await liar.note()).replaceAll(liar.member.origin, issuer.member.origin);
    const own = { origin: liar.member.origin, note: await liar.note() };
    const checkpoints = [own, { origin: issuer.member.origin, note: forged }];
    liar.lie = (call) => (call === 'checkpoints' ? { checkpoints } : undefined);
    const report = await auditing.audit();
    expect(report.findings).toEqual([]);
    const told = report.notChecked.filter(({ code }) => code === 'checkpoint/not-taken');
    expect(told.map(({ facts }) => [facts.from, facts.log])).toEqual([[anhui, issuer.member.origin]]);
    expect(report.logs.find(({ member }) => member === shanghai)).toMatchObject({ size: 1, opened: 1 });
  });

  it('that shows less than it signed before is found', async () => {
    await begin({ running: [jiangsu] });
    const log = await openHostile(network, zhejiang);
    for (let i = 0; i < 3; i++) log.putText(`${i}`, [jiangsu]);
    await auditing.audit();
    log.lie = async (call) =>
      call === 'checkpoints' ? { checkpoints: [{ origin: log.member.origin, note: await log.note(2) }] } : undefined;
    const report = await auditing.audit();
    expect(report.findings).toMatchObject([{ code: 'log/behind', facts: { member: zhejiang, shown: 2, seen: 4 } }]);
    expect(report.logs.find(({ member }) => member === zhejiang)?.size).toBe(4);
  });

  it('that shows content which does not open its leaf is found, and what is no receipt is left alone', async () => {
    await begin({ running: [jiangsu] });
    const log = await openHostile(network, zhejiang);
    const { index } = await log.say({ type: 'receipt', audience: [jiangsu], body: {} });
    await log.say({ type: 'penalty', audience: [jiangsu] });
    log.shown.set(index, { salt: Buffer.alloc(32).toString('base64') });
    const report = await auditing.audit();
    expect(report.findings).toMatchObject([{ code: 'content/unopened', facts: { log: log.member.origin, index } }]);
  });
});

it('nothing that was ever read, and nobody who answers, is no audit', async () => {
  await begin({ running: [] });
  await expect(auditing.audit({ agreement: await signedFile() })).rejects.toMatchObject({
    code: 'peer/unreachable',
  });
});

/** The agreement's file of a network in which nobody runs. */
async function signedFile(): Promise<string> {
  const signed = await Promise.all(
    network.agreement.members.map(({ id }) => signAgreement(network.agreement, network.keysOf(id).agreement.signer)),
  );
  const file = `${auditing.folder}/agreement.json`;
  await writeFile(file, JSON.stringify(signed.reduce(joinSignatures)));
  return file;
}
