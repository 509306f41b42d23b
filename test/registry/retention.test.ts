import { describe, expect, it } from 'vitest';
import type { BulletinType } from '../../node/bulletin/bulletin.ts';
import { bulletinTypes, findTypeByName } from '../../node/bulletin/catalogue.ts';
import { retentionOf } from '../../node/registry/retention.ts';
import { sampleAgreement } from '../support/agreement.ts';
import { sampleBody, sampleClaims } from '../support/bulletins.ts';

const years = 5;
const agreement = sampleAgreement(({ catalogue }) => {
  for (const entry of catalogue) entry.retentionYears = years;
});
const silent = sampleAgreement(({ catalogue }) => {
  for (const entry of catalogue) delete entry.retentionYears;
});

function keptUntil(name: string, body: object, under = agreement): string | undefined {
  const type = findTypeByName(name) as BulletinType;
  return retentionOf({ type, claims: sampleClaims(name, {}, body as Record<string, unknown>) }, under).retainUntil;
}

describe('the last day on which a record is kept', () => {
  it('is the one that the body states, the agreement’s years notwithstanding', () => {
    expect(keptUntil('penalty', sampleBody('penalty', { retainUntil: '2030-01-31' }))).toBe('2030-01-31');
  });

  it.each([
    ['2026-10-09', '2031-10-09'],
    ['2024-02-29', '2029-02-28'],
  ])('is else so many years after the decision of %s: %s', (date, until) => {
    const body = sampleBody('penalty');
    const { document } = body as { document: object };
    expect(keptUntil('penalty', { ...body, document: { ...document, date } })).toBe(until);
  });

  it('is none where neither says one', () => {
    expect(keptUntil('penalty', sampleBody('penalty'), silent)).toBeUndefined();
  });

  it('follows a correction, whatever the day of the correction itself', () => {
    const corrected = sampleBody('penalty', { retainUntil: '2029-12-31' });
    expect(keptUntil('correction', { replaces: 'x', penalty: corrected })).toBe('2029-12-31');
    const { document } = sampleBody('penalty') as { document: { date: string } };
    const late = { number: '样更〔2027〕1号', date: '2027-03-01', authority: { name: '样例局', uscc: 'X' } };
    const until = `${Number(document.date.slice(0, 4)) + years}${document.date.slice(4)}`;
    expect(keptUntil('correction', { replaces: 'x', document: late, penalty: sampleBody('penalty') })).toBe(until);
  });

  it('is said by what opens, corrects or marks, and by nothing else', () => {
    const ended = { validUntil: '2030-01-01' }; // a permit without end is kept
    const saying = bulletinTypes.filter(({ name }) => keptUntil(name, sampleBody(name, ended)) !== undefined);
    const expected = bulletinTypes.filter(
      ({ name, kind }) => ['opens', 'marks'].includes(kind) || name === 'correction',
    );
    expect(saying.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
    expect(saying.length).toBeGreaterThan(7);
  });

  it('is never before the last day on which it is in force, and there is none for what has no end', () => {
    const day = '2045-01-01';
    expect(keptUntil('permit', sampleBody('permit', { validUntil: day, retainUntil: '2030-01-01' }))).toBe(day);
    expect(keptUntil('penalty', sampleBody('penalty', { publicity: { until: day } }))).toBe(day);
    expect(keptUntil('permit', sampleBody('permit'))).toBeUndefined();
  });
});
