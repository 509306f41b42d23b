/** What an audit finds in the log of a member that gives wrong receipts, or says things out of time. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import { publicKeysOf } from '../../node/keys.ts';
import { formatCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign, mergeSignatures } from '../../node/log/cosignature.ts';
import { rootAt } from '../../node/log/tile.ts';
import type { AuditReport } from '../../node/report/audit.ts';
import { type Auditing, openAuditing } from '../support/auditing.ts';
import { sampleSigner } from '../support/bulletins.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import type { Network } from '../support/network.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'];
const clock = { ms: Date.parse('2026-11-20T02:00:00Z') };
const now = () => new Date(clock.ms);
const seconds = () => Math.floor(clock.ms / 1000);
let auditing: Auditing;
let network: Network;
let issuer: HostileLog;
let giver: HostileLog;
let late: HostileLog;
let report: AuditReport;

beforeAll(async () => {
  auditing = await openAuditing({ now, running: [jiangsu] });
  network = auditing.network;
  const lagMs = network.agreement.exchange.greatestLagMinutes * 60_000;
  issuer = await openHostile(network, shanghai);
  for (let i = 0; i < 20; i++) issuer.putText(`bulletin ${i}`, [zhejiang, anhui]);

  giver = await openHostile(network, zhejiang);
  const code = 'bulletin/schema';
  const first = [0, 2].map((index) => ({ index, code })); // the adoption, which holds, among them
  await give(giver, 0, 5, { refused: first, withheld: [3, 4] });
  await give(giver, 6, 8); // a gap
  await give(giver, 7, 10); // an overlap
  await give(giver, 10, 12, { refused: [{ index: 3, code }] }); // not in its range
  await give(giver, 12, 14, { root: formatBase64(new Uint8Array(32)) });
  await give(giver, 14, 14, { settled: [{ index: 4 }] });
  await give(giver, 0, 1, {}, { audience: [jiangsu] }); // about another's log than its addressee's
  await give(giver, 14, 16, {}, { signWith: { signer: sampleSigner(), kid: giver.keys.bulletin.kid } });
  await give(giver, 14, 21, { refused: [{ index: 20, code }] });

  // Anhui cosigns all of it, and gives its receipt after the lag; the first half of it in time.
  late = await openHostile(network, anhui);
  const covered = new Map<HostileLog, string>();
  const cosigned = async (log: HostileLog, by: HostileLog, size: number) =>
    covered.set(log, mergeSignatures(covered.get(log) ?? (await log.note(size)), [await cosignature(log, by, size)]));
  await cosigned(issuer, late, 21);
  issuer.lie = (call) => (call === 'checkpoints' ? shown(issuer, covered) : undefined);
  clock.ms += lagMs / 2;
  await give(late, 0, 10);
  clock.ms += lagMs;
  await give(late, 10, 21);
  // Its log as it was shown last did not hold what it then says to have signed long before.
  await cosigned(late, issuer, 3);
  late.lie = (call) => (call === 'checkpoints' ? shown(late, covered) : undefined);
  await auditing.audit();
  await give(late, 21, 21, { settled: [] }, { claims: { iat: seconds() - Math.ceil(lagMs / 500) } });
  covered.delete(late);
  covered.set(late, await late.note());
  clock.ms += 1000;
  report = await auditing.audit();
});

afterAll(() => auditing.close());

async function give(
  by: HostileLog,
  from: number,
  to: number,
  more: Partial<Receipt> = {},
  saying: Parameters<HostileLog['say']>[0] | object = {},
): Promise<void> {
  const size = issuer.entries.length;
  const root = formatBase64(await rootAt(await issuer.tree(), size));
  const lists = { refused: [], withheld: [], noted: [], settled: [] };
  const body = { log: issuer.member.origin, size, root, from, to, ...lists, ...more };
  await by.say({ type: 'receipt', audience: [shanghai], body, claims: { iat: seconds() }, ...saying });
}

async function cosignature(log: HostileLog, by: HostileLog, size: number): Promise<string> {
  const root = await rootAt(await log.tree(), size);
  const checkpointBody = formatCheckpoint({ origin: log.member.origin, size, root });
  const { witness: vkey } = publicKeysOf(by.keys, by.member);
  return cosign({ signer: by.keys.witness.signer, vkey, checkpointBody, time: seconds() });
}

function shown(log: HostileLog, notes: Map<HostileLog, string>): object {
  return { checkpoints: [{ origin: log.member.origin, note: notes.get(log) }] };
}

/** What was found of one code, as far as these facts say. */
function found(code: string, ...names: string[]): unknown[][] {
  return report.findings
    .filter((finding) => finding.code === code)
    .map(({ facts }) => names.map((name) => facts[name]));
}

describe('an audit finds of receipts', () => {
  it('a gap, and an overlap', () => {
    expect(found('receipt/gap', 'receiver', 'expected', 'from', 'index')).toEqual([[zhejiang, 5, 6, 2]]);
    expect(found('receipt/overlap', 'receiver', 'expected', 'from', 'index')).toEqual([[zhejiang, 8, 7, 3]]);
  });

  it('one that names an entry outside its range, one with a wrong root, one about another’s log', () => {
    expect(found('receipt/inconsistent', 'index')).toEqual([[4]]);
    expect(found('receipt/wrong-root', 'index', 'about')).toEqual([[5, issuer.member.origin]]);
    expect(found('receipt/misaddressed', 'index')).toEqual([[7]]);
  });

  it('one that its giver did not sign', () => {
    expect(found('receipt/refused', 'log', 'index', 'code')).toEqual([
      [giver.member.origin, 8, 'bulletin/bad-signature'],
    ]);
  });

  it('refused entries: one after which nothing came, others that something may have mended', () => {
    expect(found('refusal/unmended', 'receiver', 'count', 'indexes')).toEqual([[zhejiang, 1, '20']]);
    const unclear = report.notChecked.filter(({ code }) => code === 'refusal/unclear');
    expect(unclear.map(({ facts }) => facts.indexes)).toEqual(['2, 3']);
  });

  it('a refused governance entry that holds', () => {
    expect(found('refusal/wrong', 'receiver', 'index', 'code')).toEqual([[zhejiang, 0, 'bulletin/schema']]);
  });

  it('withheld entries that nothing settled', () => {
    // Entry 3 was refused later, entry 4 settled.
    expect(found('withheld/open')).toEqual([]);
    expect(report.exceptions.map(({ index, word, fate }) => [index, word, fate])).toEqual([
      [2, 'refused', 'unclear'],
      [3, 'refused', 'unclear'],
      [20, 'refused', 'unmended'],
    ]);
  });

  it('those that came later than the agreement allows after their giver cosigned', () => {
    const half = network.agreement.exchange.greatestLagMinutes / 2;
    expect(found('receipt/late', 'receiver', 'count', 'minutes', 'index')).toEqual([[anhui, 1, half, 2]]);
  });

  it('one that says it was signed long before the log that was shown held it', () => {
    expect(found('publication/late', 'log', 'index')).toEqual([[late.member.origin, 3]]);
  });

  it('and nothing else', () => {
    const codes = new Set(report.findings.map(({ code }) => code));
    expect([...codes].sort()).toEqual([
      ...['publication/late', 'receipt/gap', 'receipt/inconsistent', 'receipt/late', 'receipt/misaddressed'],
      ...['receipt/overlap', 'receipt/refused', 'receipt/wrong-root', 'refusal/unmended', 'refusal/wrong'],
    ]);
  });
});
