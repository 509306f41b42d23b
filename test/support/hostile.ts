/**
 * A member's log run by hand, with its real keys, in memory: it says what an honest node would not say. Its handler takes
 * the place of the member's node (`network.answerAs`).
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Member } from '../../node/agreement/agreement.ts';
import { formatBase64, formatHex, utf8 } from '../../node/base/bytes.ts';
import type { Signer } from '../../node/base/ports.ts';
import { buildClaims, signBulletin } from '../../node/bulletin/build.ts';
import type { BulletinType, Claims } from '../../node/bulletin/bulletin.ts';
import { findTypeByName } from '../../node/bulletin/catalogue.ts';
import type { Node } from '../../node/compose.ts';
import { createNewId, random } from '../../node/crypto.ts';
import { type KeySet, publicKeysOf } from '../../node/keys.ts';
import { signCheckpoint } from '../../node/log/checkpoint.ts';
import { commitmentOf, formatLeaf } from '../../node/log/leaf.ts';
import { leafHash } from '../../node/log/merkle.ts';
import { consistencyProof, inclusionProof } from '../../node/log/proof.ts';
import { rootAt, type Tree } from '../../node/log/tile.ts';
import { sampleBody, sampleUscc } from './bulletins.ts';
import { hash } from './crypto.ts';
import type { Network } from './network.ts';
import { memoryTree } from './tree.ts';

export interface HostileEntry {
  leaf: string;
  salt: string;
  jws: string;
}

/** What is said, and how it differs from what an honest node would say. */
export interface Saying {
  type: string;
  audience?: string[];
  body?: unknown;
  txn?: string;
  uscc?: string;
  /** Laid over the claims before they are signed; undefined takes one away. */
  claims?: Record<string, unknown>;
  /** Stands in the leaf in place of `aud`. */
  leafAudience?: string[];
  /** Signs in place of the member's bulletin key; `kid` is what the header names. */
  signWith?: { signer: Signer; kid: string };
  /** Changes the compact JWS after it was signed. */
  bend?: (jws: string) => string;
}

/** Answers in place of the honest one; undefined leaves it. Text is sent as it is, all else as JSON. */
export type Lie = (call: string, ...numbers: number[]) => unknown;

const now = () => new Date();
const newId = createNewId(now);

/** A log that begins with its adoption, as every log must, and listens at its member's address. */
export async function openHostile(network: Network, id: string): Promise<HostileLog> {
  const log = new HostileLog(network, id);
  const { version } = anyNode(network);
  await log.say({ type: 'adoption', audience: ['*'], body: { agreement: version.jws } });
  network.answerAs(id, log.handler);
  return log;
}

/** A log that says one thing to whom `one` answers, and another to whom `other` does; `one` listens. */
export async function openForked(network: Network, id: string): Promise<{ one: HostileLog; other: HostileLog }> {
  const one = await openHostile(network, id);
  const other = one.fork(1);
  await one.say({ type: 'penalty' });
  await other.say({ type: 'penalty', uscc: sampleUscc(2) });
  return { one, other };
}

export class HostileLog {
  readonly member: Member;
  readonly keys: KeySet;
  readonly entries: HostileEntry[];
  /** Indexes whose content is not shown. */
  readonly withheld = new Set<number>();
  /** What is shown of an entry in place of the truth. */
  readonly shown = new Map<number, object>();
  /** Every call that came, as `entries 0 5`. */
  readonly calls: string[] = [];
  lie: Lie | undefined;
  readonly #network: Network;
  #tree: Tree | undefined;

  constructor(network: Network, id: string, entries: HostileEntry[] = []) {
    this.#network = network;
    this.member = network.agreement.members.find((one) => one.id === id) as Member; // a member of the sample agreement
    this.keys = network.keysOf(id);
    this.entries = entries;
  }

