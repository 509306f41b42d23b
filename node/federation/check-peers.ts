/** What `huxin doctor` makes of the other members: clocks, calls both ways, their logs and ours. Pure. */

import type { Bilingual } from '../agreement/agreement.ts';
import { formatDuration, formatSince } from '../base/duration.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Check, Verdict } from './check-up.ts';
import type { PeerReport } from './report.ts';

/** A member, to be named. */
export interface Named {
  member: string;
  name: Bilingual;
}

/** How far a member's clock is ahead of ours, in seconds, give or take `within`. */
export interface ClockOffset extends Named {
  seconds: number;
  within: number;
}

const refusedSeconds = 300; // docs/protocol.md, Talking to a peer

/**
 * Whose clock is wrong: ours when it differs from most, one of theirs when that differs from the others.
 *
 * @param tolerated seconds, as the agreement says
 */
export function decideClock(offsets: readonly ClockOffset[], tolerated: number): Check[] {
  if (offsets.length === 0)
    return [
      {
        about: 'clock',
        grade: 'unknown',
        found: { zh: '没有成员应答，无从比对时钟', en: 'no member answered with whose clock ours could be compared' },
      },
    ];
  const sorted = offsets.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) / 2 + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0) / 2;
  const others = offsets.flatMap(({ member, name, seconds, within }): Check[] => {
    const apart = seconds - middle;
    if (offsets.length < 2 || Math.abs(apart) <= tolerated + within) return [];
    const by = formatSeconds(apart);
    return [
      {
        about: 'clock',
        member,
        grade: 'warning',
        found: {
          zh: `${name.zh}的时钟比其他成员${apart > 0 ? '快' : '慢'} ${by.zh}`,
          en: `${name.en}’s clock is ${by.en} ${apart > 0 ? 'ahead of' : 'behind'} the others`,
        },
        cure: { zh: '请告知该成员的运维人员', en: 'tell its operator' },
      },
    ];
  });
  return [{ about: 'clock', ...decideOwnClock(offsets, middle, tolerated) }, ...others];
}

function decideOwnClock(offsets: readonly ClockOffset[], middle: number, tolerated: number): Verdict {
  const within = Math.max(...offsets.map((one) => one.within));
  const by = formatSeconds(middle);
  const who = { zh: `${offsets.length} 家成员`, en: offsets.length === 1 ? 'one member' : `${offsets.length} members` };
  const cure = {
    zh: '请校时（timedatectl、chronyc tracking），并让它一直同步',
    en: 'set it right (timedatectl, chronyc tracking) and keep it synchronised',
  };
  if (Math.abs(middle) <= within + Math.min(tolerated, 5))
    return { grade: 'ok', found: { zh: `本机时钟与 ${who.zh}相符`, en: `our clock agrees with that of ${who.en}` } };
  const found = {
    zh: `本机时钟比 ${who.zh}${middle > 0 ? '慢' : '快'} ${by.zh}`,
    en: `our clock is ${by.en} ${middle > 0 ? 'behind' : 'ahead of'} that of ${who.en}`,
  };
  if (Math.abs(middle) - within > refusedSeconds)
    return {
      grade: 'problem',
      found: { zh: `${found.zh}：各方拒绝我们的请求`, en: `${found.en}: they refuse our requests` },
      cure,
    };
  return { grade: 'warning', found, cure };
}

function formatSeconds(seconds: number): { zh: string; en: string } {
  const size = Math.round(Math.abs(seconds));
  return size < 120 ? { zh: `${size} 秒`, en: `${size} s` } : formatDuration(size * 1000);
}

/** What a member answered at `/.well-known/huxin`, and to a call that we signed. */
export interface Answered extends Named {
  /** Id, log and agreement, as the node there says. */
  says: { member?: unknown; origin?: unknown; agreement?: unknown };
  /** What the agreement lists, and the digest of the version that we go by. */
  wanted: { endpoint: string; origin: string; agreement: string };
}

