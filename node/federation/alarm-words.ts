/** Each alarm in both languages, with how grave it is and what to do. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { AlarmCode, AlarmFacts } from './alarm.ts';

/** `critical`: something was lost or somebody cheats, or soon will; `warning`: look at it on the same day. */
export type Severity = 'critical' | 'warning';

interface Words {
  severity: Severity;
  /** @param who what it is about, in words */
  say(who: Sentence, facts: AlarmFacts): Sentence;
  cure: Sentence;
}

export const alarmWords: Readonly<Record<AlarmCode, Words>> = {
  'alarm/withheld': {
    severity: 'warning',
    say: (who, { entries }) => ({
      zh: `${who.zh}有 ${entries} 条发给我方的通报内容未到`,
      en: `${who.en} withholds the content of ${entries} bulletins addressed to us`,
    }),
    cure: {
      zh: '每轮自动再要；若一天仍未到，请对方运维员核对其节点是否丢失内容。',
      en: 'Each round asks again. If it has not come in a day, their operator looks whether their node lost it.',
    },
  },
  'alarm/withheld-by-us': {
    severity: 'warning',
    say: (who, { entries }) => ({
      zh: `${who.zh}回执称我方有 ${entries} 条通报内容未给`,
      en: `${who.en} says in receipts that we withhold the content of ${entries} bulletins`,
    }),
    cure: {
      zh: '用 huxin bulletins 查看本节点是否仍存有这些内容；丢失的须作 erasure 并重新签发。',
      en: 'See with huxin bulletins whether this node still holds them; what was lost is named in an erasure and issued anew.',
    },
  },
  'alarm/fork': {
    severity: 'critical',
    say: (who) => ({
      zh: `${who.zh}的日志自相矛盾（分叉），已停止拉取，证据已保留`,
      en: `the log of ${who.en} contradicts itself (a fork); it is pulled no more and the evidence is kept`,
    }),
    cure: {
      zh: '保全数据库；用 `huxin evidence findings` 和 `huxin evidence finding` 导出证据，送交全体成员；由各方以修订协议处理该日志密钥。',
      en: 'Keep the database safe. Export the evidence (`huxin evidence findings`, `huxin evidence finding`) and send it to all members: together they deal with that log key by amendment.',
    },
  },
  'alarm/shrunk': {
    severity: 'critical',
    say: (who) => ({
      zh: `${who.zh}的日志变短，已停止拉取，证据已保留`,
      en: `the log of ${who.en} became shorter; it is pulled no more and the evidence is kept`,
    }),
    cure: {
      zh: '对方可能以旧备份启动。请其停机并按恢复步骤从各方取回。',
      en: 'They may have started on an old backup: they stop, and recover from their peers.',
    },
  },
  'alarm/signed-twice': {
    severity: 'critical',
    say: (who) => ({
      zh: `${who.zh}签署了同一协议版本的两个后续版本`,
      en: `${who.en} signed two successors of one version of the agreement`,
    }),
    cure: {
      zh: '两份签名均已保留；请全体成员核对应以哪一份为准。',
      en: 'Both signatures are kept. All members compare which of the two is meant.',
    },
  },
  'alarm/unreadable-agreement': {
    severity: 'critical',
    say: (_, { version, types }) => ({
      zh: `协议第 ${version} 版固定的模式本程序没有（${types}）`,
      en: `version ${version} of the agreement pins schemas that this program does not have (${types})`,
    }),
    cure: {
      zh: '请在该版本生效之前安装与之相符的程序版本；此后以该版本签发的日志本节点无法判断，会停在原处等待。',
      en: 'Install the release made for that version before its first day: logs under it cannot be judged, and wait.',
    },
  },
  'alarm/own-log-ahead': {
    severity: 'critical',
    say: (_, { held, shown }) => ({
      zh: `有成员持有本节点日志至第 ${shown} 条，而本节点只有 ${held} 条`,
      en: `a member holds our own log up to ${shown} entries, and we only ${held}`,
    }),
    cure: {
      zh: '本节点可能以旧数据库启动。请立即停止签发，按恢复步骤从各方取回。',
      en: 'This node may run on an old database. Stop issuing at once and recover from the peers.',
    },
  },
  'alarm/log-locked': {
    severity: 'critical',
    say: (_, { since }) => ({
      zh: `本节点的日志密钥仍锁定，不能签发${sinceZh(since)}`,
      en: `our log key is still locked, so nothing can be issued${sinceEn(since)}`,
    }),
    cure: {
      zh: '启动后须有足够的成员答复其所见的本节点日志。用 huxin peers 看哪些成员连不上。',
      en: 'After a start enough members must say how much of our log they have seen. huxin peers shows who cannot be reached.',
    },
  },
  'alarm/log-overridden': {
    severity: 'critical',
    say: (_, { silent }) => ({
      zh: `本节点的日志密钥由运维者下令解锁，尚未答复的成员：${silent}`,
      en: `our log key was unlocked by the operator's order; not heard from yet: ${silent}`,
    }),
    cure: {
      zh: '其中若有成员持有更长的本节点日志，继续签发即成分叉。请与这些成员联系，确认其所见的长度；全部答复后自行消除。',
      en: 'If one of them holds more of our log, what is issued now forks it. Ask them how much they hold; it clears once all have answered.',
    },
  },
  'alarm/behind': {
    severity: 'warning',
    say: (who, { entries, since }) => ({
      zh: `本节点缺${who.zh}日志 ${entries} 条${sinceZh(since)}`,
      en: `we lack ${entries} entries of the log of ${who.en}${sinceEn(since)}`,
    }),
    cure: {
      zh: '用 huxin peers 看最近的错误；若对方给其他成员看的比给我方的多，请联系对方。',
      en: 'huxin peers shows the last error. If they show others more than us, talk to them.',
    },
  },
  'alarm/peer-behind': {
    severity: 'warning',
    say: (who, { entries, since }) => ({
      zh: `${who.zh}缺本节点日志 ${entries} 条${sinceZh(since)}`,
      en: `${who.en} lacks ${entries} entries of our log${sinceEn(since)}`,
    }),
    cure: {
      zh: '请对方看其节点能否连到本节点；本节点的 /healthz 应能从对方处访问。',
      en: 'They look whether their node reaches ours: /healthz must answer from there.',
    },
  },
  'alarm/no-round': {
    severity: 'warning',
    say: (who, { since, code }) => ({
      zh: `未能完整拉取${who.zh}的日志${sinceZh(since)}${code === undefined ? '' : `（${code}）`}`,
      en: `the log of ${who.en} was not pulled whole${sinceEn(since)}${code === undefined ? '' : ` (${code})`}`,
    }),
    cure: {
      zh: '用 huxin peers 看错误及其办法；连不上时先查网络和证书。会自动重试，不需重启。',
      en: 'huxin peers shows the error and its cure; check network and certificates first. It is tried again by itself.',
    },
  },
  'alarm/unreceipted': {
    severity: 'warning',
    say: (who, { since, index }) => ({
      zh: `发给${who.zh}的通报（第 ${index} 条）未获回执${sinceZh(since)}`,
      en: `a bulletin to ${who.en} (entry ${index}) has no receipt${sinceEn(since)}`,
    }),
    cure: {
      zh: '对方可能没有在拉取，或我方没有在拉取其回执；看 huxin peers 两侧的进度。',
      en: 'They do not pull, or we do not pull their receipts: huxin peers shows both sides.',
    },
  },
  'alarm/cosignature-old': {
    severity: 'warning',
    say: (who, { since }) => ({
      zh: `${who.zh}未联署本节点日志${sinceZh(since)}`,
      en: `${who.en} has not cosigned our log${sinceEn(since)}`,
    }),
    cure: {
      zh: '对方至少每天联署一次。请对方看其节点是否在拉取我方日志。',
      en: 'They cosign at least daily: they look whether their node pulls our log.',
    },
  },
  'alarm/cosigning-late': {
    severity: 'warning',
    say: (who, { since }) => ({
      zh: `本节点未联署${who.zh}的日志${sinceZh(since)}`,
      en: `we have not cosigned the log of ${who.en}${sinceEn(since)}`,
    }),
    cure: {
      zh: '取全其日志后即自动联署；用 huxin peers 看为何没有取全。',
      en: 'We cosign as soon as we hold it whole: huxin peers shows why we do not.',
    },
  },
  'alarm/outside-witness-late': {
    severity: 'warning',
    say: (who, { since }) => ({
      zh: `外部见证方 ${who.zh} 未联署本节点日志${sinceZh(since)}`,
      en: `the outside witness ${who.en} has not cosigned our log${sinceEn(since)}`,
    }),
    cure: {
      zh: '每天都请它联署。用 huxin peers 看它的答复；它若长期停止，应修订协议。',
      en: 'It is asked every day: huxin peers shows what it answers. If it has stopped for good, amend the agreement.',
    },
  },
  'alarm/clock-skew': {
    severity: 'warning',
    say: (who, { seconds }) => ({
      zh: `${who.zh}节点的时钟比本节点${Number(seconds) > 0 ? '快' : '慢'} ${Math.abs(Number(seconds))} 秒`,
      en: `the clock of ${who.en} is ${Math.abs(Number(seconds))} seconds ${Number(seconds) > 0 ? 'ahead of' : 'behind'} ours`,
    }),
    cure: {
      zh: '若对各成员都报警，是本机时钟不准：请接好时间同步（NTP）。相差 300 秒以上，双方互不接受请求。',
      en: 'If every member has this alarm, it is our clock: see to NTP. From 300 seconds on, requests are refused.',
    },
  },
  'alarm/future-iat': {
    severity: 'warning',
    say: (who, { seconds, jti }) => ({
      zh: `${who.zh}的通报 ${jti} 的签发时刻比本机时钟晚 ${seconds} 秒`,
      en: `a bulletin of ${who.en} (${jti}) was signed ${seconds} seconds ahead of our clock`,
    }),
    cure: {
      zh: '通报照收。请双方核对时钟。',
      en: 'The bulletin is taken all the same. Both look at their clocks.',
    },
  },
  'alarm/volume': {
    severity: 'warning',
    say: (who, { entries, most }) => ({
      zh: `${who.zh}的日志增长 ${entries} 条，超过协议的日限（${most} 条）`,
      en: `the log of ${who.en} grew by ${entries} entries, beyond the agreement’s daily volume (${most})`,
    }),
    cure: {
      zh: '照常收取，不拒收。请问对方是大批补录还是出错；长期如此应修订协议的日限。',
      en: 'Everything is still taken. Ask whether it was a large import or a mistake; if it stays so, amend the volume.',
    },
  },
  'alarm/overdue': {
    severity: 'warning',
    say: (_, { items, oldest }) => ({
      zh: `待办清单上有 ${items} 件已过期限，最早的到期日为 ${oldest}`,
      en: `${items} items of the work list are overdue, the oldest since ${oldest}`,
    }),
    cure: {
      zh: '用 huxin worklist 看是哪些、属于哪个机关。',
      en: 'huxin worklist shows which they are and whose.',
    },
  },
  'alarm/disk-low': {
    severity: 'critical',
    say: (who, { freeMib, leastMib }) => ({
      zh: `${who.zh}所在磁盘只剩 ${freeMib} MiB（界限 ${leastMib} MiB）`,
      en: `the disk of ${who.en} has ${freeMib} MiB left (bound: ${leastMib} MiB)`,
    }),
    cure: {
      zh: '请清理或扩大磁盘。磁盘写满后节点只能读，不能签发或收取。',
      en: 'Make room. On a full disk the node reads only: it neither issues nor takes anything.',
    },
  },
  'alarm/certificate-ending': {
    severity: 'warning',
    say: (who, { until }) => ({
      zh: `证书 ${who.zh} 有效期至 ${china(until)}（北京时间）`,
      en: `the certificate ${who.en} ends at ${china(until)} (China time)`,
    }),
    cure: {
      zh: '请换发证书；若协议固定了证书公钥，新证书须用同一密钥，或先修订协议。',
      en: 'Renew it. Where the agreement pins its key, keep the key, or amend the agreement first.',
    },
  },
};

function china(instant: string | number | undefined): string {
  return formatChinaTime(String(instant));
}

function sinceZh(since: string | number | undefined): string {
  return since === undefined ? '' : `，自 ${china(since)}（北京时间）起`;
}

function sinceEn(since: string | number | undefined): string {
  return since === undefined ? '' : ` since ${china(since)} (China time)`;
}