  /** Another log of the same member, with the first `size` entries of this one. */
  fork(size: number): HostileLog {
    return new HostileLog(this.#network, this.member.id, this.entries.slice(0, size));
  }

  put(entry: HostileEntry): number {
    return this.entries.push(entry) - 1;
  }

  /** Commits to any text as if it were a bulletin. */
  putText(jws: string, audience: string[]): number {
    const salt = random(32);
    const leaf = formatLeaf({ commitment: commitmentOf(hash, salt, jws), audience });
    return this.put({ leaf, salt: formatBase64(salt), jws });
  }

  async say(saying: Saying): Promise<{ index: number; jti: string; txn: string }> {
    const { type: name, audience = ['320000', '330000'], signWith = this.keys.bulletin } = saying;
    const type = findTypeByName(name) as BulletinType; // a type of the catalogue
    const record = { txn: saying.txn ?? newId(), uscc: saying.uscc ?? sampleUscc(1) };
    const draft = { type, audience, record, body: saying.body ?? sampleBody(name) };
    const { digest } = anyNode(this.#network).version;
    const after = this.entries.findLastIndex(({ leaf }) => leaf.endsWith('\n*\n'));
    const agreement = after < 0 ? { digest } : { digest, after };
    const honest = buildClaims(draft, { issuer: this.member.issuer, agreement, now, newId });
    const claims = JSON.parse(JSON.stringify({ ...honest, ...saying.claims })) as Claims; // or what is sent in their place
    const signed = await signBulletin(signWith.signer, signWith.kid, claims);
    const jws = saying.bend?.(signed) ?? signed;
    return { index: this.putText(jws, saying.leafAudience ?? audience), jti: claims.jti, txn: record.txn };
  }

  /** The signed checkpoint over the first `size` entries. */
  async note(size = this.entries.length): Promise<string> {
    const { origin } = this.member;
    const root = await rootAt(await this.tree(), size);
    return signCheckpoint(this.keys.log.signer, publicKeysOf(this.keys, this.member).log, { origin, size, root });
  }

  async tree(): Promise<Tree> {
    if (this.#tree?.size === this.entries.length) return this.#tree;
    const { tree, append } = memoryTree();
    await append(this.entries.map(({ leaf }) => leafHash(hash, utf8(leaf))));
    this.#tree = tree;
    return tree;
  }

  readonly handler: RequestListener = (request, response) => void this.#answer(request, response);

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [, , , ...path] = (request.url ?? '').split('/');
      const isLog = path[0] === 'logs';
      const [call = '', ...numbers] = isLog ? path.slice(2) : path;
      this.calls.push([call, ...numbers].join(' '));
      if (isLog && path[1] !== formatHex(hash(utf8(this.member.origin)))) return send(response, {}, 404);
      const given = numbers.map(Number);
      send(response, (await this.lie?.(call, ...given)) ?? (await this.#tell(call, given)));
    } catch {
      send(response, {}, 500);
    }
  }

  async #tell(call: string, [a = 0, b = 0]: number[]): Promise<unknown> {
    if (call === 'checkpoints') return { checkpoints: [{ origin: this.member.origin, note: await this.note() }] };
    if (call === 'checkpoint') return this.note();
    if (call === 'consistency') return { proof: (await consistencyProof(await this.tree(), a, b)).map(formatBase64) };
    if (call === 'inclusion') return { proof: (await inclusionProof(await this.tree(), a, b)).map(formatBase64) };
    if (call !== 'entries') return {};
    return { entries: this.entries.slice(a, b).map((entry, i) => this.#show(entry, a + i)), next: b };
  }

  #show({ leaf, salt, jws }: HostileEntry, index: number): object {
    return this.withheld.has(index) ? { leaf } : { leaf, salt, jws, ...this.shown.get(index) };
  }
}

function anyNode(network: Network): Node {
  const [one] = network.nodes.values();
  if (!one) throw new RangeError('no node runs');
  return one.node;
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  response.statusCode = status;
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
