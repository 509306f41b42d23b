/** The tests that need Chromium on the machine; `scripts/test` runs them where there is one. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], testTimeout: 360_000, hookTimeout: 360_000 },
});
