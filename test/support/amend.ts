/** The next version of a running network's agreement, signed by its members and brought to nodes. */

import { type Agreement, findMember } from '../../node/agreement/agreement.ts';
import { type GeneralJws, joinSignatures, signAgreement } from '../../node/agreement/signatures.ts';
import { dayOf } from '../../node/base/time.ts';
import type { KeySet } from '../../node/keys.ts';
import type { Network } from './network.ts';

/** Enough of a signed version to build the next one upon it. */
export interface Standing {
  agreement: Agreement;
  digest: string;
}

export interface AmendOptions {
  /** Who signs; by default the members of the version before, and those who join. */
  by?: readonly string[];
  /** First day; by default today. */
  from?: string;
  /** Keys of members that the network does not know. */
  keysOf?: (id: string) => KeySet | undefined;
}

/** The draft of the version after that one. */
export function draftNext(
  { agreement, digest }: Standing,
  change: (next: Agreement) => void,
  from?: string,
): Agreement {
  const { strikes: _, ...kept } = structuredClone(agreement);
  const next: Agreement = {
    ...kept,
    version: agreement.version + 1,
    previous: digest,
    effective: { ...kept.effective, from: from ?? dayOf(new Date()) },
  };
  change(next);
  return next;
}

/** The next version, signed with the agreement keys of these members. */
async function signNext(
  network: Network,
  before: Standing,
  change: (next: Agreement) => void,
  { by, from, keysOf = () => undefined }: AmendOptions = {},
): Promise<GeneralJws> {
  const next = draftNext(before, change, from);
  const joining = next.members.filter(({ id }) => !findMember(before.agreement, id));
  const signing = by ?? [...before.agreement.members, ...joining].map(({ id }) => id);
  const signed = signing.map((id) => {
    const { signer } = (keysOf(id) ?? network.keysOf(id)).agreement;
    return signAgreement(next, signer, before.agreement);
  });
  return (await Promise.all(signed)).reduce(joinSignatures);
}

/** Amends the agreement: the next version is signed and put at these nodes (by default at all that run), which adopt it. */
export async function amendNetwork(
  network: Network,
  change: (next: Agreement) => void,
  { at = [...network.nodes.keys()], ...options }: AmendOptions & { at?: readonly string[] } = {},
): Promise<GeneralJws> {
  const [first] = at;
  const before = network.node(first ?? '').node.agreements.current();
  const jws = await signNext(network, before, change, { from: dayOf(network.now()), ...options });
  for (const id of at) {
    const { agreements, federation } = network.node(id).node;
    await agreements.put(jws);
    await federation.start();
  }
  return jws;
}
