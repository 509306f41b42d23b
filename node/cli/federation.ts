/** `huxin peers`: how the exchange with each other member stands, and whether outside witnesses cosign. */

import { cureOf } from '../base/cures.ts';
import { formatSince } from '../base/duration.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { OutsideReport } from '../federation/outside-witness.ts';
import type { Behind, PeerReport } from '../federation/report.ts';
import { sentenceFor } from '../registry/words.ts';
import { type ClientOptions, isCode, withNode } from './client.ts';
import type { Register } from './command.ts';
import { formatTable, toOneLine } from './table.ts';

/** What `GET /api/v1/peers` answers. */
export interface PeersAnswer {
  /** The node's own instant, from which all lengths of time are reckoned. */
  at: string;
  peers: PeerReport[];
  /** Absent from a node of an earlier release. */
  witnesses?: OutsideReport[];
}

export const federation: Register = (program, { terminal, client }) => {
  withNode(program.command('peers'))
    .description('与各成员交换的情况 · how the exchange with each member stands')
    .action(async (options: ClientOptions) => {
      const report = await client(options).get<PeersAnswer>('/api/v1/peers');
      terminal.answer(report, () => formatPeers(report, terminal.pick));
    });
};

/** What peers and witnesses have in common. */
interface Failing {
  failures: number;
  lastError?: string;
  lastErrorAt?: string;
  nextTryAt?: string;
}

type Pick = (sentence: Sentence) => string;

export function formatPeers({ at, peers, witnesses = [] }: PeersAnswer, pick: Pick): string {
  const lag = ({ entries, since }: Behind) => [String(entries), since ? pick(formatSince(since, at)) : ''];
  const theirs = formatTable(
    [
      { zh: '对方日志', en: 'their log' },
      { zh: '名称', en: 'name' },
      { zh: '已取', en: 'held' },
      { zh: '尚缺', en: 'behind' },
      { zh: '已缺', en: 'for' },
      { zh: '采纳', en: 'taken' },
      { zh: '备注', en: 'noted' },
      { zh: '拒收', en: 'refused' },
      { zh: '内容未到', en: 'withheld' },
      { zh: '最近拉取', en: 'pulled' },
    ].map(pick),
    peers.map(({ member, name, lastOkAt, theirs: { held, behind, taken, noted, refused, withheld } }) => {
      const counts = [taken, noted, refused, withheld].map(String);
      return [member, pick(name), String(held), ...lag(behind), ...counts, lastOkAt ? formatChinaTime(lastOkAt) : ''];
    }),
  );
  const ours = formatTable(
    [
      { zh: '我方日志', en: 'our log' },
      { zh: '名称', en: 'name' },
      { zh: '已发', en: 'sent' },
      { zh: '对方尚缺', en: 'behind' },
      { zh: '已缺', en: 'for' },
      { zh: '回执至', en: 'receipted' },
      { zh: '拒收', en: 'refused' },
      { zh: '内容未到', en: 'withheld' },
      { zh: '联署至', en: 'cosigned' },
      { zh: '联署时间', en: 'at' },
    ].map(pick),
    peers.map(({ member, name, ours: { issued, behind, receipted, refused, withheld, cosigned } }) => {
      const counts = [receipted, refused, withheld].map(String);
      const witnessed = cosigned ? [String(cosigned.size), formatChinaTime(cosigned.at)] : [];
      return [member, pick(name), String(issued), ...lag(behind), ...counts, ...witnessed];
    }),
  );
  const now = formatChinaTime(at);
  const foot = pick({ zh: `北京时间，截至 ${now}`, en: `China time, as of ${now}` });
  const said = [...peers.flatMap((peer) => wordsOn(peer, at)), ...witnesses.flatMap(wordsOnWitness)];
  const words = said.map((word) => `${toOneLine(pick(word))}\n`);
  const outside = witnesses.length > 0 ? ['\n', formatWitnesses(witnesses, pick)] : [];
  return [theirs, '\n', ours, ...outside, `\n${foot}\n`, ...words].join('');
}

function formatWitnesses(witnesses: readonly OutsideReport[], pick: Pick): string {
  return formatTable(
    [
      { zh: '外部见证方', en: 'outside witness' },
      { zh: '联署至', en: 'cosigned' },
      { zh: '其后', en: 'behind' },
      { zh: '联署时间', en: 'at' },
    ].map(pick),
    witnesses.map(({ name, size, behind, cosignedAt }) => {
      return [name, String(size), String(behind), cosignedAt ? formatChinaTime(cosignedAt) : ''];
    }),
  );
}

function wordsOnWitness({ name, ...standing }: OutsideReport): Sentence[] {
  return failureOf(standing).map(({ zh, en }) => ({ zh: `${name}：${zh}`, en: `${name}: ${en}` }));
}

/** What the tables do not say: what went wrong and when it is tried again, and what a peer has not receipted. */
function wordsOn(peer: PeerReport, now: string): Sentence[] {
  const { member, stopped, ours } = peer;
  const words = [
    ...(stopped ? [sentenceFor(stopped), ...cureFor(stopped)] : []),
    ...failureOf(peer),
    ...unreceiptedOf(peer, now),
    ...(ours.joined ? [] : [{ zh: '对方的回执有缺口或重叠', en: 'its receipts leave a gap or overlap' }]),
  ];
  return words.map(({ zh, en }) => ({ zh: `${member}：${zh}`, en: `${member}: ${en}` }));
}

function failureOf({ failures, lastError, lastErrorAt, nextTryAt }: Failing): Sentence[] {
  if (failures === 0 || !lastError) return [];
  const retry = nextTryAt ? formatChinaTime(nextTryAt) : undefined;
  const failed = lastErrorAt ? formatChinaTime(lastErrorAt) : undefined;
  const { zh, en } = sentenceFor(lastError);
  return [
    {
      zh: `连续 ${failures} 次失败${failed ? `，最近 ${failed}` : ''}${retry ? `，${retry} 后重试` : ''}：${zh}`,
      en: `failed ${failures} times in a row${failed ? `, last ${failed}` : ''}${retry ? `, next try after ${retry}` : ''}: ${en}`,
    },
    ...cureFor(lastError),
  ];
}

/** What to do about it, when this program knows the code. */
function cureFor(code: string): Sentence[] {
  if (!isCode(code)) return [];
  const { zh, en } = cureOf(code).cure;
  return [{ zh: `→ ${zh}`, en: `→ ${en}` }];
}

function unreceiptedOf({ ours: { oldestUnreceipted: oldest } }: PeerReport, now: string): Sentence[] {
  if (!oldest) return [];
  const { zh, en } = formatSince(oldest.at, now);
  return [
    {
      zh: `尚无回执的最早一条：第 ${oldest.index} 条 ${oldest.jti}，已 ${zh}`,
      en: `oldest bulletin without a receipt: index ${oldest.index}, ${oldest.jti}, for ${en}`,
    },
  ];
}
