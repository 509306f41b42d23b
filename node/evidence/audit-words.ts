/** What an audit says, code by code, in both languages. One long table. */

import type { Bilingual } from '../agreement/agreement.ts';
import { strikeGrounds } from '../agreement/words.ts';
import { inChinese } from '../base/fact-words.ts';
import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import { auditStates, nameOf } from '../report/audit.ts';

/** What members and types of bulletins are called. */
export interface AuditNames {
  members: Record<string, Bilingual>;
  titleOf: TitleOf;
}

type Say = (facts: Facts, names: AuditNames) => Sentence;

/**
 * `{log}` is a fact as it is; `{receiver@}` the name of a member; `{at!}` an instant in China's time; `{types%}` types of
 * bulletins by their titles, each perhaps with a number: `penalty 7, grade 5`; `{count#receipt}` so many of them.
 */
function say(zh: string, en: string): Say {
  return (facts, names) => ({ zh: fill(zh, 'zh', inChinese(facts), names), en: fill(en, 'en', facts, names) });
}

function fill(text: string, language: 'zh' | 'en', facts: Facts, { members, titleOf }: AuditNames): string {
  return text.replaceAll(/\{(\w+)([@!%]|#(\w+))?\}/g, (_, name: string, kind?: string, noun?: string) => {
    const value = facts[name];
    if (value === undefined) return '—';
    if (noun) return `${value} ${noun}${value === 1 ? '' : 's'}`;
    if (kind === '@') return nameOf(members, String(value))[language];
    if (kind === '%') return sayTypes(String(value), (type) => titleOf(type)[language], language);
    return kind === '!' ? formatChinaTime(String(value)) : String(value);
  });
}

function sayTypes(types: string, titleOf: (type: string) => string, language: 'zh' | 'en'): string {
  const said = types.split(', ').map((one) => {
    const [type = '', ...number] = one.split(' ');
    return [titleOf(type), ...number].join(' ');
  });
  return said.join(language === 'zh' ? '、' : ', ');
}

/** `reason` is a code, or the state of the log. */
function sayState(zh: string, en: string): Say {
  return (facts, names) => {
    const state = auditStates[String(facts.reason) as keyof typeof auditStates] as Sentence | undefined;
    const inWords = (language: 'zh' | 'en') => ({ ...facts, reason: state?.[language] ?? facts.reason });
    return { zh: say(zh, '')(inWords('zh'), names).zh, en: say('', en)(inWords('en'), names).en };
  };
}

const struck = {
  'bulletin-key': { zh: '通报密钥', en: 'bulletin key' },
  log: { zh: '日志', en: 'log' },
  'witness-key': { zh: '见证密钥', en: 'witness key' },
  member: { zh: '成员资格', en: 'membership' },
} as const;

export const findingWords = {
  'log/fork': say(
    '{member@}的日志 {log} 分叉：大小 {size} 处有两种内容。检查点和证明已存入镜像，任何人都可核对，无须其配合。',
    'The log {log} of {member@} forked: it has two contents at size {size}. Notes and proofs are kept in the mirror; anyone can check them without its help.',
  ),
  'log/behind': say(
    '{member@}的节点只出示日志 {log} 的 {shown} 条，而它曾签署过 {seen} 条。',
    'The node of {member@} shows {shown} entries of {log}, of which it has signed {seen}.',
  ),
  'governance/refused': say(
    '日志 {log} 第 {index} 条治理条目不合规（{code}），责任在{member@}。',
    'Governance entry {index} of {log} does not hold ({code}), which speaks against {member@}.',
  ),
  'receipt/refused': say(
    '日志 {log} 第 {index} 条回执不合规（{code}），责任在{member@}。',
    'The receipt at {index} of {log} does not hold ({code}), which speaks against {member@}.',
  ),
  'content/unopened': say(
    '日志 {log} 第 {index} 条所出示的内容与叶子不符。',
    'What is shown of entry {index} of {log} does not open its leaf.',
  ),
  'publication/late': say(
    '日志 {log} 第 {index} 条自称 {signedAt!} 签署，但直到 {absentAt!} 所出示的日志里还没有它。',
    'Entry {index} of {log} says that it was signed at {signedAt!}, yet the log as it was shown until {absentAt!} did not hold it.',
  ),
  'publication/overdue': say(
    '{member@}在日志 {log} 有 {count} 份通报晚于协议所定的公示时限（条目 {indexes}）。其中第 {index} 条（{type%}）决定于 {decidedOn}，最迟应于 {dueOn} 发出，实于 {publishedOn} 发出。{member@}出示同一记录更早的通报即可反驳。',
    '{member@} published {count#bulletin} of {log} after the agreement’s deadline (entries {indexes}). Of these entry {index} ({type%}) was decided on {decidedOn}, due by {dueOn} and published on {publishedOn}. {member@} answers it by showing an earlier bulletin of the same record.',
  ),
  'fork/shown': say(
    '证据文件 {file} 表明，{member@}的日志 {log} 的密钥签署了两种不能并存的历史。',
    'The evidence file {file} convicts the key of {log}, of {member@}: it signed two histories that cannot both be true.',
  ),
  'receipt/misaddressed': say(
    '{receiver@}在 {log} 第 {index} 条的回执所指的日志 {about} 不属于收件成员，或不为协议所知。',
    'The receipt of {receiver@} at {index} of {log} speaks of the log {about}, which is not its addressee’s or not known to the agreement.',
  ),
  'receipt/gap': say(
    '{receiver@}对 {about} 的回执有缺口：上一份止于 {expected}，{log} 第 {index} 条却从 {from} 起。',
    'The receipts of {receiver@} for {about} have a gap: the last one ends at {expected}, the one at {index} of {log} begins at {from}.',
  ),
  'receipt/overlap': say(
    '{receiver@}对 {about} 的回执重叠：上一份止于 {expected}，{log} 第 {index} 条却从 {from} 起。',
    'The receipts of {receiver@} for {about} overlap: the last one ends at {expected}, the one at {index} of {log} begins at {from}.',
  ),
  'receipt/inconsistent': say(
    '{receiver@}在 {log} 第 {index} 条的回执自相矛盾：所列条目不在 [{from}, {to}) 之内，或范围超出大小 {size}。',
    'The receipt of {receiver@} at {index} of {log} contradicts itself: it names entries outside [{from}, {to}), or reaches beyond size {size}.',
  ),
  'receipt/wrong-root': say(
    '{receiver@}在 {log} 第 {index} 条的回执所写的根，不是 {about} 在大小 {size} 处的根。',
    'The receipt of {receiver@} at {index} of {log} names a root that {about} did not have at size {size}.',
  ),
  'receipt/missing': say(
    '{receiver@}对 {about} 第 {first} 条起的 {count} 份通报没有回执；它在 {coveredAt!} 已联署含有首份的检查点，最迟应在 {dueAt!} 作回执。',
    '{receiver@} gave no receipt for {count#bulletin} of {about} from entry {first} on; it had cosigned a checkpoint with the first by {coveredAt!}, so the receipt was due by {dueAt!}.',
  ),
  'receipt/late': say(
    '{receiver@}对 {about} 有 {count} 份回执迟于协议所定的时限，最多迟 {minutes} 分钟；首份在 {log} 第 {index} 条。',
    '{count#receipt} of {receiver@} for {about} came later than the agreement allows, the worst by {minutes#minute}; the first is at {index} of {log}.',
  ),
  'refusal/wrong': say(
    '{receiver@}拒收了 {about} 的第 {index} 条（{code}），而它是一条合规的治理条目或回执。',
    '{receiver@} refused entry {index} of {about} ({code}), which is governance or a receipt that holds.',
  ),
  'refusal/unmended': say(
    '{receiver@}拒收了 {about} 的 {count} 份通报（条目 {indexes}），其后{issuer@}没有再向它发出任何可替代的通报。',
    '{receiver@} refused {count#bulletin} of {about} (entries {indexes}), and {issuer@} has sent it nothing since that could have taken their place.',
  ),
  'withheld/open': say(
    '{receiver@}称 {about} 的 {count} 份通报没有收到内容（条目 {indexes}），至今没有了结。这是接收方的说法，{issuer@}出示内容即可反驳。',
    '{receiver@} says that the content of {count#bulletin} of {about} (entries {indexes}) never came, and nothing settled it. That is the receiver’s word; {issuer@} answers it by showing the content.',
  ),
  'cosignature/stale': say(
    '日志 {log} 最近一次达到联署人数是在大小 {size}，最近的联署在 {at!}，已超过 {hours} 小时。',
    'The log {log} last had its quorum at size {size}, its newest cosignature is of {at!}: more than {hours} hours ago.',
  ),
  'checkpoint/no-quorum': say(
    '日志 {log} 大小 {size} 的检查点自 {at!} 起为镜像所知，超过 {hours} 小时仍没有达到联署人数。',
    'The checkpoint of {log} at size {size} has been known to the mirror since {at!} and, more than {hours} hours later, lacks its quorum.',
  ),
  'key/changed': say(
    '{member@}在日志 {log} 第 {index} 条更换了通报密钥。',
    '{member@} changed its bulletin keys at entry {index} of {log}.',
  ),
  'log/closed': say('{member@}在第 {index} 条终结了日志 {log}。', '{member@} closed the log {log} with entry {index}.'),
  'agreement/not-adopted': say(
    '{member@}的日志 {log} 仍依第 {version} 版，而第 {live} 版自 {from} 起有效。',
    'The log {log} of {member@} still goes by version {version}, while version {live} has been in force since {from}.',
  ),
  'strike/known': (facts, names) => {
    const { zh, en } = struck[facts.kind as keyof typeof struck];
    const why = strikeGrounds[facts.ground as keyof typeof strikeGrounds];
    return say(
      `第 {version} 版协议作废了{member@}的${zh}（${why.zh}）。`,
      `Version {version} of the agreement strikes the ${en} of {member@} (${why.en}).`,
    )(facts, names);
  },
} as const satisfies Record<string, Say>;

export type FindingCode = keyof typeof findingWords;

export const checkedWords = {
  'agreement/verified': say(
    '协议第 {from} 至 {to} 版：每个签名、前后相接、足够的成员签署。',
    'Versions {from} to {to} of the agreement: each signature, that each follows the one before, and that enough members signed.',
  ),
  'nodes/compared': say(
    '{nodes} 个节点所出示的检查点与镜像的 {logs} 个日志逐一比对。',
    'The checkpoints that {nodes#node} showed, held against the mirror’s copy of {logs#log}.',
  ),
  'log/leaves': say(
    '日志 {log}：{size} 片叶子逐一计算，得出{member@}签署的根 {root}；只增不改。',
    'Log {log}: {size} leaves, each hashed, give the root {root} that {member@} signed; the log only grew.',
  ),
  'governance/judged': say(
    '{count} 条治理条目：内容、签名、密钥，以及每条之后由哪一版协议管辖。',
    '{count} governance entries: content, signature, key, and which version governs after each.',
  ),
  'receipts/judged': say(
    '{count} 份回执：内容、签名、密钥；其中 {compared} 份所写的根与所指日志相符与否；{pairs} 对成员的回执是否首尾相接。',
    '{count#receipt}: content, signature, key; of {compared} whether the root is that of the log they speak of; for {pairs#pair} of members whether they join without gap or overlap.',
  ),
  'evidence/read': say(
    '{files} 个证据文件逐一验证成立，其检查点与镜像相符；其中出示了 {bulletins} 份通报的内容。',
    '{files#file} of evidence, each verified, its checkpoints held against the mirror; they show the content of {bulletins#bulletin}.',
  ),
  'publication/compared': say(
    '其中 {count} 条记录首次通报的日期，与决定日起协议所定的时限（工作日）比对。',
    'The day on which each of {count#record} of these was first told, held against the agreement’s deadline in working days from the decision.',
  ),
} as const satisfies Record<string, Say>;

export type CheckedCode = keyof typeof checkedWords;

export const uncheckedWords = {
  'content/unseen': say(
    '除治理条目和回执外，通报的内容不对审计方出示：所述事实、所依法规、拒收是否得当，均未核对。',
    'But for governance and receipts, the content of bulletins is not shown to auditors: what they say, on what ground, and whether a refusal was right was not checked.',
  ),
  'absence/unproved': say(
    '没有说过的，日志无从证明：某一记录是否本应通报、是否只发给了别处，不能由此得知。',
    'A log proves nothing about what was never said: whether a record should have been told, or was told to others only, cannot be known from it.',
  ),
  'publication/deadline': say(
    '协议所定的公示时限（{types%}，工作日）自决定之日起算，决定日在内容之中，故未核对；只核对了治理条目和回执自签署到出示的间隔。',
    'The agreement’s deadlines of publication ({types%}, working days) run from the day of the decision, which stands in the content: not checked. Of governance and receipts the time from signing to showing was.',
  ),
  'publication/rest': say(
    '协议所定的公示时限（{types%}，工作日）只对证据出示了内容的记录作了比对；其余的决定日不可见。',
    'The agreement’s deadlines of publication ({types%}, working days) were held against those records only whose content evidence shows; the day of other decisions cannot be seen.',
  ),
  'publication/provisional': say(
    '{count} 条记录的公示时限涉及尚无放假安排的年份，未作结论。',
    'The deadline of {count#record} reaches into a year whose holidays are not known yet: nothing is concluded.',
  ),
  'publication/again': say(
    '{member@}在日志 {log} 有 {count} 份通报晚于公示时限（条目 {indexes}），但接收方当时尚未加入，或曾拒收该日志的通报，可能是再次通报，未作结论。',
    '{member@} published {count#bulletin} of {log} after the deadline (entries {indexes}), to receivers that joined later or had refused something of that log: they may have been told again, so nothing is concluded.',
  ),
  'evidence/refused': say(
    '证据文件 {file} 不成立（{code}），其内容未予采用。',
    'The evidence file {file} does not hold ({code}); nothing in it was used.',
  ),
  'times/word': say(
    '签署和联署的时间是签署者自己的说法；达到联署人数的检查点含有某条，即为其时间的上限，不含则为下限。',
    'Times of signing and cosigning are the word of who signs; a checkpoint with its quorum bounds an entry’s time from above when it holds it, and from below when it does not.',
  ),
  'cosignatures/kept': say(
    '镜像只保存各次审计时见到的检查点和每个见证方最近的联署；两次审计之间的联署时间多数不可知，因此迟到的回执可能多于所列。',
    'The mirror keeps the checkpoints seen at each audit, each with its witnesses’ latest cosignatures; what was cosigned between audits is mostly unknown, so more receipts may have been late than are listed.',
  ),
  'versions/unknown': say(
    '手中文件和各日志都没有的后续版本（及其作废）不可知。',
    'Later versions, and the strikes in them, that stand neither in the file nor in a log are unknown.',
  ),
  'refusal/unclear': say(
    '{receiver@}拒收 {about} 的 {count} 份通报之后，{issuer@}另有通报发给它；是否替代了被拒收的，要看内容。',
    'After {receiver@} refused {count#bulletin} of {about}, {issuer@} sent it others; whether these took the place of the refused ones only their content tells.',
  ),
  'receipt/kind': say(
    '哪些条目是回执，以其所有者出示的为准；{member@}的日志 {log} 有 {count} 条无从分辨。',
    'Which entries are receipts is known from what their owner shows; of {count} entries of {log}, of {member@}, it cannot be told.',
  ),
  'receipt/ahead': say(
    '{count} 份回执所指的大小超出镜像所持，或所指日志已分叉，其根未核对。',
    '{count#receipt} speak of more of a log than the mirror holds, or of one that forked; their roots were not compared.',
  ),
  'receipt/due-unknown': say(
    '{receiver@}对 {about} 有 {count} 份通报尚无回执；镜像没有它此后的联署，何时到期不可知。',
    '{receiver@} gave no receipt yet for {count#bulletin} of {about}; the mirror has no cosignature of its from then on, so when they were due is unknown.',
  ),
  'receipt/not-due': say(
    '{receiver@}对 {about} 有 {count} 份通报尚无回执，时限未到，或其日志尚未读到该时。',
    '{receiver@} gave no receipt yet for {count#bulletin} of {about}; the time is not over, or its log was not read that far.',
  ),
  'node/not-asked': say('没有询问{member@}的节点。', 'The node of {member@} was not asked.'),
  'node/unreachable': say('{member@}的节点没有应答（{reason}）。', 'The node of {member@} did not answer ({reason}).'),
  'log/not-shown': say('没有节点出示{member@}的日志 {log}。', 'No node showed the log {log} of {member@}.'),
  'log/not-whole': sayState(
    '日志 {log} 只读到 {held}，已签署至 {signed}（{reason}）。',
    'Of the log {log} {held} entries were read, {signed} are signed for ({reason}).',
  ),
  'log/contents': say(
    '日志 {log} 自 {from} 起的叶子不是从{member@}读得的，其中的回执可能不全；涉及{member@}的回执未作结论。',
    'From {from} on the leaves of {log} were not read from {member@}, so receipts among them may be missing; nothing is concluded about receipts of {member@}.',
  ),
  'checkpoint/not-taken': say(
    '{from@}所出示的 {log} 的检查点或叶子未予采用（{code}）。',
    'A checkpoint or leaves of {log} that {from@} showed were not taken ({code}).',
  ),
  'quorum/pending': say(
    '日志 {log} 大小 {size} 的检查点尚未达到联署人数；镜像所知不足 {hours} 小时。',
    'The checkpoint of {log} at size {size} lacks its quorum; the mirror has known it for less than {hours} hours.',
  ),
} as const satisfies Record<string, Say>;

export type UncheckedCode = keyof typeof uncheckedWords;
