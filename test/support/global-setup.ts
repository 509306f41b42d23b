/**
 * One PostgreSQL server for the whole run of the tests. Its address reaches them by `inject('postgres')`; `engines.ts`
 * makes a database of its own for each test file.
 */

import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `postgres://…` of the server's own database, for creating others. */
    postgres: string;
  }
}

export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgres', server.url);
  return server.stop;
}
