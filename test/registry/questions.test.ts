/** Who asked what, on real stores of both engines. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBase64url, utf8 } from '../../node/base/bytes.ts';
import { canonicalText } from '../../node/base/canonical.ts';
import { Problem } from '../../node/base/problem.ts';
import { checkExport, type ExportHead } from '../../node/registry/question-check.ts';
import { type Asked, createQuestions } from '../../node/registry/questions.ts';
import { someone } from '../support/asking.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { hash, verifySignature } from '../support/crypto.ts';
import { engines } from '../support/engines.ts';
import { addLog, type OpenStore, sampleEntry, storesOn } from '../support/stores.ts';

const clock = { at: '' };
const about = (n: number, more: Partial<Asked> = {}): Asked => ({
  ...{ uscc: sampleUscc(n), purpose: 'supervision', form: 'json' },
  ...more,
});

beforeEach(() => {
  clock.at = '2026-11-20T02:00:00.000Z';
});

describe.each(engines)('questions in $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  const on = (store: OpenStore) => {
    const now = () => new Date(clock.at);
    return createQuestions({ store, member: '310000', keepYears: 10, hash, now });
  };
  const begin = async () => {
    const store = await stores.open();
    return { store, questions: on(store) };
  };
  const all = (store: OpenStore) => store.questions.listQuestions({}, 0, 1000);

  it('are kept with who, when, what, what for and the digest of the answer', async () => {
    const { store, questions } = await begin();
    const answer = { b: [1, '二'], a: undefined };
    expect(await questions.ask(someone, about(1), () => answer)).toBe(answer);
    expect(await all(store)).toEqual([
      {
        n: 0,
        at: clock.at,
        ...someone,
        uscc: sampleUscc(1),
        purpose: 'supervision',
        form: 'json',
        outcome: 'answered',
        answer: formatBase64url(hash(utf8('{"b":[1,"二"]}'))),
        previous: expect.stringMatching(/^A{43}=$/),
        hash: expect.stringMatching(/^[\w+/]{43}=$/),
      },
    ]);
  });

  it('keep every member, and come back as they were chained', async () => {
    const { store, questions } = await begin();
    const record = '310000.0198f3c2-7a51-7c3e-9b2f-3d5a1c9e7b10';
    const full = about(1, { record, asOf: '2026-11-19T16:00:00.000Z', form: 'html' });
    await questions.ask(someone, full, () => ({}));
    await questions.ask(someone, { form: 'record', record }, () => ({}));
    expect(await all(store)).toMatchObject([full, { record }]);
    expect(await check(questions.export())).toMatchObject({ from: 0, to: 2, checked: ['chain'] });
  });

  it('are kept when they are refused, with the code and no answer', async () => {
    const { store, questions } = await begin();
    const refused = questions.ask(someone, about(1), () => {
      throw new Problem('agreement/unknown-purpose');
    });
    await expect(refused).rejects.toThrow('agreement/unknown-purpose');
    const broken = questions.ask(someone, about(2), () => Promise.reject(new TypeError('a bug')));
    await expect(broken).rejects.toThrow('a bug');
    await questions.refuse(someone, about(3), 'auth/role-not-allowed');
    const kept = await all(store);
    expect(kept.map(({ outcome }) => outcome)).toEqual([
      'agreement/unknown-purpose',
      'internal',
      'auth/role-not-allowed',
    ]);
    expect(kept.some((one) => 'answer' in one)).toBe(false);
  });

  it('are not answered when they cannot be kept', async () => {
    const { store, questions } = await begin();
    const broken = { ...store, transaction: () => Promise.reject(new Error('disk full')) };
    await expect(on(broken).ask(someone, about(1), () => 'secret')).rejects.toThrow('disk full');
    expect(await questions.list({}, 0, 10)).toEqual({ questions: [] });
  });

  it('keep no identity number, no name and no control character that somebody typed', async () => {
    const { store, questions } = await begin();
    const typed = ['11010519491231002X', '姓名 张三', '\u0000', 'x'.repeat(5000)];
    for (const uscc of typed) await questions.refuse(someone, { uscc, form: 'json' }, 'subject/invalid-uscc');
    await questions.refuse(someone, { record: ' 110105 19491231 002x', form: 'record' }, 'registry/not-found');
    expect((await all(store)).map(({ uscc, record }) => uscc ?? record)).toEqual([
      '*',
      '?????',
      '?',
      'x'.repeat(64),
      '*',
    ]);
  });

  it('of two processes stand in one chain without a gap', async () => {
    const { store, questions } = await begin();
    const other = on(engine.name === 'postgres' ? await stores.open(store.url) : store); // one process a file
    const asking = Array.from({ length: 30 }, (_, i) => {
      return (i % 2 === 0 ? questions : other).ask(someone, about(i), () => ({ i }));
    });
    await Promise.all(asking);
    expect((await all(store)).map(({ n }) => n)).toEqual(asking.map((_, i) => i));
    expect(await check(questions.export())).toMatchObject({ from: 0, to: 30, checked: ['chain'] });
  });

  it('are found by subject, person, authority and time, page by page', async () => {
    const { questions } = await begin();
    const other = { ...someone, person: '0999', authority: sampleUscc(7, '11310000') };
    for (let i = 0; i < 4; i++) {
      clock.at = `2026-11-2${i}T02:00:00.000Z`;
      await questions.ask(i < 2 ? someone : other, about(i % 2), () => i);
    }
    const found = async (filter: Parameters<typeof questions.list>[0]) => {
      return (await questions.list(filter, 0, 10)).questions.map(({ n }) => n);
    };
    expect(await found({ uscc: sampleUscc(1) })).toEqual([1, 3]);
    expect(await found({ person: '0999' })).toEqual([2, 3]);
    expect(await found({ authority: someone.authority })).toEqual([0, 1]);
    expect(await found({ since: '2026-11-21T02:00:00.000Z', until: '2026-11-23T02:00:00.000Z' })).toEqual([1, 2]);
    expect(await found({ uscc: sampleUscc(1), person: '0417' })).toEqual([1]);
    expect(await questions.list({ uscc: sampleUscc(1) }, 0, 1)).toMatchObject({ questions: [{ n: 1 }], next: 3 });
    expect(await questions.list({ uscc: sampleUscc(1) }, 3, 1)).toEqual({
      questions: [expect.objectContaining({ n: 3 })],
    });
  });

  it('are pruned after ten years to the day, and what is left still checks', async () => {
    const { store, questions } = await begin();
    const days = ['2026-11-19T15:59:59.999Z', '2026-11-19T16:00:00.000Z', '2026-11-20T02:00:00.000Z'];
    for (const [i, at] of days.entries()) {
      clock.at = at;
      await questions.ask(someone, about(i), () => i);
    }
    const [first] = await all(store);
    clock.at = '2036-11-19T15:00:00.000Z'; // 19 November in China
    expect(await questions.prune()).toBe(0);
    clock.at = '2036-11-19T16:00:00.000Z';
    expect(await questions.prune()).toBe(1);
    expect(await questions.prune()).toBe(0);
    expect((await all(store)).map(({ n }) => n)).toEqual([1, 2]);
    expect(await store.questions.findHead()).toMatchObject({ size: 3, pruned: { size: 1, hash: first?.hash } });
    const report = await check(questions.export());
    expect(report).toMatchObject({ from: 1, to: 3, checked: ['chain'] });
    expect(report).not.toHaveProperty('wrong');

    clock.at = '2099-01-01T00:00:00.000Z';
    expect(await questions.prune()).toBe(2);
    expect(await all(store)).toEqual([]);
    expect(await check(questions.export())).toMatchObject({ from: 3, to: 3 });
    await questions.ask(someone, about(9), () => 9);
    expect(await all(store)).toMatchObject([{ n: 3 }]);
    expect(await check(questions.export())).toMatchObject({ from: 3, to: 4, checked: ['chain'] });
  });

  it('that a clock put out of order are pruned in the order of the chain', async () => {
    const { store, questions } = await begin();
    for (const at of ['2026-11-20T02:00:00.000Z', '2030-01-01T00:00:00.000Z', '2026-11-20T03:00:00.000Z']) {
      clock.at = at;
      await questions.ask(someone, about(1), () => at);
    }
    clock.at = '2037-01-01T00:00:00.000Z';
    expect(await questions.prune()).toBe(1);
    expect((await all(store)).map(({ n }) => n)).toEqual([1, 2]);
  });

  it('of 29 February are kept until ten whole years are over', async () => {
    const { questions } = await begin();
    clock.at = '2028-02-29T02:00:00.000Z';
    await questions.ask(someone, about(1), () => 1);
    clock.at = '2038-02-28T02:00:00.000Z';
    expect(await questions.prune()).toBe(0);
    clock.at = '2038-03-01T02:00:00.000Z';
    expect(await questions.prune()).toBe(1);
  });

  it('are pruned on 29 February too', async () => {
    const { store, questions } = await begin();
    for (const at of ['2026-02-28T02:00:00.000Z', '2026-03-01T02:00:00.000Z']) {
      clock.at = at;
      await questions.ask(someone, about(1), () => at);
    }
    clock.at = '2036-02-29T02:00:00.000Z';
    expect(await questions.prune()).toBe(1);
    expect(await all(store)).toMatchObject([{ n: 1 }]);
  });

  it('are exported whole, page after page, with the journals before them', async () => {
    const { store, questions } = await begin();
    const log = await addLog(store, '310000', true);
    const rows = 1_203;
    let previous = { size: 0, hash: 'x' };
    await store.transaction(async (within) => {
      for (let n = 0; n < rows; n++) {
        const row = {
          n,
          at: clock.at,
          ...someone,
          form: 'json',
          outcome: 'answered',
          previous: previous.hash,
        } as const;
        previous = { size: n + 1, hash: `hash ${n}` };
        await within.questions.putQuestion({ ...row, hash: previous.hash });
      }
      await within.log.putEntries(log.id, [sampleEntry(4), sampleEntry(9)]);
      await within.questions.putJournal({ day: '2026-11-19', size: 7, log: log.id, index: 4 });
      await within.questions.putJournal({ day: '2026-11-20', size: rows, log: log.id, index: 9 });
    });
    expect(await store.questions.findLastJournal()).toMatchObject({ day: '2026-11-20', size: rows, index: 9 });
    const lines: string[] = [];
    for await (const line of questions.export()) lines.push(line);
    const [head, one, two, ...others] = lines.map((line) => JSON.parse(line));
    expect(head satisfies ExportHead).toMatchObject({ format: 'huxin-questions/1', member: '310000', head: previous });
    expect([one, two]).toMatchObject([{ index: 4 }, { index: 9 }]);
    expect(others.map(({ n }) => n)).toEqual(Array.from({ length: rows }, (_, n) => n));
    expect(lines.every((line) => canonicalText(JSON.parse(line)) === line)).toBe(true);
  });

  it('that are pruned while they are exported break the export off', async () => {
    const { store, questions } = await begin();
    for (let i = 0; i < 3; i++) await questions.ask(someone, about(i), () => i);
    const lines = questions.export();
    await lines.next(); // the head is said
    clock.at = '2099-01-01T00:00:00.000Z';
    await on(store).prune();
    await expect(lines.next()).rejects.toThrow('pruned while they were exported');
  });
});

async function check(lines: AsyncIterable<string>) {
  async function* bytes() {
    for await (const line of lines) yield utf8(line);
  }
  return checkExport(bytes(), { hash, verifySignature });
}
