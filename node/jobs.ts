/**
 * The timetable: what runs when, in China's time, and what runs every few seconds. It is set anew when the clock leapt. The
 * door of `node-cron`.
 */

import cron from 'node-cron';
import type { Agreement } from './agreement/agreement.ts';
import type { Logger, Now } from './base/ports.ts';
import { isProblem } from './base/problem.ts';
import { dayOf, toNumericDate } from './base/time.ts';
import type { Alarms } from './federation/alarms.ts';
import type { Federation } from './federation/federation.ts';
import type { Histories } from './federation/history.ts';
import type { ImportWork } from './federation/import-work.ts';
import type { Journals } from './federation/journal.ts';
import type { Eraser } from './federation/publish-erasure.ts';
import { createTroubles } from './federation/trouble.ts';
import type { Webhook } from './federation/webhook.ts';
import { createLeapWatch } from './leap.ts';
import type { Metrics } from './metrics.ts';
import type { Imports } from './registry/imports.ts';
import type { Questions } from './registry/questions.ts';
import type { OpenStore } from './store/store.ts';

const lookEveryMs = 250;
const sizesKeptMs = 30 * 86_400_000; // alarms look at days, not months
const leastLeapMs = 60_000;

interface Parts {
  federation: Federation;
  work: ImportWork;
  imports: Imports;
  journals: Journals;
  questions: Questions;
  eraser: Eraser;
  histories: Histories;
  store: OpenStore;
  refreshKeys: () => Promise<void>;
  metrics: Metrics;
  alarms: Alarms;
  webhook: Webhook;
  version: { agreement: Agreement };
  now: Now;
  logger: Logger;
}

/**
 * Starts the timetable; the result stops it. A job that fails is said in the log, once an hour while it fails in the same
 * way, and runs again at its next time. One that still runs then is not waited for: a slow peer must hold up no other.
 */
export function startJobs({
  federation,
  eraser,
  histories,
  journals,
  questions,
  work,
  imports,
  store,
  refreshKeys,
  metrics,
  alarms,
  webhook,
  version,
  now,
  logger,
}: Parts): {
  stop(): Promise<void>;
} {
  const often: [name: string, everyMs: number, job: () => Promise<unknown>][] = [
    ['retry', 2_000, () => federation.retryDue()], // back-off begins at two seconds
    ['unlock', 2_000, () => federation.unlock()],
    ['outside-witnesses', 2_000, () => federation.outside.askDue()],
    ['webhook', 10_000, () => webhook.deliver()],
  ];
  const timetable: [name: string, at: string, job: () => Promise<unknown>][] = [
    ['adopt', '* * * * *', adopt], // a version may take effect while we run
    ['keys', '* * * * *', refreshKeys],
    ['imports', '* * * * *', () => work.retry()],
    ['forget-imports', '40 0 * * *', () => imports.forgetOld()],
    ['discard-uploads', '*/10 * * * *', () => imports.discardAbandoned()],
    ['journal', '10 0 * * *', () => journals.issue()],
    ['erase-due', '0 2 * * *', () => eraser.eraseDue()],
    ['scrub', '0 3 * * *', createScrub(store)],
    ['alarms', '* * * * *', () => alarms.evaluate().then(() => webhook.deliver())],
    ['forget-alarms', '50 0 * * *', () => Promise.all([alarms.prune(), webhook.prune()])],
    ['forget-sizes', '55 0 * * *', () => store.watch.forgetSizes(dayOf(new Date(now().getTime() - sizesKeptMs)))],
    ['prune-questions', '30 0 * * *', () => questions.prune()],
    ['forget-requests', '*/10 * * * *', () => store.peers.forgetRequests(toNumericDate(now()))],
  ];
  const troubles = createTroubles(now);
  async function run(name: string, job: () => Promise<unknown>): Promise<void> {
    try {
      await metrics.timed(name, job);
      const past = troubles.end(name);
      if (past) logger.info({ job: name, ...past }, 'job goes well again');
    } catch (error) {
      const line = { job: name, ...(isProblem(error) ? { code: error.code, facts: error.facts } : { err: error }) };
      if (troubles.isNews(name, String(error))) logger.error(line, 'job failed');
      else logger.debug(line, 'job failed');
    }
  }
  const schedule = (name: string, at: string, job: () => Promise<unknown>) =>
    cron.schedule(at, () => run(name, job), { timezone: 'Asia/Shanghai', logger: quiet(logger, name) });
  /** Who joins by what is adopted now need not wait for the next minute. */
  function adopt(): Promise<unknown> {
    const issueDue = () => void run('history', () => histories.issueDue());
    return federation.start().finally(schedulePull).then(issueDue);
  }
  let tasks: ReturnType<typeof schedule>[] = [];
  let pulling = { at: '', task: undefined as ReturnType<typeof schedule> | undefined };

  /** The agreement sets this time, and an amendment may change it. */
  function schedulePull(): void {
    const at = version.agreement.exchange.pullSchedule;
    if (at === pulling.at) return;
    void pulling.task?.destroy();
    pulling = { at, task: schedule('pull', at, () => federation.pullDue()) };
  }

  function begin(): void {
    tasks = timetable.map(([name, at, job]) => schedule(name, at, job));
    schedulePull();
  }

  async function end(): Promise<void> {
    const ending = [...tasks, pulling.task];
    pulling = { at: '', task: undefined };
    await Promise.all(ending.map((task) => task?.destroy()));
  }

  const lookForLeap = createLeapWatch(now, () => performance.now());
  function look(): void {
    const leapMs = lookForLeap();
    if (Math.abs(leapMs) < leastLeapMs) return;
    logger.warn({ seconds: Math.round(leapMs / 1000) }, 'the clock leapt: the timetable is set anew');
    void end().then(begin);
  }

  begin();
  const timers = [
    setInterval(look, lookEveryMs),
    ...often.map(([name, everyMs, job]) => setInterval(() => void run(name, job), everyMs)),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await end();
    },
  };
}

/** The package's own words, such as that a busy process missed a time: nothing that anyone must act on. */
function quiet(logger: Logger, job: string) {
  const say = (message: string | Error) => logger.debug({ job }, String(message));
  return { debug: say, info: say, warn: say, error: say };
}

/** The files are rid of what was erased since the last time; the first time in a process, of what ever was. */
function createScrub(store: OpenStore): () => Promise<void> {
  let done: string | undefined;
  return async () => {
    const last = await store.erasures.findLast();
    if (last === done) return;
    await store.scrub();
    done = last;
  };
}
