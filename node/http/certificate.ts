/**
 * The certificate that a calling node shows on its connection, held against the pins that the agreement lists for the
 * member that signed the request. Pins are SHA-256 of the SubjectPublicKeyInfo, base64 (RFC 7469 §2.4); no authority is
 * asked, and no date of the certificate.
 */

import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { formatBase64 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';

/** Of a certificate's key: `d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=`. */
export function pinOf(certificate: X509Certificate, hash: Hash): string {
  return formatBase64(hash(certificate.publicKey.export({ type: 'spki', format: 'der' })));
}

/** Of what the other side of a connection showed; undefined when that was nothing, or the connection is in clear. */
export function peerPinOf(socket: Socket, hash: Hash): string | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate && pinOf(certificate, hash);
}

/** A check that remembers what each connection showed: that stays as it is, the pins may change. */
export function createCertificateCheck(hash: Hash) {
  const shown = new WeakMap<Socket, string | undefined>();
  /** @throws {Problem} request/wrong-certificate when there are pins and none of them is the connection's */
  return (socket: Socket, member: string, pins: readonly string[]): void => {
    if (pins.length === 0) return;
    if (!shown.has(socket)) shown.set(socket, peerPinOf(socket, hash));
    const pin = shown.get(socket);
    if (pin === undefined || !pins.includes(pin))
      throw new Problem('request/wrong-certificate', { member, ...(pin ? { shown: pin } : { reason: 'none' }) });
  };
}
