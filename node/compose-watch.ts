/** What looks after a node: alarms and where they are sent, what Prometheus scrapes, the doctor. Built for `compose.ts`. */

import type { Member } from './agreement/agreement.ts';
import type { Agreements, LiveVersion } from './agreement/agreements.ts';
import type { Fetch, Logger, NewId, Now, Signer } from './base/ports.ts';
import type { Check } from './base/schema.ts';
import { toNumericDate } from './base/time.ts';
import type { Config } from './config.ts';
import { createDoctor } from './doctor.ts';
import { createAlarms } from './federation/alarms.ts';
import type { Federation } from './federation/federation.ts';
import { createLastCalls } from './federation/last-calls.ts';
import type { Laws } from './federation/law.ts';
import { createLockWatch } from './federation/lock-watch.ts';
import { createAlarmReading } from './federation/read-alarm-state.ts';
import type { ReportPeers } from './federation/report.ts';
import { createWebhook } from './federation/webhook.ts';
import type { Worklists } from './federation/worklist.ts';
import { createReading, families } from './gauges.ts';
import { createMetrics } from './metrics.ts';
import { createOutbound } from './outbound.ts';
import { createCertificateProbe, createDiskProbe } from './probes.ts';
import type { Rules } from './registry/rules.ts';
import { programVersion } from './shipped.ts';
import type { OpenStore } from './store/store.ts';
import type { Tls } from './tls.ts';
import type { HttpProxy } from './tunnel.ts';
import { listUnreadable } from './versions.ts';

export interface WatchNeeds {
  config: Config;
  schemas: ReadonlyMap<string, object>;
  rules: Rules;
  agreements: Agreements;
  /** The checks of the schemas that we have, by their digest. */
  byDigest: ReadonlyMap<string, Check>;
  version: LiveVersion;
  /** Our own entry in the agreement. */
  self: Member;
  store: OpenStore;
  laws: Laws;
  federation: Federation;
  reportPeers: ReportPeers;
  worklists: Worklists;
  tls: Tls | undefined;
  proxy: HttpProxy | undefined;
  /** The way to the members. */
  fetch: Fetch;
  /** The bulletin key in use, by which messages about alarms are signed. */
  key: () => Promise<{ signer: Signer; kid: string }>;
  now: Now;
  newId: NewId;
  logger: Logger;
}

/** Starts nothing; `close` ends the connections to the receiver of alarms. */
export function composeWatch(needs: WatchNeeds) {
  const { config, agreements, version, self, store, federation, reportPeers, worklists, now, newId, logger } = needs;
  const outbound = createOutbound({ ...webhookBounds(config.webhook.url), proxy: needs.proxy });
  const lastCalls = createLastCalls(now);
  const disks = createDiskProbe(config);
  const certificates = createCertificateProbe(needs.tls);
  const webhook = createWebhook({
    ...{ store, now, newId, logger, ...config.webhook },
    ...{ member: self.id, issuer: self.issuer, key: needs.key, fetch: outbound.fetch },
  });
  const alarms = createAlarms({
    ...{ store, version, now, newId, logger, ...config.alarms, tell: webhook.tell },
    readState: createAlarmReading({
      ...{ store, watch: store.watch, me: self.id, reportPeers, now },
      listUnreadable: () => listUnreadable(agreements, needs.byDigest),
      lookAtLock: createLockWatch(federation.lockState, now),
      listOutside: federation.outside.report,
      probes: { disks, certificates, overdue: () => worklists.sumOverdue() },
      onBlind: (probe, error) => logger.warn({ probe, err: error }, 'an alarm could not be judged'),
    }),
  });
  const metrics = createMetrics({
    families,
    readAll: createReading({
      ...{ store, reportPeers, alarms, webhook, version, self, disks, certificates, now },
      reportWitnesses: federation.outside.report,
      program: programVersion(),
    }),
    isReachable: store.isReachable,
    nowSeconds: () => toNumericDate(now()),
    logger,
  });
  const doctor = createDoctor({
    ...{ config, agreements, version, self, store, reportPeers, lastCalls, alarms, now },
    ...{ schemas: needs.schemas, rules: needs.rules, laws: needs.laws, fetch: needs.fetch },
    clientOf: ({ id }) => federation.members.client(id),
  });
  return { parts: { alarms, webhook, metrics, doctor, lastCalls }, close: outbound.close };
}

/** A receiver of alarms says yes or no, in a few bytes and soon. */
function webhookBounds(url: string | undefined) {
  const origins = new Set(url === undefined ? [] : [new URL(url).origin]);
  return {
    ...{ allowedOrigins: () => origins, greatestAnswerBytes: 64 * 1024, connectionsPerOrigin: 1 },
    ...{ headersTimeoutMs: 10_000, bodyTimeoutMs: 10_000, totalTimeoutMs: 20_000 },
  };
}
