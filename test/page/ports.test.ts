/** The page's signatures against those of node:crypto: by WebCrypto, without Ed25519 in it, and without it altogether. */

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Algorithm, PublicJwk } from '../../node/base/ports.ts';
import { hash, newKey, signerFrom } from '../support/crypto.ts';

const data = utf8('互信');
const notSupported = () => Promise.reject(Object.assign(new Error('Ed25519'), { name: 'NotSupportedError' }));

/** Browsers, as far as they differ here. */
const browsers: [string, () => void][] = [
  ['a current browser', () => {}],
  [
    'one without Ed25519',
    () => {
      const { subtle } = globalThis.crypto;
      const { importKey } = subtle;
      vi.spyOn(subtle, 'importKey').mockImplementation(((...given: Parameters<typeof importKey>) =>
        (given[2] as { name?: string }).name === 'Ed25519'
          ? notSupported()
          : importKey.apply(subtle, given)) as typeof importKey);
    },
  ],
  ['one without WebCrypto', () => vi.stubGlobal('crypto', {})],
];

describe.each(browsers)('in %s', (_name, arrange) => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  async function load() {
    arrange();
    const ports = await import('../../node/page/ports.ts');
    ports.provideDigest();
    return ports;
  }

  it.each<Algorithm>(['ES256', 'EdDSA'])('%s is right as node:crypto has it, and nothing else', async (algorithm) => {
    const signer = signerFrom(newKey(algorithm));
    const other = signerFrom(newKey(algorithm));
    const { verifySignature } = await load();
    for (let i = 0; i < 20; i++) {
      const text = utf8(`${i}`);
      const signature = await signer.sign(text); // of ES256 every second has a large s
      expect(await verifySignature(signer.publicKey, text, signature)).toBe(true);
      expect(await verifySignature(signer.publicKey, data, signature)).toBe(false);
      expect(await verifySignature(other.publicKey, text, signature)).toBe(false);
      const spoilt = Uint8Array.from(signature);
      spoilt[i] = (spoilt[i] ?? 0) ^ 1;
      expect(await verifySignature(signer.publicKey, text, spoilt)).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 130 }), async (signature) => {
        expect(await verifySignature(signer.publicKey, data, signature)).toBe(false);
      }),
      { seed: 12 },
    );
  });

  it('answers no for keys that are none', async () => {
    const { verifySignature } = await load();
    const x = formatBase64url(new Uint8Array(32).fill(255));
    const keys: PublicJwk[] = [
      { kty: 'EC', crv: 'P-256', x, y: x },
      { kty: 'OKP', crv: 'Ed25519', x },
      { kty: 'OKP', crv: 'Ed25519', x: '!' },
    ];
    for (const key of keys) expect(await verifySignature(key, data, new Uint8Array(64))).toBe(false);
  });

  it('hashes, at once and piece by piece', async () => {
    const ports = await load();
    expect(ports.hash(data)).toEqual(hash(data));
    const digest = ports.createDigest();
    for (const byte of data) digest.add(Uint8Array.of(byte));
    expect(digest.end()).toEqual(hash(data));
  });

  it('names keys as ever', async () => {
    const { publicKey } = signerFrom(newKey('EdDSA'));
    const name = await thumbprint(publicKey);
    await load();
    expect(await thumbprint(publicKey)).toBe(name);
  });
});
