/** Questions to a node, past its HTTP. */

import { formatRecordId, type RecordId } from '../../node/registry/record.ts';
import type { Asker } from '../../node/registry/tokens.ts';
import type { RunningNode } from './network.ts';

const purpose = 'supervision';

/** A clerk of Shanghai's authority, who may ask anywhere. */
export const someone: Asker = { role: 'clerk', authority: '11310000HX31000006', person: '0417' };

export function askRecord({ node }: Pick<RunningNode, 'node'>, id: RecordId) {
  return node.registry.getRecord(someone, { record: formatRecordId(id), purpose });
}

/** What every holder of a record must say of it: all but the instants at which it was asked and learned it. */
export async function askShared(node: Pick<RunningNode, 'node'>, id: RecordId) {
  const record = await askRecord(node, id);
  const shared = JSON.stringify(record, (name, value) => (name === 'at' ? undefined : value));
  return JSON.parse(shared) as Omit<typeof record, 'at'>; // the same but for that
}

export function askSubject({ node }: Pick<RunningNode, 'node'>, uscc: string) {
  return node.registry.ask(someone, { uscc, purpose });
}
