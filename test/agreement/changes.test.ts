import { describe, expect, it } from 'vitest';
import type { Agreement, CatalogueEntry, Member } from '../../node/agreement/agreement.ts';
import { describeChanges } from '../../node/agreement/changes.ts';
import { agreementDigest } from '../../node/agreement/signatures.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import { keysOf, sampleAgreement, signerOf } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const before = sampleAgreement();
const digest = agreementDigest(canonicalBytes(before), hash);
const context = { titleOf: (type: string) => ({ zh: `《${type}》`, en: `<${type}>` }), digest };

/** What a version that follows properly changes. */
async function changesOf(change: (agreement: Agreement) => void) {
  const after = { ...structuredClone(before), version: 2, previous: digest };
  change(after);
  const changes = await describeChanges(before, after, context);
  for (const { zh, en } of changes) {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(`${zh} ${en}`).not.toMatch(/undefined|\[object/);
  }
  return changes;
}

const english = async (change: (agreement: Agreement) => void) =>
  (await changesOf(change)).map(({ member, en }) => (member ? `${member} ${en}` : en));

function entry(agreement: Agreement, type: string): CatalogueEntry {
  return agreement.catalogue.find((one) => one.type === type) as CatalogueEntry; // the sample has it
}

const member = (agreement: Agreement, at: number) => agreement.members[at] as Member;

const jiangxi = { id: '360000', issuer: 'https://credit.jx.example', origin: 'credit.jx.example/log' };
const joiner: Member = {
  ...jiangxi,
  name: { zh: '江西省', en: 'Jiangxi' },
  authority: '11360000HX36000057',
  endpoint: 'https://credit.jx.example',
  keys: keysOf(jiangxi),
};

/** What every member sends to every other. */
const everything =
  '<penalty>, <dishonesty>, <serious-list>, <permit>, <warning>, <correction>, <extension>, <repair>, <revocation>, ' +
  '<objection-decision>, <objection>, <measure-feedback> and <journal>';

describe('describeChanges', () => {
  it('has nothing to say where nothing changes but the number', async () => {
    expect(await changesOf(() => {})).toEqual([]);
  });

  it('minds a version that is not the next, and another agreement', async () => {
    expect(await changesOf((a) => (a.version = 3))).toMatchObject([{ code: 'not-the-next' }]);
    expect(await changesOf((a) => (a.previous = `sha-256:${'A'.repeat(43)}`))).toMatchObject([
      { code: 'not-the-next' },
    ]);
    expect(await changesOf((a) => (a.id = 'other'))).toMatchObject([{ code: 'other-agreement' }]);
  });

  it('tells both sides of a flow, each with its purposes', async () => {
    expect(
      await english((a) =>
        entry(a, 'commendation').flows.push({
          from: ['330000'],
          to: ['340000', '310000'],
          purposes: ['award', 'funding'],
        }),
      ),
    ).toEqual([
      '310000 will receive <commendation> from Zhejiang (330000), for Publicly funded projects and Awards and honours',
      '330000 may now send <commendation> to Shanghai (310000) and Anhui (340000), for Publicly funded projects and Awards and honours',
      '340000 will receive <commendation> from Zhejiang (330000), for Publicly funded projects and Awards and honours',
    ]);
    expect(await english((a) => entry(a, 'commendation').flows.pop())).toEqual([
      '310000 no longer receives <commendation> from Jiangsu (320000)',
      '320000 no longer sends <commendation> to Shanghai (310000)',
    ]);
  });

  it('tells what a receiver may use it for otherwise, and what is left out', async () => {
    const changed = await english((a) => {
      const [, flow] = entry(a, 'commendation').flows;
      Object.assign(flow ?? {}, { purposes: ['award', 'supervision'], omit: ['remarks'] });
    });
    expect(changed).toEqual([
      '310000 <commendation> received from Jiangsu (320000): may also be used for Supervision, may no longer be used for Publicly funded projects, Government procurement, IP pledge financing, Handling of objections and Audit, no longer holds remarks',
      '320000 <commendation> sent to Shanghai (310000): may also be used for Supervision, may no longer be used for Publicly funded projects, Government procurement, IP pledge financing, Handling of objections and Audit, no longer holds remarks',
    ]);
  });

  it('does not mind flows that are written otherwise and mean the same', async () => {
    const same = await changesOf((a) => {
      const { flows } = entry(a, 'grade');
      const [first] = flows as [CatalogueEntry['flows'][0]];
      entry(a, 'grade').flows = [
        ...flows.slice(1),
        ...first.from.map((from) => ({ ...first, from: [from], purposes: [...first.purposes].reverse() })),
      ];
    });
    expect(same).toEqual([]);
  });

  it('tells who joins, with or without history, and what that means for each', async () => {
    const changes = await changesOf((a) => a.members.push({ ...joiner, history: 'records' }));
    expect(changes[0]).toMatchObject({
      code: 'member-joins',
      en: 'Jiangxi (360000) joins; the others issue their records in force to it anew',
      facts: { id: '360000', history: 'records' },
    });
    const told = (id: string) => changes.filter((change) => change.member === id).map(({ code }) => code);
    expect(new Set(told('330000'))).toEqual(new Set(['may-send', 'will-receive']));
    expect(new Set(told('360000'))).toEqual(new Set(['may-send', 'will-receive']));
    expect((await english((a) => a.members.push(joiner)))[0]).toBe(
      'Jiangxi (360000) joins; older records are not issued to it',
    );
  });

  it('tells who leaves, and what the others lose', async () => {
    const changes = await english((a) => a.members.pop());
    expect(changes[0]).toMatch(/^Anhui \(340000\) leaves: what it said stays verifiable/);
    expect(changes).toContain(`330000 no longer receives ${everything} from Anhui (340000)`);
    expect(changes).toContain(
      `330000 no longer sends ${everything.replace('<serious', '<grade>, <serious')} to Anhui (340000)`,
    );
    expect(changes.filter((one) => one.startsWith('340000'))).toEqual([]);
  });

  it('names every key that comes or goes by its thumbprint', async () => {
    const next = signerOf('bulletin', 'next').publicKey;
    const [old, fresh] = [await thumbprint(member(before, 0).keys.bulletin[0] as typeof next), await thumbprint(next)];
    expect(await english((a) => (member(a, 0).keys.bulletin = [next]))).toEqual([
      `310000 a new bulletin key, ${fresh}`,
      `310000 the bulletin key ${old} goes; what it signed before counts on, unless it is struck`,
    ]);
    const { log, witness, agreement } = keysOf({ ...jiangxi, id: '999999' });
    const codes = (await changesOf((a) => Object.assign(member(a, 1).keys, { log, witness, agreement }))).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['agreement-key', 'log-key', 'witness-key']);
  });

  it('tells of a member’s name, authority, addresses, log and pins', async () => {
    const pin = `${'A'.repeat(43)}=`;
    const changes = await changesOf((a) =>
      Object.assign(member(a, 2), {
        ...{ name: { zh: '浙江', en: 'Zhejiang' }, authority: '113300000002415090', issuer: 'https://x.example' },
        ...{ endpoint: 'https://y.example', origin: 'x.example/log', certificatePins: [pin] },
      }),
    );
    expect(changes.map(({ code, member }) => `${member} ${code}`)).toEqual(
      ['name', 'authority', 'issuer', 'endpoint', 'origin', 'pin-added'].map((code) => `330000 ${code}`),
    );
    expect(changes[4]?.en).toBe('log: credit.zj.example/log becomes x.example/log');
  });

  it('tells of days, governance, exchange terms and the notice', async () => {
    const changes = await english((a) => {
      a.effective = { from: '2027-01-01', until: '2030-12-31' };
      a.governance.required = 3;
      a.exchange.pullSchedule = '*/10 * * * *';
      a.exchange.alarms.clockSkewSeconds = 30;
      a.notice.en = 'Shorter.';
    });
    expect(changes.slice(0, 5)).toEqual([
      'first day: “2026-01-01” becomes “2027-01-01”',
      'last day: “no end” becomes “2030-12-31”',
      'who must sign an amendment: “all members” becomes “3 of 4 members”',
      'pull schedule (cron, China time): “*/5 * * * *” becomes “*/10 * * * *”',
      'alarm: clocks apart (seconds): “60” becomes “30”',
    ]);
    expect(changes[5]).toMatch(/^notice: .* becomes “Shorter\.”$/);
  });

  it('tells of each exchange term', async () => {
    const codes = (
      await changesOf((a) => {
        for (const name of ['greatestLagMinutes', 'witnessQuorum', 'dailyVolume'] as const) a.exchange[name] += 1;
        for (const name of Object.keys(a.exchange.alarms) as (keyof typeof a.exchange.alarms)[])
          a.exchange.alarms[name] += 1;
        a.exchange.pullSchedule = '0 * * * *';
      })
    ).map(({ code }) => code);
    expect(codes).toHaveLength(Object.keys(before.exchange).length - 1 + Object.keys(before.exchange.alarms).length);
  });

  it('tells of purposes, measures, witnesses, auditors and types', async () => {
    const codes = async (change: (a: Agreement) => void) => [
      ...new Set((await changesOf(change)).map(({ code }) => code)),
    ];
    expect(await codes((a) => a.purposes.push({ id: 'x', zh: '甲', en: 'X' }))).toEqual(['purpose-added']);
    expect(await codes((a) => Object.assign(a.purposes[0] ?? {}, { en: 'Oversight' }))).toEqual(['purpose-changed']);
    expect(await codes((a) => a.measures?.pop())).toEqual(['measure-removed']);
    expect(await codes((a) => (a.witnesses = [{ name: 'w', vkey: 'v', url: 'https://w.example' }]))).toEqual([
      'witness-added',
    ]);
    expect(
      await codes(
        (a) =>
          (a.auditors = [
            { id: 'court', name: { zh: '法院', en: 'Court' }, key: signerOf('agreement', 'c').publicKey },
          ]),
      ),
    ).toEqual(['auditor-added']);
    expect(await codes((a) => (a.catalogue = a.catalogue.filter(({ type }) => type !== 'grade')))).toEqual(
      ['type-removed', 'may-not-send', 'will-not-receive'].map(
        (code) => ({ 'may-not-send': 'may-not-send' })[code] ?? code,
      ),
    );
    expect(
      await english((a) =>
        Object.assign(entry(a, 'penalty'), { publishWithinWorkingDays: 3, retentionYears: 1, schema: 'sha-256:x' }),
      ),
    ).toEqual([
      expect.stringContaining('what a “<penalty>” may hold changes'),
      'the deadline of “<penalty>”: 7 working days becomes 3 working days',
      'how long “<penalty>” is kept: 5 years becomes 1 year',
    ]);
  });

  it('tells what is struck, and nothing of what was struck before', async () => {
    const strikes: Agreement['strikes'] = [
      { kind: 'bulletin-key', member: '310000', ground: 'stolen', kid: 'k', size: 12 },
      { kind: 'log', member: '320000', ground: 'forked', origin: 'credit.js.example/log', size: 7, root: 'r=' },
      { kind: 'witness-key', member: '330000', ground: 'lost', key: 'v' },
      { kind: 'member', member: '340000', ground: 'withdrawn' },
    ];
    const struck = await english((a) => (a.strikes = strikes));
    expect(struck).toEqual([
      'the bulletin key k of Shanghai (310000) is struck: it counts in the first 12 entries of its log and no further (stolen)',
      'the log credit.js.example/log of Jiangsu (320000) is struck: it ends at 7 entries with the root r= (forked)',
      'the witness key v of Zhejiang (330000) is struck (lost)',
      'member Anhui (340000) is struck: nobody answers it any more (withdrawn)',
    ]);
    const first = { ...before, strikes: strikes.slice(0, 2) };
    const later = { ...before, version: 2, previous: digest, strikes: strikes.slice(1, 3) };
    expect((await describeChanges(first, later, context)).map(({ facts }) => facts.kind)).toEqual(['witness-key']);
  });

  it('compares pages that are still without keys', async () => {
    expect(
      await changesOf((a) => {
        for (const one of a.members) Reflect.deleteProperty(one, 'keys');
      }),
    ).toEqual([]);
  });
});
