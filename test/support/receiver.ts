/** A receiver of a node's webhook: it keeps what comes, checks who says it, and can be told to fail. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compactVerify, importJWK } from 'jose';
import type { Member } from '../../node/agreement/agreement.ts';

export interface Received {
  id: string;
  /** RFC 8785 bytes as they came. */
  text: string;
  signature: string;
  message: {
    id: string;
    event: string;
    iat: number;
    node: { member: string; issuer: string };
    alarm?: { id: string; code: string; about: string; zh: string; en: string; clearedAt?: string };
  };
}

export interface Receiver {
  url: string;
  /** Everything that came, whatever was answered. */
  received: Received[];
  /** Statuses of the next answers; then 204. */
  answers: number[];
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const text = Buffer.concat(chunks).toString('utf8');
    const header = (name: string) => String(request.headers[name]);
    received.push({
      ...{ id: header('huxin-delivery'), text, signature: header('huxin-signature') },
      message: JSON.parse(text),
    });
    response.writeHead(answers.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`,
    received,
    answers,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** As docs/monitoring.md tells receivers to: the body's base64url goes between the two dots. @throws when it is not that member's word */
export async function verifyReceived({ text, signature }: Received, member: Member): Promise<void> {
  const [header, between, value] = signature.split('.');
  if (between !== '') throw new Error('the content is not detached');
  const jws = `${header}.${Buffer.from(text, 'utf8').toString('base64url')}.${value}`;
  const kid = JSON.parse(Buffer.from(header ?? '', 'base64url').toString('utf8')).kid as string;
  const { calculateJwkThumbprint } = await import('jose');
  for (const key of member.keys.bulletin) {
    if ((await calculateJwkThumbprint(key)) !== kid) continue;
    const { protectedHeader } = await compactVerify(jws, await importJWK(key, key.kty === 'EC' ? 'ES256' : 'EdDSA'));
    if (protectedHeader.typ !== 'huxin-alarm+jws') throw new Error(`typ is ${protectedHeader.typ}`);
    return;
  }
  throw new Error('signed with none of its bulletin keys');
}
