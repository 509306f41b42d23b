/** What a verifier checked and what it could not, in both languages. One long table; facts as `{name}`, counts as `{name|one|many}`. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Facts } from '../base/problem.ts';
import { formatChinaTime, isInstant } from '../base/time.ts';
import type { Statement } from './report.ts';

const checked = {
  form: ['文件格式：一种写法，逐行规范', 'The form of the file: its one spelling, line by line'],
  agreements: [
    '框架协议：共 {versions} 版，逐个核对每个成员的签名，并与您手中的版本（第 {brought} 版）接续',
    'The agreement: {versions|version|versions}, the signature of every member by itself, joined to the one in your hand (version {brought})',
  ],
  checkpoint: [
    '日志 {log} 的检查点（大小 {size}）：日志签名',
    'The checkpoint of {log} (size {size}): the log’s signature',
  ],
  quorum: [
    '{have} 个其他成员联署了日志 {log} 的检查点（要求 {need} 个），于 {quorumAt}达到',
    '{have|other member|other members} cosigned the checkpoint of {log} (the check asks for {need}); they were enough at {quorumAt}',
  ],
  governance: [
    '日志 {log} 的治理条目 {entries} 条，自第 0 条起：协议生效与密钥变更',
    '{entries|governance entry|governance entries} of {log}, from entry 0 on: adoptions and keys',
  ],
  bulletin: [
    '日志 {log} 第 {index} 条通报 {jti}：签名密钥当时有效，签名、模式、流向与接收方均合规',
    'Entry {index} of {log}, bulletin {jti}: its key was in force there; signature, schema, flow and addressees are right',
  ],
  inclusion: [
    '日志 {log} 第 {index} 条在检查点（大小 {size}）之内，叶子与内容、盐值相符',
    'Entry {index} of {log} is in the tree of size {size}, and content and salt open its leaf',
  ],
  receipt: [
    '{receiver}的回执 {jti}（其日志第 {index} 条）：签名有效，所据检查点（大小 {size}）是日志 {log} 的前段',
    'Receipt {jti} of {receiver} (entry {index} of its log): rightly signed, and its checkpoint (size {size}) is a beginning of {log}',
  ],
  'receipts-joined': [
    '{receiver}的回执自 {from} 至 {to} 首尾相接，没有空缺和重叠',
    'The receipts of {receiver} join from {from} to {to} without gap or overlap',
  ],
  completeness: [
    '日志 {log} 第 {from} 条起、第 {to} 条之前发给{receiver}的通报恰为这 {bulletins} 份，没有遗漏、增添或调换',
    'Between {from} and {to} (not included) of {log} exactly {bulletins|bulletin was|bulletins were} addressed to {receiver}; none is left out, added or moved',
  ],
  days: ['检查点的见证时间包住 {since} 至 {until}', 'The times of the checkpoints enclose {since} to {until}'],
  'verdicts-same': [
    '回执对 {compared} 份通报的说法与规则得出的一致',
    'What the receipts say of {compared|bulletin|bulletins} is what the rules say',
  ],
  refusal: ['{receiver}以 {code} 拒收了日志 {log} 第 {index} 条', '{receiver} refused entry {index} of {log}: {code}'],
  withheld: [
    '{receiver}声明没有收到日志 {log} 第 {index} 条的内容',
    '{receiver} says that it was not given the content of entry {index} of {log}',
  ],
  fork: ['日志 {log} 的密钥签署了两种不能并存的历史', 'The key of {log} signed two histories that cannot both be true'],
  claim: ['文件所称与内容相符', 'What the file claims is what its parts say'],
  times: [
    '至 {day} 终了，以上内容均已由足够成员见证',
    'All of this was witnessed by enough members before the end of {day}',
  ],
} satisfies Record<string, [zh: string, en: string]>;

const notChecked = {
  'unknown-versions': [
    '此后各版协议（如有）及其撤销事项：本文件和您手中最新为第 {version} 版',
    'Later versions of the agreement and what they strike, if there are any: version {version} is the newest here and in your hand',
  ],
  'later-bulletins': [
    '此后是否有更正、撤销或删除：本文件只到日志 {log} 的大小 {size}',
    'Whether the record was corrected, revoked or erased since: this file ends at size {size} of {log}',
  ],
  'further-bulletins': [
    '该记录是否还有其他通报：单凭本文件不能证明没有，可索取完整性证明',
    'Whether there are further bulletins of the record: a file like this cannot prove that there are none; a completeness statement can',
  ],
  'no-receipt': [
    '{members}是否收到：文件中没有其回执',
    'Whether {members} received it: their receipts are not in the file',
  ],
  'later-words': [
    '内容是否后来送达：须看{receiver}此后的回执',
    'Whether the content came later: only later receipts of {receiver} tell',
  ],
  'beyond-receipts': [
    '{receiver}是否收到第 {from} 条以后的通报：文件中没有其回执',
    'Whether {receiver} received what stands from {from} on: its receipts are not in the file',
  ],
  'lower-ids': [
    '编号是否与第 {from} 条以前的通报重复：其内容不在文件中',
    'Whether an id repeats one below {from}: the contents there are not in the file',
  ],
  'hidden-governance': [
    '日志 {log} 第 {from} 条与第 {index} 条之间是否还有治理条目：如有，拒收或许有理',
    'Whether governance stands between {from} and {index} of {log}: if so, the refusal may have been right',
  ],
  erased: [
    '已依治理条目删除的 {count} 份内容：只剩叶子',
    'The content of {count|bulletin|bulletins} that an erasure took: only leaves are left',
  ],
  'content-unkept': [
    '{count} 份通报因含有个人信息被{receiver}拒收，内容没有保存',
    '{count|bulletin was|bulletins were} refused by {receiver} for naming a natural person; nobody keeps such content',
  ],
  'content-withheld': [
    '{receiver}声明未收到的 {count} 份内容',
    'The content of {count|bulletin|bulletins} that {receiver} says it was not given',
  ],
  elsewhere: [
    '发给其他成员的通报：本文件只见其叶子',
    'Bulletins addressed to other members: only their leaves are here',
  ],
  clocks: [
    '各方时钟：时间均为签名者所称，见证时间由足够成员共同限定',
    'Clocks: a time is the word of who signs it; witnessed times are bounded by several members together',
  ],
  quorum: [
    '协议要求的 {agreed} 个联署：您另行指定了 {need} 个',
    'The {agreed} cosignatures that the agreement asks for: you asked for {need}',
  ],
  rest: ['其余各项：发现上述问题后即停止', 'Everything else: the check stopped at what was found'],
} satisfies Record<string, [zh: string, en: string]>;

export type CheckedCode = keyof typeof checked;
export type NotCheckedCode = keyof typeof notChecked;

type Names = Readonly<Record<string, Bilingual>>;

/** A statement of what was checked. */
export function sayChecked(code: CheckedCode, facts: Facts, members: Names): Statement {
  return { code, facts, ...fill(checked[code], facts, members) };
}

/** A statement of what was not. */
export function sayNotChecked(code: NotCheckedCode, facts: Facts, members: Names): Statement {
  return { code, facts, ...fill(notChecked[code], facts, members) };
}

/** Facts as people read them: members by their names, instants by the clock in China. */
export function inWords(facts: Facts, members: Names, language: 'zh' | 'en'): Facts {
  const say = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(say);
    if (typeof value !== 'string') return value;
    if (isInstant(value)) return `${formatChinaTime(value)}${language === 'zh' ? '（北京时间）' : ' (time in China)'}`;
    return Object.hasOwn(members, value) ? members[value]?.[language] : value;
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, say(value)]));
}

function fill([zh, en]: readonly [string, string], facts: Facts, members: Names): Bilingual {
  const put = (text: string, language: 'zh' | 'en') => {
    const said = inWords(facts, members, language);
    return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
      const value = [said[name] ?? ''].flat().join(language === 'zh' ? '、' : ', ');
      return one === undefined ? value : `${value} ${value === '1' ? one : many}`;
    });
  };
  return { zh: put(zh, 'zh'), en: put(en, 'en') };
}
