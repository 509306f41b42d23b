/** `huxin ask | record`: what a node knows. */

import type { SubjectAnswer } from '../registry/answer.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { readLabels } from './labels.ts';
import { formatAnswer, formatWhole, type WholeRecord } from './record-report.ts';

export const registry: Register = (program, { terminal, client }) => {
  withNode(program.command('ask <uscc>'))
    .description('查询一个主体在各省的信用记录 · ask all provinces’ records of a subject')
    .requiredOption('--purpose <id>', '使用目的，须在协议清单内 · purpose, one of the agreement’s list')
    .action(async (uscc: string, { purpose, ...options }: ClientOptions & { purpose: string }) => {
      const node = client(options);
      const [{ member }, found] = await Promise.all([
        node.get<{ member: string }>('/.well-known/huxin'),
        node.get<SubjectAnswer>(`/api/v1/subjects/${encodeURIComponent(uscc)}`, { purpose }),
      ]);
      const labels = await readLabels();
      terminal.answer(found, () => formatAnswer(found, member, labels, terminal.pick));
    });

  withNode(program.command('record <record>'))
    .description('一条信用记录的全部内容和经过 · one credit record, whole')
    .requiredOption('--purpose <id>', '使用目的，须在协议清单内 · purpose, one of the agreement’s list')
    .action(async (id: string, { purpose, ...options }: ClientOptions & { purpose: string }) => {
      const path = `/api/v1/records/${encodeURIComponent(id)}`;
      const record = await client(options).get<WholeRecord>(path, { purpose });
      const labels = await readLabels();
      terminal.answer(record, () => formatWhole(record, labels, terminal.pick));
    });
};
