/** Imports in the background when something breaks that nobody foresaw. */

import { expect, test } from 'vitest';
import type { Logger } from '../../node/base/ports.ts';
import { Problem } from '../../node/base/problem.ts';
import { createImportWork } from '../../node/federation/import-work.ts';
import type { RowNeeds } from '../../node/federation/publish-rows.ts';
import type { Imports } from '../../node/registry/imports.ts';
import type { Import } from '../../node/registry/ports.ts';
import { TakenOver } from '../../node/registry/read-import.ts';

const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** An import whose reading breaks so many times before it works. */
function breaking(times: number, cause: Error = new Error('the disk is full')) {
  const given = { id: 'one', state: 'done', summary: { rows: 1, refusedRows: 0, opened: 1 } } as Import;
  let reads = 0;
  const claims: (string | undefined)[] = [];
  const givenUp: string[] = [];
  const imports = {
    read: async (_id: string, claim?: string) => {
      claims.push(claim);
      if (++reads <= times) throw cause;
      return given;
    },
    get: async () => given,
    giveUp: async (id: string) => void givenUp.push(id),
  } as unknown as Imports; // as much of it as the work calls
  const work = createImportWork({ imports, publishing: {} as RowNeeds, logger });
  return { work, givenUp, claims, reads: () => reads };
}

test('an import that broke is tried again at the next turn, and then left alone', async () => {
  const { work, givenUp, reads } = breaking(2);
  work.enqueue({ id: 'one' });
  await work.settled();
  for (let turn = 0; turn < 4; turn++) {
    await work.retry();
    await work.settled();
  }
  expect(reads()).toBe(3);
  expect(givenUp).toEqual([]);
});

test('an import that keeps breaking is given up after five times', async () => {
  const { work, givenUp, reads } = breaking(Number.POSITIVE_INFINITY);
  work.enqueue({ id: 'one' });
  for (let turn = 0; turn < 9; turn++) {
    await work.retry();
    await work.settled();
  }
  expect(reads()).toBe(5);
  expect(givenUp).toEqual(['one']);
});

test('an import that broke is tried again only if no other process took it meanwhile', async () => {
  const { work, claims } = breaking(2);
  work.enqueue({ id: 'one' });
  for (let turn = 0; turn < 3; turn++) {
    await work.settled();
    await work.retry();
  }
  await work.settled();
  expect(claims).toEqual(['take', 'keep', 'keep']);
});

test('an import that another process took is let go at once', async () => {
  const { work, givenUp, reads } = breaking(Number.POSITIVE_INFINITY, new TakenOver());
  work.enqueue({ id: 'one' });
  for (let turn = 0; turn < 3; turn++) {
    await work.settled();
    await work.retry();
  }
  expect(reads()).toBe(1);
  expect(givenUp).toEqual([]);
});

test('what comes for an import while it is carried out has its turn after it', async () => {
  const { work, reads } = breaking(0);
  work.enqueue({ id: 'one' });
  await Promise.resolve();
  await Promise.resolve();
  work.enqueue({ id: 'one' });
  work.enqueue({ id: 'one' });
  await work.settled();
  expect(reads()).toBe(2);
});

test('an import that waits already is not queued twice', async () => {
  const { work, reads } = breaking(0);
  work.enqueue({ id: 'one' });
  work.enqueue({ id: 'one' });
  await work.settled();
  expect(reads()).toBe(1);
});

test('an import that a full disk stopped waits, however long, and is never given up', async () => {
  const { work, givenUp, reads } = breaking(20, new Problem('store/unwritable', { reason: 'full' }));
  work.enqueue({ id: 'one' });
  for (let turn = 0; turn < 25; turn++) {
    await work.settled();
    await work.retry();
  }
  await work.settled();
  expect(reads()).toBe(21);
  expect(givenUp).toEqual([]);
});
