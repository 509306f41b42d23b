/**
 * Whoever signs in at the page with a token works on under a session, so that the token is in the browser for the moment
 * of signing in only. A session ends by signing out, after eight idle hours, and with its token. Kept is its hash only.
 */

import { formatBase64url, formatHex, utf8 } from '../base/bytes.ts';
import type { Hash, Now, Random } from '../base/ports.ts';
import { formatInstant } from '../base/time.ts';
import type { Asker, TokenStore, Tokens } from './tokens.ts';

export interface Session {
  /** SHA-256 of the session's secret, and of the token that opened it: hexadecimal. */
  hash: string;
  token: string;
  /** When it was last used. */
  seenAt: string;
}

export interface SessionStore {
  putSession(session: Session): Promise<void>;
  findSession(hash: string): Promise<Session | undefined>;
  seeSession(hash: string, at: string): Promise<void>;
  dropSession(hash: string): Promise<void>;
  /** Drops those last used before that instant. */
  dropIdleSessions(before: string): Promise<void>;
}

export interface Sessions {
  /** Opens a session and returns its secret. @throws {Problem} auth/unknown-token */
  open(token: string): Promise<string>;
  /** Whose it is; undefined once it has ended. */
  find(secret: string): Promise<Asker | undefined>;
  close(secret: string): Promise<void>;
}

const longestIdleMs = 8 * 3_600_000;
/** A session's last use is written down no more often than this. */
const seenEveryMs = 60_000;

export function createSessions({
  store,
  tokens,
  now,
  random,
  hash,
}: {
  store: { sessions: SessionStore; tokens: Pick<TokenStore, 'findToken'> };
  tokens: Pick<Tokens, 'find'>;
  now: Now;
  random: Random;
  hash: Hash;
}): Sessions {
  const hashOf = (secret: string) => formatHex(hash(utf8(secret)));
  const ago = (ms: number) => formatInstant(new Date(now().getTime() - ms));

  return {
    async open(token) {
      await tokens.find(token);
      await store.sessions.dropIdleSessions(ago(longestIdleMs));
      const secret = formatBase64url(random(32));
      await store.sessions.putSession({ hash: hashOf(secret), token: hashOf(token), seenAt: formatInstant(now()) });
      return secret;
    },
    async find(secret) {
      const session = await store.sessions.findSession(hashOf(secret));
      if (!session || session.seenAt < ago(longestIdleMs)) return undefined;
      const token = await store.tokens.findToken(session.token);
      if (!token || token.revokedAt) return undefined;
      if (session.seenAt < ago(seenEveryMs)) await store.sessions.seeSession(session.hash, formatInstant(now()));
      return { role: token.role, authority: token.authority, person: token.person };
    },
    close: (secret) => store.sessions.dropSession(hashOf(secret)),
  };
}
