/**
 * Logs and evidence written by hand: every entry, key, time and proof is chosen here, so that tests can lie in any way they
 * like. Nothing of what makes evidence in a node is used; keys are those of the sample agreement, the same in every run.
 */

import type { Agreement } from '../../node/agreement/agreement.ts';
import { agreementDigest, type GeneralJws } from '../../node/agreement/signatures.ts';
import { formatBase64, parseBase64url, utf8 } from '../../node/base/bytes.ts';
import { signCompact, thumbprint } from '../../node/base/jws.ts';
import type { Signer } from '../../node/base/ports.ts';
import { startOfDay } from '../../node/base/time.ts';
import { bulletinTyp, type Claims } from '../../node/bulletin/bulletin.ts';
import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import type { Evidence, Part, ShownEntry, ShownGovernance, ShownReceipt } from '../../node/evidence/evidence.ts';
import { formatCheckpoint, signCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign } from '../../node/log/cosignature.ts';
import { commitmentOf, formatLeaf } from '../../node/log/leaf.ts';
import { leafHash } from '../../node/log/merkle.ts';
import { formatNote, parseNote, parseVkey, type Vkey } from '../../node/log/note.ts';
import { formatTlogProof } from '../../node/log/tlog-proof.ts';
import { schemas, signerOf } from './agreement.ts';
import { sampleClaims, sampleId } from './bulletins.ts';
import { hash } from './crypto.ts';
import { formatEvidence } from './evidence.ts';
import { referenceTree } from './tree.ts';

/** Ten in the morning of the day on which hand-made logs begin. */
export const firstSecond = startOfDay('2026-10-08') + 36_000;

export interface HandEntry {
  jws: string;
  salt: Uint8Array;
  leaf: string;
  jti: string;
  /** Whether JWS and salt do not give the leaf. */
  isUnreadable: boolean;
}

/** What an entry is made of; what is left out is right. */
export interface Saying {
  /** Bare name of the type. */
  type: string;
  body: object;
  aud: string[];
  claims?: Partial<Claims>;
  signer?: Signer;
  typ?: string;
  /** Audience in the leaf, when it is another one than in the JWS. */
  leafAudience?: string[];
  /** In place of what claims and key would give. */
  jws?: string;
}

export type HandLog = ReturnType<typeof createHandLog>;

let written = 0;

/** A log of that member under versions of the agreement; empty. */
export function createHandLog(member: string, versions: readonly GeneralJws[]) {
  const agreements = versions.map(readVersion);
  const self = find(agreements[0] as Agreement, member);
  const entries: HandEntry[] = [];
  const governance: number[] = [];
  let version = 0;
  const vkey = readVkey(self.keys.log);

  function tree() {
    return referenceTree(entries.map(({ leaf }) => leafHash(hash, utf8(leaf))));
  }

  const log = {
    member,
    origin: self.origin,
    issuer: self.issuer,
    entries,

    /** Appends what is said and gives its index. */
    async say({ type: name, body, aud, claims = {}, signer, typ, leafAudience, jws: given }: Saying): Promise<number> {
      const type = findTypeByName(name);
      if (!type) throw new RangeError(`no type ${name}`);
      const index = entries.length;
      const number = ++written;
      const after = governance.at(-1);
      const all: Claims = {
        ...sampleClaims(name, {}, body as Record<string, unknown>),
        iss: self.issuer,
        iat: firstSecond + index * 60,
        jti: sampleId(number),
        aud,
        agreement: { digest: digestOf(versions[version] as GeneralJws), ...(after !== undefined && { after }) },
        ...claims,
      };
      const key = signer ?? signerOf('bulletin', member);
      const jws = given ?? (await signCompact(key, await thumbprint(key.publicKey), typ ?? bulletinTyp, all));
      const salt = hash(utf8(`salt ${number}`));
      const leaf = formatLeaf({ commitment: commitmentOf(hash, salt, jws), audience: leafAudience ?? aud });
      entries.push({ jws, salt, leaf, jti: all.jti, isUnreadable: given !== undefined });
      if ((leafAudience ?? aud)[0] === '*') governance.push(index);
      return index;
    },

    /** Adopts a version, by default the first. */
    async adopt(next = 0, more: Partial<Saying> = {}): Promise<number> {
      version = next;
      return log.say({ type: 'adoption', body: { agreement: versions[next] }, aud: ['*'], ...more });
    },

    root: (size: number) => tree().root(size),
    /** The root over leaves [start, end), a power of two of them. */
    subtree: (start: number, end: number) =>
      referenceTree(entries.slice(start, end).map(({ leaf }) => leafHash(hash, utf8(leaf)))).root(end - start),
    consistency: (from: number, to: number) => tree().consistency(from, to).map(formatBase64),

    /** A note of that size with cosignatures of these members, a minute apart after `time`. */
    async note(
      size = entries.length,
      {
        by = others(member),
        time = firstSecond + 86_400,
        root = tree().root(size),
        signer = signerOf('log', member),
      }: NoteOptions = {},
    ): Promise<string> {
      const checkpoint = { origin: self.origin, size, root };
      const signed = await signCheckpoint(signer, vkey, checkpoint);
      const lines = await Promise.all(
        by.map((id, i) =>
          cosign({
            signer: signerOf('witness', id),
            vkey: readVkey(find(agreements[0] as Agreement, id).keys.witness),
            checkpointBody: formatCheckpoint(checkpoint),
            time: time + i * 60,
          }),
        ),
      );
      const own = parseNote(signed)?.signatures.map(({ line }) => line) ?? [];
      return formatNote(formatCheckpoint(checkpoint), [...own, ...lines.sort()]);
    },

    /** One entry under that note, without the governance below. */
    place(index: number, note: string): ShownGovernance {
      const { jws, salt, leaf, isUnreadable } = entries[index] as HandEntry;
      const tlogProof = formatTlogProof({ extra: salt, index, proof: tree().inclusion(index, sizeOf(note)), note });
      return { jws, tlogProof, ...(isUnreadable && { leaf }) };
    },

    /** A leaf alone under that note. */
    placeLeaf(index: number, note: string) {
      const proof = tree().inclusion(index, sizeOf(note));
      return { leaf: (entries[index] as HandEntry).leaf, tlogProof: formatTlogProof({ index, proof, note }) };
    },

    /** One entry with the governance below it that `known` does not name yet. */
    show(index: number, note: string, known: Set<string> = new Set()): ShownEntry {
      const below = governance.filter((at) => at < index && !known.has(`${self.origin} ${at}`));
      for (const at of below) known.add(`${self.origin} ${at}`);
      return { ...log.place(index, note), governance: below.map((at) => log.place(at, note)) };
    },

    /** Every governance entry below an index. */
    governanceBelow: (index: number, note: string) =>
      governance.filter((at) => at < index).map((at) => log.place(at, note)),
  };
  return log;
}

