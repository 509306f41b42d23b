import { afterEach, describe, expect, it } from 'vitest';
import { engines } from '../support/engines.ts';
import { storesOn } from '../support/stores.ts';

describe.each(engines)('the tokens in $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  it('are found by their hash, listed, and revoked once', async () => {
    const { tokens } = await stores.open();
    const at = '2026-11-20T02:00:00.000Z';
    const token = { id: '1', hash: 'aa', role: 'clerk', authority: 'A', person: '0001', createdAt: at } as const;
    const revoked = { ...token, id: '2', hash: 'bb', revokedAt: at };
    await tokens.putToken(revoked);
    await tokens.putToken(token);
    expect(await tokens.findToken('aa')).toEqual(token);
    expect(await tokens.findToken('cc')).toBeUndefined();
    expect(await tokens.listTokens()).toEqual([token, revoked]);
    const done = await Promise.all([tokens.revokeToken('1', at), tokens.revokeToken('1', at)]);
    expect(done.sort()).toEqual([false, true]);
    expect(await tokens.revokeToken('2', at)).toBe(false);
    expect(await tokens.revokeToken('3', at)).toBe(false);
    expect(await tokens.findToken('aa')).toEqual({ ...token, revokedAt: at });
    await expect(tokens.putToken({ ...token, id: '4' })).rejects.toThrow(/unique/i);
  });
});
