/** What the members are called, by the node's own agreement, for commands that would otherwise show ids. */

import type { Agreement, Bilingual } from '../agreement/agreement.ts';
import type { Client } from './client.ts';

/** Names by member id; none when the node does not tell: an id then stands for itself. */
export async function readMemberNames(client: Client): Promise<Readonly<Record<string, Bilingual>>> {
  const answer = await client.get<{ agreement: Agreement }>('/api/v1/agreement').catch(() => undefined);
  return Object.fromEntries((answer?.agreement.members ?? []).map(({ id, name }) => [id, name]));
}
