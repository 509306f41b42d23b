/** An export of questions in an auditor's hands: whatever was done to it is found, and named. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { utf8 } from '../../node/base/bytes.ts';
import { canonicalText } from '../../node/base/canonical.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Signer } from '../../node/base/ports.ts';
import { signBulletin } from '../../node/bulletin/build.ts';
import {
  type ChainHead,
  chainQuestion,
  emptyChain,
  headAfter,
  type Question,
} from '../../node/registry/question-chain.ts';
import { checkExport, exportFormat } from '../../node/registry/question-check.ts';
import { sampleAgreement, signerOf } from '../support/agreement.ts';
import { someone } from '../support/asking.ts';
import { sampleClaims, sampleSigner, sampleUscc } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';

const member = '310000';
const at = '2026-11-20T02:00:00.000Z';
let agreement: Agreement;

beforeAll(() => {
  agreement = sampleAgreement();
});

/** So many questions, the `changed`th with another purpose. */
function chain(count: number, changed?: number, from: ChainHead = emptyChain): Question[] {
  let head = from;
  return Array.from({ length: count }, (_, i) => {
    const purpose = i === changed ? 'audit' : 'supervision';
    const said = {
      at,
      ...someone,
      uscc: sampleUscc(i),
      purpose,
      form: 'json',
      outcome: 'answered',
      answer: 'x',
    } as const;
    const question = chainQuestion(hash, head, said);
    head = headAfter(question);
    return question;
  });
}

async function journalOf(
  { n, hash: head }: Question,
  {
    signer = signerOf('bulletin', member),
    iss = 'https://credit.sh.example',
    index = n,
  }: { signer?: Signer; iss?: string; index?: number } = {},
) {
  const claims = sampleClaims('journal', { iss }, { day: '2026-11-19', size: n + 1, head });
  return { index, jws: await signBulletin(signer, await thumbprint(signer.publicKey), claims) };
}

/** The lines of an export of these questions. */
function linesOf(questions: readonly Question[], journals: readonly object[] = [], more: object = {}): string[] {
  const [first] = questions;
  const last = questions.at(-1);
  const pruned = first ? { size: first.n, hash: first.previous } : emptyChain;
  const head = { format: exportFormat, member, at, pruned, head: last ? headAfter(last) : pruned, ...more };
  return [head, ...journals, ...questions].map(canonicalText);
}

async function check(lines: readonly (string | Uint8Array)[], withAgreement = true) {
  async function* bytes() {
    for (const line of lines) yield typeof line === 'string' ? utf8(line) : line;
  }
  return checkExport(bytes(), { hash, verifySignature, ...(withAgreement && { agreement }) });
}

const wrong = async (lines: readonly (string | Uint8Array)[]) => (await check(lines))?.wrong;

describe('an export that is as it was made', () => {
  it('holds, and says what was checked and what could not be', async () => {
    const questions = chain(5);
    const lines = linesOf(questions, [
      await journalOf(questions[1] as Question),
      await journalOf(questions[3] as Question),
    ]);
    expect(await check(lines)).toEqual({
      ...{ member, from: 0, to: 5, journal: { day: '2026-11-19', size: 4, index: 3 } },
      ...{ checked: ['chain', 'journals', 'signatures'], notChecked: ['tail', 'log'] },
    });
    expect(await check(lines, false)).toMatchObject({
      ...{ checked: ['chain', 'journals'], notChecked: ['tail', 'signatures', 'log'] },
    });
  });

  it('holds without journals, without questions, and after pruning', async () => {
    expect(await check(linesOf(chain(2)))).toMatchObject({ checked: ['chain'], notChecked: ['tail', 'log'] });
    expect(await check(linesOf([]))).toMatchObject({ from: 0, to: 0, checked: ['chain'], notChecked: ['log'] });
    const questions = chain(4);
    const bound = [await journalOf(questions[1] as Question), await journalOf(questions[3] as Question)];
    expect(await check(linesOf(questions.slice(2), bound))).toMatchObject({
      ...{ from: 2, to: 4, checked: ['chain', 'journals', 'signatures'], notChecked: ['pruned', 'log'] },
    });
    expect(await check(linesOf(questions.slice(2), bound))).not.toHaveProperty('wrong');
  });
});

