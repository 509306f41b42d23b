import { describe, expect, it } from 'vitest';
import { overtakes } from '../../node/federation/refusals.ts';

describe('what was refused', () => {
  it.each([
    ['a correction', 'correction', 'correction', 'publicised'],
    ['a revocation', 'revocation', 'revocation', 'revoked'],
    ['an opener', 'penalty', 'revocation', 'revoked'],
    ['an opener', 'penalty', 'objection-decision', 'revoked'],
    ['an extension', 'extension', 'repair', 'repaired'],
    ['a repair', 'repair', 'revocation', 'revoked'],
  ] as const)('%s needs no mending once a later %s leaves the record %s', (_, refused, type, state) => {
    expect(overtakes({ type, state }, { type: refused })).toBe(true);
  });

  it.each([
    ['an opener', 'penalty', 'correction', 'publicised'],
    ['an opener', 'penalty', 'repair', 'repaired'],
    ['a correction', 'correction', 'extension', 'publicised'],
    ['a revocation', 'revocation', 'objection-decision', 'revoked'],
    ['a decision', 'objection-decision', 'objection-decision', 'publicised'],
    ['an objection', 'objection', 'revocation', 'revoked'],
  ] as const)('%s still does after a later %s that leaves it %s', (_, refused, type, state) => {
    expect(overtakes({ type, state }, { type: refused })).toBe(false);
  });

  it('is not mended by what has no effect', () => {
    expect(overtakes({ type: 'correction' }, { type: 'correction' })).toBe(false);
  });
});
