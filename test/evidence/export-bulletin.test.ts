/** One bulletin as evidence, made by who said it and by who received it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTlogProof } from '../../node/log/tlog-proof.ts';
import { claimOf, findingsOf, readBack } from '../support/evidence.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { importPenalties } from '../support/penalties.ts';
import { entriesHeld } from '../support/receipts.ts';
import { verifyText } from '../support/verified.ts';

let network: Network;
let shanghai: RunningNode;
let jiangsu: RunningNode;

beforeAll(async () => {
  network = await openNetwork();
  [shanghai, jiangsu] = [network.node('310000'), network.node('320000')];
  await importPenalties(shanghai, 0, 3);
  await network.exchange();
});
afterAll(() => network.close());

async function jtiAt(by: RunningNode, origin: string, index: number): Promise<string> {
  return (await entriesHeld(by, origin))[index]?.jti ?? '';
}

describe('a bulletin', () => {
  it('is shown by its issuer with the receipts of all', async () => {
    const { exporter, self } = shanghai.node;
    const jti = await jtiAt(shanghai, self.origin, 2);
    const file = await readBack(await exporter.bulletin(jti));
    expect(file.claim).toEqual({
      ...{ kind: 'bulletin', agreement: shanghai.node.version.digest, issuer: '310000', log: self.origin },
      ...{ index: 2, jti, receivers: ['320000', '330000', '340000'] },
    });
    expect(file.values('receipts')).toHaveLength(3);
    const [bulletin] = file.values('bulletin');
    expect(bulletin?.governance).toHaveLength(1);
    expect(parseTlogProof(bulletin?.tlogProof ?? '')).toMatchObject({ index: 2 });
    expect(file.values('schemas')).toHaveLength(3); // adoption, penalty, receipt
    const report = await verifyText(file.text, shanghai.node.version.jws);
    expect(findingsOf(report)).toEqual({ grave: [], told: [] });
  });

  it('is shown by a receiver with its own receipt', async () => {
    const jti = await jtiAt(jiangsu, shanghai.node.self.origin, 1);
    const file = await readBack(await jiangsu.node.exporter.bulletin(jti));
    expect(claimOf(file, 'bulletin').receivers).toEqual(['320000']);
  });
});
