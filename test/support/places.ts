/**
 * Nodes as their operators run them: keys, a signed agreement and a configuration file for each, on free ports of
 * loopback, every node a process of its own.
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agreement, Member } from '../../node/agreement/agreement.ts';
import { joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import { createNewId, random } from '../../node/crypto.ts';
import { createKeys, type KeySet, publicKeysOf } from '../../node/keys.ts';
import { createTokens, type Role } from '../../node/registry/tokens.ts';
import { openStore } from '../../node/store/store.ts';
import { sampleAgreement } from './agreement.ts';
import { hash } from './crypto.ts';
import { findFreePort } from './ports.ts';
import { type NodeProcess, startProcess } from './process.ts';

/** Where one member's node lives. */
export interface Place {
  id: string;
  /** Where it listens, and its endpoint in the agreement unless that was changed. */
  url: string;
  port: number;
  member: Member;
  keys: KeySet;
  /** Its own folder: keys, database, configuration. */
  folder: string;
  configFile: string;
  /** The process that runs, once started. */
  running: NodeProcess;
  /** Starts the node, anew after it ended; `preload` names a module that it loads before its own. */
  start(options?: { preload?: string }): Promise<NodeProcess>;
  /** A token's secret, written into the store before the node starts. */
  createToken(role: Role): Promise<string>;
}

export interface Places {
  folder: string;
  agreement: Agreement;
  place(id: string): Place;
  /** Prepares a place for another member, which starts from that file of versions; nothing is signed or started. */
  add(member: Omit<Member, 'endpoint' | 'keys'>, versions: string): Promise<Place>;
  /** Ends every process and removes the folder. */
  close(): Promise<void>;
}

export interface PlacesOptions {
  scheme?: 'http' | 'https';
  /** Changes the agreement before it is signed by all. */
  change?: (agreement: Agreement) => void;
  /** Laid over a member's configuration file. */
  configure?: (id: string, folder: string) => object | Promise<object>;
}

/** Prepares a place for every member of the sample agreement; nothing is started. */
export async function preparePlaces({
  scheme = 'http',
  change = () => {},
  configure = () => ({}),
}: PlacesOptions = {}): Promise<Places> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-places-'));
  const keys = new Map<string, KeySet>();
  const ports = new Map<string, number>();
  for (const { id } of sampleAgreement().members) {
    await mkdir(join(folder, id));
    keys.set(id, await createKeys(join(folder, id, 'keys')));
    ports.set(id, await findFreePort());
  }
  const agreement = sampleAgreement((given) => {
    for (const member of given.members) {
      const { log, witness, ...jwks } = publicKeysOf(keys.get(member.id) as KeySet, member); // made above
      member.endpoint = `${scheme}://127.0.0.1:${ports.get(member.id)}`;
      member.keys = { ...jwks, log: log.text, witness: witness.text };
    }
    change(given);
  });
  const signed = await Promise.all([...keys.values()].map((key) => signAgreement(agreement, key.agreement.signer)));
  await writeFile(join(folder, 'agreement.json'), JSON.stringify(signed.reduce(joinSignatures)));
  const places = new Map<string, Place>();
  const configFor = async (id: string, port: number, versions: string) => ({
    ...{ member: id, listen: { port }, database: 'sqlite:huxin.db', keys: 'keys' },
    ...{ agreement: versions, log: { level: 'debug' } },
    rates: { callerPerMinute: 1_000_000 }, // tests ask again and again until something is so
    ...(await configure(id, join(folder, id))),
  });
  for (const member of agreement.members) {
    const port = ports.get(member.id) as number; // made above
    const url = `${scheme}://127.0.0.1:${port}`;
    const place = preparePlace({
      url,
      port,
      member,
      keys: keys.get(member.id) as KeySet,
      folder: join(folder, member.id),
    });
    const config = await configFor(member.id, port, '../agreement.json');
    await writeFile(place.configFile, JSON.stringify(config)); // JSON is YAML
    places.set(member.id, place);
  }
  return {
    folder,
    agreement,
    place: (id) => places.get(id) as Place,
    async add(given, versions) {
      const { id } = given;
      await mkdir(join(folder, id));
      const made = await createKeys(join(folder, id, 'keys'));
      const { log, witness, ...jwks } = publicKeysOf(made, given);
      const port = await findFreePort();
      const url = `${scheme}://127.0.0.1:${port}`;
      const member = { ...given, endpoint: url, keys: { ...jwks, log: log.text, witness: witness.text } };
      const place = preparePlace({ url, port, member, keys: made, folder: join(folder, id) });
      await writeFile(place.configFile, JSON.stringify(await configFor(id, port, versions)));
      places.set(id, place);
      return place;
    },
    async close() {
      await Promise.all([...places.values()].map((place) => place.running?.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function preparePlace(given: Pick<Place, 'url' | 'port' | 'member' | 'keys' | 'folder'>): Place {
  const { member, folder } = given;
  const configFile = join(folder, 'huxin.yaml');
  const place: Place = {
    ...{ ...given, id: member.id, configFile },
    running: undefined as never, // until it is started
    async start(options) {
      place.running = await startProcess(configFile, options);
      return place.running;
    },
    async createToken(role) {
      const store = await openStore(`sqlite:${join(folder, 'huxin.db')}`);
      const now = () => new Date();
      const tokens = createTokens({ store: store.tokens, now, newId: createNewId(now), random, hash });
      const { secret } = await tokens.create({ role, authority: member.authority, person: '0001' });
      await store.close();
      return secret;
    },
  };
  return place;
}
