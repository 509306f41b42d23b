/** What a node answered at an instant, it answers again for that instant whenever it is asked. */

import { afterEach, describe, expect, it } from 'vitest';
import type { SubjectAnswer } from '../../node/registry/answer.ts';
import type { Asker } from '../../node/registry/tokens.ts';
import { createApi } from '../support/api.ts';
import { sampleBody } from '../support/bulletins.ts';
import { engines } from '../support/engines.ts';
import { openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';
import { company } from '../support/sheets.ts';
import { importForm } from '../support/uploads.ts';

const [shanghai, jiangsu, zhejiang] = ['310000', '320000', '330000'] as const;
const audience = [jiangsu];
const question = { uscc: company, purpose: 'supervision' };
const clerk: Asker = { role: 'clerk', authority: '11320000HX32000010', person: '0001' };
let network: Network;

afterEach(() => network.close());

/** The answer without when it was asked. */
function timeless({ at: _, asOf: __, ...rest }: SubjectAnswer) {
  return rest;
}

/** What remains of a record whose content was taken. */
function skeletonOf({ provinces }: SubjectAnswer, erased: string) {
  const record = provinces.flatMap(({ records }) => records).find((one) => one.record === erased);
  if (!record) return undefined;
  const { type, state, decidedOn, until, lineage, history } = record;
  const steps = history.map(({ type, jti, origin, index, at, state }) => ({ type, jti, origin, index, at, state }));
  return { type, state, decidedOn, until, lineage, steps };
}

/** The answer without these records, and without its summary, which counts them. */
function without(answer: SubjectAnswer, gone: readonly string[]) {
  const { summary: _, provinces, ...rest } = timeless(answer);
  const others = provinces.map((one) => ({
    ...one,
    records: one.records.filter(({ record }) => !gone.includes(record)),
  }));
  return { ...rest, provinces: others };
}

describe.each(engines)('as of an instant, over $name,', (engine) => {
  it('the answer is what it was, but for what was erased since', async () => {
    let time = Date.parse('2026-11-22T01:00:00.000Z');
    const now = () => new Date(time);
    network = await openNetwork({ running: [jiangsu], engine, now });
    const { node } = network.node(jiangsu);
    const [sh, zj] = [await openHostile(network, shanghai), await openHostile(network, zhejiang)];
    const say = (log: typeof sh, type: string, body: unknown, txn?: string) =>
      log.say({ type, audience, uscc: company, body, ...(txn !== undefined && { txn }) });

    const given: SubjectAnswer[] = [];
    const ask = async () => {
      time += 7_000;
      given.push(await node.registry.ask(clerk, question));
      time += 1;
    };
    /** Some time passes, something comes, and the question is asked. */
    const pass = async (hours: number, ...pulled: string[]) => {
      time += hours * 3_600_000;
      for (const member of pulled) await node.federation.pull(member);
      await ask();
    };

    await ask();
    await pass(1, shanghai);
    const listed = await say(sh, 'dishonesty', sampleBody('dishonesty', { publicity: { until: '2026-11-25' } }));
    const graded = await say(sh, 'grade', sampleBody('grade'));
    await pass(1, shanghai, zhejiang);
    await importForm(
      createApi(network.node(jiangsu).url, await network.node(jiangsu).createToken('clerk')),
      network.node(jiangsu),
    );
    await pass(1);
    const corrected = sampleBody('dishonesty', { conduct: 'IP-02', publicity: { until: '2026-11-25' } });
    delete corrected.form;
    await say(sh, 'correction', { replaces: listed.jti, dishonesty: corrected }, listed.txn);
    const record = `${shanghai}.${listed.txn}`;
    const objected = await say(zj, 'objection', sampleBody('objection', { record }), listed.txn);
    await pass(1, shanghai);
    await pass(1, zhejiang);
    await say(sh, 'extension', sampleBody('extension', { until: '2027-03-02' }), listed.txn);
    const penalty = await say(sh, 'penalty', sampleBody('penalty', { publicity: { until: '2026-12-24' } }));
    sh.withheld.add(penalty.index); // its correction comes first, and has no effect
    await say(
      sh,
      'correction',
      { replaces: penalty.jti, penalty: sampleBody('penalty', { violation: '其他' }) },
      penalty.txn,
    );
    await pass(1, shanghai);
    await pass(100); // an empty day, and the logs grow old
    sh.withheld.clear();
    await pass(1, shanghai);
    const decision = sampleBody('objection-decision', { objection: objected.jti, outcome: 'rejected' });
    await say(sh, 'objection-decision', decision, listed.txn);
    await say(sh, 'grade', sampleBody('grade', { gradedOn: '2026-05-01' }));
    await pass(1, shanghai, zhejiang);
    await say(sh, 'repair', sampleBody('repair'), penalty.txn);
    await pass(1, shanghai);
    await pass(24 * 200); // the extended publicity runs out
    await pass(1, shanghai);

    const states = given.map(({ provinces }) =>
      provinces.map(({ records }) => records.map(({ state }) => state).join()),
    );
    expect(new Set(states.map(String)).size).toBeGreaterThan(6);
    expect(states.at(-1)?.[0]).toBe('repaired,expired,current,superseded');
    for (const before of given) {
      const again = await node.registry.ask(clerk, { ...question, asOf: before.at });
      expect(again).toMatchObject({ asOf: before.at });
      expect(timeless(again)).toEqual(timeless(before));
    }

    await sh.say({
      type: 'erasure',
      audience: ['*'],
      body: { indexes: [listed.index, graded.index], ground: 'ordered' },
    });
    await pass(1, shanghai);
    const gone = [record, `${shanghai}.${graded.txn}`];
    for (const before of given.slice(0, -1)) {
      const again = await node.registry.ask(clerk, { ...question, asOf: before.at });
      expect(without(again, gone)).toEqual(without(before, gone));
      expect(skeletonOf(again, record)).toEqual(skeletonOf(before, record));
      const shown = again.provinces.flatMap(({ records }) => records).filter(({ record }) => gone.includes(record));
      for (const { history, isInForce, body } of shown) {
        expect(history[0]).toMatchObject({ erased: { ground: 'ordered' } });
        expect(isInForce && !body).toBe(false); // a correction that was not erased still holds
      }
    }
  });

  it('a day is meant to its end in China, today to the moment, and the future is not known', async () => {
    let time = Date.parse('2026-11-22T01:00:00.000Z');
    network = await openNetwork({ running: [jiangsu], engine, now: () => new Date(time) });
    const { registry } = network.node(jiangsu).node;
    const asOf = async (text: string) => (await registry.ask(clerk, { ...question, asOf: text })).asOf;
    expect(await asOf('2026-11-21')).toBe('2026-11-21T15:59:59.999Z');
    expect(await asOf('2026-11-22')).toBe('2026-11-22T01:00:00.000Z');
    expect(await asOf('2026-11-22T01:00:00.000Z')).toBe('2026-11-22T01:00:00.000Z');
    time += 1;
    for (const future of ['2026-11-23', '2026-11-22T01:00:00.002Z']) {
      await expect(asOf(future)).rejects.toMatchObject({ code: 'registry/as-of-in-future' });
    }
  });
});
