/** What the doctor makes of this node: keys, agreement, database. Pure. */

import type { Agreement } from '../agreement/agreement.ts';
import { inChinese } from '../base/fact-words.ts';
import { dayOf, startOfDay } from '../base/time.ts';
import type { Verdict } from './check-up.ts';

const dayMs = 86_400_000;

/** A key file as it lies there. */
export interface FoundKey {
  file: string;
  use: string;
  encrypted: boolean;
}

/**
 * Keys that can be used and that the agreement lists.
 *
 * @param held uses whose key a program has
 */
export function decideKeys(folder: string, keys: readonly FoundKey[], held: readonly string[] = []): Verdict {
  const plain = [...new Set(keys.filter(({ encrypted }) => !encrypted).map(({ use }) => use))];
  const uses = [...new Set(keys.map(({ use }) => use))];
  const there = [
    ...(uses.length > 0
      ? [{ zh: `${folder} 中有${inChineseUses(uses)}密钥`, en: `${uses.join(', ')} in ${folder}` }]
      : []),
    ...(held.length > 0
      ? [{ zh: `${inChineseUses(held)}密钥由签名程序保管`, en: `${held.join(', ')} with a program that signs` }]
      : []),
  ];
  const said = { zh: there.map(({ zh }) => zh).join('，'), en: there.map(({ en }) => en).join('; ') };
  if (plain.length === 0)
    return {
      grade: 'ok',
      found: { zh: `${said.zh}，均已加密，与协议相符`, en: `${said.en}: encrypted, and as the agreement has them` },
    };
  return {
    grade: 'warning',
    found: {
      zh: `${said.zh}，与协议相符，但未加密：${inChineseUses(plain)}`,
      en: `${said.en}: as the agreement has them, but these lie unencrypted: ${plain.join(', ')}`,
    },
    cure: {
      zh: `huxin keys encrypt --keys ${folder} --passphrase-file 口令文件`,
      en: `huxin keys encrypt --keys ${folder} --passphrase-file FILE`,
    },
  };
}

function inChineseUses(uses: readonly string[]): string {
  return [inChinese({ uses }).uses].flat().join('、');
}

/** The running node has no use for it. */
export function decideAgreementKey(folder: string): Verdict {
  return {
    grade: 'warning',
    found: {
      zh: `${folder} 中还有协议密钥，运行节点用不到它`,
      en: `${folder} also holds the agreement key, which a running node does not need`,
    },
    cure: {
      zh: '签署之外请把 agreement.json 移到离线保管处：失窃后别人可冒名签署协议',
      en: 'keep agreement.json off this machine but for signing: whoever steals it signs agreements in your name',
    },
  };
}

const soonDays = 60;

/** @param missing types whose schema this program does not have */
export function decideAgreement(
  { version, effective }: Pick<Agreement, 'version' | 'effective'>,
  now: Date,
  missing: readonly string[],
): Verdict {
  const today = dayOf(now);
  const { from, until } = effective;
  const span = {
    zh: `第 ${version} 版，${from} 起${until ? `至 ${until}` : ''}`,
    en: `version ${version}, from ${from}${until ? ` to ${until}` : ''}`,
  };
  if (missing.length > 0)
    return {
      grade: 'problem',
      found: {
        zh: `${span.zh}；其中有本程序没有的种类或模式：${missing.join('、')}`,
        en: `${span.en}; it has types or schemas that this program lacks: ${missing.join(', ')}`,
      },
      cure: { zh: '请升级程序，或核对 schemas 文件夹', en: 'upgrade the program, or check the folder of schemas' },
    };
  if (today < from)
    return {
      grade: 'warning',
      found: { zh: `${span.zh}：尚未生效`, en: `${span.en}: it is not in force yet` },
      cure: { zh: '节点到生效日才开始签发', en: 'the node issues nothing before that day' },
    };
  if (until !== undefined && today > until)
    return {
      grade: 'problem',
      found: { zh: `${span.zh}：已经届满`, en: `${span.en}: it has ended` },
      cure: {
        zh: '届满后只收发管理类条目、回执和记录的变更；请商议并签署下一版',
        en: 'only governance, receipts and steps on records pass now: agree on the next version and sign it',
      },
    };
  const left = until === undefined ? undefined : Math.round((startOfDay(until) * 1000 - now.getTime()) / dayMs);
  if (left !== undefined && left <= soonDays)
    return {
      grade: 'warning',
      found: { zh: `${span.zh}：再过 ${left} 天届满`, en: `${span.en}: it ends in ${left} days` },
      cure: { zh: '请着手下一版：各成员都要签署', en: 'begin with the next version: every member has to sign it' },
    };
  return { grade: 'ok', found: { zh: `${span.zh}：有效`, en: `${span.en}: in force` } };
}

