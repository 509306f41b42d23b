/** The tests that hold the program against others' code; `scripts/test` runs those whose tools are on the machine. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/independent/*.test.ts'], testTimeout: 360_000, hookTimeout: 360_000 },
});
