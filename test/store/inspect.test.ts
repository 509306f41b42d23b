/** A database looked at from outside: nothing is written, whoever has it open. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inspectDatabase } from '../../node/store/inspect.ts';
import { openDatabase } from '../../node/store/open.ts';
import { engines } from '../support/engines.ts';
import { addLog, storesOn } from '../support/stores.ts';

describe.each(engines)('a database of $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  it('tells what is still to be carried out, and that nothing is once a store was opened', async () => {
    const url = await stores.newDatabase();
    const { pending } = await inspectDatabase(url, false);
    expect(pending[0]).toBe('0001-start');
    const store = await stores.open(url);
    await addLog(store);
    for (const isOurs of [true, false]) {
      expect(await inspectDatabase(url, isOurs)).toMatchObject({ pending: [], newer: [], isNew: false });
    }
  });
});

it('a file that nobody has open is looked at in memory, and no file is left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-inspect-'));
  try {
    const file = join(folder, 'x.db');
    await (await openDatabase(`sqlite:${file}`, '0001-start')).destroy();
    expect(await readdir(folder)).toEqual(['x.db']);
    const found = await inspectDatabase(`sqlite:${file}`, false);
    expect(found).toMatchObject({ newer: [], isNew: false, journalMode: 'wal' });
    expect(found.pending[0]).toMatch(/^0002/);
    expect(await readdir(folder)).toEqual(['x.db']);
    expect(await inspectDatabase(`sqlite:${join(folder, 'z.db')}`, false)).toMatchObject({ isNew: true });
    expect(await readdir(folder)).toEqual(['x.db']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
