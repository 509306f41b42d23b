/** A store that is whole has no fault, and each thing that can be spoilt in it is named by its place. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgreements } from '../../node/agreement/agreements.ts';
import { formatBase64 } from '../../node/base/bytes.ts';
import { faultOf } from '../../node/federation/fault.ts';
import { checkStore } from '../../node/federation/fsck.ts';
import { openStoreForReading } from '../../node/store/store.ts';
import { ports } from '../support/agreement.ts';
import { engines } from '../support/engines.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { execute } from '../support/sql.ts';

const [shanghai, jiangsu] = ['310000', '320000'];
const ours = 'credit.sh.example/log';
const theirs = 'credit.js.example/log';

describe.each(engines)('on $name', (engine) => {
  let network: Network;
  let url: string;

  beforeAll(async () => {
    network = await openNetwork({ running: [shanghai, jiangsu], engine });
    await importPenalties(network.node(shanghai), 0, 290);
    await importPenalties(network.node(jiangsu), 1_000, 1_010);
    await network.exchange();
    const { node } = network.node(shanghai);
    const log = await node.store.log.findLog(ours);
    const [first] = await node.store.registry.listStepMarks(log?.id ?? 0, 1, 2);
    await node.eraser.eraseRecord(
      { member: shanghai, txn: first?.txn ?? '' },
      { ground: 'ordered' },
      clerk(node.self.authority),
    );
    await network.exchange();
    await node.federation.settled();
    url = network.node(shanghai).config.database;
  });
  afterAll(() => network.close());

  const clerk = (authority: string) => ({ role: 'clerk', authority, person: '0001' }) as const;

  async function check() {
    const store = await openStoreForReading(url);
    const found: string[] = [];
    const seen: string[] = [];
    try {
      const checked = await checkStore({
        ...{
          store,
          agreements: createAgreements({ store: store.agreements, ...ports, now: () => new Date() }),
          ...ports,
        },
        onFault: ({ code, log, index, record }) =>
          found.push([code, log, index, record && 'record'].filter((part) => part !== undefined).join(' ')),
        onProgress: (what, done, total) => seen.push(`${what} ${done}/${total}`),
      });
      return { checked, found, seen };
    } finally {
      await store.close();
    }
  }

  it('finds nothing wrong with a store that is whole, and says what it looked at', async () => {
    const { checked, found, seen } = await check();
    expect(found).toEqual([]);
    expect(checked.faults).toBe(0);
    expect(checked.records).toBe(300);
    const own = await network.node(shanghai).node.store.log.findLog(ours);
    expect(checked.logs).toContainEqual({
      log: ours,
      member: shanghai,
      entries: own?.size,
      checkpoints: expect.any(Number),
      root: formatBase64(own?.root ?? new Uint8Array()),
    });
    expect(checked.logs.find(({ log }) => log === ours)?.checkpoints).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe('records 300/0');
  });

  const inOurs = 'log = (select id from log where own = 1)';
  const inTheirs = `log = (select id from log where member = '320000')`;
  const other = 'A'.repeat(43);
  /** What is found once a row says something else, and once it is gone; then it is as it was. */
  async function changed(table: string, where: string, set: string): Promise<string[]> {
    const columns = [...set.matchAll(/(?:^set|,) (\w+) =/g)].map(([, column]) => column);
    const back = columns.map((column) => `${column} = (select ${column} from kept)`).join(', ');
    await execute(url, `create table kept as select * from ${table} where ${where}`);
    try {
      await execute(url, `update ${table} ${set} where ${where}`);
      return (await check()).found;
    } finally {
      await execute(url, `update ${table} set ${back} where ${where}`, 'drop table kept');
    }
  }

  async function deleted(table: string, where: string): Promise<string[]> {
    await execute(url, `create table kept as select * from ${table} where ${where}`);
    try {
      await execute(url, `delete from ${table} where ${where}`);
      return (await check()).found;
    } finally {
      await execute(url, `insert into ${table} select * from kept`, 'drop table kept');
    }
  }

  it('names a leaf of which a single letter is another, and every hash above it', async () => {
    const where = `${inOurs} and idx = 280`;
    const found = await changed('entry', where, "set leaf = replace(leaf, ',330000', '')");
    expect(found).toContain(`tile ${ours} 256`);
    expect(found).toContain(`root ${ours}`);
    expect(found).toContain(`checkpoint ${ours}`);
    expect(found.some((one) => one.includes(theirs))).toBe(false);
  });

  it.each<[string, string, string, string, string[]]>([
    [
      'content that is gone',
      'entry',
      `${inOurs} and idx = 5`,
      'set salt = null, jws = null',
      [`content-missing ${ours} 5`],
    ],
    ['governance that is none', 'entry', `${inTheirs} and idx = 10`, 'set governance = 1', [`governance ${theirs} 10`]],
    ['an id that is another', 'entry', `${inTheirs} and idx = 4`, "set jti = 'x'", [`jti ${theirs} 4`]],
    ['a word that no such log has', 'entry', `${inTheirs} and idx = 4`, "set verdict = 'issued'", [`word ${theirs} 4`]],
    ['a head that is another', 'log', 'own = 1', `set root = '${other}='`, [`root ${ours}`]],
    ['a receipt forgotten', 'log', "member = '320000'", 'set receipted = receipted - 1', [`receipted ${theirs}`]],
    [
      'a signature on another note',
      'checkpoint',
      `${inOurs} and size = (select size from log where own = 1)`,
      "set note = replace(note, 'credit.sh', 'credit.xx')",
      [`checkpoint-signature ${ours}`],
    ],
    [
      'a checkpoint with another root',
      'checkpoint',
      `${inTheirs} and size = (select size from log where member = '320000')`,
      `set root = '${other}='`,
      [`checkpoint ${theirs}`, `checkpoint-row ${theirs}`],
    ],
    ['a step of another bulletin', 'step', `${inOurs} and idx = 9`, "set jti = 'x'", [`step-other ${ours} 9`]],
    [
      'a state that does not follow',
      'step',
      `${inTheirs} and idx = 4`,
      "set state = 'revoked'",
      [`state ${theirs} 4 record`],
    ],
    [
      'a last day that does not follow',
      'step',
      `${inOurs} and idx = 9`,
      "set until_day = '2099-01-01'",
      [`state ${ours} 9 record`],
    ],
    [
      'an erasure that is none',
      'entry',
      `${inOurs} and erased_by is not null`,
      'set erased_by = 3',
      [`erasure-missing ${ours} 1`],
    ],
  ])('names %s', async (_, table, where, set, expected) => {
    expect(await changed(table, where, set)).toEqual(expected);
  });

  it.each<[string, string, string, (found: string[]) => void]>([
    ['an entry', 'entry', `${inOurs} and idx = 280`, (found) => expect(found[0]).toBe(`entry-missing ${ours} 280`)],
    ['a tile', 'tile', `${inOurs} and level = 0 and idx = 1`, (found) => expect(found).toContain(`tile ${ours} 256`)],
    ['a tile above', 'tile', `${inOurs} and level = 1`, (found) => expect(found).toContain(`tile ${ours}`)],
    ['a step', 'step', `${inOurs} and idx = 9`, (found) => expect(found).toEqual([`step-missing ${ours} 9`])],
  ])('names %s that is gone', async (_, table, where, see) => {
    see(await deleted(table, where));
  });

  it('names what stands beyond the head, and content that was erased and is back', async () => {
    const rows = 'select log, 9999, leaf, governance, jti, salt, jws, verdict, code, at, null, null, null';
    const columns = 'log, idx, leaf, governance, jti, salt, jws, verdict, code, at, erased_by, erased_at, ground';
    const size = '(select size from log where own = 1)';
    await execute(
      url,
      `insert into entry (${columns}) ${rows.replace('9999', size)} from entry where ${inOurs} and idx = 2`,
    );
    const { found } = await check();
    expect(found).toEqual([expect.stringMatching(`^entry-beyond ${ours} `)]);
    await execute(url, `delete from entry where ${inOurs} and idx = ${size}`);
    const where = `${inOurs} and idx = 1`;
    expect(await changed('entry', where, "set salt = 'AAAA', jws = 'a.b.c'")).toEqual([
      `content-back ${ours} 1`,
      `content-altered ${ours} 1`,
      'record-unreadable record',
    ]);
    expect((await check()).found).toEqual([]);
  });
});

it('says each fault in both languages', () => {
  const { zh, en } = faultOf('receipted', { log: ours }, { stored: 3, said: 2 });
  expect(zh).toBe('记为已回执至 3，日志中只到 2');
  expect(en).toBe('receipts are said to reach 3 and reach 2');
});
