import { beforeEach, describe, expect, it } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import { signCompact, thumbprint } from '../../node/base/jws.ts';
import type { Signer } from '../../node/base/ports.ts';
import { toNumericDate } from '../../node/base/time.ts';
import { bulletinTyp } from '../../node/bulletin/bulletin.ts';
import { createNewId } from '../../node/crypto.ts';
import { requestTyp, signRequest, type Target, verifyRequest } from '../../node/federation/request.ts';
import { sampleSigner } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';

const issuer = 'https://credit.js.example';
const audience = 'https://credit.sh.example';
const url = `${audience}/federation/v1/checkpoints`;
const signer = sampleSigner();
const clock = { ms: 0 };
const now = () => new Date(clock.ms);
const newId = createNewId(now);
let seen: Map<string, number>;

beforeEach(() => {
  clock.ms = Date.parse('2026-11-20T02:00:00Z');
  seen = new Map();
});

const seconds = () => toNumericDate(now());

async function signed(target: Target, by: Signer = signer): Promise<string> {
  const kid = await thumbprint(by.publicKey);
  return signRequest(target, { signer: by, kid, issuer, audience, now, newId, hash });
}

/** A token with these claims laid over the right ones; undefined takes one away. */
async function crafted(changes: Record<string, unknown>, { by = signer, typ = requestTyp } = {}): Promise<string> {
  const iat = seconds();
  const claims = { iss: issuer, aud: audience, iat, exp: iat + 60, jti: newId(), htm: 'GET', htu: url, ...changes };
  return signCompact(by, await thumbprint(by.publicKey), typ, JSON.parse(JSON.stringify(claims)) as object);
}

async function verify(token: string, target: Target = { method: 'GET', url }) {
  const kid = await thumbprint(signer.publicKey);
  return verifyRequest(token.replace('Bearer ', ''), target, {
    issuer: audience,
    findCaller: async (given) =>
      given === kid ? { role: 'member', id: '320000', issuer, key: signer.publicKey } : undefined,
    isNew: async (jti, expires) => !seen.has(jti) && seen.set(jti, expires).has(jti),
    ...{ now, hash, verifySignature },
  });
}

async function codeOf(token: string, target?: Target): Promise<string> {
  return verify(token, target).then(
    ({ id }) => id,
    (error: Error) => error.message,
  );
}

describe('a request to a peer', () => {
  it('says who calls', async () => {
    expect(await verify(await signed({ method: 'GET', url }))).toMatchObject({ id: '320000', issuer });
  });

  it('with a body says what it holds', async () => {
    const target = { method: 'POST', url, body: utf8('{}') };
    expect(await codeOf(await signed(target), target)).toBe('320000');
  });

  it('is good once, and its id is kept until it would be refused for its age', async () => {
    const token = await signed({ method: 'GET', url });
    expect(await codeOf(token)).toBe('320000');
    expect(await codeOf(token)).toBe('request/replayed');
    expect([...seen.values()]).toEqual([seconds() + 60 + 300]);
  });

  it('that is refused for anything else does not use up its id', async () => {
    const token = await signed({ method: 'GET', url });
    expect(await codeOf(token, { method: 'GET', url: `${url}x` })).toBe('request/wrong-target');
    expect(seen.size).toBe(0);
    expect(await codeOf(token)).toBe('320000');
  });

  it.each([
    ['another method', { method: 'POST', url }],
    ['another path', { method: 'GET', url: `${audience}/federation/v1/logs/x/checkpoint` }],
    ['another host', { method: 'GET', url: url.replace('.sh.', '.zj.') }],
    ['a path in other letters', { method: 'GET', url: url.replace('checkpoints', 'Checkpoints') }],
  ])('cannot be used for %s', async (_, target) => {
    expect(await codeOf(await signed({ method: 'GET', url }), target)).toBe('request/wrong-target');
  });

  it.each<[string, Uint8Array | undefined, Uint8Array | undefined]>([
    ['another body', utf8('{"size":1}'), utf8('{"size":2}')],
    ['a body where none was signed', undefined, utf8('{}')],
    ['no body where one was signed', utf8('{}'), undefined],
    ['an empty body where one was signed', utf8('{}'), utf8('')],
  ])('cannot be used with %s', async (_, given, sent) => {
    const token = await signed({ method: 'POST', url, ...(given && { body: given }) });
    expect(await codeOf(token, { method: 'POST', url, ...(sent && { body: sent }) })).toBe('request/body-mismatch');
  });

  it('with an empty body is one without', async () => {
    const token = await signed({ method: 'POST', url });
    expect(await codeOf(token, { method: 'POST', url, body: utf8('') })).toBe('320000');
  });

  it('to another member is refused', async () => {
    expect(await codeOf(await crafted({ aud: 'https://credit.zj.example' }))).toBe('request/wrong-audience');
    expect(await codeOf(await crafted({ aud: [audience] }))).toBe('request/malformed');
  });

  it.each([
    [-300, '320000'],
    [-301, 'request/clock-skew'],
    [300, '320000'],
    [301, 'request/clock-skew'],
  ])('signed at %d s by our clock: %s', async (shift, expected) => {
    const iat = seconds() + shift;
    expect(await codeOf(await crafted({ iat, exp: iat + 60 }))).toBe(expected);
  });

  it.each([
    [360, 60, 'request/clock-skew'],
    [361, 60, 'request/expired'],
    [300, 0, '320000'],
    [301, 0, 'request/expired'],
  ])('heard %d s after it was signed for %d s: %s', async (age, lifetime, expected) => {
    const iat = seconds() - age;
    expect(await codeOf(await crafted({ iat, exp: iat + lifetime }))).toBe(expected);
  });

  it.each([
    ['lives longer than a minute', { exp: Date.parse('2026-11-20T02:00:00Z') / 1000 + 61 }],
    ['ends before it begins', { exp: Date.parse('2026-11-20T02:00:00Z') / 1000 - 1 }],
    ['has a claim too many', { nonce: 'x' }],
    ['lacks its id', { jti: undefined }],
    ['lacks its end', { exp: undefined }],
    ['has a time as text', { iat: '1' }],
    ['has a digest that is no text', { digest: 7 }],
  ])('that %s is malformed', async (_, changes) => {
    expect(await codeOf(await crafted(changes))).toBe('request/malformed');
  });

  it('by a key that is nobody’s is refused', async () => {
    expect(await codeOf(await crafted({}, { by: sampleSigner('another') }))).toBe('request/unknown-key');
  });

  it('by a key of another member than it says is refused', async () => {
    expect(await codeOf(await crafted({ iss: 'https://credit.zj.example' }))).toBe('request/unknown-key');
  });

  it('with a wrong signature is refused', async () => {
    const [header, payload, signature = ''] = (await crafted({})).split('.');
    const other = formatBase64url(new Uint8Array(64).fill(1));
    expect(await codeOf(`${header}.${payload}.${other}`)).toBe('request/bad-signature');
    const [, otherPayload] = (await crafted({})).split('.');
    expect(await codeOf(`${header}.${otherPayload}.${signature}`)).toBe('request/bad-signature');
  });

  it('is no bulletin, and a bulletin is no request', async () => {
    expect(await codeOf(await crafted({}, { typ: bulletinTyp }))).toBe('request/malformed');
  });

  it.each([
    ['nothing', ''],
    ['two parts', 'a.b'],
    ['text without end', 'a'.repeat(4097)],
    ['alg none', `${formatBase64url(utf8('{"alg":"none"}'))}.e30.`],
  ])('that is %s is malformed', async (_, token) => {
    expect(await codeOf(token)).toBe('request/malformed');
  });
});