/** A later version that does not bind yet. */
export interface PendingVersion {
  version: number;
  from: string;
  signatures: number;
  members: number;
}

export function decidePending({ version, from, signatures, members }: PendingVersion, today: string): Verdict {
  return {
    grade: from < today ? 'warning' : 'ok',
    found: {
      zh: `第 ${version} 版在等待：${members} 家中 ${signatures} 家已签，定于 ${from} 起`,
      en: `version ${version} waits: signed by ${signatures} of ${members}, meant to begin on ${from}`,
    },
    ...(from < today && {
      cure: { zh: 'huxin agreement status 看谁还没有签', en: 'huxin agreement status tells who has not signed' },
    }),
  };
}

/** How a database stands to this program. */
export interface FoundStore {
  /** Without a password. */
  url: string;
  /** Migrations that this program would carry out; all of them when there is no database yet. */
  pending: readonly string[];
  /** Migrations that only a newer program knows. */
  newer: readonly string[];
  /** A file that is not there yet. */
  isNew: boolean;
  /** SQLite's, such as `wal`. */
  journalMode?: string;
  /** PostgreSQL's setting; empty when no standby must have a commit. */
  standbys?: string;
  /** Ids of processes that have the file open, as far as this user sees them; undefined when that cannot be known. */
  openedBy?: readonly number[];
}

export function decideStore({ url, pending, newer, isNew, journalMode, standbys }: FoundStore): Verdict {
  if (newer.length > 0)
    return {
      grade: 'problem',
      found: {
        zh: `${url}：由较新的程序写成（${newer.join('、')}）`,
        en: `${url}: a newer program has written it (${newer.join(', ')})`,
      },
      cure: { zh: '请换用那个版本的程序', en: 'use that release of the program' },
    };
  if (isNew)
    return {
      grade: 'warning',
      found: { zh: `${url}：还没有，启动时新建`, en: `${url}: is not there yet; the start makes it` },
      cure: {
        zh: '新节点本应如此。若本节点的日志已为人所见，绝不可用空库启动',
        en: 'right for a new node. If anyone has seen this node’s log, never start it on an empty store',
      },
    };
  if (journalMode !== undefined && journalMode !== 'wal' && pending.length === 0)
    return {
      grade: 'warning',
      found: { zh: `${url}：日志模式为 ${journalMode}`, en: `${url}: its journal mode is ${journalMode}` },
      cure: { zh: '启动时会改回 WAL；请查清是谁改的', en: 'the start sets WAL again; find out who changed it' },
    };
  if (pending.length > 0)
    return {
      grade: 'warning',
      found: {
        zh: `${url}：启动时会升级表结构（${pending.join('、')}）`,
        en: `${url}: the start will bring its tables up to date (${pending.join(', ')})`,
      },
      cure: {
        zh: '请先备份；huxin store migrate --dry-run 可先试一遍',
        en: 'make a backup first; huxin store migrate --dry-run tries it beforehand',
      },
    };
  if (standbys === '')
    return {
      grade: 'warning',
      found: { zh: `${url}：没有同步备机`, en: `${url}: no synchronous standby` },
      cure: {
        zh: '请设 synchronous_standby_names：磁盘一旦丢失，已确认的条目也会丢失',
        en: 'set synchronous_standby_names: with the disk, entries would be lost that others were told of',
      },
    };
  return {
    grade: 'ok',
    found: { zh: `${url}：可读，表结构为本版本`, en: `${url}: readable, its tables are this release’s` },
  };
}

/** Before the start: whoever holds the file is another node, or this one running already. */
export function decideOpened({ url, openedBy }: Pick<FoundStore, 'url' | 'openedBy'>): Verdict | undefined {
  if (!url.startsWith('sqlite:')) return undefined;
  if (openedBy === undefined)
    return {
      grade: 'unknown',
      found: {
        zh: '看不出数据库文件是否被别的进程打开',
        en: 'whether another process has the database open cannot be seen here',
      },
    };
  if (openedBy.length === 0) return undefined;
  return {
    grade: 'warning',
    found: {
      zh: `进程 ${openedBy.join('、')} 正打开着数据库`,
      en: `process ${openedBy.join(', ')} has the database open`,
    },
    cure: {
      zh: '若是本节点在运行，请改用 huxin doctor --node；不是则先停掉它',
      en: 'if that is this node running, ask it: huxin doctor --node; if not, stop it first',
    },
  };
}
