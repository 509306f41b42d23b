/**
 * The keys whose signatures count on a checkpoint, as the versions in force list them: a log’s own, members’ witnesses,
 * outside witnesses. A note is put into its one form by them, and cosignatures are counted in members.
 */

import type { Agreement } from '../agreement/agreement.ts';
import type { Strikes } from '../agreement/amendment.ts';
import type { Hash } from '../base/ports.ts';
import { cosignaturesOn } from '../log/cosignature.ts';
import { formatNote, isBy, type NoteSignature, parseNote, parseVkey, type Vkey } from '../log/note.ts';

/** A key that cosigns. */
interface ListedWitness {
  vkey: Vkey;
  /** Member id; absent for a witness that is no member. */
  member?: string;
}

/** A member's cosignature on a note. */
export interface Cosigned {
  member: string;
  /** Instant. */
  at: string;
}

export type ListedSigners = ReturnType<typeof listSigners>;

/** @param versions in force, oldest first */
export function listSigners(versions: readonly Agreement[], strikes: Strikes, hash: Hash) {
  const members = versions.flatMap((one) => one.members);
  const read = (text: string) => parseVkey(hash, text);
  const logs = members.flatMap(({ keys }) => read(keys.log) ?? []);
  const witnesses = new Map<string, ListedWitness>();
  for (const { id, keys } of members) add(keys.witness, { member: id });
  for (const { vkey } of versions.flatMap((one) => one.witnesses ?? [])) add(vkey, {});

  function add(text: string, of: { member?: string }): void {
    const vkey = read(text);
    if (vkey) witnesses.set(text, { vkey, ...of });
  }

  return {
    /**
     * The note as it stands in evidence: the log's own line, then cosignatures by listed keys, ascending as text; undefined
     * when the log's own is missing.
     */
    normalize(note: string, origin: string): string | undefined {
      const parsed = parseNote(note);
      const keys = logs.filter(({ name }) => name === origin);
      const own = parsed?.signatures.find((line) => keys.some((key) => isBy(line, key)));
      if (!parsed || !own) return undefined;
      const isListed = (line: NoteSignature) => [...witnesses.values()].some(({ vkey }) => isBy(line, vkey));
      const others = parsed.signatures.filter(isListed).map(({ line }) => line);
      return formatNote(parsed.text, [own.line, ...others.sort()]);
    },

    /** Who cosigned a checkpoint of that member's log with a key that is not struck: each other member once, earliest first. */
    listCosigned(note: string, owner: string): Cosigned[] {
      const found = cosignaturesOn(note).flatMap(({ name, keyId, at }) => {
        const listed = [...witnesses.values()].find(({ vkey }) => vkey.name === name && vkey.keyId === keyId);
        const counts = listed?.member !== undefined && listed.member !== owner;
        return counts && !strikes.isWitnessStruck(listed.vkey.text) ? [{ member: listed.member as string, at }] : [];
      });
      const ordered = found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      return [...new Map(ordered.toReversed().map((one) => [one.member, one])).values()].reverse();
    },
  };
}
