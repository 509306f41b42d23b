/**
 * The node's own TLS certificate and key: PEM files of the configuration, read at the start and again when told to.
 * What a peer's certificate must be is the agreement's word, held against it in `http/certificate.ts` and `outbound.ts`.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { Problem } from './base/problem.ts';
import { hash } from './crypto.ts';
import { pinOf } from './http/certificate.ts';

/** Where they lie. */
export interface TlsFiles {
  /** The certificate, perhaps followed by those that lead from it to its authority. */
  certificate: string;
  key: string;
}

/** What a certificate says of itself. */
export interface Certificate {
  file: string;
  /** Such as `CN=credit.sh.example`. */
  subject: string;
  issuer: string;
  /** As the certificate spells them: `DNS:credit.sh.example`, `IP Address:127.0.0.1`. */
  names: string[];
  /** Instants, RFC 3339. */
  notBefore: string;
  notAfter: string;
  /** What the agreement lists under `certificatePins`. */
  pin: string;
}

/** A certificate with its key, found to belong together. */
export interface TlsIdentity {
  certificate: Certificate;
  /** PEM, the chain in it. */
  cert: string;
  /** PEM. A secret. */
  key: string;
}

/** The identity in use. */
export interface Tls {
  current(): TlsIdentity;
  /**
   * Reads the files again; what is not in order leaves the old identity in use.
   *
   * @throws {Problem} tls/unreadable, as {@link loadTls} does; also with `reason` `not-pinned`
   */
  reload(): Promise<TlsIdentity>;
}

/**
 * Reads certificate and key.
 *
 * @param ownPins what the agreement lists for us now: a file whose key is not among them would cut us off from every
 *   peer, and is refused when it is read again. None: whatever the file holds.
 * @throws {Problem} tls/unreadable
 */
export async function openTls(files: TlsFiles, ownPins: () => readonly string[] = () => []): Promise<Tls> {
  let identity = await loadTls(files);
  return {
    current: () => identity,
    async reload() {
      const read = await loadTls(files);
      if (!isPinned(read.certificate, ownPins())) throw unreadable(files.certificate, 'not-pinned');
      identity = read;
      return read;
    },
  };
}

/** Whether peers will take the certificate: there are no pins, or one of them is its own. */
export function isPinned({ pin }: Pick<Certificate, 'pin'>, pins: readonly string[]): boolean {
  return pins.length === 0 || pins.includes(pin);
}

/**
 * @throws {Problem} tls/unreadable with `file`, `reason` (`missing`, `too-open`, `malformed`, `encrypted`, `mismatch`)
 *   and, where there is one, the command that cures it
 */
export async function loadTls({ certificate: file, key: keyFile }: TlsFiles): Promise<TlsIdentity> {
  const key = await readKey(keyFile);
  const cert = await readText(file);
  const first = parseCertificate(file, cert);
  if (!first.checkPrivateKey(parseKey(keyFile, key))) throw unreadable(file, 'mismatch');
  try {
    createSecureContext({ cert, key }); // the rest of the chain, and that the key is strong enough
  } catch (cause) {
    throw unreadable(file, 'malformed', undefined, cause);
  }
  return { certificate: describe(file, first), cert, key };
}

/** The first certificate of a PEM file. @throws {Problem} tls/unreadable */
export async function readCertificate(file: string): Promise<Certificate> {
  return describe(file, parseCertificate(file, await readText(file)));
}

function describe(file: string, certificate: X509Certificate): Certificate {
  const { subject, issuer, subjectAltName, validFrom, validTo } = certificate;
  return {
    file,
    subject: subject?.split('\n').join(', ') ?? '', // a certificate may name nobody
    issuer: issuer?.split('\n').join(', ') ?? '',
    names: subjectAltName?.split(', ') ?? [],
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    pin: pinOf(certificate, hash),
  };
}

function parseCertificate(file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw unreadable(file, 'malformed', undefined, cause);
  }
}

function parseKey(file: string, text: string): KeyObject {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text)) throw unreadable(file, 'encrypted');
  try {
    return createPrivateKey(text);
  } catch {
    throw unreadable(file, 'malformed'); // without the cause, which may quote the key
  }
}

async function readKey(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found && (found.mode & 0o077) !== 0) throw unreadable(file, 'too-open', `chmod 600 ${file}`);
  return readText(file);
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw unreadable(file, 'missing', undefined, cause);
  });
}

function unreadable(file: string, reason: string, cure?: string, cause?: unknown): Problem {
  return new Problem('tls/unreadable', { file, reason, ...(cure && { cure }) }, cause ? { cause } : undefined);
}
