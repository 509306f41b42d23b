/**
 * What a stored finding proves against a log: two words of its key that cannot both be true, in one of the three forms
 * that evidence has, or why it proves nothing to others. Pure.
 */

import { formatBase64, isEqual, parseBase64 } from '../base/bytes.ts';
import type { Hash } from '../base/ports.ts';
import type { Sentence } from '../base/sentences.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import { parseLeaf } from '../log/leaf.ts';
import { parseNote } from '../log/note.ts';
import { isConsistent } from '../log/proof.ts';
import type { ClaimOf, ShownFork } from './evidence.ts';

export type Conviction = { form: ClaimOf<'fork'>['form']; fork: ShownFork } | { reason: Sentence };

/** A finding as it was kept: of `log/fork` the facts that `federation/evidence.ts` and the rounds put together. */
export interface FindingFacts {
  code: string;
  evidence: Readonly<Record<string, unknown>>;
  /** Member id of the log's owner. */
  member: string;
}

const reasons = {
  'one-note': {
    zh: '只有一份签名的检查点；与之矛盾的叶子没有签名',
    en: 'only one signed checkpoint is held: the leaves that it contradicts bear no signature',
  },
  'no-proof': {
    zh: '对方没有给出能连接两个检查点的证明；没有回答不等于签署了两种历史',
    en: 'the log gave no proof that joins the two checkpoints; to give none is not yet to sign two histories',
  },
  shrunk: {
    zh: '较小的检查点可能只是旧的，与较大的并不矛盾',
    en: 'the smaller checkpoint may just be an old one, and does not contradict the larger',
  },
  content: {
    zh: '问题在条目的内容或其位置，叶子本身合乎格式',
    en: 'what is wrong is the content of an entry, or where it stands; its leaf is one',
  },
  'signed-twice': {
    zh: '针对的是成员的协议密钥，不是日志：两个版本都带有它的签名，用 huxin agreement verify 分别核对',
    en: 'it speaks against a member’s agreement key, not a log: both versions bear its signature; check each with huxin agreement verify',
  },
  unknown: { zh: '所存内容不足以说明问题', en: 'what was kept does not show it' },
} satisfies Record<string, Sentence>;

/** @param normalize a note → its form in evidence; undefined when the log's own signature is missing */
export function convict(
  { code, evidence, member }: FindingFacts,
  normalize: (note: string) => string | undefined,
  hash: Hash,
): Conviction {
  if (code === 'agreement/signed-twice') return { reason: reasons['signed-twice'] };
  if (code === 'log/shrunk') return { reason: reasons.shrunk };
  const given = Array.isArray(evidence.notes) ? evidence.notes : [];
  const notes = given.flatMap((note) => (typeof note === 'string' ? (normalize(note) ?? []) : []));
  if (typeof evidence.leaf === 'string') return convictStray(evidence, notes, member);
  const points = notes.flatMap((note) => {
    const checkpoint = checkpointOf(note);
    return checkpoint ? [{ note, ...checkpoint }] : [];
  });
  const [first, second] = points.sort((a, b) => a.size - b.size);
  if (!first || !second) return { reason: notes.length < 2 ? reasons['one-note'] : reasons.unknown };
  if (first.size === second.size) {
    if (isEqual(first.root, second.root)) return { reason: reasons.unknown };
    const ascending = [first.note, second.note].sort() as [string, string]; // two go in
    return { form: 'two-roots', fork: { notes: ascending } };
  }
  const root = parseBase64(String(evidence.root));
  const proof = hashesOf(evidence.proof);
  if (!root || !proof || isEqual(root, first.root)) return { reason: reasons['no-proof'] };
  const claim = { from: first.size, to: second.size, fromRoot: root, toRoot: second.root, proof };
  if (!isConsistent(hash, claim)) return { reason: reasons['no-proof'] };
  const consistency = proof.map(formatBase64);
  return {
    form: 'not-a-beginning',
    fork: { notes: [first.note, second.note], root: formatBase64(root), consistency },
  };
}

function convictStray(
  { leaf, index, size, root, inclusion, consistency }: FindingFacts['evidence'],
  [note]: readonly string[],
  member: string,
): Conviction {
  const [inside, ahead] = [hashesOf(inclusion), hashesOf(consistency)];
  const isWhole = typeof index === 'number' && typeof size === 'number' && typeof root === 'string';
  if (note === undefined || typeof leaf !== 'string' || !isWhole || !inside || !ahead)
    return { reason: reasons.unknown };
  const parsed = parseLeaf(leaf, member);
  if (parsed && (index > 0 || parsed.audience[0] === '*')) return { reason: reasons.content };
  const proofs = { inclusion: inside.map(formatBase64), consistency: ahead.map(formatBase64) };
  return { form: 'stray-leaf', fork: { note, leaf, index, size, root, ...proofs } };
}

function checkpointOf(note: string): Checkpoint | undefined {
  return parseCheckpoint(parseNote(note)?.text ?? '');
}

function hashesOf(value: unknown): Uint8Array[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const hashes = value.map((text) => parseBase64(String(text)));
  return hashes.every((hash) => hash !== undefined) ? hashes : undefined;
}
