/** A member as another member's node sees it: calls that bear its signature. */

import { utf8 } from '../../node/base/bytes.ts';
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

/** The `Authorization` of one call of a member. */
export function signAs(
  network: Network,
  id: string,
  called: RunningNode,
  method: string,
  path: string,
  body?: Uint8Array,
): Promise<string> {
  const { signer, kid } = network.keysOf(id).bulletin;
  const { issuer = '' } = network.agreement.members.find((member) => member.id === id) ?? {};
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
