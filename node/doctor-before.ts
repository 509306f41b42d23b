/**
 * `huxin doctor` before the start: configuration, keys, agreement, store, disk, certificate, address, and the others as
 * they answer now. Writes nothing, migrates nothing, starts nothing.
 */

import { createServer } from 'node:net';
import { createAddresses } from './addresses.ts';
import type { Member } from './agreement/agreement.ts';
import { type Agreements, createAgreements } from './agreement/agreements.ts';
import type { AgreementStore, StoredAgreement } from './agreement/ports.ts';
import { cureOf } from './base/cures.ts';
import type { Fetch, NewId, Now } from './base/ports.ts';
import { isProblem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import { formatInstant } from './base/time.ts';
import { type Config, type ConfigMistake, loadConfig } from './config.ts';
import { createNewId, hash, verifySignature } from './crypto.ts';
import { missingTypes } from './doctor.ts';
import { examineMembers } from './doctor-calls.ts';
import {
  examine,
  examineCertificate,
  examinePending,
  examineRuntime,
  examineStore,
  openAndExamineKeys,
  verdictOf,
} from './doctor-probes.ts';
import { decideHolidays } from './federation/check-machine.ts';
import { decideAgreement } from './federation/check-node.ts';
import { decideClock } from './federation/check-peers.ts';
import { decidePins } from './federation/check-pins.ts';
import { type Check, type CheckUp, inOrder, type Verdict } from './federation/check-up.ts';
import { createClient } from './federation/client.ts';
import { signRequest } from './federation/request.ts';
import { chooseListed, type NodeKeys } from './keys.ts';
import { createOutbound } from './outbound.ts';
import { loadRules } from './rules-files.ts';
import { loadSchemas } from './shipped.ts';
import { loadTls } from './tls.ts';
import { bringInForce, findSelf } from './versions.ts';

export interface BeforeNeeds {
  now: Now;
  /** Of tests; the node's own way out when absent. */
  fetch?: Fetch;
}

export async function examineBefore(configFile: string, { now, fetch }: BeforeNeeds): Promise<CheckUp> {
  const at = formatInstant(now());
  const { config, checks: read } = readConfig(configFile);
  const runtime = await examineRuntime();
  if (!config) return { at, checks: inOrder([...read, ...runtime]) };
  const { checks: law, agreements, self } = await examineAgreement(config, now);
  const { checks: keyChecks, held } = await openAndExamineKeys(config, self, now);
  const pins = self?.certificatePins ?? [];
  const own = await Promise.all([
    examineStore(config, false),
    examineCertificate(config, pins, now),
    examine('certificate', () =>
      decidePins({ members: agreements?.live.agreement.members ?? [], me: config.member, tls: config.tls }),
    ),
    examine('address', () => tryToListen(config)),
    examine('configuration', () => [decideHolidays(readYears(config), now())]).then((found) =>
      found.map(
        (one): Check => ({
          ...one,
          about: one.grade === 'problem' && one.cure === undefined ? 'configuration' : 'holidays',
        }),
      ),
    ),
  ]);
  const needs = { now, ...(fetch && { fetch }) };
  const others = agreements && self ? await examineOthers(config, agreements, self, held?.keys, needs) : [];
  await held?.close();
  return { at, checks: inOrder([...read, ...runtime, ...law, ...keyChecks, ...own.flat(), ...others]) };
}

function readConfig(file: string): { config?: Config; checks: Check[] } {
  try {
    const config = loadConfig(file);
    const found = { zh: `${file} 可用，成员 ${config.member}`, en: `${file} is in order, for member ${config.member}` };
    return { config, checks: [{ about: 'configuration', grade: 'ok', found }] };
  } catch (error) {
    const mistakes =
      isProblem(error) && Array.isArray(error.facts.mistakes) ? (error.facts.mistakes as ConfigMistake[]) : [];
    if (mistakes.length === 0) return { checks: [{ about: 'configuration', ...verdictOf(error) }] };
    const { cure } = cureOf('config/invalid');
    const checks = mistakes.map(({ file: place, line, column, zh, en }): Check => {
      const where = [place, line, column].filter((part) => part !== undefined).join(':');
      return {
        about: 'configuration',
        grade: 'problem',
        found: { zh: `${where}：${zh}`, en: `${where}: ${en}` },
        cure,
      };
    });
    return { checks };
  }
}

async function examineAgreement(
  config: Config,
  now: Now,
): Promise<{ checks: Check[]; agreements?: Agreements; self?: Member }> {
  let found: { agreements: Agreements; self: Member } | undefined;
  const checks = await examine('agreement', async () => {
    const schemas = loadSchemas(config.schemas);
    const form = compileSchema(schemas.get('agreement') ?? {});
    const agreements = createAgreements({ store: inMemory(), hash, form, verifySignature, now });
    const { agreement } = await bringInForce(agreements, config.agreement);
    found = { agreements, self: findSelf(agreements, config.member) };
    return [decideAgreement(agreement, now(), missingTypes(agreement, schemas))];
  });
  return { checks: [...checks, ...(found ? await examinePending(found.agreements, now) : [])], ...found };
}

/** The file's versions for as long as the doctor looks; the node's own store is left alone. */
function inMemory(): AgreementStore {
  const held = new Map<string, StoredAgreement>();
  return {
    findAgreement: async (digest) => held.get(digest),
    listAgreements: async () => [...held.values()].sort((a, b) => a.version - b.version),
    putAgreement: async (one) => void held.set(one.digest, one),
  };
}

function readYears({ rules, holidays, schemas }: Config): ReadonlySet<number> {
  return loadRules({ rules, holidays, schemas: loadSchemas(schemas) }).calendar.years;
}

/** Whether the address is free: taken for a moment, and given back. */
async function tryToListen({ listen: { host, port } }: Config): Promise<Verdict[]> {
  const server = createServer();
  try {
    await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done));
    return [{ grade: 'ok', found: { zh: `${host}:${port} 可用`, en: `${host}:${port} is free` } }];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? { zh: '已被占用', en: 'is taken' }
        : { zh: `不能监听（${code}）`, en: `cannot be listened on (${code})` };
    return [
      {
        grade: 'problem',
        found: { zh: `listen：${host}:${port} ${why.zh}`, en: `listen: ${host}:${port} ${why.en}` },
        cure: {
          zh: '若是本节点已在运行，请用 huxin doctor --node；否则改 listen.port，或停掉占用者（ss -ltnp）',
          en: 'if this node runs already, ask it: huxin doctor --node; else change listen.port or stop whoever has it (ss -ltnp)',
        },
      },
    ];
  } finally {
    if (server.listening) await new Promise((done) => server.close(done));
  }
}