/** Whether it is that member's node that answers, and by which agreement it goes. */
export function decideAnswered({ name, says, wanted, member }: Answered): Verdict {
  const { endpoint } = wanted;
  if (says.member !== member || says.origin !== wanted.origin)
    return {
      grade: 'problem',
      found: {
        zh: `${endpoint} 应答的不是${name.zh}的节点（自称 ${String(says.member)}）`,
        en: `what answers at ${endpoint} is not the node of ${name.en}; it says ${String(says.member)}`,
      },
      cure: {
        zh: '请与该成员核对协议中的 endpoint 和它的反向代理',
        en: 'compare the agreement’s endpoint with that member, and how its proxy passes calls on',
      },
    };
  if (says.agreement !== wanted.agreement)
    return {
      grade: 'warning',
      found: {
        zh: `${name.zh}可达，但按另一版协议运行（${String(says.agreement)}）`,
        en: `${name.en} is reached, and goes by another version of the agreement (${String(says.agreement)})`,
      },
      cure: {
        zh: '请核对双方所用的版本：huxin agreement status',
        en: 'compare the versions that both hold: huxin agreement status',
      },
    };
  return {
    grade: 'ok',
    found: { zh: `${name.zh}可达，认得我们的签名`, en: `${name.en} is reached, and knows our signature` },
  };
}

/** When a member last called us with a request that it signed, as far as this process knows. */
export interface Heard extends Named {
  calledAt?: string;
  /** When this process began to listen. */
  since: string;
  /** Its newest cosignature of our log: it called to pull it. */
  cosignedAt?: string;
  now: string;
}

const patienceMs = 3_600_000;

export function decideHeard({ name, calledAt, since, cosignedAt, now }: Heard): Verdict {
  const ago = (at: string) => formatSince(at, now);
  const cure = {
    zh: '请该成员的运维人员运行 huxin doctor；并核对我方的 endpoint、反向代理和防火墙',
    en: 'ask its operator to run huxin doctor; check our endpoint, proxy and firewall',
  };
  if (calledAt !== undefined) {
    const found = {
      zh: `${name.zh}最近一次签名请求在 ${formatChinaTime(calledAt)}（${ago(calledAt).zh}前）`,
      en: `${name.en} last called us at ${formatChinaTime(calledAt)}, ${ago(calledAt).en} ago`,
    };
    const isLate = Date.parse(now) - Date.parse(calledAt) > patienceMs;
    return isLate ? { grade: 'warning', found, cure } : { grade: 'ok', found };
  }
  const before =
    cosignedAt === undefined
      ? { zh: '也没有它的联署', en: 'nor has it cosigned our log' }
      : {
          zh: `其最近的联署在 ${formatChinaTime(cosignedAt)}`,
          en: `its newest cosignature is of ${formatChinaTime(cosignedAt)}`,
        };
  const found = {
    zh: `${name.zh}自本进程启动（${ago(since).zh}前）以来没有请求过我们；${before.zh}`,
    en: `${name.en} has not called us since the start ${ago(since).en} ago; ${before.en}`,
  };
  if (Date.parse(now) - Date.parse(since) < patienceMs / 4) return { grade: 'unknown', found };
  return { grade: 'warning', found, cure };
}

/** How the exchange with it stands, from the store: what calls cannot show. */
export function decideExchange(
  { name, member, stopped, theirs, ours }: Pick<PeerReport, 'member' | 'name' | 'stopped' | 'theirs' | 'ours'>,
  now: string,
  bounds: { entriesBehind: number; unreceiptedMinutes: number },
): Check[] {
  const checks: Verdict[] = [];
  if (stopped)
    checks.push({
      grade: 'problem',
      found: {
        zh: `${name.zh}的日志自相矛盾（${stopped}），已停止拉取`,
        en: `${name.en}’s log contradicts itself (${stopped}) and is pulled no more`,
      },
      cure: { zh: '证据已保存；须由各成员商议', en: 'the evidence is kept; the members have to talk' },
    });
  const { behind } = theirs;
  if (behind.entries > bounds.entriesBehind) {
    const since = behind.since ? formatSince(behind.since, now) : { zh: '', en: '' };
    checks.push({
      grade: 'warning',
      found: {
        zh: `我们落后${name.zh}的日志 ${behind.entries} 条，已 ${since.zh}`,
        en: `we are ${behind.entries} entries behind ${name.en}’s log, for ${since.en}`,
      },
      cure: { zh: 'huxin peers 看差错和下次重试', en: 'huxin peers tells the last error and the next try' },
    });
  }
  const oldest = ours.oldestUnreceipted;
  if (oldest && Date.parse(now) - Date.parse(oldest.at) > bounds.unreceiptedMinutes * 60_000) {
    const since = formatSince(oldest.at, now);
    checks.push({
      grade: 'warning',
      found: {
        zh: `${name.zh}对第 ${oldest.index} 条已 ${since.zh}没有回执`,
        en: `${name.en} has not receipted entry ${oldest.index} for ${since.en}`,
      },
      cure: { zh: `huxin explain ${oldest.jti}`, en: `huxin explain ${oldest.jti}` },
    });
  }
  return checks.map((verdict) => ({ about: 'log', member, ...verdict }));
}
