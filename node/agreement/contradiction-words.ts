/**
 * What can contradict itself in an agreement that is well formed, each with its cure, in both languages. An error keeps a
 * page from being signed, a warning does not. Finding them is `contradictions.ts`. One long table; `{name}` stands for
 * what the contradiction tells of itself.
 */

import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';

interface Words {
  level: 'error' | 'warning';
  what: Sentence;
  cure: Sentence;
}

const error = (zh: string, en: string, cureZh: string, cureEn: string): Words => ({
  level: 'error',
  what: { zh, en },
  cure: { zh: cureZh, en: cureEn },
});
const warning = (...words: Parameters<typeof error>): Words => ({ ...error(...words), level: 'warning' });

export const contradictionWords = {
  // the page
  placeholder: error('此处尚待填写', 'this is still to be filled in', '写上实际内容', 'write what it is'),
  invented: warning(
    '{value} 是虚构的示例',
    '{value} is an invented example',
    '正式签署前换成实际的代码或地址',
    'put the real code or address before anyone signs in earnest',
  ),
  'words-swapped': warning(
    '中文中没有汉字，或英文中有汉字：{value}',
    'the Chinese holds no Chinese character, or the English holds one: {value}',
    '把两种文字放回各自的位置',
    'put each language in its own place',
  ),
  'same-words': error(
    '与 {first} 用词相同，标识却不同：同一规则有两种写法',
    'this has the words of {first} under another name: one rule is spelt in two ways',
    '并为一项，或写明两者的区别',
    'make one of the two, or say in words how they differ',
  ),
  alike: error(
    '“{value}”与 {first} 的“{other}”只差大小写、连字符或易混字符，读者会当作同一项',
    '"{value}" and "{other}" at {first} differ by case, hyphens or look-alike characters only, and will be read as one',
    '并为一项，或改用明显不同的名称',
    'make one of the two, or give them names that differ to the eye',
  ),

  // period and amendment
  'period-over': error(
    '有效期已于 {until} 结束，今天是 {today}：签署后也不会生效',
    'the effective period ended on {until}, and today is {today}: signed, it would never take effect',
    '改写 effective.until，或删除',
    'write a later effective.until, or none',
  ),
  'not-the-next': error(
    '这不是所修订版本的下一版：{name} 须为 {expected}',
    'this is not the version that follows the one amended: `{name}` must be {expected}',
    '改写 {name}',
    'write that `{name}`',
  ),
  'begins-before': warning(
    '首日 {from} 早于所修订版本的首日 {earlier}',
    'the first day {from} is before that of the version amended, {earlier}',
    '写各方签署之后的一天',
    'write a day after all will have signed',
  ),
  'period-gap': warning(
    '所修订版本于 {until} 结束，本版自 {from} 起：其间不能开立记录',
    'the version amended ends on {until} and this one begins on {from}: between them no record can be opened',
    '让本版自前一版结束的次日或更早生效',
    'let this one begin on the day after the other ends, or sooner',
  ),
  'member-left': warning(
    '成员 {member} 不再列出，也没有注销：不知道本版的节点仍会应答它',
    'member {member} is no longer listed and not struck: whoever does not know this version goes on answering it',
    '请其终结日志，或写 strikes: kind: member',
    'let it close its log, or write a strike of the kind `member`',
  ),
  'log-left': warning(
    '日志 {value} 换成了另一个，却没有注销：它止于何处，没有人知道',
    'the log {value} gives way to another and is not struck: nobody can say where it ends',
    '写 strikes: kind: log，注明最后长度和根',
    'write a strike of the kind `log` with its last size and root',
  ),
  'log-key-changed': warning(
    '日志 {value} 换了公钥：此前的检查点不能再用它核对',
    'the log {value} gets another key: its earlier checkpoints can no longer be verified with it',
    '公钥遗失或被盗时，注销该日志，另开 {value}/2',
    'when the key is lost or stolen, strike the log and open {value}/2',
  ),
  'issuer-changed': error(
    '签发者地址由 {from} 改为 {to}：此前的通报和记录都以原地址为名',
    'the issuer changes from {from} to {to}: all bulletins and records so far bear the former',
    '保留原 issuer；新的访问地址写在 endpoint',
    'keep `issuer`; where peers call is `endpoint`',
  ),
  'struck-in-use': warning(
    '成员 {member} 的这把公钥已被本版注销，却仍然列出：注销优先',
    'this key of member {member} is struck by the same version that lists it: the strike wins',
    '换上新的公钥，或取消注销',
    'list a new key, or take the strike back',
  ),
  'struck-all': error(
    '成员 {member} 的通报公钥全部被本版注销：它再也不能发送通报',
    'every bulletin key of member {member} is struck by this version: it could say nothing any more',
    '由该成员运行 huxin keys add，列出新的通报公钥',
    'that member makes a new one with `huxin keys add`; list it',
  ),
  'struck-log-in-use': error(
    '日志 {value} 已被本版注销，却仍是该成员的日志：它再也不能写入',
    'the log {value} is struck by this version and still its member’s log: nothing more can be written to it',
    '列出下一个日志：{value}/2，及其公钥',
    'list the next log, {value}/2, with a key of its own',
  ),
  'strike-unknown': warning(
    '成员 {member} 没有被注销的东西：前后两版都未列出',
    'member {member} has no such thing to strike: neither version lists it',
    '核对成员、日志名称和公钥',
    'compare the member, the name of the log and the key',
  ),
  'governance-all-by-number': warning(
    '{required} 现在就是全体成员；一旦有成员加入，就不再是全体',
    '{required} is all members today; once another joins it no longer is',
    '如指全体，请写 all',
    'write `all` when all are meant',
  ),

  // members
  'member-without-key': warning(
    '成员 {member} 还没有公钥，文稿不能签署',
    'member {member} has no keys yet, so the page cannot be signed',
    '由该成员运行 huxin keys create，把输出的 keys 段填在其名下',
    'that member runs `huxin keys create`; put the printed block `keys` under its name',
  ),
  'name-twice': error(
    '与 {first} 同名：“{value}”指的是哪一个成员，读不出来',
    'this has the name of {first}: nobody can tell which member "{value}" is',
    '写出各自的全称',
    'write their full names',
  ),
  'authority-elsewhere': warning(
    '机关代码 {value} 所属的行政区划不是成员 {member} 的',
    'the authority’s code {value} belongs to another province than member {member}',
    '核对统一社会信用代码第 3 至 8 位和成员代码',
    'compare characters 3 to 8 of the code with the member’s id',
  ),
  'address-of-another': error(
    '成员 {member} 的服务地址就是成员 {other} 的签发者地址：发给前者的会到后者那里',
    'the endpoint of member {member} is the issuer’s address of member {other}: calls for the one reach the other',
    '核对两个成员的 issuer 和 endpoint',
    'compare issuer and endpoint of both',
  ),
  'addresses-mixed': warning(
    '{value} 只能在本机访问，其他成员却在别的机器上',
    '{value} can be reached from its own machine only, while other members are elsewhere',
    '写上其他成员能访问的 https 地址；若都在一台机器上，请都写本机地址',
    'write an https address that the others can reach; when all are on one machine, loopback addresses for all',
  ),
  'pins-unused': warning(
    '{value} 不是 https，证书指纹不会用到',
    '{value} is no https address, so the certificate pins are never looked at',
    '改为 https 地址，或删除 certificatePins',
    'write an https address, or remove `certificatePins`',
  ),
  'pins-shared': warning(
    '与 {first} 是同一个证书指纹：一方可以冒充另一方的服务器',
    'this is the certificate pin of {first}: either can stand in for the other’s server',
    '各成员使用自己的证书，并写各自的指纹',
    'give each member a certificate of its own, and write its pin',
  ),
  'member-idle': warning(
    '没有一条流向涉及成员 {member} 的信用记录：它既不发送也不接收',
    'no flow of credit records touches member {member}: it sends none and receives none',
    '为其增加流向，或请其退出协议',
    'give it flows, or leave it out of the agreement',
  ),

  // purposes
  'purpose-unused': error(
    '没有一条开立信用记录的流向允许使用目的“{value}”：谁也不能为此查询其他成员的记录',
    'no flow that opens records lists the purpose "{value}": nobody may ask for another member’s records with it',
    '把它写进相应流向的 purposes，或从清单中删除',
    'put it into the `purposes` of the flows that are meant, or remove it from the list',
  ),

  // catalogue and flows
  'type-unknown': error(
    '程序中没有“{type}”这种通报：谁也不能发送',
    'this program knows no type "{type}", so nobody can send it',
    '改正名称，或删除这一项',
    'mend the name, or remove the entry',
  ),
  'schema-of-another': error(
    '“{type}”的内容模式不是 bulletin/{type}：按它发送的通报都会被拒绝',
    'the schema of "{type}" is not bulletin/{type}: every bulletin sent by it would be refused',
    '写 schema: bulletin/{type}',
    'write `schema: bulletin/{type}`',
  ),
  'flow-all-by-name': warning(
    '逐一列出了全部成员：现在等于“*”，但新成员加入后不包括它',
    'all members are listed by name: today that is "*", but a member that joins will not be covered',
    '如指全体，请写 "*"',
    'write "*" when all are meant',
  ),
  'flow-without-record': error(
    '这条流向谁也用不上：{pairs} 之间没有可供“{type}”涉及的信用记录',
    'nobody can use this flow: between {pairs} there is no credit record that a "{type}" could speak of',
    '删除这条流向，或增加开立信用记录的流向',
    'remove the flow, or add one that opens records there',
  ),
  'move-missing': error(
    '“{type}”没有覆盖 {pairs}：那里会开立 {openers}，之后却不能用“{type}”变动，而一次变动须发给收到记录的每一方',
    '"{type}" leaves out {pairs}, where {openers} is opened: such a record could never have a "{type}", which must go to everyone who has the record',
    '为“{type}”增加这些流向；开立流向写 "*" 的，这里也写 "*"',
    'add these flows to "{type}"; where the opener’s flow says "*", say "*" here too',
  ),
  'move-purposes': warning(
    '“{type}”在 {pairs} 之间的使用目的少于其所变动的记录（缺 {missing}）：记录为此可查，其变动却似乎不可查',
    'between {pairs} "{type}" has fewer purposes than the records that it moves (without {missing}): a record may be asked for with them, what became of it seemingly not',
    '使用目的以开立记录的流向为准：此处写同样的目的',
    'what counts is the flow of the opener: write the same purposes here',
  ),
  'objection-missing': warning(
    '{pairs} 之间没有异议的流向：收到记录的一方无法转达当事人的异议',
    'there is no flow of objections {pairs}: whoever receives the record there cannot pass on what its subject objects',
    '为 objection 增加接收方到签发方的流向',
    'add flows to `objection`, from the receiver to the issuer',
  ),
  'journal-missing': warning(
    '{pairs} 之间没有查询记录日结的流向：签发方无从核对谁查询了它的记录',
    'there is no flow of journals {pairs}: the issuer cannot hold the receiver to its word on who asked',
    '为 journal 增加接收方到签发方的流向',
    'add flows to `journal`, from the receiver to the issuer',
  ),
  'erasure-missing': error(
    '目录中没有 erasure：内容无法删除，保存年限无法遵守',
    'the catalogue has no `erasure`: content could never be erased, and no retention be kept',
    '增加一项 erasure，flows 为空',
    'add an entry `erasure` with empty `flows`',
  ),
  'omit-required': error(
    '“{type}”的内容必须有“{value}”，这条流向却不得发送：谁也用不上这条流向',
    'a "{type}" must hold "{value}", which this flow leaves out: nobody can use the flow',
    '从 omit 中删除“{value}”',
    'take "{value}" out of `omit`',
  ),
  'omit-unknown': error(
    '“{type}”的内容中没有“{value}”：这一限制没有作用',
    'a "{type}" has no member "{value}": leaving it out means nothing',
    '改正名称；可用的有：{known}',
    'mend the name; there are: {known}',
  ),
  'deadline-beyond-retention': error(
    '公示时限 {days} 个工作日长于保存年限 {years} 年：尚未公示就应当删除',
    'the deadline of {days} working days is longer than the retention of {years} years: it would be due for erasure before it is due',
    '缩短 publishWithinWorkingDays，或延长 retentionYears',
    'make `publishWithinWorkingDays` shorter, or `retentionYears` longer',
  ),
  'retention-missing': warning(
    '“{type}”没有保存年限：记录未写明 retainUntil 的，永久保存',
    '"{type}" has no retention: a record that states no `retainUntil` is kept for ever',
    '写 retentionYears',
    'write `retentionYears`',
  ),
  idle: warning(
    '{name} 对“{type}”没有作用：它随所涉记录，或不属于记录',
    '{name} has no effect on "{type}", which goes with the record it speaks of, or speaks of none',
    '删除 {name}',
    'remove {name}',
  ),

  // exchange
  'quorum-unreachable': error(
    '成员 {member} 的日志至多有 {most} 方可以联署，达不到见证法定数 {quorum}',
    'at most {most} can cosign the log of member {member}, which never reaches the witness quorum of {quorum}',
    '为见证公钥被注销的成员列出新的，或降低 witnessQuorum',
    'list new witness keys for those whose keys are struck, or lower `witnessQuorum`',
  ),
  'quorum-of-all': warning(
    '见证法定数 {quorum} 是其他成员的全部：任何一方停机，所有日志都达不到法定数',
    'the witness quorum of {quorum} is all other members: with any one of them away no checkpoint reaches it',
    '如非有意，写过半数即可：{least}',
    'unless that is meant, more than half is enough: {least}',
  ),
  'schedule-never': error(
    '拉取时间表“{value}”读不出来，或永远不会到来',
    'the pull schedule "{value}" cannot be read, or never comes',
    '写五个 cron 字段，如 */5 * * * *（每五分钟）',
    'write five cron fields, such as */5 * * * * for every five minutes',
  ),
  'below-pulls': error(
    '{name} 为 {minutes} 分钟，而按拉取时间表两次拉取可相隔 {gap} 分钟：守约的成员也会逾限',
    '{name} is {minutes} minutes, but by the pull schedule {gap} minutes may lie between two pulls: a member that keeps to it would still be late',
    '放宽 {name}，或更密地拉取',
    'make {name} longer, or pull more often',
  ),
  'alarm-below-lag': warning(
    '未满回执时限（{lag} 分钟）就会告警（{minutes} 分钟）：对方并未违约',
    'the alarm sounds after {minutes} minutes, while the other side has {lag} minutes for its receipt',
    'unreceiptedMinutes 不小于 greatestLagMinutes',
    'let `unreceiptedMinutes` be no less than `greatestLagMinutes`',
  ),
  'entries-below-volume': warning(
    '按每日通报量 {volume} 条，两次拉取之间即可达 {between} 条，超过告警界限 {value} 条',
    'at a daily volume of {volume}, {between} bulletins may come between two pulls, more than the bound {value} of the alarm',
    '放宽 entriesBehind，或更密地拉取',
    'make `entriesBehind` greater, or pull more often',
  ),
  'skew-never': warning(
    '时钟相差超过 {most} 秒，请求已被拒绝：{value} 秒的告警不会先响',
    'requests are refused when clocks are more than {most} seconds apart, before an alarm at {value} seconds sounds',
    'clockSkewSeconds 不大于 {most}',
    'let `clockSkewSeconds` be no more than {most}',
  ),
} as const satisfies Record<string, Words>;

export type ContradictionCode = keyof typeof contradictionWords;

/** One contradiction; `zh` and `en` say what and how to cure it. */
export interface Contradiction extends Sentence {
  /** RFC 6901, into the agreement. */
  pointer: string;
  code: ContradictionCode;
  level: 'error' | 'warning';
  what: Sentence;
  cure: Sentence;
}

/** The contradiction with its words. */
export function contradictionAt(pointer: string, code: ContradictionCode, facts: Facts = {}): Contradiction {
  const { level, what, cure } = contradictionWords[code];
  const fill = ({ zh, en }: Sentence): Sentence => ({ zh: fillIn(zh, facts), en: fillIn(en, facts) });
  const [said, cured] = [fill(what), fill(cure)];
  return {
    pointer,
    code,
    level,
    zh: `${said.zh}。${cured.zh}。`,
    en: `${said.en}. ${upper(cured.en)}.`,
    what: said,
    cure: cured,
  };
}

function fillIn(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''));
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
