/**
 * Any sequence of steps, legal or not, and of marks, delivered in any order and with content that comes late: all who
 * took the same bulletins end with the same view.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Deed, replay } from '../../node/registry/effects.ts';
import { lifecycles } from '../../node/registry/lifecycle.ts';
import { type CreditRecord, foldRecord, objectionFlagOf, type RecordId } from '../../node/registry/record.ts';
import { sampleBody, sampleUscc } from '../support/bulletins.ts';
import { type HostileLog, openHostile } from '../support/hostile.ts';
import { type Network, openNetwork } from '../support/network.ts';

const [shanghai, jiangsu, zhejiang, anhui] = ['310000', '320000', '330000', '340000'] as const;
const receivers = [zhejiang, anhui];
let network: Network;
let issuer: HostileLog;
let marker: HostileLog;

beforeAll(async () => {
  network = await openNetwork({
    running: receivers,
    change: ({ catalogue }) => {
      for (const entry of catalogue) {
        const [flow] = entry.flows;
        if (flow) entry.flows = [{ from: ['*'], to: ['*'], purposes: flow.purposes }]; // nothing is refused
      }
    },
  });
  issuer = await openHostile(network, shanghai);
  marker = await openHostile(network, jiangsu);
});
afterAll(() => network.close());

/** What happens next: something is said, a node pulls a log, or content is kept back or let go. */
type Act =
  | { do: 'say'; type: string; n: number; late: boolean; otherSubject: boolean }
  | { do: 'pull'; who: (typeof receivers)[number]; from: HostileLog['member']['id'] }
  | { do: 'release' };

const kinds = Object.keys(lifecycles);
const moves = ['correction', 'extension', 'repair', 'revocation', 'objection-decision'];
const outcomes = ['rejected', 'corrected', 'deleted', 'disclosure-stopped', 'delisted'];

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      type: fc.constantFrom(...moves, ...moves, 'objection', 'opener', 'opener', 'stranger'),
      n: fc.nat(30),
      late: fc.boolean(),
      otherSubject: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      who: fc.constantFrom(...receivers),
      from: fc.constantFrom(shanghai, jiangsu),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'release' as const }) },
);

/** A body of the type whose days and words depend on `n`. */
function bodyOf(type: string, kind: string, record: RecordId, n: number, objections: readonly string[]) {
  const day = (base: number) => `20${base + (n % 8)}-03-0${1 + (n % 9)}`;
  const opening = (name: string) => {
    const body = sampleBody(name, { remarks: `第 ${n} 稿` });
    const path = lifecycles[name]?.lastDay;
    if (path === 'validUntil') return { ...body, validUntil: day(27) };
    return path === undefined ? body : { ...body, publicity: { until: day(27) } };
  };
  const replaces = '019d0000-0000-7000-8000-000000000001';
  if (type === 'correction') return { replaces, [kind]: opening(kind) };
  if (type === 'extension') return sampleBody('extension', { until: day(28) });
  if (type === 'objection') return sampleBody('objection', { record: `${record.member}.${record.txn}` });
  if (type === 'objection-decision') {
    const objection = objections[n % Math.max(1, objections.length)] ?? replaces;
    return sampleBody(type, { objection, outcome: outcomes[n % outcomes.length] });
  }
  return lifecycles[type] ? opening(type) : sampleBody(type);
}

/** As much of a record as two receivers of the same bulletins must agree on. */
function viewOf(record: CreditRecord | undefined) {
  if (!record) return undefined;
  const { id, type, uscc, state, until, decidedOn, body, currentJti, steps, marks } = record;
  return {
    ...{ id, type, uscc, state, until, decidedOn, body, currentJti, objection: objectionFlagOf(record) },
    steps: steps.map(({ jti, state, until, code }) => ({ jti, state, until, code })),
    marks: marks.map(({ jti }) => jti),
  };
}

async function readView(who: string, id: RecordId) {
  return viewOf(foldRecord(await network.node(who).node.store.registry.listRecordSteps(id)));
}

async function pull(who: string, from: string): Promise<void> {
  await network.node(who).node.federation.pull(from);
}

it('ends with one view of every record, whatever was said and however it came', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...kinds),
    fc.array(act, { minLength: 4, maxLength: 24 }),
    async (kind, acts) => {
      const uscc = sampleUscc(7);
      const opened = await issuer.say({
        type: kind,
        audience: receivers,
        uscc,
        body: bodyOf(kind, kind, noRecord, 1, []),
      });
      const record = { member: shanghai, txn: opened.txn };
      const first = bodyOf(kind, kind, noRecord, 1, []);
      const deeds: Deed[] = [{ type: kind, uscc, jti: opened.jti, body: first }];
      const objections: string[] = [];
      for (const one of acts) {
        if (one.do === 'pull') await pull(one.who, one.from);
        else if (one.do === 'release') for (const log of [issuer, marker]) log.withheld.clear();
        else {
          const type =
            one.type === 'opener' ? kind : one.type === 'stranger' ? (kinds[one.n % kinds.length] ?? kind) : one.type;
          const log = type === 'objection' ? marker : issuer;
          const about = one.otherSubject ? sampleUscc(8) : uscc;
          const body = bodyOf(type, kind, record, one.n, objections);
          const said = await log.say({ type, audience: receivers, txn: record.txn, uscc: about, body });
          if (one.late) log.withheld.add(said.index);
          if (type === 'objection') objections.push(said.jti);
          else deeds.push({ type, uscc: about, jti: said.jti, body });
        }
      }
      for (const log of [issuer, marker]) log.withheld.clear();
      for (const who of receivers) for (const from of [jiangsu, shanghai, jiangsu]) await pull(who, from);
      const [one, other] = await Promise.all(receivers.map((who) => readView(who, record)));
      expect(one).toEqual(other);
      const expected = replay(deeds).map((effect, i) => {
        const { jti } = deeds[i] as Deed; // one for each effect
        return 'code' in effect
          ? { jti, code: effect.code }
          : { jti, state: effect.after.state, ...(effect.after.until !== undefined && { until: effect.after.until }) };
      });
      expect(one?.steps.map((step) => JSON.parse(JSON.stringify(step)))).toEqual(expected);
    },
  );
  await fc.assert(property, { numRuns: 40, endOnFailure: true, seed: 15 });
});

const noRecord: RecordId = { member: shanghai, txn: '' };
