/** Every part of a node is built here, once; tests build from here too. Opens the store, starts nothing. */

import { createAddresses, memberAt } from './addresses.ts';
import { findMember } from './agreement/agreement.ts';
import { createAgreements } from './agreement/agreements.ts';
import type { Fetch, Logger, NewId, Now } from './base/ports.ts';
import { isProblem, Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { buildLabels } from './bulletin/labels.ts';
import { labelOf, readCodes } from './code-lists.ts';
import { composeWatch } from './compose-watch.ts';
import type { Config } from './config.ts';
import { createConsole } from './console/console.ts';
import { hash, random, verifySignature } from './crypto.ts';
import { openErasureLedger } from './erasure-ledger.ts';
import { createExport } from './evidence/export.ts';
import { createCallers } from './federation/callers.ts';
import { watchClocks } from './federation/clocks.ts';
import { createExplainer } from './federation/explain.ts';
import { createFederation } from './federation/federation.ts';
import { createHistories } from './federation/history.ts';
import { createImportWork } from './federation/import-work.ts';
import { createJournals } from './federation/journal.ts';
import { createKeyChanges } from './federation/key-change.ts';
import { createKeyReports } from './federation/key-report.ts';
import { createLaws } from './federation/law.ts';
import { createEraser } from './federation/publish-erasure.ts';
import type { RowNeeds } from './federation/publish-rows.ts';
import { createReissue } from './federation/reissue.ts';
import { replayErasures } from './federation/replay-erasures.ts';
import { createPeerReports } from './federation/report.ts';
import { createSteps } from './federation/steps.ts';
import { createVersionReports } from './federation/versions.ts';
import { createWorklists } from './federation/worklist.ts';
import { createApp } from './http/app.ts';
import { chooseListed, makePassingKey } from './keys.ts';
import { createGate } from './log/gate.ts';
import { createLedger } from './log/ledger.ts';
import { openKeys } from './open-keys.ts';
import { createOutbound } from './outbound.ts';
import { createImports } from './registry/imports.ts';
import { createQuestions } from './registry/questions.ts';
import { createRegistry } from './registry/registry.ts';
import { createSessions } from './registry/sessions.ts';
import { createTokens } from './registry/tokens.ts';
import { loadRules } from './rules-files.ts';
import { loadSchemas } from './shipped.ts';
import { openStore } from './store/store.ts';
import { isPinned, openTls } from './tls.ts';
import { bringInForce, compileChecks, findSelf, schemasByDigest } from './versions.ts';

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
    const watch = composeWatch({
      ...{ config, schemas, rules, agreements, byDigest, version, self, store, laws, federation },
      ...{ reportPeers, worklists, tls, proxy, now, newId, logger },
      fetch: world.fetch ?? outbound.fetch,
      key: async () => (await federation.keysForRequests())[0] ?? keys.bulletin,
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
      ...watch.parts,
      tls,
      explainer,
      exporter,
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
        await watch.close();
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
