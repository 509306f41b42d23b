import { describe, expect, it } from 'vitest';
import {
  addresseesOf,
  decideAdoption,
  decideAsk,
  decideSend,
  decideUse,
  isWithinPeriod,
  omissionsOf,
  withoutOmitted,
} from '../../node/agreement/policy.ts';
import { verifyAgreement } from '../../node/agreement/signatures.ts';
import { startOfDay } from '../../node/base/time.ts';
import type { BulletinKind } from '../../node/bulletin/bulletin.ts';
import { bulletinTypes } from '../../node/bulletin/catalogue.ts';
import { ports, sampleAgreement, signedAgreement } from '../support/agreement.ts';

const agreement = sampleAgreement((sample) => {
  sample.effective = { from: '2026-01-01', until: '2026-12-31' };
});
const members = ['310000', '320000', '330000', '340000'];
const during = startOfDay('2026-06-01');
const kinds = new Map(bulletinTypes.map(({ name, kind }) => [name, kind]));

function send(type: string, from: string, to: string, at = during, body?: unknown) {
  return decideSend({ agreement, from, to, type, kind: kinds.get(type) as BulletinKind, at, body });
}

describe('addresseesOf', () => {
  it.each([
    ['penalty', '310000', ['320000', '330000', '340000']],
    ['penalty', '330000', ['310000', '320000', '340000']],
    ['grade', '340000', ['310000', '320000']],
    ['grade', '320000', ['310000', '330000', '340000']],
    ['commendation', '310000', ['320000', '330000']],
    ['commendation', '320000', ['310000']],
    ['commendation', '330000', []],
    ['receipt', '310000', []],
    ['journal', '310000', ['320000', '330000', '340000']],
    ['erasure', '310000', []],
    ['practice', '310000', []],
  ])('of %s from %s are %j', (type, from, expected) => {
    expect(addresseesOf({ agreement, from, type })).toEqual(expected);
  });

  it('are in ascending order whatever the order of the members', () => {
    const reversed = sampleAgreement((sample) => sample.members.reverse());
    expect(addresseesOf({ agreement: reversed, from: '320000', type: 'penalty' })).toEqual([
      '310000',
      '330000',
      '340000',
    ]);
  });
});

describe('decideSend', () => {
  it('allows exactly what the addressees say, for every type that needs a flow and every pair', () => {
    for (const { name: type, kind } of bulletinTypes) {
      if (kind === 'receipt' || kind === 'governance') continue;
      for (const from of members) {
        const allowed = members.filter((to) => send(type, from, to).allowed);
        expect(allowed).toEqual(addresseesOf({ agreement, from, type }));
      }
    }
  });

  it('names sender, receiver and type when there is no flow', () => {
    expect(send('grade', '340000', '330000')).toEqual({
      allowed: false,
      code: 'agreement/flow-not-allowed',
      facts: { from: '340000', to: '330000', type: 'grade' },
    });
  });

  it.each([
    ['a stranger', 'penalty', '360000', '310000'],
    ['to a stranger', 'penalty', '310000', '360000'],
    ['to oneself', 'penalty', '310000', '310000'],
    ['to all at once', 'penalty', '310000', '*'],
    ['a receipt to oneself', 'receipt', '310000', '310000'],
    ['a receipt to a stranger', 'receipt', '310000', '360000'],
    ['a receipt to all', 'receipt', '310000', '*'],
    ['an adoption to one', 'adoption', '310000', '320000'],
    ['an erasure to one', 'erasure', '310000', '320000'],
    ['a journal to all at once', 'journal', '310000', '*'],
  ])('refuses %s', (_, type, from, to) => {
    expect(send(type, from, to)).toMatchObject({ allowed: false, code: 'agreement/flow-not-allowed' });
  });

  it('refuses a type that the catalogue does not list', () => {
    const kind = 'opens';
    expect(decideSend({ agreement, from: '310000', to: '320000', type: 'practice', kind, at: during }).allowed).toBe(
      false,
    );
  });

  it('lets receipts and governance go without a flow', () => {
    expect(send('receipt', '340000', '330000').allowed).toBe(true);
    expect(send('adoption', '340000', '*').allowed).toBe(true);
    expect(send('erasure', '340000', '*').allowed).toBe(true);
  });

  it.each([
    ['before the first day', startOfDay('2026-01-01') - 1],
    ['after the last day', startOfDay('2027-01-01')],
  ])('%s lets only governance, receipts and what moves a record through', (_, at) => {
    const allowed = bulletinTypes.filter(
      ({ name, kind }) => send(name, '310000', kind === 'governance' ? '*' : '320000', at).allowed,
    );
    expect(allowed.map(({ name }) => name).sort()).toEqual([
      'adoption',
      'closing',
      'correction',
      'erasure',
      'extension',
      'key',
      'objection-decision',
      'receipt',
      'repair',
      'revocation',
    ]);
    for (const type of ['penalty', 'objection', 'journal']) {
      expect(send(type, '310000', '320000', at), type).toMatchObject({ code: 'agreement/not-in-force' });
    }
  });

  it('does not take a moving type outside the period for allowed where no flow lets it go', () => {
    expect(send('repair', '310000', '360000', startOfDay('2027-01-01'))).toMatchObject({
      code: 'agreement/flow-not-allowed',
    });
  });
});

