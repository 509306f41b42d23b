/** The timetable: what runs when, in China's time. The door of `node-cron`. */

import cron from 'node-cron';
import type { Agreement } from './agreement/agreement.ts';
import type { Logger, Now } from './base/ports.ts';
import { toNumericDate } from './base/time.ts';
import type { Federation } from './federation/federation.ts';
import type { ImportWork } from './federation/import-work.ts';
import type { Imports } from './registry/imports.ts';
import type { Store } from './store/store.ts';

interface Parts {
  federation: Federation;
  work: ImportWork;
  imports: Imports;
  store: Store;
  version: { agreement: Agreement };
  now: Now;
  logger: Logger;
}

/**
 * Starts the timetable; the result stops it. A job that fails is said in the log and runs again at its next time. One
 * that still runs then is not waited for: a slow peer must hold up no other.
 */
export function startJobs({ federation, work, imports, store, version, now, logger }: Parts): {
  stop(): Promise<void>;
} {
  const timetable: [name: string, at: string, job: () => Promise<void>][] = [
    ['pull', version.agreement.exchange.pullSchedule, () => federation.pullDue()],
    ['retry', '*/2 * * * * *', () => federation.retryDue()], // back-off begins at two seconds
    ['adopt', '* * * * *', () => federation.start()], // the agreement may take effect while we run
    ['imports', '* * * * *', () => work.retry()],
    ['discard-uploads', '*/10 * * * *', () => imports.discardAbandoned()],
    ['forget-requests', '*/10 * * * *', () => store.peers.forgetRequests(toNumericDate(now()))],
  ];
  const tasks = timetable.map(([name, at, job]) =>
    cron.schedule(at, () => job().catch((error: unknown) => logger.error({ job: name, err: error }, 'job failed')), {
      timezone: 'Asia/Shanghai',
      logger: quiet(logger, name),
    }),
  );
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()));
    },
  };
}

/** The package's own words, such as that a busy process missed a time: nothing that anyone must act on. */
function quiet(logger: Logger, job: string) {
  const say = (message: string | Error) => logger.debug({ job }, String(message));
  return { debug: say, info: say, warn: say, error: say };
}
