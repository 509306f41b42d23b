/** Whoever asks a node's witness key for a cosignature: a log run by hand, or a stranger. */

import { formatHex, utf8 } from '../../node/base/bytes.ts';
import { formatAddCheckpoint } from '../../node/log/add-checkpoint.ts';
import { verifyCheckpoint } from '../../node/log/checkpoint.ts';
import type { Cosignature } from '../../node/log/cosignature.ts';
import { parseVkey, type Vkey } from '../../node/log/note.ts';
import { consistencyProof } from '../../node/log/proof.ts';
import { type Answer, createApi } from './api.ts';
import { hash, verifySignature } from './crypto.ts';
import type { HostileLog } from './hostile.ts';
import type { RunningNode } from './network.ts';

/** Bytes or text to `POST /witness/add-checkpoint`. */
export function submit(to: RunningNode, body: string | Uint8Array): Promise<Answer> {
  const bytes = typeof body === 'string' ? utf8(body) : body;
  return createApi(to.url)('POST', '/witness/add-checkpoint', { body: bytes });
}

/** What a log would submit when the witness last cosigned `oldSize`. */
export async function submissionOf(log: HostileLog, oldSize: number, size = log.entries.length): Promise<string> {
  const proof = oldSize <= size ? await consistencyProof(await log.tree(), oldSize, size) : [];
  return formatAddCheckpoint({ oldSize, proof, note: await log.note(size) });
}

export function latestOf(witness: RunningNode, origin: string): Promise<Answer> {
  return createApi(witness.url)('GET', `/witness/${formatHex(hash(utf8(origin)))}/checkpoint`);
}

/** What a stranger reads in a note with the log's and the witness's keys of the agreement, and nothing else. */
export async function readCosigned(
  note: string,
  log: HostileLog,
  by: RunningNode,
): Promise<{ size: number; cosignature?: Cosignature }> {
  const witness = parseVkey(hash, by.node.self.keys.witness) as Vkey; // of the agreement
  const key = parseVkey(hash, log.member.keys.log) as Vkey;
  const { checkpoint, cosignatures } = await verifyCheckpoint({
    note,
    log: key,
    witnesses: [witness],
    verifySignature,
  });
  const [cosignature] = cosignatures;
  return { size: checkpoint.size, ...(cosignature && { cosignature }) };
}
