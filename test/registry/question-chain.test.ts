import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBase64 } from '../../node/base/bytes.ts';
import {
  type ChainHead,
  chainQuestion,
  emptyChain,
  findBreak,
  hashOfQuestion,
  headAfter,
  type Question,
  type Unchained,
} from '../../node/registry/question-chain.ts';
import { hash } from '../support/crypto.ts';

const asked: Unchained = {
  at: '2026-11-20T02:00:00.000Z',
  role: 'clerk',
  authority: '11310000HX31000006',
  person: '0417',
  uscc: '91310000MA1FL00157',
  purpose: 'supervision',
  form: 'json',
  outcome: 'answered',
  answer: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
};

const questions = fc.array(
  fc.record({ purpose: fc.string(), uscc: fc.string(), outcome: fc.constantFrom('answered', 'registry/not-found') }),
  { minLength: 1, maxLength: 8 },
);

function chain(said: readonly Partial<Unchained>[]): Question[] {
  let head: ChainHead = emptyChain;
  return said.map((more) => {
    const question = chainQuestion(hash, head, { ...asked, ...more });
    head = headAfter(question);
    return question;
  });
}

/** Number of the first question that does not follow. */
function firstBreak(given: readonly Question[]): number | undefined {
  let head: ChainHead = emptyChain;
  for (const question of given) {
    if (findBreak(hash, head, question)) return head.size;
    head = headAfter(question);
  }
  return undefined;
}

describe('a chain of questions', () => {
  it('begins after 32 zero bytes', () => {
    expect(emptyChain).toEqual({ size: 0, hash: formatBase64(new Uint8Array(32)) });
    expect(chainQuestion(hash, emptyChain, asked)).toMatchObject({ n: 0, previous: emptyChain.hash });
  });

  it('has the hashes of docs/protocol.md', () => {
    const [first, second] = chain([{}, { uscc: '91310000XX0001003H' }]);
    expect([first?.hash, second?.hash, second?.previous]).toEqual([
      'V2oaTOTtV+FQ7mt5l9EvIsvqSrmUdyj9nXfTanH4/hk=',
      '8DMjtQtY2bW3f+xiYiu0giAi9/z5VfTNC0qfqKG3okU=',
      'V2oaTOTtV+FQ7mt5l9EvIsvqSrmUdyj9nXfTanH4/hk=',
    ]);
  });

  it('holds as it was made', () => {
    fc.assert(
      fc.property(questions, (said) => firstBreak(chain(said)) === undefined),
      { seed: 19 },
    );
  });

  it('breaks where a question says something else, whatever member it is', () => {
    const given = chain([{}, {}, {}]);
    for (const name of Object.keys(given[1] as Question)) {
      const changed = { ...(given[1] as Question), [name]: name === 'n' ? 7 : 'other' };
      expect([name, firstBreak(given.with(1, changed))]).toEqual([name, 1]);
    }
    const { purpose: _, ...less } = given[1] as Question;
    expect(firstBreak(given.with(1, less))).toBe(1);
    expect(firstBreak(given.with(1, { ...(given[1] as Question), asOf: '2026-11-20' }))).toBe(1);
  });

  it('breaks behind a question that was changed and hashed anew', () => {
    const given = chain([{}, {}, {}]);
    const { hash: _, ...row } = { ...(given[1] as Question), purpose: 'audit' };
    const changed = { ...row, hash: hashOfQuestion(hash, row) };
    expect(firstBreak(given.with(1, changed))).toBe(2);
    expect(findBreak(hash, headAfter(changed), given[2] as Question)).toBe('previous');
  });

  it('breaks where one is dropped, put in twice, or moved', () => {
    const given = chain([{}, {}, {}, {}]);
    const [a, b, c, d] = given as [Question, Question, Question, Question];
    expect(firstBreak([a, c, d])).toBe(1);
    expect(firstBreak([a, b, b, c, d])).toBe(2);
    expect(firstBreak([a, c, b, d])).toBe(1);
    expect(findBreak(hash, headAfter(a), c)).toBe('number');
  });
});
