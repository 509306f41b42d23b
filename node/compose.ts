/** Every part of a node is built here, once; tests build from here too. Opens the store, starts nothing. */

import { createAddresses } from './addresses.ts';
import { type Agreement, findMember } from './agreement/agreement.ts';
import { createAgreements } from './agreement/agreements.ts';
import type { Fetch, Logger, NewId, Now } from './base/ports.ts';
import { isProblem, Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { toNumericDate } from './base/time.ts';
import { buildLabels } from './bulletin/labels.ts';
import { labelOf, readCodes } from './code-lists.ts';
import type { Config } from './config.ts';
import { createConsole } from './console/console.ts';
import { hash, random, verifySignature } from './crypto.ts';
import { createDoctor } from './doctor.ts';
import { openErasureLedger } from './erasure-ledger.ts';
import { createExport } from './evidence/export.ts';
import { createAlarms } from './federation/alarms.ts';
import { createCallers } from './federation/callers.ts';
import { watchClocks } from './federation/clocks.ts';
import { createExplainer } from './federation/explain.ts';
import { createFederation } from './federation/federation.ts';
import { createHistories } from './federation/history.ts';
import { createImportWork } from './federation/import-work.ts';
import { createJournals } from './federation/journal.ts';
import { createKeyChanges } from './federation/key-change.ts';
import { createKeyReports } from './federation/key-report.ts';
import { createLastCalls } from './federation/last-calls.ts';
import { createLaws } from './federation/law.ts';
import { createLockWatch } from './federation/lock-watch.ts';
import { createEraser } from './federation/publish-erasure.ts';
import type { RowNeeds } from './federation/publish-rows.ts';
import { createAlarmReading } from './federation/read-alarm-state.ts';
import { createReissue } from './federation/reissue.ts';
import { replayErasures } from './federation/replay-erasures.ts';
import { createPeerReports } from './federation/report.ts';
import { createSteps } from './federation/steps.ts';
import { createVersionReports } from './federation/versions.ts';
import { createWebhook } from './federation/webhook.ts';
import { createWorklists } from './federation/worklist.ts';
import { createReading, families } from './gauges.ts';
import { createApp } from './http/app.ts';
import { chooseListed, makePassingKey } from './keys.ts';
import { createGate } from './log/gate.ts';
import { createLedger } from './log/ledger.ts';
import { createMetrics } from './metrics.ts';
import { openKeys } from './open-keys.ts';
import { createOutbound } from './outbound.ts';
import { createCertificateProbe, createDiskProbe } from './probes.ts';
import { createImports } from './registry/imports.ts';
import { createQuestions } from './registry/questions.ts';
import { createRegistry } from './registry/registry.ts';
import { createSessions } from './registry/sessions.ts';
import { createTokens } from './registry/tokens.ts';
import { loadRules } from './rules-files.ts';
import { loadSchemas, programVersion } from './shipped.ts';
import { openStore } from './store/store.ts';
import { isPinned, openTls } from './tls.ts';
import { bringInForce, compileChecks, findSelf, listUnreadable, schemasByDigest } from './versions.ts';

/** What a node touches outside; tests replace some of it. */
export interface World {
  now: Now;
  newId: NewId;
  logger: Logger;
  fetch?: Fetch;
  /** Told once when this process must not go on: its log key and its store no longer agree. */
  onBroken: (problem: Problem) => void;
}

export type Node = Awaited<ReturnType<typeof compose>>;

/**
 * Builds the whole node.
 *
 * @throws {Problem} key/unreadable, agreement/…, config/invalid when keys and agreement do not belong together, store/…
 */
export async function compose(config: Config, world: World) {
  const { now, newId, logger } = world;
  const schemas = loadSchemas(config.schemas);
  const rules = loadRules({ rules: config.rules, holidays: config.holidays, schemas });
  const held = await openKeys(config, { now, logger });
  const gate = createGate();
  const lost = () => {
    if (gate.isOpen()) logger.warn({}, 'the connection to the database broke: the log key is locked for now');
    gate.shut();
  };
  const ended = (problem: unknown) => world.onBroken(isProblem(problem) ? problem : new Problem('store/unwritable'));
  const store = await openStore(config.database, { onLost: lost, onUnsynced: ended }).catch(async (error: unknown) => {
    await held.close();
    throw error;
  });
  try {
    const form = compileSchema(schemas.get('agreement') ?? {});
    const agreements = createAgreements({ store: store.agreements, hash, form, verifySignature, now });
    const version = await bringInForce(agreements, config.agreement);
    const self = findSelf(agreements, config.member);
    const keys = await chooseListed(held.keys, self);
    const { checks, byDigest } = compileChecks(schemas, version.agreement);

    const ledger = createLedger({
      gate,
      origin: self.origin,
      ...keys.log,
      hash,
      now,
      onBroken: world.onBroken,
    });
    const laws = createLaws({ agreements, checks: byDigest });
    const erasureLedger = await openErasureLedger(config.erasures, logger);
    await replayErasures({ store, erasureLedger, me: self.id, hash, logger });
    const ownPins = () => findMember(version.agreement, self.id)?.certificatePins ?? [];
    const tls = config.tls && (await openTls(config.tls, ownPins));
    if (!tls && ownPins().length > 0)
      logger.warn(
        {},
        'the agreement pins a certificate of ours and none is configured: peers that check will refuse us',
      );
    if (tls && !isPinned(tls.current().certificate, ownPins()))
      logger.warn(
        tls.current().certificate,
        'the agreement does not list this certificate for us: peers will refuse it',
      );
    const callers = createCallers({ store, agreements, laws, me: self.id });
    const proxy = config.proxy === undefined ? undefined : { url: config.proxy, except: config.noProxy };
    const outbound = createOutbound({ ...createAddresses(version), identity: () => tls?.current(), proxy });
    const outboundToWebhook = createOutbound({ ...webhookBounds(config.webhook.url), proxy });
    const federation = createFederation({
      ...{
        store,
        agreements,
        self,
        ledger,
        gate,
        erasureLedger,
        laws,
        hash,
        verifySignature,
        now,
        newId,
        random,
        logger,
      },
      bulletinKeys: () => held.keys.bulletin,
      witness: keys.witness,
      fetch: watchClocks(world.fetch ?? outbound.fetch, {
        ...{ memberAt: (url) => memberAt(version.agreement, url), put: store.watch.putClock, now, logger },
      }),
    });

    const reportPeers = createPeerReports({
      ...{ store, version, me: self.id },
      endOf: (origin) => agreements.strikes().logEnd(origin)?.size,
    });
    const reportKeys = createKeyReports({ store, agreements, laws, hash, now });

    const worker = newId();
    const tokens = createTokens({ store: store.tokens, now, newId, random, hash });
    const sessions = createSessions({ store, tokens, now, random, hash });
    const codes = await readCodes(config.codes);
    const imports = createImports({
      ...{ store, now, newId, hash, checks, codes, rules, worker },
      ownAuthority: self.authority,
      fourEyes: config.fourEyes,
      ...config.imports,
    });
    const { publisher } = federation;
    const reportVersions = createVersionReports({ store, agreements, circulation: federation.circulation, laws });
    const keyChanges = createKeyChanges({
      ...{ store, publisher, laws, agreements },
      member: self.id,
      keys: () => held.keys.bulletin,
      addKey: () => held.add('bulletin'),
      rehearse: makePassingKey,
    });
    const { fourEyes } = config;
    const publishing: RowNeeds = { store, publisher, member: self.id, hash, now, newId, worker, codes, fourEyes };
    const steps = createSteps({
      ...{ ...publishing, rules, checks },
      ownAuthority: self.authority,
      ownName: self.name.zh,
      fourEyes: config.fourEyes,
      measures: config.measures,
    });
    const eraser = createEraser({
      ...{ store, publisher, erasureLedger, hash, now, logger },
      member: self.id,
      ownAuthority: self.authority,
    });
    const reissuing = createReissue({ ...publishing, ownAuthority: self.authority, fourEyes: config.fourEyes });
    const histories = createHistories({ ...publishing, agreements, logger });
    const work = createImportWork({ imports, publishing, logger });
    const questions = createQuestions({ store, member: self.id, ...config.questions, hash, now });
    const journals = createJournals({ store, version, publisher, member: self.id, now });
    const labels = buildLabels(schemas, codes);
    const worklists = createWorklists({
      ...{ store, rules, version, now },
      member: self.id,
      ownAuthority: self.authority,
      titleOf: labels.titleOf,
    });
    const explainer = createExplainer({ store, version, self, reportPeers, labels, now });
    const exporter = createExport({
      ...{ store, agreements, laws, hash, me: self.id },
      schemas: schemasByDigest(schemas),
    });
    const measures = config.measures.map((code) => ({ code, ...labelOf(codes, 'measure', code) }));
    const basis = {
      get agreement() {
        return version.agreement;
      },
      get digest() {
        return version.digest;
      },
      ...{ me: self.id, rules, measures, titleOf: labels.titleOf },
    };
    const registry = createRegistry({ store, questions, basis, now });
    const lastCalls = createLastCalls(now);
    const disks = createDiskProbe(config);
    const certificates = createCertificateProbe(tls);
    const webhook = createWebhook({
      ...{ store, now, newId, logger, ...config.webhook },
      ...{
        member: self.id,
        issuer: self.issuer,
        key: async () => (await federation.keysForRequests())[0] ?? keys.bulletin,
      },
      fetch: outboundToWebhook.fetch,
    });
    const alarms = createAlarms({
      ...{ store, version, now, newId, logger, ...config.alarms, tell: webhook.tell },
      readState: createAlarmReading({
        ...{ store, watch: store.watch, me: self.id, reportPeers, now },
        listUnreadable: () => listUnreadable(agreements, byDigest),
        lookAtLock: createLockWatch(federation.lockState, now),
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
      ...{ config, schemas, rules, agreements, version, self, store, laws, reportPeers, lastCalls, alarms, now },
      fetch: world.fetch ?? outbound.fetch,
      clientOf: ({ id }) => federation.members.client(id),
    });
    const parts = {
      config,
      schemas,
      codes,
      labels,
      rules,
      self,
      agreements,
      version,
      callers,
      laws,
      reportKeys,
      store,
      tokens,
      sessions,
      imports,
      publishing,
      work,
      questions,
      journals,
      registry,
      steps,
      reissuing,
      worklists,
      eraser,
      histories,
      federation,
      reportVersions,
      keyChanges,
      refreshKeys: held.refresh,
      gate,
      reportPeers,
      metrics,
      tls,
      explainer,
      exporter,
      alarms,
      webhook,
      doctor,
      lastCalls,
      now,
      newId,
      hash,
      verifySignature,
      logger,
    };
    return {
      ...parts,
      app: createApp(parts, (limits) => createConsole(parts, limits)),
      async close(): Promise<void> {
        await federation.settled();
        await work.settled();
        await histories.stop();
        await outbound.close();
        await outboundToWebhook.close();
        await store.close();
        await held.close();
      },
    };
  } catch (error) {
    await store.close();
    await held.close();
    throw error;
  }
}

/** Whose address that is. */
function memberAt({ members }: Agreement, url: string): string | undefined {
  const { origin } = new URL(url);
  return members.find(({ endpoint }) => new URL(endpoint).origin === origin)?.id;
}

/** A receiver of alarms says yes or no, in a few bytes and soon. */
function webhookBounds(url: string | undefined) {
  const origins = new Set(url === undefined ? [] : [new URL(url).origin]);
  return {
    ...{ allowedOrigins: () => origins, greatestAnswerBytes: 64 * 1024, connectionsPerOrigin: 1 },
    ...{ headersTimeoutMs: 10_000, bodyTimeoutMs: 10_000, totalTimeoutMs: 20_000 },
  };
}
