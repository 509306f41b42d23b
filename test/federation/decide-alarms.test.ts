/** When an alarm stands, and when it does not. */

import { describe, expect, it } from 'vitest';
import { type Alarm, alarmCodes } from '../../node/federation/alarm.ts';
import { alarmWords } from '../../node/federation/alarm-words.ts';
import { type AlarmBounds, type AlarmState, decideAlarms } from '../../node/federation/decide-alarms.ts';
import type { PeerReport } from '../../node/federation/report.ts';

const jiangsu = '320000';
const at = new Date('2026-11-20T12:00:00.000Z');
const bounds: AlarmBounds = {
  exchange: {
    ...{ greatestLagMinutes: 60, dailyVolume: 1_000 },
    alarms: { entriesBehind: 100, unreceiptedMinutes: 120, cosignatureAgeHours: 48, clockSkewSeconds: 60 },
  },
  ...{ version: 2, from: '2026-01-01T00:00:00.000Z', diskFreeBytes: 1024 * 1024 * 1024, certificateDays: 30 },
};

/** So many minutes ago. */
function ago(minutes: number): string {
  return new Date(at.getTime() - minutes * 60_000).toISOString();
}

type Loose<T> = { [Name in keyof T]?: T[Name] | undefined };
type Change = Loose<Omit<PeerReport, 'theirs' | 'ours'>> & {
  theirs?: Loose<PeerReport['theirs']>;
  ours?: Loose<PeerReport['ours']>;
};

/** Of a peer with which all is well. */
function peer(change: Change = {}): PeerReport {
  const well = {
    member: jiangsu,
    name: { zh: '江苏', en: 'Jiangsu' },
    endpoint: 'https://credit.js.example',
    failures: 0,
    lastOkAt: ago(1),
    ...change,
  };
  const counts = { refused: 0, withheld: 0, behind: { entries: 0 } };
  return {
    ...well,
    theirs: {
      ...{ origin: 'credit.js.example/log', held: 9, seen: 9, taken: 5, noted: 0, receipted: 9 },
      ...counts,
      cosignedAt: ago(1),
      ...change.theirs,
    },
    ours: {
      ...{ issued: 5, receipts: 1, receipted: 9, joined: true },
      ...counts,
      cosigned: { size: 9, at: ago(1) },
      ...change.ours,
    },
  } as PeerReport;
}

function state(change: Partial<AlarmState> = {}, ...peers: PeerReport[]): AlarmState {
  return {
    peers: peers.length > 0 ? peers : [peer()],
    own: { member: '310000', held: 9, since: '2026-10-01T00:00:00.000Z', shown: 9 },
    ...{ outside: [], signedTwice: [], unreadable: [], clocks: [], early: [], growth: [] },
    lock: {},
    overdue: { items: 0, oldest: '' },
    disks: [{ name: 'database', freeBytes: 5 * 1024 ** 3 }],
    certificates: [{ name: 'tls.pem', until: '2027-06-01T00:00:00.000Z' }],
    ...change,
  };
}

function standing(given: AlarmState, told: Pick<Alarm, 'code' | 'about'>[] = []): string[] {
  return decideAlarms(given, bounds, at, told).standing.map(({ code, about }) => `${code} ${about}`.trim());
}

