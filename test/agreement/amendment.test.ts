import { describe, expect, it } from 'vitest';
import { type Agreement, findMember, type Strike } from '../../node/agreement/agreement.ts';
import { collectStrikes, decideEnough, joinersOf, signatoriesOf, strikesOnly } from '../../node/agreement/amendment.ts';
import { keysOf, sampleAgreement } from '../support/agreement.ts';

const all = ['310000', '320000', '330000', '340000'];
const before = sampleAgreement();

function next(change: (agreement: Agreement) => void = () => {}): Agreement {
  return sampleAgreement((agreement) => {
    Object.assign(agreement, { version: 2, previous: `sha-256:${'A'.repeat(43)}` });
    change(agreement);
  });
}

function join(agreement: Agreement): void {
  const names = { id: '360000', issuer: 'https://credit.jx.example', origin: 'credit.jx.example/log' };
  agreement.members.push({ ...(agreement.members[0] as Agreement['members'][0]), ...names, keys: keysOf(names) });
}

const strike = (more: object): Strike => ({ member: '310000', ground: 'stolen', ...more }) as Strike; // each test gives a whole one

describe('who signs', () => {
  it('is every member of version 1, and of a later one the members before with the keys that they had', () => {
    expect([...signatoriesOf(before).keys()]).toEqual(all);
    const changed = next((agreement) => {
      const member = findMember(agreement, '310000');
      if (member) member.keys = keysOf({ ...member, id: 'another key' });
    });
    const key = signatoriesOf(changed, before).get('310000');
    expect(key).toEqual(findMember(before, '310000')?.keys.agreement);
    expect(key).not.toEqual(findMember(changed, '310000')?.keys.agreement);
  });

  it('is whoever joins too, with its own key', () => {
    const joined = next(join);
    expect(joinersOf(joined, before).map(({ id }) => id)).toEqual(['360000']);
    expect(signatoriesOf(joined, before).get('360000')).toEqual(findMember(joined, '360000')?.keys.agreement);
  });
});

describe('enough', () => {
  it.each([
    ['all of version 1', 'all', undefined, all, true],
    ['all but one of version 1', 'all', undefined, all.slice(1), false],
    ['all', 'all', before, all, true],
    ['all but one', 'all', before, all.slice(1), false],
    [
      'three where three are asked for',
      3,
      sampleAgreement(({ governance }) => (governance.required = 3)),
      all.slice(1),
      true,
    ],
    [
      'two where three are asked for',
      3,
      sampleAgreement(({ governance }) => (governance.required = 3)),
      all.slice(2),
      false,
    ],
  ] as const)('%s', (_, __, predecessor, signedBy, enough) => {
    expect(decideEnough(predecessor ? next() : before, predecessor, signedBy).enough).toBe(enough);
  });

  it('goes by what the version before asks for, not by what the new one says', () => {
    const lax = next(({ governance }) => (governance.required = 3));
    expect(decideEnough(lax, before, all.slice(1))).toEqual({ enough: false, missing: ['310000'], lacking: 1 });
  });

  it('is not without the signature of whoever joins', () => {
    expect(decideEnough(next(join), before, all)).toEqual({ enough: false, missing: ['360000'], lacking: 1 });
    expect(decideEnough(next(join), before, [...all, '360000'])).toEqual({ enough: true });
  });
});

describe('a version that only strikes', () => {
  const key = next((agreement) => {
    agreement.strikes = [strike({ kind: 'bulletin-key', kid: 'k'.repeat(43), size: 5 })];
  });
  const member = next((agreement) => {
    const stays = (id: string) => id !== '310000';
    agreement.members = agreement.members.filter(({ id }) => stays(id));
    for (const entry of agreement.catalogue)
      entry.flows = entry.flows
        .map((flow) => ({ ...flow, from: flow.from.filter(stays), to: flow.to.filter(stays) }))
        .filter(({ from, to }) => from.length > 0 && to.length > 0);
    agreement.catalogue = agreement.catalogue.filter(({ type }) => type !== 'commendation'); // only the struck one's flows
    agreement.strikes = [strike({ kind: 'member' })];
  });

  it('needs all but those concerned', () => {
    for (const version of [key, member]) {
      expect(strikesOnly(version, before)).toBe(true);
      expect(decideEnough(version, before, all.slice(1))).toEqual({ enough: true });
      expect(decideEnough(version, before, all.slice(2))).toEqual({ enough: false, missing: ['320000'], lacking: 1 });
    }
  });

  it('needs still more than half of the members', () => {
    const half = next((agreement) => {
      agreement.strikes = ['310000', '320000'].map((id) =>
        strike({ kind: 'bulletin-key', member: id, kid: 'k'.repeat(43), size: 5 }),
      );
    });
    expect(decideEnough(half, before, ['330000', '340000']).enough).toBe(false);
  });

  it('changes nothing else', () => {
    for (const change of [
      (agreement: Agreement) => (agreement.exchange.dailyVolume = 1),
      (agreement: Agreement) => (agreement.governance.required = 3),
      (agreement: Agreement) => agreement.members.pop(),
    ]) {
      const more = structuredClone(key);
      change(more);
      expect(strikesOnly(more, before)).toBe(false);
      expect(decideEnough(more, before, all.slice(1)).enough).toBe(false);
    }
  });
});

describe('strikes', () => {
  it('add up over all versions, the earliest end of a key counting', () => {
    const kid = 'k'.repeat(43);
    const strikes = collectStrikes([
      before,
      next((one) => (one.strikes = [strike({ kind: 'bulletin-key', kid, size: 9 })])),
      next(
        (one) =>
          (one.strikes = [strike({ kind: 'bulletin-key', kid, size: 5 }), strike({ kind: 'witness-key', key: 'w' })]),
      ),
    ]);
    expect(strikes.keyEnd('310000', kid)).toBe(5);
    expect(strikes.keyEnd('320000', kid)).toBeUndefined();
    expect(strikes.isWitnessStruck('w')).toBe(true);
    expect(strikes.logEnd('credit.sh.example/log')).toBeUndefined();
  });

  it('end a log at its last size and root', () => {
    const end = { kind: 'log', origin: 'credit.sh.example/log', size: 7, root: `${'A'.repeat(43)}=` };
    const strikes = collectStrikes([next((one) => (one.strikes = [strike(end)]))]);
    expect(strikes.logEnd('credit.sh.example/log')).toMatchObject({ size: 7 });
  });

  it('take a member out until a later version lists it again', () => {
    const out = next((one) => {
      one.members = one.members.slice(1);
      one.strikes = [strike({ kind: 'member' })];
    });
    expect(collectStrikes([before, out]).isMemberStruck('310000')).toBe(true);
    expect(collectStrikes([before, out, next()]).isMemberStruck('310000')).toBe(false);
  });
});
