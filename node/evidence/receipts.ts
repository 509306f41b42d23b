/** Receipts as an evidence file shows them: who says what of which entry (docs/evidence.md, Verifying, 6). */

import { Problem } from '../base/problem.ts';
import { fromNumericDate } from '../base/time.ts';
import type { Receipt } from '../bulletin/types/receipt.ts';
import { type Answered, wordOn } from '../federation/receipt.ts';
import { isConsistent } from '../log/proof.ts';
import type { ShownReceipt } from './evidence.ts';
import type { Judged } from './shown-log.ts';
import { toHash } from './shown-note.ts';
import type { Verification } from './verification.ts';

/** A good receipt. */
export interface Received {
  /** Member id. */
  receiver: string;
  /** Of the receiver's log, and the receipt's index there. */
  log: string;
  index: number;
  jti: string;
  at: string;
  body: Receipt;
}

/** What a receipt says of an entry shown. */
export type Spoken = Received & { of: Pick<Judged, 'log' | 'index' | 'leaf'>; said: Omit<Answered, 'jti'> };

/**
 * Reads the receipts of a file in their order. The logs they speak of must have been shown.
 *
 * @throws {Problem} evidence/surplus, evidence/foreign-receipt, evidence/inconsistent, or the code of a bad bulletin
 */
export async function* readReceipts(
  verification: Verification,
  shown: AsyncIterable<ShownReceipt>,
): AsyncGenerator<Received> {
  let before: Received | undefined;
  for await (const receipt of shown) {
    const received = await readReceipt(verification, receipt);
    if (before && (received.log < before.log || (received.log === before.log && received.index <= before.index)))
      throw new Problem('evidence/surplus', { what: `receipts: ${received.jti} out of order` });
    before = received;
    yield received;
  }
}

async function readReceipt(verification: Verification, shown: ShownReceipt): Promise<Received> {
  const { log, index, verdict, path } = await verification.judge(shown);
  if ('code' in verdict) throw new Problem(verdict.code, { log: log.origin, index, ...verdict.facts });
  const { type, claims, body } = verdict.good;
  const { jti } = claims;
  if (type.kind !== 'receipt') throw foreign(`${jti} is a ${type.name}`);
  const receipt = body as Receipt; // its schema was checked
  const spokenOf = verification.logs.get(receipt.log);
  if (!spokenOf || spokenOf.owner.id !== claims.aud[0]) throw foreign(`${jti} speaks of ${receipt.log}`);
  const { size, root } = spokenOf.checkpoint;
  const fromRoot = toHash(receipt.root);
  const proof = shown.consistency.map(toHash);
  const joins =
    receipt.from <= receipt.to &&
    receipt.to <= receipt.size &&
    isConsistent(verification.hash, { from: receipt.size, to: size, fromRoot, toRoot: root, proof });
  if (!joins) throw new Problem('evidence/inconsistent', { log: receipt.log, size: receipt.size, jti });
  verification.reporter.checked('receipt', {
    receiver: log.owner.id,
    jti,
    index,
    size: receipt.size,
    log: receipt.log,
  });
  verification.reporter.proof(path);
  const at = fromNumericDate(claims.iat);
  return { receiver: log.owner.id, log: log.origin, index, jti, at, body: receipt };
}

/**
 * What these receipts say of these entries, in their order.
 *
 * @throws {Problem} evidence/foreign-receipt when one says nothing of any
 */
export function listSpoken(
  receipts: readonly Received[],
  entries: readonly Pick<Judged, 'log' | 'index' | 'leaf'>[],
): Spoken[] {
  return receipts.flatMap((receipt) => {
    const spoken = entries.flatMap((of) => {
      if (of.log.origin !== receipt.body.log || !of.leaf.audience.includes(receipt.receiver)) return [];
      const said = wordOn(receipt.body, of.index);
      return said ? [{ ...receipt, of, said }] : [];
    });
    if (spoken.length === 0) throw foreign(`${receipt.jti} says nothing of what is shown`);
    return spoken;
  });
}

/** The part of the story that receipts tell. */
export function tellSpoken(verification: Verification, spoken: readonly Spoken[]): void {
  for (const { receiver, at, of, said } of spoken) {
    const [zh, en] = wordsOf[said.word];
    const code = said.code === undefined ? ['', ''] : [`（${said.code}）`, ` (${said.code})`];
    verification.reporter.story({
      ...{ at, what: said.word, who: receiver, log: of.log.origin, index: of.index },
      ...{ zh: `${zh}${code[0]}`, en: `${en}${code[1]}` },
    });
  }
}

const wordsOf: Record<Spoken['said']['word'], [zh: string, en: string]> = {
  taken: ['收到并采纳', 'received and took it'],
  noted: ['收到，附注', 'received it, with a note'],
  refused: ['拒收', 'refused it'],
  withheld: ['声明未收到内容', 'says that the content was not given'],
};

function foreign(reason: string): Problem {
  return new Problem('evidence/foreign-receipt', { reason });
}
