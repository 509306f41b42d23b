import { webcrypto } from 'node:crypto';
import { expect, it } from 'vitest';
import { formatBase64url, parseBase64url, utf8 } from '../../node/base/bytes.ts';
import { decryptJwk, encryptJwk } from '../../node/base/jwe.ts';

const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'eA', d: 'ZA' };
const passphrase = '正确的口令 correct horse';

it('opens what it made, with the use that was protected', async () => {
  const jwe = await encryptJwk(jwk, 'log', passphrase);
  expect(await decryptJwk(jwe, passphrase)).toEqual({ jwk, use: 'log' });
  expect(await decryptJwk(jwe, `${passphrase} `)).toEqual({ flaw: 'wrong-passphrase' });
  const [header = '', ...rest] = jwe.split('.');
  const said = JSON.parse(new TextDecoder().decode(parseBase64url(header)));
  expect(said).toMatchObject({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', cty: 'jwk+json', p2c: 220_000 });
  const bent = formatBase64url(utf8(JSON.stringify({ ...said, use: 'witness' })));
  expect(await decryptJwk([bent, ...rest].join('.'), passphrase)).toEqual({ flaw: 'wrong-passphrase' });
});

it('takes two spellings of one passphrase for the same', async () => {
  const jwe = await encryptJwk(jwk, 'log', 'caf\u00e9 caf\u00e9');
  expect(await decryptJwk(jwe, 'cafe\u0301 cafe\u0301')).toEqual({ jwk, use: 'log' });
});

/** RFC 7518 §4.8.1.1, RFC 7516 §5.2 and RFC 3394 by hand, with another implementation than the one that made it. */
it('is what the standards say it is', async () => {
  const jwe = await encryptJwk(jwk, 'log', passphrase);
  const [header = '', wrapped = '', iv = '', ciphertext = '', tag = ''] = jwe.split('.');
  const bytes = (text: string) => parseBase64url(text) as Uint8Array<ArrayBuffer>;
  const { alg, p2s, p2c } = JSON.parse(new TextDecoder().decode(bytes(header)));
  const { subtle } = webcrypto;
  const salt = Buffer.concat([utf8(alg), Uint8Array.of(0), bytes(p2s)]);
  const secret = await subtle.importKey('raw', Buffer.from(passphrase), 'PBKDF2', false, ['deriveKey']);
  const kek = await subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: p2c },
    secret,
    { name: 'AES-KW', length: 256 },
    false,
    ['unwrapKey'],
  );
  const cek = await subtle.unwrapKey('raw', bytes(wrapped), kek, 'AES-KW', 'AES-GCM', false, ['decrypt']);
  const sealed = Buffer.concat([bytes(ciphertext), bytes(tag)]);
  const plain = await subtle.decrypt(
    { name: 'AES-GCM', iv: bytes(iv), additionalData: Buffer.from(header) },
    cek,
    sealed,
  );
  expect(JSON.parse(new TextDecoder().decode(plain))).toEqual(jwk);
});

it.each([
  ['no JWE', 'abc'],
  ['nothing', ''],
  ['another algorithm', `${formatBase64url(utf8('{"alg":"dir","enc":"A256GCM","cty":"jwk+json","p2c":1}'))}....`],
  [
    'rounds without end',
    `${formatBase64url(utf8('{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","cty":"jwk+json","p2c":4000000000}'))}....`,
  ],
])('does not try to open %s', async (_, text) => {
  expect(await decryptJwk(text, passphrase)).toEqual({ flaw: 'malformed' });
});