describe('an export that was changed', () => {
  it('is found out by any changed byte of any question', async () => {
    const lines = linesOf(chain(3));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2 }), fc.nat(), fc.integer({ min: 1, max: 255 }), async (n, place, change) => {
        const bytes = utf8(lines[n + 1] as string);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] as number) ^ change;
        const found = await wrong(lines.map((line, i) => (i === n + 1 ? bytes : line)));
        expect(found).toMatchObject({ line: n + 2, n });
      }),
      { numRuns: 500, seed: 22 },
    );
  });

  it('is found out when a question is dropped, put in, moved, or left out at the end', async () => {
    const [head, a, b, c, d] = linesOf(chain(4)) as [string, string, string, string, string];
    expect(await wrong([head, a, c, d])).toEqual({ what: 'number', line: 3, n: 1 });
    expect(await wrong([head, b, c, d])).toEqual({ what: 'number', line: 2, n: 0 });
    expect(await wrong([head, a, b, b, c, d])).toEqual({ what: 'number', line: 4, n: 2 });
    expect(await wrong([head, a, c, b, d])).toEqual({ what: 'number', line: 3, n: 1 });
    expect(await wrong([head, a, b, c])).toEqual({ what: 'end', line: 5, n: 3 });
    expect(await wrong([head])).toEqual({ what: 'end', line: 2, n: 0 });
    expect(await wrong([head, a, b, c, d, d])).toMatchObject({ what: 'number', line: 6 });
    expect(await wrong([head, a, '', b, c, d])).toEqual({ what: 'form', line: 3, n: 1 });
  });

  it('is found out when a question is put in from another chain', async () => {
    const other = chain(4, 0);
    expect(await wrong(linesOf(chain(4).with(2, other[2] as Question)))).toEqual({ what: 'previous', line: 4, n: 2 });
  });

  it('is found out by a journal alone when the whole chain was written anew', async () => {
    const journals = [await journalOf(chain(6)[1] as Question), await journalOf(chain(6)[3] as Question)];
    expect(await wrong(linesOf(chain(6, 2)))).toBeUndefined(); // without journals nothing gives it away
    expect(await wrong(linesOf(chain(6, 2), journals))).toEqual({ what: 'journal', line: 7, n: 3 });
    expect(await wrong(linesOf(chain(6, 5), journals))).toBeUndefined(); // the tail
    expect(await wrong(linesOf(chain(3), journals))).toMatchObject({ what: 'end', n: 3 });
    const pruned = linesOf(chain(6, 0).slice(2), journals);
    expect(await wrong(pruned)).toEqual({ what: 'journal', line: 2, n: 1 });
  });

  it('is found out when its head says more or less than there is', async () => {
    const questions = chain(3);
    const last = headAfter(questions[2] as Question);
    for (const head of [
      { ...last, size: 2 },
      { ...last, size: 4 },
      { ...last, hash: emptyChain.hash },
    ]) {
      expect(await wrong(linesOf(questions, [], { head }))).toEqual({ what: 'end', line: 5, n: 3 });
    }
    const pruned = { size: 0, hash: last.hash };
    expect(await wrong(linesOf(questions, [], { pruned }))).toEqual({ what: 'previous', line: 2, n: 0 });
  });

  it('is found out when a journal is not the member’s', async () => {
    const questions = chain(2);
    const of = async (how: Parameters<typeof journalOf>[1]) =>
      wrong(linesOf(questions, [await journalOf(questions[0] as Question, how)]));
    expect(await of({})).toBeUndefined();
    const signature = { what: 'signature', line: 2 };
    expect(await of({ signer: sampleSigner() })).toEqual(signature);
    expect(await of({ signer: signerOf('bulletin', '320000') })).toEqual(signature);
    expect(await of({ iss: 'https://credit.js.example' })).toEqual(signature);
    const [good, other] = [await journalOf(questions[0] as Question), await journalOf(questions[1] as Question)];
    const parts = good.jws.split('.');
    const swapped = [parts[0], other.jws.split('.')[1], parts[2]].join('.');
    expect(await wrong(linesOf(questions, [{ index: 0, jws: swapped }]))).toEqual(signature);
    for (const jws of ['', 'a.b.c', good.jws.slice(1), `${good.jws} `]) {
      expect(await wrong(linesOf(questions, [{ index: 0, jws }]))).toEqual({ what: 'form', line: 2 });
    }
  });

  it('takes journals before the questions only', async () => {
    const questions = chain(2);
    const [head, a, b] = linesOf(questions) as [string, string, string];
    const late = canonicalText(await journalOf(questions[0] as Question));
    expect(await wrong([head, a, late, b])).toEqual({ what: 'form', line: 3, n: 1 });
  });
});

it('is no export when the first line is none', async () => {
  const [head = '', ...rest] = linesOf(chain(1));
  expect(await check([])).toBeUndefined();
  for (const first of ['', 'x', '{}', '[]', 'null', head.replace('/1', '/2'), `${head} `, `\ufeff${head}`]) {
    expect([first, await check([first, ...rest])]).toEqual([first, undefined]);
  }
});

it('needs an agreement that has the member', async () => {
  await expect(check(linesOf(chain(1), [], { member: '990000' }))).rejects.toThrow('agreement/unknown-member');
});