describe('omissions', () => {
  const narrow = sampleAgreement((sample) => {
    sample.catalogue[0] = {
      ...(sample.catalogue[0] as (typeof sample.catalogue)[0]),
      flows: [
        { from: ['310000'], to: ['320000'], purposes: ['audit'], omit: ['facts', 'content'] },
        { from: ['310000'], to: ['330000'], purposes: ['audit'], omit: ['basis', 'facts'] },
        { from: ['310000'], to: ['340000'], purposes: ['audit'] },
      ],
    };
  });
  const of = (...to: string[]) => omissionsOf({ agreement: narrow, from: '310000', to, type: 'penalty' });

  it('of several receivers are those of all of them', () => {
    expect(of('320000')).toEqual(['content', 'facts']);
    expect(of('320000', '330000', '340000')).toEqual(['basis', 'content', 'facts']);
    expect(of('340000')).toEqual([]);
    expect(of('360000')).toEqual([]);
  });

  it('must be absent from the body', () => {
    const decide = (body: unknown) =>
      decideSend({ agreement: narrow, from: '310000', to: '320000', type: 'penalty', kind: 'opens', at: during, body });
    expect(decide({ violation: 'x', basis: 'y' }).allowed).toBe(true);
    expect(decide({ violation: 'x', facts: 'y' })).toMatchObject({
      code: 'agreement/flow-not-allowed',
      facts: { omit: ['facts'] },
    });
  });

  it('must be absent from the body inside a correction as well', () => {
    const decide = (penalty: object) => {
      const body = { replaces: 'x', reason: 'y', penalty };
      const given = { agreement: narrow, from: '310000', to: '320000', type: 'correction', kind: 'moves' } as const;
      return decideSend({ ...given, at: during, body });
    };
    expect(decide({ violation: 'x' }).allowed).toBe(true);
    expect(decide({ violation: 'x', facts: 'y' })).toMatchObject({ code: 'agreement/flow-not-allowed' });
  });

  it('are cut out of what is sent, and of the body inside a correction', () => {
    const cut = (type: string, body: object) =>
      withoutOmitted({ agreement: narrow, from: '310000', to: ['320000'], type, body });
    const penalty = { violation: 'x', facts: 'y', content: 'z' };
    expect(cut('penalty', penalty)).toEqual({ violation: 'x' });
    expect(cut('correction', { reason: 'content', penalty })).toEqual({
      reason: 'content',
      penalty: { violation: 'x' },
    });
  });
});

