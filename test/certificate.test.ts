import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSelfSigned } from '../node/certificate.ts';
import { random } from '../node/crypto.ts';
import { makeKey, makePair } from './support/tls.ts';

it('says what it was told, and is signed by its own key', () => {
  const key = makeKey();
  const certificate = new X509Certificate(
    createSelfSigned({
      key,
      hosts: ['credit.sh.example', '127.0.0.1', '::1', 'fe80::a:1'],
      from: new Date('2026-11-29T15:25:09.500Z'),
      until: new Date('2049-12-31T23:59:59Z'),
      serial: Uint8Array.of(0xff, ...random(15)),
    }),
  );
  expect(certificate.subject).toBe('CN=credit.sh.example');
  expect(certificate.issuer).toBe(certificate.subject);
  expect(certificate.subjectAltName).toBe(
    'DNS:credit.sh.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:A:1',
  );
  expect(certificate.validFrom).toBe('Nov 29 15:25:09 2026 GMT');
  expect(certificate.validTo).toBe('Dec 31 23:59:59 2049 GMT');
  expect(certificate.serialNumber).toMatch(/^FF[0-9A-F]{30}$/);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

it('writes a year after 2049 with four digits, and a name of any length', () => {
  const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`;
  const { cert } = makePair({ hosts: [host, 'credit.sh.example'], until: new Date('2050-01-01T00:00:00Z') });
  const certificate = new X509Certificate(cert);
  expect(certificate.validTo).toBe('Jan  1 00:00:00 2050 GMT');
  expect(certificate.checkHost(host)).toBe(host);
  expect(certificate.checkHost('credit.sh.example')).toBe('credit.sh.example');
});

it('takes keys on P-256 only', () => {
  const rest = { hosts: ['localhost'], from: new Date(0), until: new Date(1), serial: random(16) } as const;
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  expect(() => createSelfSigned({ key: other.privateKey, ...rest })).toThrow(RangeError);
  expect(() => createSelfSigned({ key: generateKeyPairSync('ed25519').privateKey, ...rest })).toThrow(RangeError);
});
