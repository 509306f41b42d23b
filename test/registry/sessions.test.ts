import { afterEach, describe, expect, it } from 'vitest';
import { formatHex, utf8 } from '../../node/base/bytes.ts';
import { random } from '../../node/crypto.ts';
import { createSessions } from '../../node/registry/sessions.ts';
import { createTokens } from '../../node/registry/tokens.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { storesOn } from '../support/stores.ts';

const hourMs = 3_600_000;
const asker = { role: 'clerk', authority: sampleUscc(1, '11310000'), person: '0417' } as const;

describe.each(engines)('sessions in $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  async function begin() {
    const store = await stores.open();
    let at = Date.parse('2026-11-22T02:00:00.000Z');
    const now = () => new Date(at);
    let n = 0;
    const tokens = createTokens({ store: store.tokens, now, newId: () => `${n++}`, random, hash });
    const sessions = createSessions({ store, tokens, now, random, hash });
    const { id, secret } = await tokens.create(asker);
    return { store, tokens, sessions, id, secret, pass: (ms: number) => (at += ms) };
  }

  it('stand for whoever opened them with a token', async () => {
    const { sessions, secret } = await begin();
    const session = await sessions.open(secret);
    expect(await sessions.find(session)).toEqual(asker);
    expect(await sessions.find(secret)).toBeUndefined();
    await expect(sessions.open('hx_other')).rejects.toMatchObject({ code: 'auth/unknown-token' });
  });

  it('are known to every process on the store, by their hash alone', async () => {
    const { store, sessions, secret } = await begin();
    const session = await sessions.open(secret);
    expect(session).not.toContain(secret);
    expect(await store.sessions.findSession(session)).toBeUndefined();
  });

  it('end when they are closed, when they were idle for eight hours, and with their token', async () => {
    const { sessions, tokens, id, secret, pass } = await begin();
    const [closed, idle, used] = [
      await sessions.open(secret),
      await sessions.open(secret),
      await sessions.open(secret),
    ];
    await sessions.close(closed);
    expect(await sessions.find(closed)).toBeUndefined();
    pass(8 * hourMs);
    expect(await sessions.find(used)).toEqual(asker);
    pass(1);
    expect(await sessions.find(idle)).toBeUndefined();
    expect(await sessions.find(used)).toEqual(asker);
    await tokens.revoke(id);
    expect(await sessions.find(used)).toBeUndefined();
    await expect(sessions.open(secret)).rejects.toMatchObject({ code: 'auth/unknown-token' });
  });

  it('are forgotten once idle, when the next is opened', async () => {
    const { store, sessions, secret, pass } = await begin();
    const hashOf = (session: string) => formatHex(hash(utf8(session)));
    const old = await sessions.open(secret);
    expect(await store.sessions.findSession(hashOf(old))).toBeDefined();
    pass(9 * hourMs);
    const next = await sessions.open(secret);
    expect(await store.sessions.findSession(hashOf(old))).toBeUndefined();
    expect(await sessions.find(next)).toEqual(asker);
  });
});