describe('decideAsk and decideUse', () => {
  it('take the purposes of the list and no others', () => {
    for (const { id } of agreement.purposes) expect(decideAsk({ agreement, purpose: id }).allowed).toBe(true);
    expect(decideAsk({ agreement, purpose: 'sale' })).toMatchObject({
      code: 'agreement/unknown-purpose',
      facts: { purpose: 'sale' },
    });
  });

  it('let a receiver use a record for the purposes of its flow', () => {
    const use = (from: string, holder: string, purpose: string) =>
      decideUse({ agreement, from, holder, type: 'grade', purpose });
    expect(use('310000', '330000', 'award').allowed).toBe(true);
    expect(use('310000', '330000', 'approval')).toMatchObject({ code: 'agreement/flow-not-allowed' });
    expect(use('340000', '330000', 'award')).toMatchObject({ code: 'agreement/flow-not-allowed' });
    expect(use('310000', '330000', 'sale')).toMatchObject({ code: 'agreement/unknown-purpose' });
  });

  it('let a member use its own records for every purpose of the list', () => {
    const own = { agreement, from: '330000', holder: '330000', type: 'commendation' };
    expect(decideUse({ ...own, purpose: 'supervision' }).allowed).toBe(true);
    expect(decideUse({ ...own, purpose: 'sale' }).allowed).toBe(false);
  });
});

describe('isWithinPeriod', () => {
  it('includes the first and the last day, as they run in China', () => {
    const at = (instant: string) => isWithinPeriod(agreement, Date.parse(instant) / 1000);
    expect(at('2025-12-31T15:59:59Z')).toBe(false);
    expect(at('2025-12-31T16:00:00Z')).toBe(true);
    expect(at('2026-12-31T15:59:59Z')).toBe(true);
    expect(at('2026-12-31T16:00:00Z')).toBe(false);
  });

  it('has no end where none is written', () => {
    expect(isWithinPeriod(sampleAgreement(), startOfDay('2099-01-01'))).toBe(true);
  });
});

describe('decideAdoption', () => {
  it('takes the first version for an empty log, from its first day on', async () => {
    const adopted = await verifyAgreement(await signedAgreement(), ports);
    const first = startOfDay('2026-01-01');
    expect(decideAdoption({ adopted, at: first })).toEqual({ allowed: true });
    expect(decideAdoption({ adopted, at: first - 1 })).toMatchObject({ code: 'agreement/not-in-force' });
  });

  it('refuses a version that lacks a signature', async () => {
    const adopted = await verifyAgreement(await signedAgreement(sampleAgreement(), ['310000']), ports);
    expect(decideAdoption({ adopted, at: during })).toMatchObject({
      code: 'agreement/not-in-force',
      facts: { missing: ['320000', '330000', '340000'] },
    });
  });

  it('refuses the version that governs already', async () => {
    const adopted = await verifyAgreement(await signedAgreement(), ports);
    const governing = { digest: adopted.digest, agreement: adopted.agreement };
    expect(decideAdoption({ adopted, governing, at: during })).toMatchObject({
      code: 'agreement/not-in-force',
      facts: { governing: adopted.digest },
    });
  });

  it('takes the next version upon the one that governs, when that one’s members have signed', async () => {
    const before = await verifyAgreement(await signedAgreement(), ports);
    const { digest, agreement } = before;
    const next = sampleAgreement((sample) => Object.assign(sample, { version: 2, previous: digest }));
    const findVersion = async () => before;
    const adopted = await verifyAgreement(await signedAgreement(next), ports, { findVersion });
    expect(decideAdoption({ adopted, governing: { digest, agreement }, at: during })).toEqual({ allowed: true });
    const few = await verifyAgreement(await signedAgreement(next, ['310000']), ports, { findVersion });
    expect(decideAdoption({ adopted: few, governing: { digest, agreement }, at: during })).toMatchObject({
      facts: { version: 2, missing: ['320000', '330000', '340000'] },
    });
  });
});
