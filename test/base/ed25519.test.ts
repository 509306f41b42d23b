import { describe, expect, it } from 'vitest';
import { formatBase64url, parseBase64url } from '../../node/base/bytes.ts';
import { isEd25519Key } from '../../node/base/ed25519.ts';
import { toPublicJwk } from '../../node/base/jws.ts';
import { formatVkey, parseVkey } from '../../node/log/note.ts';
import { verifySignature as verifyInPage } from '../../node/page/ports.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from '../support/crypto.ts';

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const ff = 'ff'.repeat(30);

describe('what is no Ed25519 key', () => {
  it.each([
    ['of order 1', `01${'00'.repeat(31)}`],
    ['of order 1, with a sign', `01${'00'.repeat(30)}80`],
    ['of order 2', `ec${ff}7f`],
    ['of order 4', '00'.repeat(32)],
    ['of order 4, with a sign', `${'00'.repeat(31)}80`],
    ['of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['of order 8, the other', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
    ['another spelling of 0', `ed${ff}7f`],
    ['another spelling of 1', `ee${ff}7f`],
    ['another spelling of 3', `f0${ff}ff`],
    ['short', '01'],
  ])('is one %s', (_, hex) => {
    const bytes = fromHex(hex);
    expect(isEd25519Key(bytes)).toBe(false);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: formatBase64url(bytes) } as const;
    expect(toPublicJwk(jwk)).toBeUndefined();
    if (bytes.length === 32) expect(parseVkey(hash, formatVkey(hash, 'a.example/log', 1, jwk).text)).toBeUndefined();
  });

  it('signs the same with one signature for all messages, where libraries take it for one', async () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: formatBase64url(fromHex(`01${'00'.repeat(31)}`)) } as const;
    const signature = fromHex(`01${'00'.repeat(63)}`);
    for (const verify of [verifySignature, verifyInPage])
      expect(await verify(key, new Uint8Array(3), signature)).toBe(true); // so it must never become one
  });
});

it('is one what a seed makes', () => {
  for (let i = 0; i < 50; i++) {
    const { publicKey } = signerFrom(ed25519FromSeed(`seed ${i}`));
    expect(isEd25519Key(parseBase64url(publicKey.x) as Uint8Array)).toBe(true);
  }
});
