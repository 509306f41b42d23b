import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/independent/**'], // vitest.browser.config.ts, vitest.independent.config.ts
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 360_000, // more than `until` waits, so that it can say for what
    hookTimeout: 360_000,
  },
});
