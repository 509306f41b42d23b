/** A clerk's file of penalties, as large as wanted. */

import type { Import } from '../../node/registry/ports.ts';
import { sampleUscc } from './bulletins.ts';
import type { RunningNode } from './network.ts';

const header =
  '行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码';

/** CSV with rows [from, to), each about a subject of its own. */
export function penaltiesCsv(authority: string, from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const source = `样例知识产权局,${authority},样例知识产权局,${authority}`;
    return `样例企业${n}号,${sampleUscc(n)},样知罚〔2026〕${n}号,假冒专利,样例事实,专利法,罚款,罚款,0.${n % 9}1,2026-01-09,${source}`;
  });
  return `${[header, ...rows].join('\n')}\n`;
}

/** Imports such a file as the province's own clerk and waits until it is published. */
export async function importPenalties({ node }: RunningNode, from: number, to: number): Promise<Import> {
  const { authority } = node.self;
  async function* bytes() {
    yield new TextEncoder().encode(penaltiesCsv(authority, from, to));
  }
  const upload = { type: 'penalty', fileName: 'penalty.csv', hold: false, allOrNothing: false };
  const { id } = await node.imports.receive(upload, { role: 'clerk', authority, person: '0001' }, bytes());
  node.work.enqueue({ id });
  await node.work.settled();
  return node.imports.get(id);
}