describe('an alarm', () => {
  it('does not stand while all is well', () => {
    expect(decideAlarms(state(), bounds, at, [])).toEqual({ standing: [], unjudged: [] });
  });

  it.each<[string, AlarmState]>([
    ['alarm/withheld 320000', state({}, peer({ theirs: { withheld: 1 } }))],
    ['alarm/withheld-by-us 320000', state({}, peer({ ours: { withheld: 1 } }))],
    ['alarm/fork 320000', state({}, peer({ stopped: 'log/fork' }))],
    ['alarm/fork 310000', state({ own: { member: '310000', held: 9, shown: 9, stopped: 'log/fork' } })],
    ['alarm/shrunk 320000', state({}, peer({ stopped: 'log/shrunk' }))],
    [
      'alarm/signed-twice 330000',
      state({ signedTwice: [330_000, 330_000].map((id) => ({ member: String(id), version: 2 })) }),
    ],
    ['alarm/log-locked', state({ lock: { since: ago(6) } })],
    ['alarm/log-overridden', state({ lock: { silent: ['320000'] } })],
    ['alarm/unreadable-agreement v3', state({ unreadable: [{ version: 3, types: 'penalty' }] })],
    ['alarm/own-log-ahead', state({ own: { member: '310000', held: 9, shown: 10 } })],
    ['alarm/behind 320000', state({}, peer({ theirs: { behind: { entries: 101, since: ago(1) } } }))],
    ['alarm/behind 320000', state({}, peer({ theirs: { behind: { entries: 1, since: ago(61) } } }))],
    ['alarm/peer-behind 320000', state({}, peer({ ours: { behind: { entries: 101, since: ago(1) } } }))],
    ['alarm/no-round 320000', state({}, peer({ failures: 3, lastOkAt: ago(61), lastError: 'peer/unreachable' }))],
    ['alarm/no-round 320000', state({}, peer({ failures: 1, lastOkAt: undefined }))],
    [
      'alarm/unreceipted 320000',
      state({}, peer({ ours: { oldestUnreceipted: { index: 3, jti: 'j', at: ago(121) } } })),
    ],
    ['alarm/outside-witness-late w.example', state({ outside: [{ name: 'w.example', cosignedAt: ago(48 * 60 + 1) }] })],
    ['alarm/outside-witness-late w.example', state({ outside: [{ name: 'w.example' }] })],
    ['alarm/cosignature-old 320000', state({}, peer({ ours: { cosigned: { size: 8, at: ago(48 * 60 + 1) } } }))],
    ['alarm/cosigning-late 320000', state({}, peer({ theirs: { cosignedAt: ago(48 * 60 + 1) } }))],
    ['alarm/clock-skew 320000', state({ clocks: [{ member: jiangsu, seconds: -61 }] })],
    ['alarm/future-iat 320000', state({ early: [{ member: jiangsu, jti: 'j', seconds: 61 }] })],
    ['alarm/volume 320000', state({ growth: [{ member: jiangsu, entries: 1_001, days: 1 }] })],
    ['alarm/overdue', state({ overdue: { items: 2, oldest: '2026-11-01' } })],
    ['alarm/disk-low database', state({ disks: [{ name: 'database', freeBytes: 1024 ** 3 - 1 }] })],
    [
      'alarm/certificate-ending tls.pem',
      state({ certificates: [{ name: 'tls.pem', until: '2026-12-20T11:59:59.000Z' }] }),
    ],
  ])('%s stands when its cause does', (expected, given) => {
    expect(standing(given)).toEqual([expected]);
  });

  it.each<[string, AlarmState]>([
    ['at the bound of entries', state({}, peer({ theirs: { behind: { entries: 100, since: ago(1) } } }))],
    ['at the bound of minutes', state({}, peer({ theirs: { behind: { entries: 1, since: ago(60) } } }))],
    [
      'for a receipt that is not late',
      state({}, peer({ ours: { oldestUnreceipted: { index: 3, jti: 'j', at: ago(120) } } })),
    ],
    ['for a peer that fails and did well an hour ago', state({}, peer({ failures: 9, lastOkAt: ago(60) }))],
    ['for a peer of which nothing came yet and nothing failed', state({}, peer({ lastOkAt: undefined }))],
    ['for a key that is locked as at every start', state({ lock: { since: ago(5) } })],
    ['for two signatures once a later version is in force', state({ signedTwice: [{ member: jiangsu, version: 1 }] })],
    [
      'for what never was, an hour after we began',
      state(
        { own: { member: '310000', held: 9, since: ago(60), shown: 9 } },
        peer({ failures: 3, lastOkAt: undefined, theirs: { cosignedAt: undefined }, ours: { cosigned: undefined } }),
      ),
    ],
    ['for a clock that is off by the bound', state({ clocks: [{ member: jiangsu, seconds: 60 }] })],
    [
      'for ten days’ volume that came in one, after ten days',
      state({ growth: [{ member: jiangsu, entries: 10_000, days: 10 }] }),
    ],
    [
      'for the lack of a cosignature on an empty log',
      state({ own: { member: '310000', held: 0, shown: 0 } }, peer({ ours: { cosigned: undefined } })),
    ],
  ])('does not stand %s', (_, given) => {
    expect(standing(given)).toEqual([]);
  });

  it('of a log that is stopped is told once: it is not behind besides', () => {
    const given = peer({
      stopped: 'log/fork',
      failures: 1,
      lastOkAt: ago(9_999),
      theirs: { cosignedAt: ago(9_999), behind: { entries: 500, since: ago(9_999) } },
    });
    expect(standing(state({}, given))).toEqual(['alarm/fork 320000']);
  });

  it('that stands goes on until its cause is well below the bound', () => {
    const skew = (seconds: number) => state({ clocks: [{ member: jiangsu, seconds }] });
    const told = [{ code: 'alarm/clock-skew', about: jiangsu } as const];
    expect(standing(skew(57), told)).toEqual(['alarm/clock-skew 320000']);
    expect(standing(skew(54), told)).toEqual([]);
    const disk = (freeMib: number) => state({ disks: [{ name: 'database', freeBytes: freeMib * 1024 ** 2 }] });
    expect(standing(disk(1_100), [{ code: 'alarm/disk-low', about: 'database' }])).toEqual(['alarm/disk-low database']);
    expect(standing(disk(1_100))).toEqual([]);
  });

  it('is about one member of several', () => {
    const other = { ...peer({ theirs: { withheld: 2 } }), member: '330000' };
    expect(decideAlarms(state({}, peer(), other), bounds, at, []).standing).toEqual([
      { code: 'alarm/withheld', about: '330000', facts: { entries: 2 } },
    ]);
  });

  it('whose cause could not be read is not judged', () => {
    const { disks: _, overdue: __, certificates: ___, lock: ____, ...rest } = state();
    expect(decideAlarms(rest, bounds, at, [])).toEqual({
      standing: [],
      unjudged: [
        'alarm/log-locked',
        'alarm/log-overridden',
        'alarm/overdue',
        'alarm/disk-low',
        'alarm/certificate-ending',
      ],
    });
  });
});

describe('every code', () => {
  const facts = {
    ...{ version: 3, types: 'penalty' },
    entries: 1,
    since: ago(5),
    index: 3,
    jti: 'j',
    seconds: 61,
    held: 1,
    shown: 2,
    most: 1,
    items: 1,
    oldest: '2026-11-01',
    freeMib: 1,
    leastMib: 2,
    until: ago(-5),
    silent: '320000',
  };

  it.each(alarmCodes)('%s has both sentences and a cure, with nothing left to fill in', (code) => {
    const { say, cure } = alarmWords[code];
    const { zh, en } = say({ zh: '江苏', en: 'Jiangsu' }, facts);
    for (const text of [zh, cure.zh]) expect(text).toMatch(/\p{Script=Han}/u);
    for (const text of [en, cure.en]) expect(text).not.toMatch(/\p{Script=Han}/u);
    expect(zh + en).not.toMatch(/undefined|NaN|\[|\{/);
  });
});
