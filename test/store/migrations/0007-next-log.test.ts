/** A store of the time of one log: what spoke of its entries speaks of that log. */

import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../node/store/open.ts';
import { openStore } from '../../../node/store/store.ts';
import { engines } from '../../support/engines.ts';
import { execute } from '../../support/sql.ts';
import { storesOn } from '../../support/stores.ts';

const at = '2026-11-22T02:00:00.000Z';

describe.each(engines)('a store with one log of our own on $name', (engine) => {
  const stores = storesOn(engine);
  afterEach(() => stores.close());

  it('keeps its receipts, refusals and rows, each of that log', async () => {
    const url = await stores.newDatabase();
    await (await openDatabase(url, '0006-succession')).destroy();
    await execute(
      url,
      "insert into log (id, origin, member, own, size, root, receipted) values (1, 'a/log', '320000', 0, 0, '', 0), (2, 'b/log', '310000', 1, 0, '', 0)",
      `insert into receipt (member, from_idx, to_idx, jti, plain, body, at) values ('320000', 0, 7, 'jti', 1, '{}', '${at}')`,
      `insert into refusal (member, idx, code, mended_by, at) values ('320000', 3, 'bulletin/schema', null, '${at}'), ('320000', 4, 'bulletin/schema', 6, '${at}')`,
      `insert into import (id, type, file_name, authority, person, state, hold, all_or_nothing, summary, revoking, created_at) values ('i', 'penalty', 'f', 'A', '1', 'done', 0, 0, '{}', 0, '${at}')`,
      "insert into import_outcome (import, row, outcome, txn, idx) values ('i', 2, 'opened', 't', 5), ('i', 3, 'unchanged', 't', null)",
    );
    const store = await openStore(url);
    try {
      expect(await store.peers.listReceipts('320000', 2)).toMatchObject([{ log: 2, from: 0, to: 7, jti: 'jti' }]);
      expect(await store.peers.listReceipts('320000', 1)).toEqual([]);
      expect(await store.stories.listRefusals({ log: 2, index: 3 })).toEqual([{ member: '320000' }]);
      const mended = { member: '320000', mendedBy: { origin: 'b/log', index: 6 } };
      expect(await store.stories.listRefusals({ log: 2, index: 4 })).toEqual([mended]);
      const rows = await store.stories.listRows('t');
      expect(rows.map((row) => row.at)).toEqual([{ log: 2, index: 5 }, undefined]);
    } finally {
      await store.close();
    }
  });
});
