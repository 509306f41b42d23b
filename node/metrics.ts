/**
 * What a node says of itself to Prometheus: how far every peer is, what jobs and requests took, the process. One registry a
 * node. Counts of requests and jobs are this process's; all else is read from the store at each scrape, which several
 * processes may share (`gauges.ts`). The door of `prom-client`.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from './base/ports.ts';
import type { Family } from './gauges.ts';
import type { Answered } from './http/access-log.ts';

export interface Metrics {
  /** One scrape: text in the form that the media type names. */
  read(): Promise<{ text: string; mediaType: string }>;
  answered(request: Answered): void;
  /** Runs a job and takes its time. @throws what the job throws */
  timed<T>(task: string, work: () => Promise<T>): Promise<T>;
}

// `job` and `instance` are Prometheus's own labels: ours are called otherwise.
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

/**
 * @param families gauges that are read at each scrape, in one reading of the store
 * @param nowSeconds the clock, for when a job was last done
 */
export function createMetrics<Reading>({
  families,
  readAll,
  isReachable,
  nowSeconds,
  logger,
}: {
  families: readonly Family<Reading>[];
  readAll: () => Promise<Reading>;
  isReachable: () => Promise<boolean>;
  nowSeconds: () => number;
  logger: Logger;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'huxin_http_request_seconds',
    help: '应答 HTTP 请求的时长 · How long HTTP requests took',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const jobs = new Histogram({
    name: 'huxin_job_seconds',
    help: '定时任务的时长 · How long jobs of the timetable took',
    labelNames: ['task'] as const,
    buckets: [0.01, 0.1, 1, 10, 60, 600],
    registers,
  });
  const failures = new Counter({
    name: 'huxin_job_failures_total',
    help: '定时任务失败的次数 · Jobs of the timetable that failed',
    labelNames: ['task'] as const,
    registers,
  });
  const done = new Gauge({
    name: 'huxin_job_done_timestamp_seconds',
    help: '定时任务最近一次成功的时刻 · When a job of the timetable was last done',
    labelNames: ['task'] as const,
    registers,
  });
  const reachable = new Gauge({
    name: 'huxin_store_reachable',
    help: '数据库是否可用 · Whether the store can be reached',
    registers,
  });
  const gauges = families.map(({ name, help, labels, samples }) => ({
    gauge: new Gauge({ name, help, labelNames: labels, registers }),
    samples,
  }));
  let isProcessWatched = false;
  let underWay: Promise<string> | undefined;

  /** Values of the last scrape go first: a member that left, or a store that is gone, has none. */
  async function scrape(): Promise<string> {
    if (!isProcessWatched) collectDefaultMetrics({ register: registry });
    isProcessWatched = true;
    const isThere = await isReachable();
    const reading = isThere ? await readOrSay() : undefined;
    reachable.set(reading === undefined ? 0 : 1);
    for (const { gauge, samples } of gauges) {
      gauge.reset();
      if (reading === undefined) continue;
      for (const [value, labels = {}] of samples(reading)) gauge.set(labels, value);
    }
    return registry.metrics();
  }

  async function readOrSay(): Promise<Reading | undefined> {
    try {
      return await readAll();
    } catch (error) {
      logger.error({ err: error }, 'the store could not be read for a scrape');
      return undefined;
    }
  }

  return {
    async read() {
      underWay ??= scrape().finally(() => {
        underWay = undefined;
      });
      return { text: await underWay, mediaType: registry.contentType };
    },
    answered({ route, method, status, seconds }) {
      const known = methods.includes(method) ? method : 'other';
      requests.observe({ route, method: known, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
    async timed(task, work) {
      const stop = jobs.startTimer({ task });
      try {
        const result = await work();
        done.set({ task }, nowSeconds());
        return result;
      } catch (error) {
        failures.inc({ task });
        throw error;
      } finally {
        stop();
      }
    },
  };
}
