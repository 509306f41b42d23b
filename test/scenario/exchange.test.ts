/** From a clerk's row to receipts and answers in four provinces, in one process over real HTTP. */

import { afterEach, expect, test } from 'vitest';
import type { Import } from '../../node/registry/ports.ts';
import { askSubject } from '../support/asking.ts';
import { sampleUscc } from '../support/bulletins.ts';
import { type Network, openNetwork, type RunningNode } from '../support/network.ts';
import { receiptsKept } from '../support/receipts.ts';

let network: Network | undefined;

afterEach(async () => {
  await network?.close();
  network = undefined;
});

async function importCsv({ node }: RunningNode, type: string, text: string): Promise<Import> {
  async function* bytes() {
    yield new TextEncoder().encode(text);
  }
  const asker = { role: 'clerk', authority: node.self.authority, person: '0001' } as const;
  const { id } = await node.imports.receive(
    { type, fileName: `${type}.csv`, hold: false, allOrNothing: false },
    asker,
    bytes(),
  );
  node.work.enqueue({ id });
  await node.work.settled();
  return node.imports.get(id);
}

test('one penalty from a file to a receipt from every other province', async () => {
  network = await openNetwork({ now: () => new Date('2026-11-22T02:00:00.000Z') }); // while it is publicised
  const shanghai = network.node('310000');
  const authority = shanghai.node.self.authority;
  const uscc = sampleUscc(1);
  const header =
    '行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码';
  const row = `样例企业一号,${uscc},沪知罚〔2026〕1号,假冒专利,样例事实,专利法,罚款,罚款2000元,0.2,2026-01-09,上海市知识产权局,${authority},上海市知识产权局,${authority}`;
  const done = await importCsv(shanghai, 'penalty', `${header}\n${row}\n`);
  expect(done).toMatchObject({ state: 'done', summary: { rows: 1, opened: 1, refusedRows: 0 } });
  await network.exchange();
  for (const one of network.nodes.values()) {
    const answer = await askSubject(one, uscc);
    const records = answer.provinces.flatMap((province) => province.records);
    expect(records).toMatchObject([{ type: 'penalty', state: 'publicised' }]);
  }
  const receipts = await receiptsKept(shanghai, '320000');
  expect(receipts).toMatchObject([{ from: 0, to: 2, body: { refused: [], withheld: [], noted: [] } }]);
});
