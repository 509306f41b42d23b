/** `huxin peers`: how the exchange with each other member stands. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { PeerReport } from '../federation/report.ts';
import { sentenceFor } from '../registry/words.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { formatTable, toOneLine } from './table.ts';

export const federation: Register = (program, { terminal, client }) => {
  withNode(program.command('peers'))
    .description('与各成员交换的情况 · how the exchange with each member stands')
    .action(async (options: ClientOptions) => {
      const report = await client(options).get<{ peers: PeerReport[] }>('/api/v1/peers');
      terminal.answer(report, () => formatPeers(report.peers, terminal.pick));
    });
};

type Pick = (sentence: Sentence) => string;

export function formatPeers(peers: readonly PeerReport[], pick: Pick): string {
  const theirs = formatTable(
    [
      { zh: '对方日志', en: 'their log' },
      { zh: '名称', en: 'name' },
      { zh: '已取', en: 'held' },
      { zh: '全长', en: 'of' },
      { zh: '采纳', en: 'taken' },
      { zh: '备注', en: 'noted' },
      { zh: '拒收', en: 'refused' },
      { zh: '内容未到', en: 'withheld' },
      { zh: '已回执至', en: 'receipted to' },
      { zh: '最近拉取（北京时间）', en: 'pulled (China time)' },
    ].map(pick),
    peers.map(({ member, name, lastOkAt, theirs: { held, seen, taken, noted, refused, withheld, receipted } }) => {
      const counts = [held, Math.max(held, seen), taken, noted, refused, withheld, receipted].map(String);
      return [member, pick(name), ...counts, lastOkAt ? formatChinaTime(lastOkAt) : ''];
    }),
  );
  const ours = formatTable(
    [
      { zh: '本节点日志', en: 'our log' },
      { zh: '名称', en: 'name' },
      { zh: '发给对方', en: 'sent to them' },
      { zh: '回执', en: 'receipts' },
      { zh: '已回执至', en: 'receipted to' },
      { zh: '拒收', en: 'refused' },
      { zh: '内容未到', en: 'withheld' },
      { zh: '共签至', en: 'cosigned to' },
      { zh: '共签（北京时间）', en: 'cosigned (China time)' },
    ].map(pick),
    peers.map(({ member, name, ours: { issued, receipts, receipted, refused, withheld, cosigned } }) => {
      const counts = [issued, receipts, receipted, refused, withheld].map(String);
      const witnessed = cosigned ? [String(cosigned.size), formatChinaTime(cosigned.at)] : [];
      return [member, pick(name), ...counts, ...witnessed];
    }),
  );
  const troubles = peers.flatMap((peer) => troublesOf(peer).map((trouble) => `${toOneLine(pick(trouble))}\n`));
  return [theirs, '\n', ours, ...(troubles.length > 0 ? ['\n'] : []), ...troubles].join('');
}

function troublesOf({ member, stopped, failures, lastError, lastErrorAt, nextTryAt, ours }: PeerReport): Sentence[] {
  const about = ({ zh, en }: Sentence): Sentence => ({ zh: `${member}：${zh}`, en: `${member}: ${en}` });
  const retry = nextTryAt ? formatChinaTime(nextTryAt) : undefined;
  const failed = lastErrorAt ? formatChinaTime(lastErrorAt) : undefined;
  return [
    ...(stopped ? [about(sentenceFor(stopped))] : []),
    ...(failures > 0 && lastError
      ? [
          about({
            zh: `连续 ${failures} 次失败${failed ? `，最近 ${failed}` : ''}${retry ? `，${retry} 后重试` : ''}：${sentenceFor(lastError).zh}`,
            en: `failed ${failures} times in a row${failed ? `, last ${failed}` : ''}${retry ? `, next try after ${retry}` : ''}: ${sentenceFor(lastError).en}`,
          }),
        ]
      : []),
    ...(ours.joined ? [] : [about({ zh: '对方的回执有缺口或重叠', en: 'its receipts leave a gap or overlap' })]),
  ];
}
