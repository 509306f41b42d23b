/**
 * Who may use a node: a token belongs to one person (staff number) of one authority (USCC) in one role. The token itself
 * is shown once, when it is made; kept is its hash only.
 */

import { formatBase64url, formatHex, utf8 } from '../base/bytes.ts';
import type { Hash, NewId, Now, Random } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { formatInstant } from '../base/time.ts';
import { checkUscc } from '../base/uscc.ts';

export const roles = ['clerk', 'auditor', 'operator', 'reader'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Asker {
  role: Role;
  /** USCC of the authority. */
  authority: string;
  /** Staff number. */
  person: string;
}

export interface Token extends Asker {
  id: string;
  /** SHA-256, hexadecimal. */
  hash: string;
  createdAt: string;
  revokedAt?: string;
}

export interface TokenStore {
  putToken(token: Token): Promise<void>;
  findToken(hash: string): Promise<Token | undefined>;
  listTokens(): Promise<Token[]>;
  /** False when there is none in use with that id. */
  revokeToken(id: string, at: string): Promise<boolean>;
}

export interface Tokens {
  /** Makes a token. `secret` is what its bearer sends; nobody can show it again. */
  create(asker: Asker): Promise<{ id: string; secret: string }>;
  /** @throws {Problem} auth/unknown-token */
  find(secret: string): Promise<Asker>;
  list(): Promise<Omit<Token, 'hash'>[]>;
  /** @throws {Problem} token/not-found */
  revoke(id: string): Promise<void>;
}

export function createTokens({
  store,
  now,
  newId,
  random,
  hash,
}: {
  store: TokenStore;
  now: Now;
  newId: NewId;
  random: Random;
  hash: Hash;
}): Tokens {
  const hashOf = (secret: string) => formatHex(hash(utf8(secret)));
  return {
    async create({ role, authority, person }) {
      if (checkUscc(authority) === 'invalid') throw new Problem('subject/invalid-uscc', { uscc: authority });
      const id = newId();
      const secret = `hx_${formatBase64url(random(32))}`;
      await store.putToken({ id, hash: hashOf(secret), role, authority, person, createdAt: formatInstant(now()) });
      return { id, secret };
    },
    async find(secret) {
      const token = await store.findToken(hashOf(secret));
      if (!token || token.revokedAt) throw new Problem('auth/unknown-token');
      return { role: token.role, authority: token.authority, person: token.person };
    },
    async list() {
      return (await store.listTokens()).map(({ hash: _, ...token }) => token);
    },
    async revoke(id) {
      if (!(await store.revokeToken(id, formatInstant(now())))) throw new Problem('token/not-found', { token: id });
    },
  };
}
