/** What this node found against logs, and each such finding as evidence that convicts the log’s key. */

import { Problem } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import type { Finding } from '../federation/ports.ts';
import { type Conviction, convict } from './convict.ts';
import type { ClaimOf, Part, ShownFork } from './evidence.ts';
import type { Exported } from './export.ts';
import type { Session } from './session.ts';

export interface ListedFinding {
  id: string;
  code: string;
  /** Member id of whom it speaks against. */
  member: string;
  /** Origin of the log; absent where it is of none. */
  log?: string;
  /** Instant. */
  at: string;
  /** The form in which it convicts the log; absent when it cannot be exported. */
  form?: ClaimOf<'fork'>['form'];
  /** Why it cannot. */
  reason?: Sentence;
  /** Digests of the versions that were both signed. */
  digests?: string[];
}

/** In the order in which they were found. */
export async function listFindings(session: Session): Promise<ListedFinding[]> {
  return (await session.store.peers.listFindings()).map((finding) => {
    const { id, code, at, evidence } = finding;
    const word = judge(session, finding);
    const { digests, member } = evidence as { digests?: string[]; member?: string }; // as federation/circulate.ts wrote them
    const log = session.logs.find((one) => one.id === finding.log);
    return {
      ...{ id, code, at, member: member ?? log?.member ?? '' },
      ...(log && member === undefined && { log: log.origin }),
      ...('form' in word ? { form: word.form } : { reason: word.reason }),
      ...(digests && { digests }),
    };
  });
}

/** @throws {Problem} evidence/finding-not-found, evidence/no-fork when it does not convict the log */
export async function exportFinding(session: Session, id: string): Promise<Exported> {
  const finding = (await session.store.peers.listFindings()).find((one) => one.id === id);
  const log = session.logs.find((one) => one.id === finding?.log);
  if (!finding || !log) throw new Problem('evidence/finding-not-found', { id });
  const word = judge(session, finding);
  if ('reason' in word) throw new Problem('evidence/no-fork', { reason: word.reason.en, reasonZh: word.reason.zh });
  const { member, origin } = log;
  const claim = { kind: 'fork', agreement: session.digest, member, log: origin, form: word.form } as const;
  return { claim, uses: [], parts: forkParts(session, word.fork) };
}

function judge({ logs, signers, hash }: Session, { log: id, code, evidence }: Finding): Conviction {
  const log = logs.find((one) => one.id === id);
  const normalize = (note: string) => (log ? signers.normalize(note, log.origin) : undefined);
  return convict({ code, evidence, member: log?.member ?? '' }, normalize, hash);
}

async function* forkParts(session: Session, value: ShownFork): AsyncGenerator<Part> {
  yield* session.agreementParts();
  yield { section: 'fork', value };
}
