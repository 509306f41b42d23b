/** An audit that is given evidence besides: what content tells of deadlines and refusals, and what is not used. */

import { afterEach, expect, it } from 'vitest';
import { utf8 } from '../../node/base/bytes.ts';
import type { EvidenceFile } from '../../node/evidence/audit-contents.ts';
import type { AuditReport } from '../../node/report/audit.ts';
import { createApi } from '../support/api.ts';
import { type Auditing, codesOf, openAuditing } from '../support/auditing.ts';
import { sampleBody } from '../support/bulletins.ts';
import { openHostile } from '../support/hostile.ts';
import type { Network, NetworkOptions } from '../support/network.ts';
import { importForm } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'];
const clock = { ms: 0 };
const now = () => new Date(clock.ms);
let auditing: Auditing;
let network: Network;

afterEach(() => auditing.close());

async function begin(options: NetworkOptions): Promise<void> {
  clock.ms = Date.parse('2026-11-20T02:00:00Z'); // a Friday
  auditing = await openAuditing({
    now,
    ...options,
    change: (agreement) => {
      for (const entry of agreement.catalogue) if (entry.type === 'penalty') entry.publishWithinWorkingDays = 7;
    },
  });
  network = auditing.network;
}

/** What everybody running reads of Shanghai, run by hand, and of each other. */
async function spread(): Promise<void> {
  for (const { node } of network.nodes.values()) await node.federation.pull(shanghai);
  await network.exchange(2);
  for (const { node } of network.nodes.values()) await node.federation.pull(shanghai);
  await network.exchange(2);
}

/** All that one member's node holds of what Shanghai addressed to Jiangsu. */
async function takeRange(from: string): Promise<string> {
  const node = network.node(from);
  const api = createApi(node.url, await node.createToken('auditor'));
  const { status, body } = await api('GET', `/api/v1/evidence/ranges/${shanghai}/${jiangsu}`, {
    query: { purpose: 'audit' },
  });
  expect([status, body]).toEqual([200, expect.any(String)]);
  return body;
}

function fileOf(name: string, text: string): EvidenceFile {
  return {
    name,
    async *read() {
      yield utf8(text);
    },
  };
}

function said(report: AuditReport, code: string) {
  return [...report.findings, ...report.checked, ...report.notChecked].filter((one) => one.code === code);
}

it('tells what was published after the agreement’s working days, and uses no file that does not hold', async () => {
  await begin({ running: [shanghai, jiangsu, zhejiang] });
  const node = network.node(shanghai);
  const clerk = createApi(node.url, await node.createToken('clerk'));
  await importForm(clerk, node, [
    { 处罚决定日期: '2026-11-10', 行政处罚决定书文号: '沪知罚〔2026〕11号' }, // the seventh working day is the 19th
    { 处罚决定日期: '2026-11-11', 行政处罚决定书文号: '沪知罚〔2026〕12号' }, // the 20th
  ]);
  await network.exchange(4);
  const text = await takeRange(jiangsu);
  const report = await auditing.audit({ evidence: [fileOf('range.json', text)] });
  expect(codesOf(report)).toEqual(['publication/overdue']);
  const facts = { log: node.node.self.origin, member: shanghai, count: 1, indexes: '1', index: 1, type: 'penalty' };
  const days = { decidedOn: '2026-11-10', dueOn: '2026-11-19', publishedOn: '2026-11-20' };
  expect(report.findings[0]).toMatchObject({ grave: true, facts: { ...facts, ...days } });
  expect(said(report, 'evidence/read')[0]?.facts).toEqual({ files: 1, bulletins: 2 });
  expect(said(report, 'publication/compared')[0]?.facts).toEqual({ count: 2 });
  expect(said(report, 'publication/rest')).toHaveLength(1);

  const changed = text.replace('"bulletins":2', '"bulletins":1');
  expect(changed).not.toBe(text);
  const files = [fileOf('changed.json', changed), fileOf('none.json', 'no evidence')];
  const without = await auditing.audit({ evidence: files });
  expect(codesOf(without)).toEqual([]);
  expect(said(without, 'evidence/refused').map((one) => [one.facts.file, one.facts.code])).toEqual([
    ['changed.json', 'evidence/claim-mismatch'],
    ['none.json', 'evidence/malformed'],
  ]);
  expect(said(without, 'publication/deadline')).toHaveLength(1);
});

it('tells which refused bulletin another took the place of', async () => {
  await begin({ running: [jiangsu, zhejiang, '340000'] });
  const issuer = await openHostile(network, shanghai);
  const bad = { ...sampleBody('penalty'), surplus: true };
  const { txn } = await issuer.say({ type: 'penalty', body: bad, audience: [jiangsu] });
  await issuer.say({ type: 'penalty', body: bad, audience: [jiangsu] });
  await issuer.say({ type: 'penalty', audience: [jiangsu], txn });
  await spread();
  const evidence = [fileOf('range.json', await takeRange(jiangsu))];
  const fates = (report: AuditReport) => report.exceptions.map(({ index, fate }) => [index, fate]);
  expect(fates(await auditing.audit())).toEqual([
    [1, 'unclear'],
    [2, 'unclear'],
  ]);
  const report = await auditing.audit({ evidence });
  expect(fates(report)).toEqual([
    [1, 'replaced'],
    [2, 'unclear'],
  ]);
  expect(said(report, 'refusal/unclear')[0]?.facts).toMatchObject({ count: 1, indexes: '2' });
});

it('holds the checkpoints of evidence against its mirror', async () => {
  await begin({ running: [jiangsu, zhejiang, '340000'] });
  const one = await openHostile(network, shanghai);
  const other = one.fork(1);
  await one.say({ type: 'penalty', audience: [jiangsu] });
  await other.say({ type: 'penalty', audience: [jiangsu] });
  await spread();
  const text = await takeRange(jiangsu);
  const nodes = [{ node: shanghai }];
  network.answerAs(shanghai, other.handler);
  expect(codesOf(await auditing.audit({ nodes }))).toEqual([]);
  const report = await auditing.audit({ nodes, evidence: [fileOf('range.json', text)] });
  expect(codesOf(report)).toEqual(['log/fork', 'publication/overdue']); // the sample was decided long before
  expect(report.findings[0]?.facts).toMatchObject({ log: one.member.origin, member: shanghai });
});
