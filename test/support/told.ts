/** Steps of records as a node would have stored them, without one. */

import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import type { Basis } from '../../node/registry/answer.ts';
import { answersOf, replay } from '../../node/registry/effects.ts';
import { isMark, type ToldStep } from '../../node/registry/record.ts';
import { sampleAgreement, schemas } from './agreement.ts';
import { sampleId, sampleUscc } from './bulletins.ts';
import { rules } from './rules.ts';

/** What is said of a record, in log order. */
export interface Said {
  type: string;
  body: Record<string, unknown>;
  /** Whose log it stands in; the record's issuer's unless told. */
  author?: string;
  at?: string;
}

/** All steps of one record; the first is number `from` of its log, each one minute after the one before. */
export function tellRecord(
  {
    member = '310000',
    n = 1,
    uscc = sampleUscc(1),
    from = 1,
  }: { member?: string; n?: number; uscc?: string; from?: number },
  said: readonly Said[],
): ToldStep[] {
  const steps = said.map(({ type, body, author = member, at }, i): ToldStep => {
    const minute = String(i).padStart(2, '0');
    return {
      ...{ member, txn: sampleId(n), type, uscc, jti: sampleId(1_000 * n + i), author, index: from + i },
      decidedOn: findTypeByName(type)?.decidedOn?.(body) ?? '2026-01-02',
      origin: `${author}.example/log`,
      at: at ?? `2026-11-20T02:${minute}:00.000Z`,
      body,
      ...answersOf({ type, body }),
    };
  });
  const moves = steps.filter((step) => !isMark(step));
  for (const [i, effect] of replay(moves).entries()) {
    const step = moves[i] as ToldStep; // one effect for each
    if ('code' in effect) step.code = effect.code;
    else {
      step.state = effect.after.state;
      if (effect.after.until !== undefined) step.until = effect.after.until;
    }
  }
  return steps;
}

const agreement = sampleAgreement();

/** What a node of Jiangsu answers by. */
export const basis: Basis = {
  ...{ agreement, digest: 'sha-256:x', me: '320000', rules },
  measures: (agreement.measures ?? []).filter(({ code }) => ['M1', 'M2', 'M5'].includes(code)),
  titleOf: (type) => {
    const [zh = type, en = zh] = (schemas.get(`bulletin/${type}`) as { title: string }).title.split(' · ');
    return { zh, en };
  },
};
