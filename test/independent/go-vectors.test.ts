/** The vectors of the log, held against Go's checksum-database packages. */

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runGo } from './programs.ts';

test('x/mod makes the same roots and proofs, opens the same notes, and refuses the same proofs', async () => {
  const folder = fileURLToPath(new URL('../vectors/log', import.meta.url));
  expect(await runGo('vectors', folder)).toEqual({
    code: 0,
    out: '7 leaves, 11 proofs, 25 refused\n',
    err: '',
  });
});