export interface NoteOptions {
  by?: readonly string[];
  /** NumericDate of the first cosignature. */
  time?: number;
  root?: Uint8Array;
  signer?: Signer;
}

/** A receipt of one log on another, appended. */
export async function sayReceipt(
  by: HandLog,
  on: HandLog,
  { from, to, size = to, ...more }: Partial<Receipt> & { from: number; to: number },
  saying: Partial<Saying> = {},
): Promise<number> {
  const root = formatBase64(on.root(size));
  const body = { log: on.origin, size, root, from, to, refused: [], withheld: [], noted: [], settled: [], ...more };
  return by.say({ type: 'receipt', body, aud: [on.member], ...saying });
}

/** A receipt shown, joined to the note of the log that it speaks of. */
export function showReceipt(
  { by, index, note, on, onNote }: { by: HandLog; index: number; note: string; on: HandLog; onNote: string },
  known?: Set<string>,
): ShownReceipt {
  const body = bodyOf<Receipt>((by.entries[index] as HandEntry).jws);
  return { ...by.show(index, note, known), consistency: on.consistency(body.size, sizeOf(onNote)) };
}

/** The schemas of these types, by digest, as a file wants them. */
export function showSchemas(agreement: Agreement, types: readonly string[]): Part[] {
  const pinned = types.map((name) => {
    const digest = agreement.catalogue.find(({ type }) => type === name)?.schema;
    return [digest ?? '', schemas.get(`bulletin/${name}`) as object] as const;
  });
  return [...new Map(pinned)].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, value]) => ({ section: 'schemas', value }));
}

/** Versions as a file wants them: signatures ascending. */
export function showVersions(versions: readonly GeneralJws[]): Part[] {
  return versions.map(({ payload, signatures }) => ({
    section: 'agreements',
    value: { payload, signatures: [...signatures].sort((x, y) => (x.protected < y.protected ? -1 : 1)) },
  }));
}

/** The text of a file. */
export function writeByHand(claim: Evidence['claim'], parts: readonly Part[]): Promise<string> {
  async function* each(): AsyncGenerator<Part> {
    yield* parts;
  }
  return formatEvidence({ claim, parts: each() });
}

export function digestOf({ payload }: GeneralJws): string {
  return agreementDigest(parseBase64url(payload) as Uint8Array, hash);
}

export function readVersion({ payload }: GeneralJws): Agreement {
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Agreement;
}

function bodyOf<T>(jws: string): T {
  const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  return Object.values(payload.events)[0] as T;
}

function sizeOf(note: string): number {
  return Number(note.split('\n')[1]);
}

function others(member: string): string[] {
  return ['310000', '320000', '330000', '340000'].filter((id) => id !== member);
}

function find(agreement: Agreement, id: string) {
  const member = agreement.members.find((one) => one.id === id);
  if (!member) throw new RangeError(`no member ${id}`);
  return member;
}

function readVkey(text: string): Vkey {
  return parseVkey(hash, text) as Vkey; // of the sample agreement
}
