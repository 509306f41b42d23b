/**
 * Several nodes in one process, each with its own store, keys and real listening server on loopback. Only clock and
 * logger may be replaced; what passes between the nodes passes over HTTP.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement, type Member, originOf } from '../../node/agreement/agreement.ts';
import { joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import type { Logger, Now } from '../../node/base/ports.ts';
import { compose, type Node, type World } from '../../node/compose.ts';
import type { Config } from '../../node/config.ts';
import { createNewId } from '../../node/crypto.ts';
import { type Listening, listen, type PemPair, showCertificate } from '../../node/http/listen.ts';
import { createKeys, type KeySet, publicKeysOf } from '../../node/keys.ts';
import type { Role } from '../../node/registry/tokens.ts';
import { shippedSchemas } from '../../node/shipped.ts';
import { loadTls, type TlsFiles } from '../../node/tls.ts';
import { sampleAgreement } from './agreement.ts';
import type { Engine } from './engines.ts';
import { makePair, writePair } from './tls.ts';

type Server = Listening['server'];

export interface NetworkOptions {
  /** Which members' nodes run; the agreement always has all four. */
  running?: readonly string[];
  /** Whether log keys wait for the other members, as in earnest; tests mostly run some members only. */
  locked?: boolean;
  /** Whether they hear that another's log grew, and then pull it by themselves; without that a test says who pulls when. */
  hears?: boolean;
  /** SQLite unless told otherwise. */
  engine?: Engine;
  now?: Now;
  logger?: Logger;
  /** Laid over every node's configuration. */
  config?: Partial<Config>;
  /** Spoils or bends the agreement before it is signed. */
  change?: (agreement: Agreement) => void;
  /** Whether they speak TLS and know each other by the pins of the agreement. */
  tls?: boolean;
}

/** A node that listens. */
export interface RunningNode {
  id: string;
  /** Where it listens, and its endpoint in the agreement. */
  url: string;
  config: Config;
  keys: KeySet;
  node: Node;
  /** A token's secret; the authority is the province's own unless given. */
  createToken(role: Role, authority?: string): Promise<string>;
  /** Stops the node and leaves its store, as a shutdown does. */
  stop(): Promise<void>;
  /** Composes it anew with its configuration, at the same address. */
  restart(): Promise<void>;
}

export interface Network {
  agreement: Agreement;
  /** The clock of its nodes. */
  now: Now;
  /** By member id. */
  nodes: ReadonlyMap<string, RunningNode>;
  node(id: string): RunningNode;
  /** The private keys of any member, whether or not its node runs. */
  keysOf(id: string): KeySet;
  /** Lets another handler answer at a member's address; undefined lets nobody answer. */
  answerAs(id: string, handler: RequestListener | undefined): void;
  /** Breaks every connection to a member's address. */
  cut(id: string): void;
  /** Puts another certificate in place of a running node's own and has it read again, as SIGHUP does. */
  renewCertificate(id: string, pair: PemPair): Promise<void>;
  /** Makes keys and an address for a member that is to join, and what the agreement then says of it; its node does not run yet. */
  invite(who: Pick<Member, 'id' | 'name' | 'authority' | 'issuer'>): Promise<Member>;
  /** Starts the node of a member that the agreement has by now, with all versions that bind. */
  start(id: string): Promise<RunningNode>;
  /** Rounds of everyone with everyone, until nothing new comes; at most so many. */
  exchange(rounds?: number): Promise<void>;
  close(): Promise<void>;
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export async function openNetwork(options: NetworkOptions = {}): Promise<Network> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-network-'));
  const draft = sampleAgreement();
  const ids = draft.members.map(({ id }) => id);
  const running = options.running ?? ids;
  const servers = new Map<string, Server>();
  const certificates = new Map<string, TlsFiles & { pin: string }>();
  const keys = new Map<string, KeySet>();
  for (const id of ids) {
    keys.set(id, await createKeys(join(folder, id)));
    if (options.tls) {
      const files = await writePair(join(folder, id), makePair());
      const { certificate, ...pair } = await loadTls(files);
      certificates.set(id, { ...files, pin: certificate.pin });
      servers.set(id, (await listen(nobody, loopback, { pair, asks: true })).server);
    } else servers.set(id, (await listen(nobody, loopback)).server);
  }
  const agreement = sampleAgreement((given) => {
    for (const member of given.members) {
      const { log, witness, ...jwks } = publicKeysOf(keys.get(member.id) as KeySet, member);
      const { pin } = certificates.get(member.id) ?? {};
      if (pin) member.certificatePins = [pin];
      member.endpoint = urlOf(servers.get(member.id) as Server);
      member.keys = { ...jwks, log: log.text, witness: witness.text };
    }
    options.change?.(given);
  });
  const signatures = await Promise.all(
    [...keys.values()].map(({ agreement: { signer } }) => signAgreement(agreement, signer)),
  );
  const file = join(folder, 'agreement.json');
  await writeFile(file, JSON.stringify(signatures.reduce(joinSignatures)));