/** Calls the others as the node would, with its keys and its certificate, where they can be read. */
async function examineOthers(
  config: Config,
  agreements: Agreements,
  self: Member,
  keys: NodeKeys | undefined,
  { now, fetch }: BeforeNeeds,
): Promise<Check[]> {
  const { agreement, digest } = agreements.live;
  const newId: NewId = createNewId(now);
  const listed = keys && (await chooseListed(keys, self).catch(() => undefined)); // said already
  const identity = config.tls && (await loadTls(config.tls).catch(() => undefined));
  const outbound = createOutbound({
    ...createAddresses(agreements.live),
    identity: () => identity,
    proxy: config.proxy === undefined ? undefined : { url: config.proxy, except: config.noProxy },
  });
  const way = fetch ?? outbound.fetch;
  const clientOf =
    listed &&
    (({ id: member, issuer, endpoint }: Member) => {
      const key = { signer: listed.bulletin.signer, kid: listed.bulletin.kid };
      return createClient({
        ...{ member, issuer, endpoint, fetch: way, hash },
        sign: async (target, audience, nth) =>
          nth > 0 ? undefined : signRequest(target, { ...key, issuer: self.issuer, audience, now, newId, hash }),
      });
    });
  try {
    const { checks, offsets } = await examineMembers({ agreement, digest, me: self.id, fetch: way, clientOf, now });
    return [...decideClock(offsets, agreement.exchange.alarms.clockSkewSeconds), ...checks];
  } finally {
    await outbound.close();
  }
}
