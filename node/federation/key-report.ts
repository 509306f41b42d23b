/**
 * Every key of every member: since when it counts, and what it signed last as far as this node can see. A bulletin key's
 * last bulletin is looked for among the newest entries only; what stands deeper, or is not ours to hold, is not known.
 */

import type { Agreements } from '../agreement/agreements.ts';
import type { Hash, Now } from '../base/ports.ts';
import { formatInstant, fromNumericDate } from '../base/time.ts';
import { readClaims, readKid } from '../bulletin/read.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import { isBy, parseNote, type Vkey } from '../log/note.ts';
import type { HeldLog, LogStore } from '../log/ports.ts';
import { createKeyHistory, type KeyStanding, type KnownKey } from './key-history.ts';
import type { Laws } from './law.ts';

/** What a key signed last: a bulletin, a checkpoint, a cosignature, or a version of the agreement. */
export type LastSigned =
  | { index: number; at: string }
  | { size: number; at: string }
  | { origin: string; at: string }
  | { version: number; digest: string };

export interface KeyReport extends KeyStanding {
  member: string;
  /** Absent where it is not known. */
  lastSigned?: LastSigned;
  /** Of a bulletin key without `lastSigned`: it signed nothing that we hold from this entry on. */
  lookedBackTo?: number;
}

export type ReportKeys = () => Promise<{ at: string; keys: KeyReport[] }>;

const pageEntries = 500;
const mostPages = 4;
const checkpointsLookedAt = 64;

export function createKeyReports(needs: {
  store: { log: LogStore };
  agreements: Agreements;
  laws: Laws;
  hash: Hash;
  now: Now;
}): ReportKeys {
  const { agreements, now } = needs;
  const { log: logs } = needs.store;
  const listKeys = createKeyHistory({ ...needs, logs });

  /** The newest entry with that key in its header, looked for from where the key went out of force. */
  async function findBulletin({ kid, since, until }: KnownKey, log: HeldLog | undefined): Promise<Partial<KeyReport>> {
    if (!log || !('index' in since)) return {};
    let to = until && 'index' in until ? until.index + 1 : log.size;
    for (let page = 0; page < mostPages && to > since.index; page++) {
      const from = Math.max(since.index, to - pageEntries);
      const starts = await logs.listContentStarts(log.id, from, to);
      const found = starts.find(({ start }) => readKid(start) === kid);
      if (found) return { lastSigned: { index: found.index, at: await signedAt(log, found) } };
      to = from;
    }
    return { lookedBackTo: to };
  }

  async function signedAt(log: HeldLog, { index, at }: { index: number; at: string }): Promise<string> {
    const [entry] = await logs.listEntries(log.id, index, index + 1);
    const iat = entry?.content && readClaims(entry.content.jws)?.iat;
    return typeof iat === 'number' ? fromNumericDate(iat) : at;
  }

  async function findCheckpoint(vkey: Vkey): Promise<LastSigned | undefined> {
    const log = await logs.findLog(vkey.name);
    const seen = log ? await logs.listLargestCheckpoints(log.id, checkpointsLookedAt) : [];
    const last = seen.find(({ note }) => parseNote(note)?.signatures.some((signature) => isBy(signature, vkey)));
    return last && { size: last.size, at: last.at };
  }

  /** The newest cosignature by each witness key, `name keyId`, on any log. */
  async function listCosignatures(): Promise<Map<string, { origin: string; at: string }>> {
    const newest = new Map<string, { origin: string; at: string }>();
    for (const { id, origin } of await logs.listLogs()) {
      for (const { note } of await logs.listLargestCheckpoints(id, checkpointsLookedAt)) {
        for (const { name, keyId, at } of cosignaturesOn(note)) {
          const key = `${name} ${keyId}`;
          if ((newest.get(key)?.at ?? '') < at) newest.set(key, { origin, at });
        }
      }
    }
    return newest;
  }

  /** The newest version, in force or waiting for others, that each agreement key signed. */
  function listSignedVersions(): Map<string, LastSigned> {
    const versions = [...agreements.inForce(), ...agreements.open()];
    return new Map(
      versions.flatMap(({ agreement: { version }, digest, jws }) =>
        jws.signatures.map((signature) => [readKid(signature.protected) ?? '', { version, digest }] as const),
      ),
    );
  }

  return async function reportKeys() {
    const [keys, held, cosignatures] = await Promise.all([listKeys(), logs.listLogs(), listCosignatures()]);
    const versions = listSignedVersions();
    const origins = new Map(
      agreements.inForce().flatMap(({ agreement }) => agreement.members.map((m) => [m.id, m.origin])),
    );
    const signed = async (key: KnownKey): Promise<Partial<KeyReport>> => {
      const { use, kid, member, vkey } = key;
      if (use === 'bulletin')
        return findBulletin(
          key,
          held.find(({ origin }) => origin === origins.get(member)),
        );
      const last =
        use === 'agreement'
          ? versions.get(kid)
          : vkey && (use === 'log' ? await findCheckpoint(vkey) : cosignatures.get(`${vkey.name} ${vkey.keyId}`));
      return last ? { lastSigned: last } : {};
    };
    const reports = keys.map(async (key): Promise<KeyReport> => {
      const { vkey: _, ...standing } = key;
      return { ...standing, ...(await signed(key)) };
    });
    return { at: formatInstant(now()), keys: await Promise.all(reports) };
  };
}