  const now = options.now ?? (() => new Date());
  const closing: (() => Promise<void>)[] = [];
  const nodes = new Map<string, RunningNode>();
  const start = async (id: string): Promise<RunningNode> => {
    const database = await openDatabase(options.engine, join(folder, `${id}.db`));
    const tls = certificates.get(id);
    const config: Config = {
      ...configOf(id, database.url, join(folder, id), file),
      ...(tls && {
        tls: { certificate: tls.certificate, key: tls.key, endedBy: 'node', clientCertificates: 'pinned' },
      }),
      ...options.config,
    };
    const world: World = { now, newId: createNewId(now), logger: options.logger ?? silent, onBroken: () => {} };
    const one = await run(id, config, keys.get(id) as KeySet, servers.get(id) as Server, world, {
      locked: options.locked === true,
      hears: options.hears !== false,
    });
    nodes.set(id, one);
    closing.push(() => one.stop(), database.close);
    return one;
  };
  for (const id of running) await start(id);
  const node = (id: string): RunningNode => {
    const found = nodes.get(id);
    if (!found) throw new RangeError(`${id} does not run`);
    return found;
  };
  return {
    agreement,
    now,
    nodes,
    node,
    keysOf: (id) => keys.get(id) as KeySet,
    answerAs(id, handler = (_request, response) => response.destroy()) {
      const server = servers.get(id) as Server;
      server.removeAllListeners('request');
      server.on('request', handler);
    },
    cut: (id) => servers.get(id)?.closeAllConnections(),
    async renewCertificate(id, pair) {
      await writePair(join(folder, id), pair);
      await node(id).node.tls?.reload();
      showCertificate(servers.get(id) as Server, pair);
    },
    async invite({ id, issuer, ...who }) {
      const { server } = await listen(nobody, loopback);
      servers.set(id, server);
      keys.set(id, await createKeys(join(folder, id)));
      const names = { id, issuer, origin: originOf(issuer) };
      const { log, witness, ...jwks } = publicKeysOf(keys.get(id) as KeySet, names);
      const member = { ...names, ...who, endpoint: urlOf(server) };
      return { ...member, keys: { ...jwks, log: log.text, witness: witness.text } };
    },
    async start(id) {
      const [other] = nodes.values();
      const versions = (other as RunningNode).node.agreements.inForce().map(({ jws }) => jws); // one runs at least
      await writeFile(file, JSON.stringify(versions));
      return start(id);
    },
    async exchange(rounds = 4) {
      for (let i = 0; i < rounds; i++) {
        for (const one of nodes.values()) {
          await Promise.all([...nodes.keys()].filter((id) => id !== one.id).map((id) => one.node.federation.pull(id)));
        }
        for (const one of [...nodes.values(), ...nodes.values()]) await one.node.federation.settled(); // who was told last asks the first
      }
    },
    async close() {
      for (const close of closing) await close();
      await Promise.all([...servers.values()].map(shut));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(
  id: string,
  config: Config,
  keys: KeySet,
  server: Server,
  world: World,
  { locked, hears }: { locked: boolean; hears: boolean },
): Promise<RunningNode> {
  let stopped = false;
  const begin = async (config: Config): Promise<Node> => {
    const node = await compose(config, world);
    server.removeAllListeners('request');
    server.on('request', hears ? node.app : deaf(node.app));
    if (!locked) node.gate.open(); // most tests run some members only
    await node.federation.start();
    await node.work.resume();
    return node;
  };
  const one: RunningNode = {
    id,
    url: urlOf(server),
    config,
    keys,
    node: await begin(config),
    async createToken(role, authority = one.node.self.authority) {
      return (await one.node.tokens.create({ role, authority, person: '0001' })).secret;
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      server.removeAllListeners('request');
      server.on('request', (_request, response) => response.destroy());
      await one.node.close();
    },
    async restart() {
      await one.stop();
      one.node = await begin(one.config);
      stopped = false;
    },
  };
  return one;
}

/** Lets everything through but the hints that a log grew. */
function deaf(app: RequestListener): RequestListener {
  return (request, response) =>
    request.url === '/federation/v1/announcements' ? response.destroy() : app(request, response);
}

/** The configuration of a member's node; paths of its database, key folder and agreement. */
export function configOf(member: string, database: string, keys: string, agreement: string): Config {
  const schemas = shippedSchemas();
  return {
    member,
    listen: { host: '127.0.0.1', port: 0 },
    noProxy: [],
    database,
    keys,
    signers: { timeoutMs: 10_000 },
    agreement,
    erasures: `${keys}-erasures.ndjson`,
    schemas,
    codes: join(schemas, '../config/codes.yaml'),
    rules: join(schemas, '../config/rules'),
    holidays: join(schemas, '../config/holidays'),
    imports: { greatestFileBytes: 64 * 1024 * 1024, greatestUnpackedBytes: 256 * 1024 * 1024 },
    fourEyes: [],
    measures: ['M1', 'M2', 'M5'],
    questions: { keepYears: 10 },
    rates: { callerPerMinute: 100_000, peerPerMinute: 100_000 },
    metrics: { open: false },
    alarms: { diskFreeBytes: 1, certificateDays: 30 },
    webhook: {},
    logLevel: 'silent',
  };
}

async function openDatabase(
  engine: Engine | undefined,
  path: string,
): Promise<{ url: string; close(): Promise<void> }> {
  return engine ? engine.open() : { url: `sqlite:${path}`, close: async () => {} };
}

const loopback = { host: '127.0.0.1', port: 0 };

/** Before a node is composed behind it. */
const nobody: RequestListener = (_request, response) => response.destroy();

function urlOf(server: Server): string {
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a TCP port
}

function shut(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
