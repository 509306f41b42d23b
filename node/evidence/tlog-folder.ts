/**
 * A bulletin’s evidence as files for other people’s tools: C2SP keys, checkpoint and proof, the leaf, the JWS and its key.
 * They show that the bulletin is signed and logged, and who witnessed it; what the agreement says is left to `huxin verify`.
 */

import type { Agreement, Member } from '../agreement/agreement.ts';
import { parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { canonicalText } from '../base/canonical.ts';
import { parseCompact, thumbprint, toPublicJwk } from '../base/jws.ts';
import type { Hash, PublicJwk } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { bulletinTyp } from '../bulletin/bulletin.ts';
import { readClaims } from '../bulletin/read.ts';
import { type KeyChange, key as keyType } from '../bulletin/types/key.ts';
import { isBy, parseNote, parseVkey } from '../log/note.ts';
import { parseTlogProof } from '../log/tlog-proof.ts';
import type { ClaimOf, Part, ShownEntry } from './evidence.ts';
import { rebuildLeaf } from './rebuilt-leaf.ts';

export type TlogFiles = Record<
  'log.vkey' | 'bundle.tlog-proof' | 'leaf' | 'witness.vkeys' | 'quorum' | 'bulletin.jws' | 'issuer.jwk',
  string
>;

/**
 * The files, by name; the texts are UTF-8.
 *
 * @param parts of a file that claims a bulletin; it need not have been verified
 * @throws {Problem} evidence/missing when a part that is needed is not there
 */
export async function buildTlogFolder(
  claim: ClaimOf<'bulletin'>,
  parts: readonly Part[],
  hash: Hash,
): Promise<TlogFiles> {
  const bulletin = parts.find((part) => part.section === 'bulletin')?.value as ShownEntry | undefined;
  const versions = parts.flatMap((part) => (part.section === 'agreements' ? [readPayload(part.value.payload)] : []));
  const proof = parseTlogProof(bulletin?.tlogProof ?? '');
  const lines = parseNote(proof?.note ?? '')?.signatures ?? [];
  if (!bulletin || !proof?.extra) throw new Problem('evidence/missing', { what: 'bulletin' });
  const signs = (text: string) => {
    const vkey = parseVkey(hash, text);
    return vkey !== undefined && lines.some((line) => isBy(line, vkey));
  };
  const listed = versions.flatMap(({ members }) => members);
  const log = listed.find(({ origin, keys }) => origin === claim.log && signs(keys.log))?.keys.log;
  const leaf = bulletin.leaf ?? rebuildLeaf(bulletin.jws, proof.extra, hash);
  const key = await findKey(bulletin, listed, claim.issuer);
  if (log === undefined || leaf === undefined || !key) throw new Problem('evidence/missing', { what: 'keys' });
  return {
    'log.vkey': `${log}\n`,
    'bundle.tlog-proof': bulletin.tlogProof,
    leaf,
    'witness.vkeys': witnessesOf(listed, claim.issuer, signs)
      .map((vkey) => `${vkey}\n`)
      .join(''),
    quorum: `${quorumOf(versions, bulletin)}\n`,
    'bulletin.jws': bulletin.jws,
    'issuer.jwk': `${canonicalText(key)}\n`, // its SHA-256 is the kid, RFC 7638
  };
}

/** Of each member but the owner one key: that with which it cosigned, else its newest. */
function witnessesOf(listed: readonly Member[], owner: string, signs: (text: string) => boolean): string[] {
  const byMember = new Map<string, string>();
  for (const { id, keys } of listed) {
    const before = byMember.get(id);
    if (id !== owner && !(before && signs(before))) byMember.set(id, keys.witness);
  }
  return [...byMember.values()];
}

/** Of the version that the bulletin itself names; else of the newest. */
function quorumOf(versions: readonly Agreement[], { governance }: ShownEntry): number {
  const adopted = governance.flatMap(({ jws }) => {
    const events = readClaims(jws)?.events as Record<string, { agreement?: { payload?: string } }> | undefined; // shown as governance
    const payload = Object.values(events ?? {})[0]?.agreement?.payload;
    return payload === undefined ? [] : [readPayload(payload)];
  });
  const version = adopted.at(-1) ?? versions.at(-1);
  if (!version) throw new Problem('evidence/missing', { what: 'agreements' });
  return version.exchange.witnessQuorum;
}

/** The key that signed the bulletin, from the agreement or from a `key` entry below it. */
async function findKey(
  { jws, governance }: ShownEntry,
  listed: readonly Member[],
  issuer: string,
): Promise<PublicJwk | undefined> {
  const reading = parseCompact(jws, bulletinTyp);
  const kid = 'jws' in reading ? reading.jws.header.kid : undefined;
  const said = governance.flatMap(({ jws }) => {
    const events = readClaims(jws)?.events as Record<string, KeyChange> | undefined; // shown as governance
    return events?.[keyType.event]?.keys ?? [];
  });
  const keys = [...listed.filter(({ id }) => id === issuer).flatMap((member) => member.keys.bulletin), ...said];
  for (const one of keys) {
    const key = toPublicJwk({ ...one });
    if (key && (await thumbprint(key)) === kid) return key;
  }
  return undefined;
}

function readPayload(payload: string): Agreement {
  return JSON.parse(parseUtf8(parseBase64url(payload) ?? new Uint8Array()) ?? '{}') as Agreement; // what it says is not judged here
}
