/** A witness who is no member, an audit office's say: a small server that implements add-checkpoint of C2SP tlog-witness. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { utf8 } from '../../node/base/bytes.ts';
import { parseAddCheckpoint } from '../../node/log/add-checkpoint.ts';
import { type Checkpoint, verifyCheckpoint } from '../../node/log/checkpoint.ts';
import { cosign } from '../../node/log/cosignature.ts';
import { emptyRoot } from '../../node/log/merkle.ts';
import { type Ed25519Jwk, formatVkey, parseNote, parseVkey, type Vkey } from '../../node/log/note.ts';
import { isConsistent } from '../../node/log/proof.ts';
import { ed25519FromSeed, hash, signerFrom, verifySignature } from './crypto.ts';

export interface OutsideWitness {
  name: string;
  url: string;
  vkey: Vkey;
  /** What it cosigned last, by origin. */
  last: Map<string, Checkpoint>;
  /** The statuses with which it answered, in order, and the old sizes that were asked from. */
  answers: { status: number; oldSize?: number; size?: number }[];
  /** NumericDate that it cosigns with. */
  time: () => number;
  /** Answers in its place, when it answers at all. */
  instead: ((request: IncomingMessage, response: ServerResponse, body: string) => boolean) | undefined;
  /** What its line becomes on the way out. */
  bend: (line: string) => string;
  /** Whose logs it cosigns. */
  agreement: Agreement | undefined;
  close(): Promise<void>;
}

export async function openOutsideWitness(name = 'audit.example/witness'): Promise<OutsideWitness> {
  const signer = signerFrom(ed25519FromSeed(`outside ${name}`));
  const vkey = formatVkey(hash, name, 4, signer.publicKey as Ed25519Jwk); // a seed makes Ed25519
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(request, response, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const witness: OutsideWitness = {
    ...{ name, vkey, last: new Map(), answers: [], agreement: undefined, instead: undefined },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`,
    time: () => Math.floor(Date.now() / 1000),
    bend: (line) => line,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return witness;

  async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    if (witness.instead?.(request, response, body)) return;
    const { status, text, type = 'text/plain', ...asked } = await decide(request, body);
    witness.answers.push({ status, ...asked });
    response.writeHead(status, { 'content-type': type }).end(text);
  }

  async function decide(
    { method, url }: IncomingMessage,
    body: string,
  ): Promise<{ status: number; text: string; type?: string; oldSize?: number; size?: number }> {
    if (method !== 'POST' || url !== '/submit/add-checkpoint') return { status: 404, text: '' };
    const given = parseAddCheckpoint(body);
    const note = given && parseNote(given.note);
    const member = witness.agreement?.members.find(({ origin }) => note?.text.startsWith(`${origin}\n`));
    if (!given || !note) return { status: 400, text: '' };
    if (!member) return { status: 404, text: '' };
    const { checkpoint } = await verifyCheckpoint({
      ...{ note: given.note, witnesses: [], verifySignature },
      log: parseVkey(hash, member.keys.log) as Vkey, // of the agreement
    });
    const { oldSize, proof } = given;
    const asked = { oldSize, size: checkpoint.size };
    const last = witness.last.get(checkpoint.origin) ?? { size: 0, root: emptyRoot(hash) };
    if (oldSize !== last.size) return { ...asked, status: 409, type: 'text/x.tlog.size', text: `${last.size}\n` };
    const claim = { from: oldSize, to: checkpoint.size, fromRoot: last.root, toRoot: checkpoint.root, proof };
    if (!isConsistent(hash, claim)) return { ...asked, status: 422, text: '' };
    witness.last.set(checkpoint.origin, checkpoint);
    const line = await cosign({ signer, vkey, checkpointBody: note.text, time: witness.time() });
    return {
      ...asked,
      status: 200,
      text: `— other.example ${Buffer.from(utf8('another key')).toString('base64')}\n${witness.bend(line)}\n`,
    };
  }
}
