/** A member as another member's node sees it: calls that bear its signature. */

import { utf8 } from '../../node/base/bytes.ts';
import { thumbprint } from '../../node/base/jws.ts';
import type { Signer } from '../../node/base/ports.ts';
import { createNewId } from '../../node/crypto.ts';
import { signRequest } from '../../node/federation/request.ts';
import { type Api, createApi } from './api.ts';
import { hash } from './crypto.ts';
import type { Network, RunningNode } from './network.ts';

/** Calls a node as a member; `url` where the node is reached, unless at its endpoint. */
export function createPeer(network: Network, id: string, called: RunningNode, url = called.url): Api {
  return async (method, path, { body, ...more } = {}) => {
    const bytes = body === undefined || body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
    const authorization = await signAs(network, id, called, method, path, bytes);
    const headers = { ...(bytes && { 'content-type': 'application/json' }), authorization, ...more.headers };
    return createApi(url)(method, path, { ...more, ...(bytes && { body: bytes }), headers });
  };
}

/** Calls a node as an auditor of the agreement, whose key is in the test's hands. */
export function createAuditor(auditor: { id: string; signer: Signer }, called: RunningNode): Api {
  return async (method, path, { body, ...more } = {}) => {
    const bytes = body === undefined ? undefined : utf8(JSON.stringify(body));
    const who = { issuer: auditor.id, signer: auditor.signer, kid: await thumbprint(auditor.signer.publicKey) };
    const authorization = await sign(who, called, method, path, bytes);
    const headers = { ...(bytes && { 'content-type': 'application/json' }), authorization, ...more.headers };
    return createApi(called.url)(method, path, { ...more, ...(bytes && { body: bytes }), headers });
  };
}

/** The `Authorization` of one call of a member. */
export function signAs(
  network: Network,
  id: string,
  called: RunningNode,
  method: string,
  path: string,
  body?: Uint8Array,
): Promise<string> {
  const { issuer = '' } = network.agreement.members.find((member) => member.id === id) ?? {};
  return sign({ ...network.keysOf(id).bulletin, issuer }, called, method, path, body);
}

function sign(
  { signer, kid, issuer }: { signer: Signer; kid: string; issuer: string },
  called: RunningNode,
  method: string,
  path: string,
  body?: Uint8Array,
): Promise<string> {
  const now = () => new Date();
  const target = { method, url: `${called.url}${path}`, ...(body && { body }) };
  return signRequest(target, {
    signer,
    kid,
    issuer,
    audience: called.node.self.issuer,
    now,
    newId: createNewId(now),
    hash,
  });
}
