/** What nodes of a release said to each other (test/vectors/wire), set before a node of today. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agreement } from '../../node/agreement/agreement.ts';
import type { GeneralJws } from '../../node/agreement/signatures.ts';
import { parseBase64url, parseUtf8 } from '../../node/base/bytes.ts';
import type { Fetch } from '../../node/base/ports.ts';
import type { Receipt } from '../../node/bulletin/types/receipt.ts';
import { compose, type Node } from '../../node/compose.ts';
import { createNewId } from '../../node/crypto.ts';
import { listen } from '../../node/http/listen.ts';
import { type KeyUse, writeKeyFile } from '../../node/key-file.ts';
import { parseRecordId, type RecordId } from '../../node/registry/record.ts';
import { ed25519FromSeed } from './crypto.ts';
import { configOf, silent } from './network.ts';
import { claimsOf } from './receipts.ts';
import { readVector } from './vectors.ts';

export interface Exchange {
  /** Instant by the clock of both. */
  at: string;
  /** Member id of the one that is called. */
  to: string;
  request: { method: string; path: string; headers: Record<string, string>; body?: string };
  answer: { status: number; contentType: string; body: string };
}

/** What the puller made of the log. */
export interface Judgement {
  entries: { index: number; word?: string; code?: string; hasContent: boolean; erased?: string }[];
  receipts: Receipt[];
  /** By record id. */
  states: Record<string, string>;
}

export interface Recording {
  agreement: GeneralJws;
  keys: { seeds: Record<string, Record<KeyUse, string>> };
  pulls: { member: string; of: string; pulls: { at: string; exchanges: Exchange[]; judgement: Judgement }[] };
  requests: { member: string; requests: Exchange[] };
  pages: { at: string; exchanges: Exchange[]; judgement: Judgement };
}

export function readRecording(release: string): Recording {
  const read = <T>(name: string) => readVector<T>(`wire/${release}/${name}`);
  return {
    agreement: read('agreement'),
    keys: read('keys'),
    pulls: read('pulls'),
    requests: read('requests'),
    pages: read('pages'),
  };
}

export function agreementOf({ agreement }: Recording): Agreement {
  return JSON.parse(parseUtf8(parseBase64url(agreement.payload) ?? new Uint8Array()) ?? '') as Agreement; // it was signed
}

/** A node of today with the keys, the agreement and the clock of the recording; only the replayed member answers it. */
export interface ReplayNode {
  node: Node;
  /** Turns the clock. */
  turn(at: string): void;
  now: () => Date;
  /** What the other members answer from now on; a page of entries is found by where it begins. */
  replay(exchanges: readonly Exchange[]): void;
  /** Calls that the recording does not answer. */
  unanswered: string[];
  /** Sends a recorded request over HTTP. */
  send(request: Exchange['request']): Promise<Exchange['answer']>;
  /** One round with that member. */
  pull(from: string): Promise<void>;
  judge(records: readonly string[]): Promise<Judgement>;
  close(): Promise<void>;
}

export async function openReplay(recording: Recording, member: string): Promise<ReplayNode> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-wire-'));
  const keys = join(folder, member);
  await mkdir(keys, { mode: 0o700 });
  for (const [use, seed] of Object.entries(recording.keys.seeds[member] ?? {}))
    await writeKeyFile(join(keys, `${use}.json`), use as KeyUse, ed25519FromSeed(seed)); // each is one of the uses
  const file = join(folder, 'agreement.json');
  await writeFile(file, JSON.stringify(recording.agreement));

  let at = recording.pulls.pulls[0]?.at ?? '';
  let exchanges: readonly Exchange[] = [];
  const unanswered: string[] = [];
  const now = () => new Date(at);
  const replaying = createServer((request, response) => {
    const found = exchanges.find(answers(request.method ?? '', request.url ?? ''));
    if (!found) unanswered.push(`${request.method} ${request.url}`);
    const { status, contentType, body } = found?.answer ?? notFound;
    response.writeHead(status, { 'content-type': contentType }).end(body);
  });
  await new Promise<void>((resolve) => replaying.listen(0, '127.0.0.1', resolve));
  const { port } = replaying.address() as { port: number };
  const fetchReplayed: Fetch = async (url, { method, headers, body }) => {
    const { pathname } = new URL(url);
    if (method === 'POST') throw new Error('the recording takes no announcements');
    const answer = await fetch(`http://127.0.0.1:${port}${pathname}`, { method, headers, ...(body && { body }) });
    // the recorded clock, not the server's
    return { status: answer.status, headers: { get: () => null }, body: new Uint8Array(await answer.arrayBuffer()) };
  };
  const config = configOf(member, `sqlite:${join(folder, 'node.db')}`, keys, file);
  const world = { now, newId: createNewId(now), logger: silent, fetch: fetchReplayed, onBroken: () => {} };
  const node = await compose(config, world);
  node.gate.open(); // nobody could be asked
  await node.federation.start();
  const { server, url } = await listen(node.app, { host: '127.0.0.1', port: 0 });
  const { store, federation, self } = node;

  const entriesOf = async (origin: string) => {
    const log = await store.log.findLog(origin);
    return log ? store.log.listEntries(log.id, 0, log.size) : [];
  };
  return {
    ...{ node, now, unanswered },
    turn: (to) => {
      at = to;
    },
    replay: (next) => {
      exchanges = next;
    },
    async send({ method, path, headers, body }) {
      const answer = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) });
      const contentType = answer.headers.get('content-type') ?? '';
      return { status: answer.status, contentType, body: await answer.text() };
    },
    async pull(from) {
      await federation.pull(from);
      await federation.settled();
    },
    async judge(records) {
      const { origin = '' } = agreementOf(recording).members.find(({ id }) => id === recording.pulls.of) ?? {};
      const entries = (await entriesOf(origin)).map(({ index, word, code, content, erased }) => ({
        ...{ index, hasContent: content !== undefined },
        ...{ ...(word && { word }), ...(code && { code }), ...(erased && { erased: erased.ground }) },
      }));
      const said = (await entriesOf(self.origin)).map((entry) => claimsOf(entry).events);
      const receipts = said.flatMap((events) => (events['urn:huxin:bulletin:receipt:1'] as Receipt | undefined) ?? []);
      const states: Record<string, string> = {};
      for (const record of records) {
        const steps = await store.registry.listRecordSteps(parseRecordId(record) as RecordId); // the recording's
        states[record] = steps.at(-1)?.state ?? '';
      }
      return { entries, receipts, states };
    },
    async close() {
      for (const one of [server, replaying]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const notFound = { status: 404, contentType: 'application/problem+json', body: '{"code":"api/not-found"}' };

/** The same call, or a page of entries that begins where the call begins and does not go beyond its end. */
function answers(method: string, path: string): (exchange: Exchange) => boolean {
  const [start, from, to] = splitRange(path);
  return ({ request }) => {
    if (request.method !== method) return false;
    if (request.path === path) return true;
    const [recorded, first, end] = splitRange(request.path);
    return start !== undefined && recorded === start && first === from && Number(end) <= Number(to);
  };
}

function splitRange(path: string): (string | undefined)[] {
  return (/^(.*\/entries)\/(\d+)\/(\d+)$/.exec(path) ?? []).slice(1);
}
