/** What the doctor makes of the machine under this node: Node, disks, certificate, the table of holidays. Pure. */

import { formatDuration } from '../base/duration.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import type { Verdict } from './check-up.ts';

const dayMs = 86_400_000;
const mebibyte = 1024 * 1024;

/** @param wanted the least version, such as `20.19`; @param threads of the pool, `undefined` when nothing sets them: four */
export function decideRuntime({
  version,
  wanted,
  threads,
  cores,
}: {
  version: string;
  wanted: string;
  threads: number | undefined;
  cores: number;
}): Verdict {
  const found = {
    zh: `Node ${version}；签名线程 ${threads ?? 4}，处理器 ${cores} 核`,
    en: `Node ${version}; ${threads ?? 4} threads for signatures on ${cores} cores`,
  };
  if (isOlder(version, wanted))
    return {
      grade: 'problem',
      found,
      cure: { zh: `请改用 Node ${wanted} 或更高版本`, en: `use Node ${wanted} or newer` },
    };
  if ((threads ?? 4) >= cores) return { grade: 'ok', found };
  return {
    grade: 'warning',
    found,
    cure: {
      zh: `启动前设置 UV_THREADPOOL_SIZE=${cores}，签名和验签才能用上所有处理器`,
      en: `set UV_THREADPOOL_SIZE=${cores} before the start, so that signatures use every core`,
    },
  };
}

function isOlder(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split('.').map(Number));
  for (const [i, least] of (b ?? []).entries()) {
    const part = a?.[i] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

const disks: Readonly<Record<string, Sentence>> = {
  database: { zh: '数据库所在磁盘', en: 'disk of the database' },
  erasures: { zh: '删除台账所在磁盘', en: 'disk of the ledger of erasures' },
};

/** @param name what lies there */
export function decideDisk({
  name,
  freeBytes,
  sizeBytes,
}: {
  name: string;
  freeBytes: number;
  sizeBytes: number;
}): Verdict {
  const free = Math.floor(freeBytes / mebibyte);
  const percent = sizeBytes > 0 ? Math.floor((freeBytes / sizeBytes) * 100) : 0;
  const what = disks[name] ?? { zh: name, en: name };
  const found = { zh: `${what.zh}：还剩 ${free} MiB（${percent}%）`, en: `${what.en}: ${free} MiB free (${percent}%)` };
  const cure = {
    zh: '请腾出空间或扩容：写满后节点不能再签发和接收',
    en: 'make room: with a full disk the node can neither issue nor take anything',
  };
  if (freeBytes < 256 * mebibyte) return { grade: 'problem', found, cure };
  return freeBytes < 1024 * mebibyte || percent < 5 ? { grade: 'warning', found, cure } : { grade: 'ok', found };
}

const certificateDays = 30;

/** @param isPinned whether the agreement lists its key; undefined when it lists none */
export function decideCertificate(
  { notBefore, notAfter }: { notBefore: string; notAfter: string },
  now: Date,
  isPinned?: boolean,
): Verdict {
  const left = Date.parse(notAfter) - now.getTime();
  const until = { zh: `到 ${dayOf(new Date(notAfter))}`, en: `until ${dayOf(new Date(notAfter))}` };
  const renew = { zh: '请换证书，放好后向节点发 SIGHUP', en: 'renew it, put it in place and send the node SIGHUP' };
  if (isPinned === false)
    return {
      grade: 'problem',
      found: {
        zh: `证书（${until.zh}）的公钥不在协议所列之中：别的成员会拒绝它`,
        en: `the certificate (${until.en}) is not the one that the agreement pins: the others refuse it`,
      },
      cure: {
        zh: '请用协议所列的那把私钥签证书，或以下一版协议更换',
        en: 'make a certificate with the key that the agreement pins, or change the pin by an amendment',
      },
    };
  if (Date.parse(notBefore) > now.getTime())
    return { grade: 'problem', found: { zh: '证书尚未生效', en: 'the certificate is not valid yet' }, cure: renew };
  if (left <= 0)
    return {
      grade: 'problem',
      found: { zh: `证书已过期（${until.zh}）`, en: `the certificate has expired (${until.en})` },
      cure: renew,
    };
  const rest = formatDuration(left);
  const found = {
    zh: `证书有效${until.zh}，还有 ${rest.zh}`,
    en: `the certificate is good ${until.en}, ${rest.en} more`,
  };
  return left < certificateDays * dayMs ? { grade: 'warning', found, cure: renew } : { grade: 'ok', found };
}

/** The State Council publishes a year's arrangement in the November before. */
export function decideHolidays(years: ReadonlySet<number>, now: Date): Verdict {
  const today = dayOf(now);
  const year = Number(today.slice(0, 4));
  const cure = (missing: number) => ({
    zh: `国务院办公厅公布后，把 ${missing} 年的安排写入 holidays 文件夹，huxin rules check 核对，重启节点`,
    en: `put the State Council’s arrangement of ${missing} into the folder of holidays, huxin rules check it, restart the node`,
  });
  if (!years.has(year))
    return {
      grade: 'problem',
      found: {
        zh: `没有 ${year} 年的节假日表：所有期限都是暂计`,
        en: `no holidays of ${year}: every deadline is provisional`,
      },
      cure: cure(year),
    };
  if (years.has(year + 1))
    return { grade: 'ok', found: { zh: `节假日表到 ${year + 1} 年`, en: `holidays up to ${year + 1}` } };
  const isDue = today.slice(5) >= '11-15';
  return {
    grade: isDue ? 'warning' : 'ok',
    found: {
      zh: `还没有 ${year + 1} 年的节假日表${isDue ? '：跨年的期限都是暂计' : '，通常十一月公布'}`,
      en: `no holidays of ${year + 1} yet${isDue ? ': deadlines in it are provisional' : '; they come in November as a rule'}`,
    },
    ...(isDue && { cure: cure(year + 1) }),
  };
}
