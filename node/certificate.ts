/**
 * A self-signed certificate (X.509 v3, RFC 5280) written byte by byte: node:crypto reads certificates and makes none.
 * For the key of a node that its peers know by its pin; where an authority signs, that authority makes the certificate.
 */

import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/** What the certificate says. */
export interface CertificateContent {
  /** Private key, P-256: what every browser takes. */
  key: KeyObject;
  /** DNS names and addresses; the first is also the subject's common name. */
  hosts: readonly [string, ...string[]];
  from: Date;
  until: Date;
  /** At least 8 bytes that nobody could guess (RFC 5280 §4.1.2.2 allows 20 at most). */
  serial: Uint8Array;
}

/**
 * The certificate as PEM, good for servers and clients alike, no authority over others.
 *
 * @throws {RangeError} when the key is no private key on P-256
 */
export function createSelfSigned({ key, hosts, from, until, serial }: CertificateContent): string {
  if (key.type !== 'private' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new RangeError('the key of a certificate is a private one on P-256');
  const name = sequence(set(sequence(objectId(...commonName), der(0x0c, Buffer.from(hosts[0].slice(0, 64)))))); // RFC 5280 A.1: ub-common-name
  const algorithm = sequence(objectId(...ecdsaWithSha256));
  const content = sequence(
    der(0xa0, integer(Buffer.of(2))), // v3
    integer(serial),
    algorithm,
    name, // the issuer is the subject
    sequence(time(from), time(until)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(hosts))),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', content, key)]));
  return toPem('CERTIFICATE', sequence(content, algorithm, signature));
}

const commonName = [2, 5, 4, 3];
const ecdsaWithSha256 = [1, 2, 840, 10045, 4, 3, 2];
const subjectAltName = [2, 5, 29, 17];
const basicConstraints = [2, 5, 29, 19];
const extendedKeyUsage = [2, 5, 29, 37];
const serverAuth = [1, 3, 6, 1, 5, 5, 7, 3, 1];
const clientAuth = [1, 3, 6, 1, 5, 5, 7, 3, 2];

/** No key usage: OpenSSL would want `keyCertSign` before it trusts a self-signed certificate by name. */
function extensions(hosts: readonly string[]): Buffer[] {
  const critical = der(0x01, Buffer.of(0xff));
  return [
    sequence(objectId(...basicConstraints), critical, der(0x04, sequence())),
    sequence(objectId(...extendedKeyUsage), der(0x04, sequence(objectId(...serverAuth), objectId(...clientAuth)))),
    sequence(objectId(...subjectAltName), der(0x04, sequence(...hosts.map(generalName)))),
  ];
}

/** RFC 5280 §4.2.1.6: a DNS name as text, an address as its bytes. */
function generalName(host: string): Buffer {
  if (isIPv4(host)) return der(0x87, Buffer.from(host.split('.').map(Number)));
  return isIPv6(host) ? der(0x87, bytesOfIpv6(host)) : der(0x82, Buffer.from(host));
}

function bytesOfIpv6(host: string): Buffer {
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::'); // hexadecimal groups only
  const groups = (text = '') => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049, four from 2050 on. */
function time(instant: Date): Buffer {
  const text = instant.toISOString().replace(/[-:T]|\.\d+/g, ''); // 20261129152509Z
  return instant.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

/** Of a number that is not negative. */
function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const least = start < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(start));
  return der(0x02, (least[0] ?? 0) < 0x80 ? least : Buffer.concat([Buffer.of(0), least]));
}

function objectId(first = 0, second = 0, ...rest: readonly number[]): Buffer {
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const low = [arc & 0x7f];
  for (let left = arc >>> 7; left > 0; left >>>= 7) low.unshift((left & 0x7f) | 0x80);
  return low;
}

/** X.690 §8.1: tag, length, content. */
function der(tag: number, content: Uint8Array): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function toPem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
