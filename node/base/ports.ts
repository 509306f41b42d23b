/**
 * The outside as types. Nouns receive these from `compose.ts` and reach for nothing else: no clock, no socket, no
 * randomness of their own. A node fills them from node:crypto and undici, an auditor's page from WebCrypto.
 */

/** The present moment. Tests hand in a clock that they turn by hand. */
export type Now = () => Date;

/** A new UUID v7 (RFC 9562 §5.7), lower case. */
export type NewId = () => string;

/** `sizeBytes` unpredictable bytes. */
export type Random = (sizeBytes: number) => Uint8Array;

/** SHA-256, 32 bytes. Synchronous: trees are hashed by the million. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** A public key as JWK (RFC 7517): P-256 for `ES256`, Ed25519 (RFC 8037) for `EdDSA`. No private member. */
export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string } | { kty: 'OKP'; crv: 'Ed25519'; x: string };

export type Algorithm = 'ES256' | 'EdDSA';

/** Signs as JOSE wants it: ES256 is r || s (RFC 7518 §3.4), EdDSA the 64 bytes of RFC 8032. */
export interface Signer {
  publicKey: PublicJwk;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** Whether `signature` over `data` is right for the key, whose kind decides the algorithm. Never throws for bad input. */
export type VerifySignature = (key: PublicJwk, data: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/** One line of the log: facts for machines, a sentence for people. No personal data, no secrets. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a peer answered. `body` is already bounded in size by whoever fills the port. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  body: Uint8Array;
}

/**
 * The one way out: follows no redirect, bounds time and size.
 *
 * @throws an outage as `Error`; its `code` is the system's (`ECONNREFUSED`, `UND_ERR_HEADERS_TIMEOUT`, …)
 */
export type Fetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: Uint8Array; signal?: AbortSignal },
) => Promise<Answer>;
