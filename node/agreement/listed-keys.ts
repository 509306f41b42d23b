/** Every key that an agreement lists, by its thumbprint: what people compare before they trust one. */

import { thumbprint } from '../base/jws.ts';
import type { Hash } from '../base/ports.ts';
import { parseVkey } from '../log/note.ts';
import type { MemberKeys } from './agreement.ts';
import type { Unsigned } from './contradictions.ts';

/** One key. */
export interface ListedKey {
  /** Member id, auditor id or name of the outside witness. */
  owner: string;
  use: 'agreement' | 'bulletin' | 'log' | 'witness' | 'auditor';
  /** RFC 7638, of a vkey too: 43 characters of base64url. */
  thumbprint: string;
  /** Name in the vkey, of log and witness keys. */
  name?: string;
}

/** Those of members, then of outside witnesses, then of auditors, each in the agreement's order. */
export async function listKeys(agreement: Unsigned, hash: Hash): Promise<ListedKey[]> {
  const ofVkey = async (owner: string, use: 'log' | 'witness', text: string): Promise<ListedKey[]> => {
    const vkey = parseVkey(hash, text);
    return vkey ? [{ owner, use, thumbprint: await thumbprint(vkey.publicKey), name: vkey.name }] : [];
  };
  const ofMember = async (owner: string, keys: MemberKeys): Promise<ListedKey[]> => [
    { owner, use: 'agreement', thumbprint: await thumbprint(keys.agreement) },
    ...(await Promise.all(
      keys.bulletin.map(async (key) => ({ owner, use: 'bulletin' as const, thumbprint: await thumbprint(key) })),
    )),
    ...(await ofVkey(owner, 'log', keys.log)),
    ...(await ofVkey(owner, 'witness', keys.witness)),
  ];
  const { members, witnesses = [], auditors = [] } = agreement;
  const listed = await Promise.all([
    ...members.map(({ id, keys }) => (keys ? ofMember(id, keys) : Promise.resolve([]))),
    ...witnesses.map(({ name, vkey }) => ofVkey(name, 'witness', vkey)),
    ...auditors.map(
      async ({ id, key }): Promise<ListedKey[]> => [{ owner: id, use: 'auditor', thumbprint: await thumbprint(key) }],
    ),
  ]);
  return listed.flat();
}
