import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import {
  agreementDigest,
  type GeneralJws,
  joinSignatures,
  signAgreement,
  verifyAgreement,
} from '../../node/agreement/signatures.ts';
import { formatBase64url, parseBase64url } from '../../node/base/bytes.ts';
import { canonicalBytes } from '../../node/base/canonical.ts';
import { ports, sampleAgreement, signedAgreement, signerOf } from '../support/agreement.ts';
import { hash, newKey, signerFrom } from '../support/crypto.ts';

describe('signAgreement', () => {
  it('signs the canonical bytes, whatever the order of the members in memory', async () => {
    const agreement = sampleAgreement();
    const reversed = Object.fromEntries(Object.entries(agreement).reverse()) as unknown as Agreement; // the same members
    const { payload, signatures } = await signAgreement(reversed, signerOf('agreement', '310000'));
    expect(parseBase64url(payload)).toEqual(canonicalBytes(agreement));
    expect(signatures).toHaveLength(1);
    expect(Object.keys(signatures[0] ?? {})).toEqual(['protected', 'signature']);
  });

  it('refuses a key that no member lists as its agreement key', async () => {
    for (const signer of [signerFrom(newKey('ES256')), signerOf('bulletin', '310000')]) {
      await expect(signAgreement(sampleAgreement(), signer)).rejects.toMatchObject({
        code: 'agreement/unknown-member',
      });
    }
  });
});

describe('joinSignatures', () => {
  it('gives the same document in whichever order the members signed', async () => {
    const agreement = sampleAgreement();
    const forward = await signedAgreement(agreement, ['310000', '320000', '330000', '340000']);
    const backward = await signedAgreement(agreement, ['340000', '320000', '330000', '310000']);
    expect(forward).toEqual(backward);
    expect(joinSignatures(forward, backward)).toEqual(forward);
  });

  it('lets a member sign again: its later signature takes the place of the earlier', async () => {
    const spoilt = structuredClone(await signedAgreement());
    for (const one of spoilt.signatures) one.signature = formatBase64url(new Uint8Array(64));
    const mended = joinSignatures(spoilt, await signedAgreement());
    expect((await verifyAgreement(mended, ports)).missing).toEqual([]);
  });

  it('refuses signatures over another document', async () => {
    const other = await signedAgreement(sampleAgreement((sample) => (sample.id = 'another')));
    expect(() => joinSignatures(other, { ...other, payload: 'e30' })).toThrow('agreement/invalid');
  });
});

describe('verifyAgreement', () => {
  it('says who has signed and who has not, both ascending', async () => {
    const jws = await signedAgreement(sampleAgreement(), ['340000', '320000']);
    expect(await verifyAgreement(jws, ports)).toMatchObject({
      signedBy: ['320000', '340000'],
      missing: ['310000', '330000'],
      digest: agreementDigest(canonicalBytes(sampleAgreement()), hash),
    });
  });

  it('asks for each signature by the key of the one who made it', async () => {
    const asked: string[] = [];
    const verifySignature: typeof ports.verifySignature = (key, data, signature) => {
      asked.push(key.x);
      return ports.verifySignature(key, data, signature);
    };
    const { agreement } = await verifyAgreement(await signedAgreement(), { ...ports, verifySignature });
    expect(asked.sort()).toEqual(agreement.members.map(({ keys }) => keys.agreement.x).sort());
  });

  it('refuses each signature with any bit flipped, naming its member', async () => {
    const jws = await signedAgreement(sampleAgreement(), ['310000', '320000']);
    for (const [index, { signature }] of jws.signatures.entries()) {
      for (let bit = 0; bit < 512; bit += 37) {
        const bytes = parseBase64url(signature) as Uint8Array;
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        const bad: GeneralJws = structuredClone(jws);
        Object.assign(bad.signatures[index] as object, { signature: formatBase64url(bytes) });
        await expect(verifyAgreement(bad, ports)).rejects.toMatchObject({
          code: 'agreement/bad-signature',
          facts: { signatures: [{ index, reason: 'wrong' }], members: [expect.stringMatching(/^3[12]0000$/)] },
        });
      }
    }
  });

  it('names every bad signature, not only the first', async () => {
    const jws = structuredClone(await signedAgreement());
    for (const one of jws.signatures.slice(0, 3)) one.signature = formatBase64url(new Uint8Array(64));
    const error = await verifyAgreement(jws, ports).catch((thrown) => thrown);
    expect(error.facts.members).toHaveLength(3);
  });

  it('refuses signatures that were made for other bytes', async () => {
    const jws = await signedAgreement();
    const other = canonicalBytes(sampleAgreement((sample) => (sample.exchange.dailyVolume += 1)));
    await expect(verifyAgreement({ ...jws, payload: formatBase64url(other) }, ports)).rejects.toMatchObject({
      code: 'agreement/bad-signature',
      facts: { members: ['310000', '320000', '330000', '340000'] },
    });
  });

  it.each([
    ['nothing', undefined],
    ['text', 'eyJ'],
    ['a list', []],
    ['a payload that is no text', { payload: 5, signatures: [{ protected: 'x', signature: 'x' }] }],
    ['signatures that are no list', { payload: 'e30', signatures: {} }],
    ['a signature that is no object', { payload: 'e30', signatures: [null] }],
    ['a signature without header', { payload: 'e30', signatures: [{ signature: 'x' }] }],
    ['a signature made of numbers', { payload: 'e30', signatures: [{ protected: 1, signature: 2 }] }],
    ['too many signatures', { payload: 'e30', signatures: Array(65).fill({ protected: 'x', signature: 'x' }) }],
    ['too large a payload', { payload: 'A'.repeat(174_764), signatures: [{ protected: 'x', signature: 'x' }] }],
    [
      'a payload of depth',
      {
        payload: formatBase64url(new TextEncoder().encode('{"a":'.repeat(20_000))),
        signatures: [{ protected: 'x', signature: 'x' }],
      },
    ],
  ])('refuses %s as no agreement', async (_, value) => {
    await expect(verifyAgreement(value, ports)).rejects.toMatchObject({
      code: 'agreement/invalid',
      facts: { reason: expect.any(String) },
    });
  });
});
