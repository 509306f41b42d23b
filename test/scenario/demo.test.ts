/** The demo, as a stranger runs it, on the program as it was built: four real processes, one of them killed on the way. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-demo-test-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

test('every bulletin reaches its addressees although a node is killed, and the counts agree', {
  timeout: 900_000,
}, async () => {
  const file = join(folder, 'out.json');
  const { code, out, err } = await run(['--once', '--rows', '5', '--json', file]);
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  const { importRefused, seconds, receipts, ...figures } = JSON.parse(await readFile(file, 'utf8'));
  expect(figures).toEqual({
    members: ['310000', '320000', '330000', '340000'],
    issued: 14 * 5 + 4, // fourteen files, a correction, an objection with its decision, a repair
    expected: 202,
    taken: 202,
    refused: 0,
    withheld: 0,
    cosignatures: 12,
    audited: { logs: 4, pairs: 12, findings: [] },
    ok: true,
  });
  expect(receipts).toBeGreaterThanOrEqual(12);
  expect(seconds).toBeGreaterThan(0);
  expect(importRefused).toHaveLength(18);
  expect(importRefused).toContainEqual({
    file: '320000/penalty.csv',
    row: expect.any(Number),
    column: '处罚类别',
    code: 'import/value-not-listed',
  });
});

test('a call that makes no sense ends with 2 and says what is wrong', async () => {
  expect(await run(['--rows', 'many'])).toMatchObject({ code: 2, err: expect.stringContaining('--rows') });
  expect(await run(['--data', join(folder, 'nowhere')])).toMatchObject({ code: 2 });
  expect(await run(['--sideways'])).toMatchObject({ code: 2 });
});

/** What the demo holds of one pair: `scripts/demo-expect.mjs`. */
interface Pair {
  expected: number;
  issued: number;
  taken: number;
  refused: number;
  withheld: number;
  isJoined: boolean;
  isCovered: boolean;
  isCosigned: boolean;
}

test('the counts do not agree as soon as one of them is off', async () => {
  const module: string = new URL('../../scripts/demo-expect.mjs', import.meta.url).href;
  const { isSettled } = (await import(module)) as { isSettled: (pair: Pair) => boolean }; // plain JavaScript
  const counts = { expected: 3, issued: 3, taken: 3, refused: 0, withheld: 0 };
  const pair: Pair = { ...counts, isJoined: true, isCovered: true, isCosigned: true };
  expect(isSettled(pair)).toBe(true);
  const others: Partial<Pair>[] = [{ expected: 4 }, { issued: 2 }, { taken: 2 }, { refused: 1 }, { withheld: 1 }];
  const unsaid: Partial<Pair>[] = [{ isJoined: false }, { isCovered: false }, { isCosigned: false }];
  for (const one of [...others, ...unsaid]) expect(isSettled({ ...pair, ...one })).toBe(false);
});

/** What the demo reads of an audit: `scripts/demo-expect.mjs`. */
interface Audit {
  nodes: { member: string; trouble?: string }[];
  logs: { member: string; state: string; size: number; opened: number }[];
  pairs: {
    issuer: string;
    receiver: string;
    addressed: number;
    receipted: number;
    refused: number;
    withheld: number;
    late: number;
  }[];
  findings: { zh: string; code: string }[];
}

test('an audit is as expected only when it read every log, saw every receipt and found nothing', async () => {
  const module: string = new URL('../../scripts/demo-expect.mjs', import.meta.url).href;
  const { judgeAudit } = (await import(module)) as {
    judgeAudit: (audit: Audit, agreement: object, published: object[], logs: Map<string, object>) => string[];
  };
  const agreement = {
    members: [{ id: '310000' }, { id: '320000' }],
    catalogue: [{ type: 'penalty', flows: [{ from: ['310000'], to: ['*'] }] }],
  };
  const published = [{ member: '310000', type: 'penalty', bulletins: 2 }];
  const logs = new Map([
    ['310000', { ends: new Map([['320000', 3]]) }],
    ['320000', { ends: new Map() }],
  ]);
  const audit = (): Audit => ({
    nodes: [{ member: '310000' }, { member: '320000' }],
    logs: [
      { member: '310000', state: 'open', size: 3, opened: 3 },
      { member: '320000', state: 'open', size: 2, opened: 2 },
    ],
    pairs: [
      { issuer: '310000', receiver: '320000', addressed: 2, receipted: 3, refused: 0, withheld: 0, late: 0 },
      { issuer: '320000', receiver: '310000', addressed: 0, receipted: 2, refused: 0, withheld: 0, late: 0 },
    ],
    findings: [],
  });
  const complaints = (change: Partial<Audit>) => judgeAudit({ ...audit(), ...change }, agreement, published, logs);
  expect(complaints({})).toEqual([]);
  expect(complaints({ findings: [{ zh: '回执有缺口', code: 'receipt/gap' }] })).toEqual(['回执有缺口 (receipt/gap)']);

  const [own, other] = audit().logs;
  const unread = ['the audit did not read all of 310000'];
  expect(complaints({ nodes: [{ member: '310000', trouble: 'fetch failed' }, { member: '320000' }] })).toEqual(unread);
  expect(complaints({ nodes: [{ member: '320000' }] })).toEqual(unread);
  const logsOf = (change: object) => ({ logs: [{ ...own, ...change }, other] as Audit['logs'] });
  expect(complaints({ logs: [other] as Audit['logs'] })).toEqual(unread);
  for (const change of [{ opened: 2 }, { state: 'forked' }, { size: 0, opened: 0 }])
    expect(complaints(logsOf(change))).toEqual(unread);

  const [there, back] = audit().pairs;
  const unseen = ['the audit does not see all that 310000 said to 320000 with its receipts'];
  expect(complaints({ pairs: [back] as Audit['pairs'] })).toEqual(unseen);
  for (const change of [{ addressed: 1 }, { receipted: 2 }, { refused: 1 }, { withheld: 1 }, { late: 1 }])
    expect(complaints({ pairs: [{ ...there, ...change }, back] as Audit['pairs'] })).toEqual(unseen);
});
