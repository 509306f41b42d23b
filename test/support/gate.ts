/**
 * A gate before a member's node, at its endpoint in the agreement: by who calls, which the call's signature names, it lets
 * pass, cuts, drips an answer that never ends, or answers what the test likes.
 */

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseBase64url, parseUtf8 } from '../../node/base/bytes.ts';

/** A function answers in the node's place. */
export type Treatment = 'pass' | 'cut' | 'drip' | ((answer: ServerResponse, call: IncomingMessage) => void);

export interface Gate {
  /** Where it listens. */
  url: string;
  /** Where it leads. */
  target: string;
  /** What becomes of a call by that issuer to that path. */
  treat: (issuer: string, path: string) => Treatment;
  /** Answers that drip at this moment. */
  dripping(): number;
  /** Ends every answer that drips. */
  release(): void;
  close(): Promise<void>;
}

export async function openGate(): Promise<Gate> {
  const drips = new Set<ServerResponse>();
  const gate = { target: '', treat: (): Treatment => 'pass' } as unknown as Gate;
  const server = createServer((call, answer) => {
    const treatment = gate.treat(issuerOf(call), call.url ?? '');
    if (treatment === 'cut') return void call.socket.destroy();
    if (treatment === 'drip') return drip(answer, drips);
    if (treatment !== 'pass') return treatment(answer, call);
    const url = `${gate.target}${call.url}`;
    const onward = request(url, { method: call.method ?? 'GET', headers: call.headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => call.socket.destroy());
    call.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gate.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gate.dripping = () => drips.size;
  gate.release = () => {
    for (const answer of drips) answer.destroy();
  };
  gate.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return gate;
}

/** A piece now and then, sooner than whoever waits gives up on it. */
function drip(answer: ServerResponse, drips: Set<ServerResponse>): void {
  drips.add(answer);
  answer.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => answer.write(' '), 250);
  answer.once('close', () => {
    clearInterval(timer);
    drips.delete(answer);
  });
}

function issuerOf({ headers }: IncomingMessage): string {
  const [, payload = ''] = headers.authorization?.split('.') ?? [];
  try {
    return String((JSON.parse(parseUtf8(parseBase64url(payload) ?? new Uint8Array()) ?? '') as { iss?: unknown }).iss);
  } catch {
    return '';
  }
}
