/**
 * Each code of problem.ts in Chinese and English: what is wrong, and the cure where the reader has one. One long table.
 *
 * In a sentence `{name}` stands for a fact, and `[…]` for words that are left out when a fact inside them is missing.
 * Only text, numbers and lists of these are put in.
 */

import { inChinese } from './fact-words.ts';
import type { Facts, MalformedReason, Problem, ProblemCode } from './problem.ts';
import { findUsccMistake } from './uscc.ts';

export interface Sentence {
  zh: string;
  en: string;
}

/** The sentence of a problem, or of anything else that has a code and facts. */
export function sentenceOf({ code, facts }: Pick<Problem, 'code' | 'facts'>): Sentence {
  return sentences[code](facts);
}

const sentences: Record<ProblemCode, (facts: Facts) => Sentence> = {
  // verdicts on a bulletin
  'bulletin/malformed': say(
    '通报的格式不合规范[：{reason}]。请由签发方改正后另发新通报。',
    'The bulletin is not in the agreed form[: {reason}]. Its issuer mends it and issues a new one.',
  ),
  'bulletin/too-large': say(
    '通报过大[（{bytes} 字节）]，最多 262144 字节。请缩短自由文本。',
    'The bulletin is too large[ ({bytes} bytes)]; at most 262144 are allowed. Shorten its free text.',
  ),
  'bulletin/unknown-key': say(
    '签名所用的公钥[ {kid} ]当时对该成员不生效。签发方应使用协议所列的密钥。',
    'The signing key[ {kid}] was not in force for that member. The issuer must use a key that the agreement lists.',
  ),
  'bulletin/bad-signature': say(
    '通报的签名不对，内容可能被改动。请签发方核对密钥后重发。',
    'The signature of the bulletin is wrong, so its content may have been changed. The issuer checks its key and issues it anew.',
  ),
  'bulletin/foreign': say(
    '通报的签发者[ {iss} ]不是该日志的所有者[ {owner}]。成员只能在自己的日志中发言。',
    'The bulletin names another issuer[ ({iss})] than the owner of the log[ ({owner})]. A member speaks in its own log only.',
  ),
  'bulletin/unknown-type': say(
    '协议目录中没有这种通报[：{event}]。',
    'The agreement’s catalogue has no such type of bulletin[: {event}].',
  ),
  'bulletin/schema': withList(
    '通报内容不符合协议所定的模式[：{reason}]',
    'The content of the bulletin does not fit the schema that the agreement pins[: {reason}]',
    'complaints',
  ),
  'bulletin/duplicate': say(
    '此编号的通报[ {jti} ]先前已收到，不再处理。',
    'A bulletin with this id[ ({jti})] came before; this one is not taken.',
  ),
  'bulletin/audience-mismatch': say(
    '通报所写的接收方[（{aud}）]与日志叶子[（{leaf}）]不一致，或不合其类型。',
    'The addressees in the bulletin[ ({aud})] are not those of its leaf[ ({leaf})], or not those that its type allows.',
  ),
  'bulletin/wrong-agreement': say(
    '通报所引的协议版本不是当时生效的版本。请按现行版本重新签发。',
    'The bulletin names another version of the agreement than the one that governed it. Issue it again under the one in force.',
  ),
  'agreement/not-in-force': (facts) => notInForce(facts),
  'agreement/flow-not-allowed': say(
    '协议不允许[ {from} 向 {to} ]发送或使用这种通报[（{type}）][，目的：{purpose}][；须略去：{omit}]。如有需要，请修订协议。',
    'The agreement does not let this type[ ({type})] go[ from {from} to {to}][ or serve the purpose {purpose}][ with {omit}]. If it should, amend the agreement.',
  ),
  'subject/invalid-uscc': (facts) => invalidUscc(facts),
  'subject/natural-person': say(
    '内容[（{member}）]中有居民身份证号码；协议不交换自然人信息，请删去。',
    'The text[ ({member})] holds a citizen’s identity number. Natural persons are left out of the exchange: remove it.',
  ),

  // taken and noted
  'registry/unknown-record': say(
    '本节点没有这条信用记录[ {record}]；已收下并备注，待其到来。',
    'This credit record[ ({record})] is not known here. What was said of it is kept and noted.',
  ),
  'registry/illegal-step': say(
    '信用记录[ {record} ]在当前状态[（{state}）]下不能[ {step}]，未生效。',
    'The credit record[ {record}] in its present state[ ({state})] allows no such step[ ({step})]; it has no effect.',
  ),
  'registry/effect-failed': say(
    '通报已收下，但登记时出错，已备注；请管理员查看日志。',
    'The bulletin was taken, but entering it failed and was noted. The operator finds the cause in the log.',
  ),

  // bulletins, the agreement
  'bulletin/not-refused': say(
    '没有成员拒收这条通报[：{jti}]，或者已经补发。待补发的见待办清单。',
    'No member refuses this bulletin[: {jti}], or it was mended already. The work list has what waits.',
  ),
  'bulletin/mend-first': say(
    '对方连建立该记录的通报也没有收下，请先补发它[（{jti}）]，以后的通报随之一并补发。',
    'They did not take the bulletin that opens the record either. Mend that one first[ ({jti})]; what came after goes with it.',
  ),
  'bulletin/other-effect': say(
    '补发不能改变操作本身[（{members}）]。请对该记录另作操作。',
    'A bulletin issued anew cannot do something else[ ({members})]. Take another step on the record.',
  ),
  'bulletin/not-found': say('没有这条通报[：{jti}]。请核对编号。', 'There is no such bulletin[: {jti}]. Check its id.'),
  'agreement/invalid': withList('协议不合格式[：{reason}]', 'The agreement is not well formed[: {reason}]', 'mistakes'),
  'agreement/bad-signature': say(
    '协议上有不正确的签名[，所属成员：{members}]，因此整份文件不予接受。请这些成员对原文重新签署。',
    'The agreement bears a signature that is wrong[, of {members}], so the whole document is refused. Those concerned sign the original again.',
  ),
  'agreement/unknown-member': say(
    '协议中没有这个成员[ {member}][，或没有列出这把协议公钥：{kid}]。',
    'The agreement has no such member[ ({member})][, or does not list this agreement key: {kid}].',
  ),
  'agreement/unknown-schema': say(
    '协议所固定的模式[（{types}）]与本程序所带的不一致。请安装与协议相符的版本。',
    'The agreement pins schemas[ ({types})] that this program does not have. Install the release that the agreement was made for.',
  ),
  'agreement/unknown-previous': say(
    '协议[{id} ]第[ {version} ]版的上一版本[ {previous} ]不在手边，无法核对。请一并提供此前的各版。',
    'The version before version[ {version}] of[ {id}] is not at hand[ ({previous})], so it cannot be checked. Hand in the earlier versions too.',
  ),
  'agreement/not-found': say(
    '本节点没有摘要为[ {digest} ]的协议版本。',
    'This node holds no version of the agreement with that digest[ ({digest})].',
  ),
  'agreement/not-next': say(
    '此文稿是第[ {version} ]版，不接续现行的第[ {current} ]版。请以现行版本为上一版本重新起草。',
    'The draft is version[ {version}], which does not follow the version in force[ ({current})]. Draft it anew upon that one.',
  ),
  'agreement/signed-another': say(
    '本成员已签署同一版本的另一后续版本[ {other}]；两份都签即构成自相矛盾的证据。',
    'This member has signed another successor of the same version already[ ({other})]: signing both would convict it.',
  ),
  'agreement/too-many-drafts': say(
    '待签的协议文稿已达上限[ {most} ]份。请先就已有的文稿作出决定。',
    'There are as many open drafts of the agreement as are held at once[ ({most})]. Decide on those first.',
  ),
  'agreement/signed-twice': say(
    '成员[ {members} ]签署了同一版本的两个不同后续版本[：{digests}]。证据已保存，请各方商议。',
    'Members[ {members}] signed two different successors of one version[: {digests}]. The evidence is kept: the members have to talk.',
  ),
  'agreement/unknown-purpose': say(
    '使用目的[“{purpose}”]不在协议的清单中[。可用的目的：{known}]。',
    'That purpose[ ({purpose})] is not in the agreement’s list[, which has: {known}].',
  ),

  // the log
  'log/malformed-note': say(
    '日志[ {log} ]的签名文本格式不对。',
    'The signed note of the log[ {log}] is not well formed.',
  ),
  'log/malformed-checkpoint': say(
    '日志[ {log} ]的检查点格式不对，或属于别的日志。',
    'The checkpoint of the log[ {log}] is not well formed, or belongs to another log.',
  ),
  'log/bad-signature': say(
    '[{name} 的]检查点签名不对，不予采信。',
    'A checkpoint’s signature[ by {name}] is wrong, so it is not believed.',
  ),
  'log/fork': say(
    '日志[ {log} ]对同一位置给出了两种历史。已停止拉取并保留证据，请立即联系该成员。',
    'The log[ {log}] tells two histories. Pulling it has stopped and the evidence is kept: call that member at once.',
  ),
  'log/shrunk': say(
    '日志[ {log} ]比先前短[（现 {shown}，曾 {seen}）]。已停止拉取并保留证据，请联系该成员。',
    'The log[ {log}] is shorter than it was[ ({shown}, once {seen})]. Pulling it has stopped and the evidence is kept: call that member.',
  ),
  'log/out-of-range': say(
    '日志中没有这个位置[：{index}][：{from} 至 {to}][（现有 {size} 条）]。',
    'The log does not reach that far[: {index}][: {from} to {to}][; it has {size} entries].',
  ),
  'log/unknown': say('本节点不保存这个日志[：{log}]。', 'This node does not hold that log[: {log}].'),
  'log/locked': say(
    '本节点正在向各成员核对自己的日志，核对完成之前不签发。请稍后再试。',
    'This node is asking the members how much of its own log they hold, and signs nothing before it knows. Try again in a while.',
  ),
  'log/head-changed': say(
    '存储中的日志[ {origin} ]与本进程最后签署的不一致[（签署 {signed}，存储 {stored}）]。节点已停止签署；请查明是否恢复了旧备份。',
    'The stored log[ {origin}] is not the one this process last signed[ (signed {signed}, stored {stored})]. The node has stopped signing: find out whether an old backup was restored.',
  ),
  'log/closed': say('日志[ {log} ]已经终结，其后不能再有内容。', 'The log[ {log}] is closed: nothing may follow.'),
  'log/struck': say(
    '日志[ {log} ]已被协议注销[，止于 {size} 条]。请按修订后的协议启用后续日志。',
    'The agreement strikes the log[ {log}][ at its size of {size}]. Open the next log as the amendment says.',
  ),

  // cosignatures for whoever asks
  'witness/malformed': say(
    '提交的不是 C2SP tlog-witness 的 add-checkpoint 正文。',
    'What was submitted is no add-checkpoint body of C2SP tlog-witness.',
  ),
  'witness/not-trusted': say(
    '日志[ {log} ]的这个检查点没有本见证方信任的日志签名，不予联署。',
    'No signature on that checkpoint[ of {log}] is by a log key that this witness trusts: it is not cosigned.',
  ),
  'witness/bad-proof': say(
    '一致性证明不成立[：{log} 从 {from} 到 {to}]。不予联署。',
    'The consistency proof does not hold[: {log} from {from} to {to}]. The checkpoint is not cosigned.',
  ),
  'witness/not-ready': say(
    '本节点还没有取全日志[ {log} ]的前[ {size} ]条，暂不能联署。请稍后再试。',
    'This node does not hold the first[ {size}] entries of the log[ {log}] yet and cannot cosign it. Try again in a while.',
  ),
  'witness/ahead': say(
    '外部见证方[ {witness} ]称已联署过本节点日志的[ {shown} ]条，而本节点只有[ {held} ]条。请查明本节点是否以旧备份启动。',
    'The outside witness[ {witness}] says that it has cosigned[ {shown}] entries of our log, and we hold[ {held}]. Find out whether this node runs on an old backup.',
  ),

  // sheets and imports
  'sheet/unknown-format': say(
    '无法识别文件格式。请提供 .xlsx 或 .csv 文件。',
    'The format of the file is not known. Hand in an .xlsx or .csv file.',
  ),
  'sheet/legacy-xls': say(
    '这是旧版 Excel 文件（.xls）。请在 Excel 或 WPS 中另存为 .xlsx 后再导入。',
    'This is an old Excel file (.xls). Save it as .xlsx and import that.',
  ),
  'sheet/wps-et': say(
    '这是 WPS 表格文件（.et）。请在 WPS 中另存为 .xlsx 后再导入。',
    'This is a WPS sheet (.et). Save it as .xlsx and import that.',
  ),
  'sheet/encrypted': say(
    '文件已加密。请取消密码后再导入。',
    'The file is encrypted. Remove its password and import it again.',
  ),
  'sheet/truncated': say(
    '文件不完整或已损坏[（{name}）]。请重新导出或重新上传。',
    'The file is incomplete or damaged[ ({name})]. Export or upload it again.',
  ),
  'sheet/too-large': say(
    '文件过大，超出可读取的上限。请分成几个文件导入。',
    'The file is larger than can be read. Import it in several parts.',
  ),
  'sheet/encoding': say(
    '无法识别文字编码。请以 UTF-8 或 GB18030 保存。',
    'The text encoding is not known. Save the file as UTF-8 or GB18030.',
  ),
  'sheet/no-header': say(
    '找不到表头行。请保留模板中的列名。[这像是 {looksLike} 的表格，请核对所选的信息种类。]',
    'There is no header row. Keep the column names of the form.[ This looks like the form of {looksLike}: check the type that was chosen.]',
  ),
  'import/column-missing': say(
    '缺少必需的列[：{column}]。请按模板补上。[这像是 {looksLike} 的表格，请核对所选的信息种类。]',
    'A required column is missing[: {column}]. Add it as in the form.[ This looks like the form of {looksLike}: check the type that was chosen.]',
  ),
  'import/column-twice': say(
    '列[“{column}”]出现了两次。请只保留一列。',
    'The column[ "{column}"] occurs twice. Keep one of them.',
  ),
  'import/column-unknown': say(
    '不认识的列[：{column}]，未导入。',
    'The column[ "{column}"] is not known and was not imported.',
  ),
  'import/value-missing': say('[“{column}”]为必填项，不能为空。', 'A value is required[ in "{column}"].'),
  'import/value-unreadable': (facts) => unreadableValue(facts),
  'import/value-not-listed': say(
    '[“{column}”的]值[“{value}”]不在代码表中[：{listed}]。',
    'The value[ "{value}"][ in "{column}"] is not in the code list[: {listed}].',
  ),
  'import/value-too-long': say(
    '[“{column}”的]内容过长[，最多 {most} 个字符]。',
    'The value[ in "{column}"] is too long[; at most {most} characters are allowed].',
  ),
  'import/code-not-text': say(
    '[“{column}”的]代码是数字单元格，Excel 可能已丢失位数。请把该列设为文本格式并重新填写。',
    'The code[ in "{column}"] is in a numeric cell, where Excel may already have lost digits. Make the column text and enter it again.',
  ),
  'import/cell-error': say(
    '[“{column}”]单元格是错误值[ {value}]。请改正公式或填入实际值。',
    'The cell[ in "{column}"] holds an error[ {value}]. Mend the formula or enter the value.',
  ),
  'import/row-twice': say(
    '同一文件中已有这一条[（第 {row} 行）]。请只保留一行。',
    'The same case stands in this file already[ (row {row})]. Keep one row.',
  ),
  'import/day-in-future': say(
    '[“{column}”的]决定日期[ {value} ]晚于今天[（{today}）]。请核对。',
    'The day of the decision[ in "{column}"][, {value},] lies in the future[; today is {today}]. Check it.',
  ),
  'import/day-order': say(
    '[“{column}”的]日期[ {value} ]早于[“{earlier}”][（{day}）]。请核对。',
    'The day[ in "{column}"][, {value},] is before[ "{earlier}"][ {day}]. Check both.',
  ),
  'import/amount-doubtful': say(
    '[第 {row} 行][“{column}”]的金额[ {value} 万元]与处罚内容所写[ {stated} 元]不一致。该列以万元为单位，请核对。',
    'The amount[ in row {row}][ of "{column}"][, {value} times 10,000 CNY,] is not the one that the text states[: {stated} CNY]. The column counts in 10,000 CNY; check it.',
  ),
  'import/natural-person-row': say(
    '该行的主体是自然人；协议不交换自然人信息，请删去该行。',
    'The subject of this row is a natural person. Natural persons are left out of the exchange: remove the row.',
  ),
  'import/retention-ended': say(
    '保存期限已满[（至 {until}）]，不再交换。请删去这一行。',
    'The time for which this may be kept is over[ (until {until})], so it is not exchanged. Remove the row.',
  ),
  'import/no-rows': say(
    '表头下没有数据行，未导入任何内容。请填写后再导入。',
    'There is a header and no row below it, so nothing was imported. Fill in the form and import it again.',
  ),
  'import/natural-person-form': say(
    '这是自然人表格。协议不交换自然人信息，未导入任何内容。',
    'This is the form for natural persons, who are left out of the exchange. Nothing was imported.',
  ),
  'import/unknown-type': say(
    '没有这种导入类型[：{type}][。可用类型：{known}]。',
    'There is no such type of import[: {type}][. Known: {known}].',
  ),
  'import/not-found': say(
    '没有这次导入[：{import}]。请核对编号。',
    'There is no such import[: {import}]. Check its id.',
  ),
  'import/wrong-state': say(
    '这次导入现在的状态[（{state}）]不允许此操作。',
    'The import is in a state[ ({state})] that does not allow this.',
  ),
  'import/failed': say(
    '导入多次因节点内部故障中断，已停止；已发布的记录有效。请联系运行人员查看日志，排除故障后重新导入同一文件，不会重复。',
    'The import stopped several times for a fault of the node and was given up; what was published stands. Ask the operator to look at the log, then import the same file again: nothing is published twice.',
  ),
  'import/forgotten': say(
    '被拒绝的行只保存 90 天，现已删除[：{import}]。请用原文件重新导入。',
    'Refused rows are kept for 90 days and these are gone[: {import}]. Import the original file again.',
  ),
  'import/empty': say(
    '文件是空的（0 字节）。请重新导出或重新上传。',
    'The file is empty: it has no byte. Export or upload it again.',
  ),

  // registry
  'registry/not-found': say(
    '没有这条信用记录[：{record}]。请核对编号。',
    'There is no such credit record[: {record}]. Check its id.',
  ),
  'registry/other-subject': say(
    '同一文书的记录[ {record} ]的主体与本行[（{uscc}）]不同。请核对统一社会信用代码；如原记录有误，请先撤销再重新导入。',
    'The record of this document[ ({record})] is about another subject than this row[ ({uscc})]. Check the code; if the record is wrong, revoke it and import the row again.',
  ),
  'registry/not-ours': say(
    '这条信用记录[ {record} ]属于其他成员，只能由其签发方变更。',
    'This credit record[ ({record})] is another member’s, and only its issuer moves it.',
  ),
  'registry/day-in-future': say(
    '[{member} 填写的]日期[ {day} ]晚于今天[（{today}）]。',
    'The day[ {day}][ of {member}] is after today[ ({today})].',
  ),
  'registry/day-order': say(
    '[{member} 填写的]日期[ {day} ]早于作出决定之日[（{after}）]。',
    'The day[ {day}][ of {member}] is before the day of the decision[ ({after})].',
  ),
  'registry/nothing-changed': say(
    '更正后的内容与现有内容相同。',
    'The corrected content is what the record holds already.',
  ),
  'registry/reason-missing': say('须写明理由或者依据的文书。', 'A reason or a document is needed.'),
  'registry/document-missing': say('须写明决定文书的文号。', 'The number of the decision document is needed.'),
  'registry/expired': say(
    '该记录已于[ {until} ]届满，不能再作此操作。',
    'The record ended by itself[ on {until}]; this can be done no more.',
  ),
  'registry/too-early': say(
    '尚未到最早可修复之日[ {earliest}][，填写的日期为 {day}][（{pack} {articleZh}）]。',
    'It cannot be repaired yet[, but from {earliest} on][; the day given is {day}][ ({pack}, {articleEn})].',
  ),
  'registry/not-repairable': say(
    '按规定此类记录不能提前修复[（{pack} {articleZh}）]。',
    'By the rules such a record cannot be repaired early[ ({pack}, {articleEn})].',
  ),
  'registry/repaired-recently': say(
    '该主体[于 {last} ]已修复过一次[，{again} 起方可再次修复][（{pack} {articleZh}）]。',
    'The subject was granted a repair not long ago[, on {last}][; the next is possible from {again} on][ ({pack}, {articleEn})].',
  ),
  'registry/condition-missing': (facts) => missingConditions(facts),
  'registry/not-by-rule': say(
    '[{member} ]更正后的日期[ {day} ]不符合规则，应为[ {due}][（{pack} {articleZh}）]。公示期的变更须用顺延或修复。',
    'The corrected day[ {day}][ of {member}] is not what the rules give[, {due}][ ({pack}, {articleEn})]. Publicity changes by an extension or a repair.',
  ),
  'registry/not-extendable': say(
    '此类记录的公示期不能顺延[（{pack} 未规定顺延）]。',
    'The publicity of such a record cannot be extended[ ({pack} knows no extension)].',
  ),
  'registry/not-later': say(
    '新的截止日[ {day} ]不晚于现有截止日[ {until}]。',
    'The new last day[ {day}] is not after the present one[, {until}].',
  ),
  'registry/beyond-cap': say(
    '顺延后的截止日[ {day} ]超过上限[ {cap}][（{pack} {articleZh}）]。',
    'The new last day[ {day}] is beyond the greatest possible one[, {cap}][ ({pack}, {articleEn})].',
  ),
  'registry/purpose-not-allowed': say(
    '此令牌的角色[（{role}）]不能为这一目的查询[：{purpose}][；可用：{only}][；仅以下目的除外：{allBut}]。',
    'The role of this token[ ({role})] may not ask for this purpose[: {purpose}][; it may for {only}][; it may for all but {allBut}].',
  ),
  'registry/as-of-in-future': say(
    '查询时点[ {asOf} ]还没有到。请给出过去的日期或时刻。',
    'The day or instant that was asked about[, {asOf},] is yet to come. Give one of the past.',
  ),
  'registry/unknown-objection': say(
    '该记录没有这件异议[：{objection}]。',
    'There is no such objection to this record[: {objection}].',
  ),
  'registry/already-decided': say(
    '这件异议[ {objection} ]已经作出处理决定。',
    'That objection[ ({objection})] has been decided already.',
  ),
  'registry/erased': say(
    '该记录的内容已删除，不能再作此操作。',
    'The content of the record was erased; nothing can be done with it.',
  ),
  'registry/not-on-list': say(
    '措施[ {measures} ]不在本省公布的清单内。',
    'Measures[ {measures}] are not on this province’s published list.',
  ),
  'proposal/not-found': say('没有这件待复核的操作[：{proposal}]。', 'There is no such proposal[: {proposal}].'),
  'proposal/same-person': say(
    '提出人不能复核自己提出的操作，请由另一人复核。',
    'Whoever proposes a step cannot approve it: a second person must.',
  ),
  'proposal/needed': say(
    '改动内容须由第二人复核：请先对记录[ {record} ]提出该操作[（{step}）][，如 huxin step {record} {step}]；被拒收的通报，获同意后再原样补发。',
    'New words need a second person: propose them as a step[ ({step})][ on {record}][, with huxin step {record} {step}]; a refused bulletin is issued anew as it is once that is approved.',
  ),
  'proposal/decided': say('这件操作已经处理[（{state}）]。', 'The proposal has been dealt with already[ ({state})].'),
  'registry/changed-meanwhile': say(
    '此记录刚被他人更改。请重新查看后再操作。',
    'The record was changed by someone else meanwhile. Look at it again, then repeat the step.',
  ),

  // who asks
  'question/not-found': say(
    '没有这次查询[（第 {n} 号）]：尚未发生，或已到期删除。',
    'There is no such question[ ({n})]: it was not asked yet, or it was pruned.',
  ),
  'auth/missing-token': say(
    '请求没有令牌。请在 Authorization 头中提供 Bearer 令牌，或设置 HUXIN_TOKEN。',
    'The request has no token. Send a Bearer token in the Authorization header, or set HUXIN_TOKEN.',
  ),
  'auth/unknown-token': say(
    '令牌无效、已过期或已撤销。请向节点管理员申请新令牌。',
    'The token is not valid: unknown, expired or revoked. Ask the node’s operator for a new one.',
  ),
  'auth/role-not-allowed': say(
    '此令牌的角色[（{role}）]无权进行此操作[；需要：{needed}]。',
    'The role of this token[ ({role})] does not allow this[; it takes {needed}].',
  ),
  'auth/not-your-authority': say(
    '数据属于另一机关[（{authority}）]。每个令牌只能处理本机关的数据。',
    'The data belongs to another authority[ ({authority})]. A token works for its own authority only.',
  ),
  'auth/signed-out': say(
    '尚未登录，或登录已失效。刚才提交的内容没有办理；请登录后再提交一次。',
    'You are not signed in, or no longer. What you just sent was not done: sign in, then send it again.',
  ),
  'auth/foreign-page': say(
    '这次提交不是从本系统的页面发出的，没有办理。请在本系统的页面上重新提交。',
    'This was sent from a page that is not ours, so nothing was done. Send it again from our own page.',
  ),

  // peers
  'request/malformed': say(
    '节点间请求的凭证格式不对[：{reason}]。',
    'The credential of the peer request is not well formed[: {reason}].',
  ),
  'request/unknown-key': say(
    '节点间请求所用的密钥[ {kid} ]未生效。请核对双方是否采用同一协议版本。',
    'The key of the peer request[ ({kid})] is not in force. Compare the versions of the agreement on both sides.',
  ),
  'request/bad-signature': say('节点间请求的签名不对。', 'The signature of the peer request is wrong.'),
  'request/wrong-audience': say(
    '节点间请求是发给另一节点的[：{aud}]。请核对协议中的地址。',
    'The peer request is meant for another node[: {aud}]. Compare the addresses in the agreement.',
  ),
  'request/wrong-target': say(
    '凭证所写的方法或地址[（{signed}）]与请求不符。',
    'The credential names another method or address[ ({signed})] than the request.',
  ),
  'request/expired': say(
    '节点间请求的凭证已过期。请重新发送。',
    'The credential of the peer request has expired. Send the request anew.',
  ),
  'request/clock-skew': say(
    '双方时钟相差过大[（{seconds} 秒）]。请校准时间服务（NTP）。',
    'The clocks of the two nodes are too far apart[ ({seconds} s)]. Check the time service (NTP).',
  ),
  'request/replayed': say('这一凭证已用过，不能重复使用。', 'This credential was used before and serves once only.'),
  'request/body-mismatch': say(
    '请求正文与凭证中的摘要不符。',
    'The body of the request does not match the digest in its credential.',
  ),
  'request/wrong-certificate': say(
    '发出请求的连接未出示协议[为 {member} ]列出的 TLS 证书[（公钥指纹 {shown}）]。请在对方节点配置 tls 的证书和私钥，并核对协议中的 certificatePins。',
    'The connection of the peer request did not show a TLS certificate that the agreement lists[ for {member}][ (pin {shown})]. Set certificate and key under tls at the calling node, and compare certificatePins in the agreement.',
  ),
  'peer/unreachable': say(
    '暂时无法连接[ {member} 的]节点。会自动重试；若持续不通，请检查网络和协议中的地址。',
    'The node[ of {member}] cannot be reached for now. It is tried again by itself; if this lasts, check the network and the address in the agreement.',
  ),
  'peer/bad-answer': say(
    '[{member} 的]节点答复不合规范[：{reason}]。会自动重试；若持续如此，请联系对方管理员。',
    'The node[ of {member}] gave an answer that is not in the agreed form[: {reason}]. It is tried again by itself; if this lasts, call its operator.',
  ),
  'peer/wrong-certificate': say(
    '[{address} ]出示的 TLS 证书不是协议为它列出的证书[（公钥指纹 {shown}）]，未发送任何内容。请与对方管理员电话核对指纹：或是对方换了证书而协议未改，或是有人从中冒充。',
    'The TLS certificate shown[ at {address}] is not one that the agreement lists for it[ (pin {shown})]; nothing was sent. Compare the pin with its operator by telephone: either the certificate was changed and the agreement was not, or somebody stands in between.',
  ),
  'peer/not-found': say('没有这个成员节点[：{member}]。', 'There is no such peer[: {member}].'),

  // HTTP input
  'input/invalid': withList('请求有误[：{reason}]', 'The request is not right[: {reason}]', 'mistakes'),
  'input/too-large': say(
    '请求正文过大[，最多 {most} 字节]。',
    'The body of the request is too large[; at most {most} bytes are taken].',
  ),
  'input/unsupported-media-type': say('不接受这种内容类型[：{type}]。', 'This media type is not taken[: {type}].'),
  'input/rate-limited': say(
    '请求过于频繁。请稍后再试[（{seconds} 秒）]。',
    'Too many requests. Try again later[, in {seconds} s].',
  ),
  'input/no-such-route': say('没有这个地址[：{path}]。', 'There is nothing at this address[: {path}].'),
  'input/no-such-method': say(
    '此地址不接受这种方法[；可用：{allowed}]。',
    'This address does not take that method[; it takes {allowed}].',
  ),

  // the node itself
  'config/invalid': withList('配置有误', 'The configuration is not right', 'mistakes'),
  'key/unreadable': (facts) => unreadableKey(facts),
  'key/exists': say(
    '密钥文件已存在[：{file}]，不会覆盖。请另选文件夹。',
    'The key file exists already[: {file}] and is never overwritten. Choose another folder.',
  ),
  'key/not-in-agreement': (facts) => (String(facts.uses) === 'auditor' ? unlistedAuditor : unlistedKeys)(facts),
  'tls/unreadable': (facts) => unreadableTls(facts),
  'key/no-passphrase': say(
    '密钥文件[ {file} ]已加密，没有给出口令。请设置 keyPassphraseFile 或环境变量 HUXIN_KEY_PASSPHRASE，命令行用 --passphrase-file。',
    'The key file[ {file}] is encrypted and no passphrase was given. Set keyPassphraseFile or the variable HUXIN_KEY_PASSPHRASE; on the command line, --passphrase-file.',
  ),
  'key/wrong-passphrase': say(
    '口令打不开密钥文件[ {file}]：口令不对，或文件被改动过。请核对口令，或取回该文件的备份。',
    'The passphrase does not open the key file[ {file}]: it is the wrong one, or the file was changed. Look at the passphrase, or fetch the file from its copy.',
  ),
  'key/unusable-passphrase': (facts) => unusablePassphrase(facts),
  'key/not-found': say('没有指纹为[ {kid} ]的[{use}]密钥。', 'There is no[ {use}] key with the thumbprint[ {kid}].'),
  'key/last': say(
    '[ {kid} ]是唯一有效的通报密钥，停用后本成员便不能签发。请先启用另一把密钥。',
    'It is the only bulletin key in force[ ({kid})]: without it this member could say nothing. Bring another one into force first.',
  ),
  'key/signer-failed': (facts) => failedSigner(facts),
  'store/unreachable': say(
    '无法打开数据库[：{url}]。请检查地址、权限和数据库服务。',
    'The database cannot be opened[: {url}]. Check the address, the rights and the database service.',
  ),
  'store/newer-schema': say(
    '数据库由更新的版本建立[（{migration}）]。请使用该版本或更新版本的程序。',
    'The database was made by a newer release[ ({migration})]. Run that release or a later one.',
  ),
  'store/older-schema': say(
    '数据库还停留在较旧的版本[（缺 {migration}）]，只读的命令不会改动它。请先运行 huxin store migrate，或启动节点。',
    'The database is of an older release[ (it lacks {migration})], and commands that only read leave it as it is. Run huxin store migrate first, or start the node.',
  ),
  'store/busy': say(
    '数据库正被别的连接占用，文件尚未清理干净。请稍后再试。',
    'Another connection is using the database, so its files are not clean yet. Try again in a while.',
  ),
  'store/unwritable': say(
    '数据库目前无法写入[（{reason}）]，这次操作没有留下任何内容。磁盘恢复后节点会自行继续。',
    'The database cannot be written at the moment[ ({reason})], and nothing of this was kept. The node goes on by itself once it can.',
  ),
  'store/not-empty': say(
    '数据库不是空的，未恢复任何内容。请在配置中另设一个空的数据库（database）。',
    'The database is not empty, so nothing was restored. Name an empty one in the configuration (database).',
  ),
  'backup/exists': say(
    '备份文件已存在[：{file}]，不会覆盖。请另取文件名。',
    'The backup is there already[: {file}] and is never overwritten. Choose another name.',
  ),
  'backup/unreadable': (facts) => unreadableBackup(facts),
  'backup/not-verified': say(
    '写成的备份读回后核对不符[（{reason}）]，已删除，没有备份。请检查磁盘后再做。',
    'What was written was not what was read back[ ({reason})]: it was removed and there is no backup. Look at the disk, then do it again.',
  ),
  'backup/other-member': say(
    '这不是本成员的备份[：备份属于 {backup}][，配置中是 {member}]。请核对文件和配置。',
    'This is the backup of another member[: it is of {backup}][, the configuration of {member}]. Look at the file and the configuration.',
  ),
  // docs/evidence.md
  'evidence/malformed': malformedEvidence,
  'evidence/unknown-version': say(
    '证据文件的版本[ {mediaType} ]本程序不认识。',
    'This program does not know that version of an evidence file[: {mediaType}].',
  ),
  'evidence/other-agreement': say(
    '文件中的协议与您手中的协议接不上[：{reason}]。',
    'The agreement in the file does not join the one in your hand[: {reason}].',
  ),
  'evidence/claim-mismatch': say(
    '文件所称[的“{member}”]与内容不符[：所称 {said}，实为 {found}]。',
    'What the file claims is not what its parts say[: {member}][ is claimed to be {said}, in truth {found}].',
  ),
  'evidence/missing': say('缺少证明所需的部分[：{what}]。', 'A part that the proof needs is missing[: {what}].'),
  'evidence/surplus': say('有证明用不到的部分[：{what}]。', 'There is a part that the proof does not need[: {what}].'),
  'evidence/unknown-signature': say(
    '日志[ {log} ]的检查点上有协议未列密钥的签名[：{name}]。',
    'The checkpoint[ of {log}] bears a signature by a key that no version lists[: {name}].',
  ),
  'evidence/two-checkpoints': say(
    '日志[ {log} ]的各项证明不在同一检查点之下。',
    'The proofs[ of {log}] are not under one checkpoint.',
  ),
  'evidence/no-quorum': say(
    '日志[ {log} ]的检查点[（大小 {size}）]联署不足[：{have} 个成员，需要 {need} 个]。',
    'The checkpoint[ of {log}][ (size {size})] lacks cosignatures[: {have} members gave theirs, {need} are needed].',
  ),
  'evidence/not-included': say(
    '日志[ {log} ][第 {index} 条]的证明与检查点不符。',
    'The proof of an entry[ ({index})][ of {log}] does not lead to its checkpoint.',
  ),
  'evidence/not-opened': say(
    '日志[ {log} ][第 {index} 条]的内容与其承诺不符。',
    'The content of an entry[ ({index})][ of {log}] is not what its leaf commits to.',
  ),
  'evidence/inconsistent': say(
    '回执所依据的检查点[（大小 {size}）]不是所示日志[ {log} ]的前段。',
    'The checkpoint of a receipt[ (size {size})] is no beginning of the log[ {log}] as shown.',
  ),
  'evidence/foreign-receipt': say(
    '有一份回执与所示通报无关[：{reason}]。',
    'A receipt does not speak of what is shown[: {reason}].',
  ),
  'evidence/not-refused': say(
    '回执并未如所称说明[：{reason}][：此处没有拒收 {unrefused} 的回执][：此处没有{receiver}称未得到第 {index} 条内容的回执]。',
    'The receipt does not say what is claimed[: {reason}][: no receipt here refuses {unrefused}][: no receipt of {receiver} here says that the content of entry {index} was withheld].',
  ),
  'evidence/content-missing': say(
    '日志[ {log} ][第 {index} 条]应有内容[（发给 {receiver}）]却没有，也没有删除或未送达的说明。',
    'The content of an entry[ ({index})][ of {log}][, addressed to {receiver}] is not here, and nothing says that it was erased or withheld.',
  ),
  'evidence/receipts-apart': say(
    '回执的区段没有首尾相接[：应从 {expected} 起，实从 {from} 起]。',
    'The ranges of the receipts do not join[: {expected} is expected, {from} is found].',
  ),
  'evidence/root-differs': say(
    '日志[ {log} ]的叶子推不出检查点的根。',
    'The leaves[ of {log}] do not give the root of the checkpoint.',
  ),
  'evidence/outside-days': say(
    '检查点的时间没有包住所称的日期[：{reason}][：{until} 终了之后尚无足够联署]。',
    'The times of the checkpoints do not enclose the days[: {reason}][: nothing was cosigned by a quorum since {until} ended].',
  ),
  'evidence/too-late': say(
    '日志[ {log} ]的检查点在所问日期[ {day} ]之后才有足够联署[（{at}）]。',
    'The checkpoint[ of {log}] had its cosignatures only after the day asked for[ ({day})][: at {at}].',
  ),
  'evidence/no-fork': say(
    '所示内容并不互相矛盾[：{reason}]。',
    'What is shown does not contradict itself[: {reason}].',
  ),
  'evidence/signed-later': say(
    '日志[ {log} ][第 {index} 条]所称的签署时间[（{signedAt}）]晚于其见证时间[（{quorumAt}）]：有一方的时钟不准。',
    'An entry[ ({index})][ of {log}] says that it was signed[ at {signedAt}] after it was witnessed[ at {quorumAt}]: a clock is wrong.',
  ),
  'evidence/wrong-verdict': say(
    '接收方[ {receiver} ]对日志[ {log} ][第 {index} 条]的说法[（{said}）]与规则得出的[（{found}）]不同。',
    'What the receiver[ {receiver}] says of an entry[ ({index})][ of {log}] is not what the rules say[: {said}][, by the rules {found}].',
  ),
  'evidence/not-held': say(
    '本节点没有日志[ {log} ][第 {index} 条]的内容，无法出示[（已删除，理由：{erased}）]。',
    'The content of an entry[ ({index})][ of {log}] is not here to be shown[: it was erased, ground {erased}].',
  ),
  'evidence/refused-bulletin': say(
    '本节点拒绝了通报[ {jti} ][（{code}）]，不能证明它有效。可改为导出拒收证据[：huxin evidence refusal {jti}]。',
    'This node refused the bulletin[ {jti}][ ({code})] and cannot show it as a good one. Export the refusal instead[: huxin evidence refusal {jti}].',
  ),
  'evidence/several-refused': say(
    '拒绝通报[ {jti} ]的不止一个成员[：{receivers}]。请用 --receiver 指明。',
    'Several members refused the bulletin[ {jti}][: {receivers}]. Name one with --receiver.',
  ),
  'evidence/finding-not-found': say('没有这个编号的发现[：{id}]。', 'There is no such finding[: {id}].'),
  'erasure/unwritable-ledger': say(
    '删除登记簿[ {file} ]无法写入，未删除任何内容。请检查磁盘空间和文件权限，再重试。',
    'The ledger of erasures[ ({file})] cannot be written, so nothing was erased. Look at the disk and the rights on the file, then try again.',
  ),
  'webhook/not-configured': say(
    '没有配置推送地址。请在配置中设置 webhook.url 后重启。',
    'No address is configured for alarms. Set webhook.url and restart.',
  ),
  'webhook/not-taken': say(
    '推送地址没有收下消息[（{reason}）]。请检查地址、网络和接收方的日志。',
    'The webhook did not take the message[ ({reason})]. Look at its address, at the network and at the receiver’s log.',
  ),
  'token/not-found': say('没有这个令牌，或已撤销[：{token}]。', 'There is no such token, or it is revoked[: {token}].'),
  'node/address-in-use': say(
    '监听的地址[ {host}][ 端口 {port} ]已被占用。请停止占用它的程序，或在配置中另选端口（listen.port）。',
    'The address[ {host}][, port {port},] is in use. Stop the program that holds it, or choose another port (listen.port).',
  ),
  'node/unreachable': say(
    '无法连接节点[ {node}]。请确认节点已启动、地址正确。',
    'The node[ {node}] cannot be reached. See that it runs and that the address is right.',
  ),
  'node/untrusted-certificate': say(
    '节点[ {node} ]的证书在本机不受信任，或不是这一地址的证书[（{reason}）]，令牌未发送。',
    'The certificate of the node[ {node}] is not trusted here, or is not for this address[ ({reason})]; the token was not sent.',
  ),
  'node/bad-answer': say(
    '[{node} 的]答复不是本系统节点的答复[（{status}）]。请核对地址，或检查中间的代理。',
    'The answer[ from {node}][ ({status})] is not that of a node. Check the address, or the proxy in between.',
  ),
};

/** A sentence in both languages whose facts are filled in. */
function say(zh: string, en: string): (facts: Facts) => Sentence {
  return (facts) => ({ zh: fill(zh, inChinese(facts), '、'), en: fill(en, facts, ', ') });
}

/** Like `say`, followed by what the fact `list` lists: at most three of them, each with `zh` and `en` or `message`. */
function withList(zh: string, en: string, list: string): (facts: Facts) => Sentence {
  return (facts) => {
    const items = Array.isArray(facts[list]) ? (facts[list] as Record<string, unknown>[]) : []; // read as text below
    const sentence = say(zh, en)(facts);
    if (items.length === 0) return { zh: `${sentence.zh}。`, en: `${sentence.en}.` };
    const some = items.slice(0, 3);
    const chinese = some.map((item) => `${placeOf(item)}${item.zh ?? item.message ?? ''}`).join('；');
    const english = some.map((item) => `${placeOf(item)}${item.en ?? item.message ?? ''}`).join('; ');
    const isMore = items.length > some.length;
    return {
      zh: `${sentence.zh}：${chinese}${isMore ? `；等 ${items.length} 处` : ''}。`,
      en: `${sentence.en}: ${english}${isMore ? `; ${items.length} in all` : ''}.`,
    };
  };
}

/** `agreement.yaml:3:9 `, or the pointer where there is no file. */
function placeOf({ file, line, column, pointer }: Record<string, unknown>): string {
  const place = file === undefined ? pointer : [file, line, column].filter((part) => part !== undefined).join(':');
  return typeof place === 'string' && place !== '' ? `${place} ` : '';
}

function notInForce(facts: Facts): Sentence {
  if (facts.amendment === true) {
    return say(
      '这是协议第 {version} 版；本程序尚不支持修订，只能采用第 1 版。',
      'This is version {version} of the agreement. This release knows no amendments and takes version 1 only.',
    )(facts);
  }
  return say(
    '协议尚未生效，或不在有效期内[；尚待签署：{missing}]。',
    'The agreement is not in force, or this is outside its period[; still to sign: {missing}].',
  )(facts);
}

const usccMistakes: Record<string, [zh: string, en: string]> = {
  length: ['应为 18 位，现为 {length} 位', 'it has {length} characters instead of 18'],
  character: [
    '第 {place} 位“{character}”不可能出现，代码只含数字和除 I、O、S、V、Z 外的大写字母',
    'no code has "{character}" at place {place}: only digits and capitals without I, O, S, V and Z',
  ],
  check: ['校验码对不上，有一位写错', 'its check characters do not fit, so a character is wrong'],
};

/** The conditions of a repair, as `config/codes.yaml` labels them. */
const conditions: Record<string, [zh: string, en: string]> = {
  corrected: ['已纠正失信行为', 'the conduct is corrected'],
  'duties-performed': ['已履行相关义务', 'the duties are performed'],
  'harm-removed': ['已消除不良影响', 'the harm is removed'],
  commitment: ['已公开作出信用承诺', 'a commitment is made in public'],
};

function missingConditions(facts: Facts): Sentence {
  const missing = [facts.missing ?? []].flat().map(String);
  const [zh, en] = [0, 1].map((i) => missing.map((code) => conditions[code]?.[i] ?? code));
  return say(
    '尚未写明修复条件[：{zh}][（{pack} {articleZh}）]。具备后请一并写明。',
    'Conditions of a repair are not stated[: {en}][ ({pack}, {articleEn})]. State them once they are met.',
  )({ ...facts, zh, en });
}

function invalidUscc(facts: Facts): Sentence {
  const found = typeof facts.uscc === 'string' ? { ...findUsccMistake(facts.uscc), ...facts } : facts;
  const [zh, en] = usccMistakes[String(found.mistake)] ?? [];
  return say(
    `[“{column}”的]统一社会信用代码[ {uscc} ][“{value}”]不对${zh ? `：${zh}` : ''}。请与登记信息核对。`,
    `The unified social credit code[ {uscc}][ "{value}"][ in "{column}"] is wrong${en ? `: ${en}` : ''}. Compare it with the register.`,
  )(found);
}

/** How the value of a column is written, by the column's kind. */
const writtenAs: Record<string, [zh: string, en: string]> = {
  day: ['须是真实的日期，写成 2026-01-02、2026/1/2 或 2026年1月2日', 'write a day of the calendar as 2026-01-02'],
  'end-day': [
    '须是真实的日期，写成 2026-01-02、2026/1/2 或 2026年1月2日；长期填 2099/12/31',
    'write a day of the calendar as 2026-01-02, or 2099/12/31 for no end',
  ],
  amount: [
    '金额以万元为单位，只填数字，最多 6 位小数：2000 元填 0.2',
    'write an amount as a plain number of 10,000 CNY with at most 6 decimals: 0.2 is 2,000 CNY',
  ],
  score: ['分数只填数字，最多 4 位小数', 'write a score as a plain number with at most 4 decimals'],
  'organisation-code': [
    '组织机构代码为 9 位，末位是校验码',
    'an organisation code has 9 characters, of which the last checks the others',
  ],
  'agency-code': ['代理机构代码为 5 位数字', 'the code of an agency has 5 digits'],
  'conduct-form': ['仅失信行为为 IP-01 时填写', 'it goes with the conduct IP-01 only'],
};

function unreadableValue(facts: Facts): Sentence {
  const [zh, en] = writtenAs[String(facts.rule)] ?? ['请按模板的写法填写', 'write it as the form shows'];
  return say(
    `[“{column}”的]值[“{value}”]无法读取：${zh}。`,
    `The value[ "{value}"][ in "{column}"] cannot be read: ${en}.`,
  )(facts);
}

const keyReasons: Record<string, [zh: string, en: string]> = {
  missing: ['文件不存在', 'it is not there'],
  forbidden: ['本进程无权读取', 'this process may not read it'],
  'folder-too-open': ['他人可以进入此文件夹', 'others may enter this folder'],
  'too-open': ['他人可以读取', 'others may read it'],
  malformed: ['内容不是密钥', 'it holds no key'],
  'wrong-use': ['属于另一种用途', 'it is for another use'],
  'wrong-kind': ['密钥种类不对', 'it is of the wrong kind'],
};

function unreadableKey(facts: Facts): Sentence {
  const [zh, en] = keyReasons[String(facts.reason)] ?? [];
  return say(
    '无法使用密钥文件[ {file}][：{zh}]。[解决办法：{cure}]',
    'The key file[ {file}] cannot be used[: {en}].[ The cure: {cure}]',
  )({ ...facts, zh, en });
}

const tlsReasons: Record<string, [zh: string, en: string]> = {
  missing: ['没有这个文件，或无权读取', 'it is missing or may not be read'],
  'too-open': ['其他用户也能读取', 'others may read it too'],
  malformed: ['不是可用的 PEM 证书或私钥', 'it holds no PEM certificate or key that can be used'],
  encrypted: [
    '私钥带有口令；请使用不带口令、只限本用户读取的文件',
    'the key has a passphrase; use a file without one that only its owner may read',
  ],
  mismatch: ['证书与私钥不配对', 'certificate and key do not belong together'],
  'not-pinned': [
    '协议为本成员列出的证书指纹中没有它，其他成员会拒绝',
    'the agreement does not list its pin for us, so the other members would refuse it',
  ],
};

function unreadableTls(facts: Facts): Sentence {
  const [zh, en] = tlsReasons[String(facts.reason)] ?? [];
  return say(
    '无法使用 TLS 文件[ {file}][：{zh}]。[解决办法：{cure}]',
    'The TLS file[ {file}] cannot be used[: {en}].[ The cure: {cure}]',
  )({ ...facts, zh, en });
}

const signerReasons: Record<string, [zh: string, en: string]> = {
  'cannot-start': ['无法启动', 'it cannot be started'],
  ended: ['已退出', 'it ended'],
  silent: ['没有应答', 'it did not answer'],
  'bad-answer': ['应答不合规定', 'its answer makes no sense'],
  declined: ['拒绝签名', 'it declined'],
  'wrong-kind': ['密钥种类不对，日志和见证须为 Ed25519', 'its key is of the wrong kind; log and witness take Ed25519'],
  'other-key': ['重启后换了密钥', 'it has another key than before'],
  'bad-signature': ['签名不对', 'its signature is wrong'],
};

const unlistedKeys = say(
  '密钥文件夹中的密钥不是协议为[ {member} ]列出的密钥[（{uses}）]。请使用登记时的密钥文件夹，或由各方修订协议。',
  'The keys in the folder are not those that the agreement lists[ for {member}][ ({uses})]. Use the folder whose keys were handed in, or have the members amend the agreement.',
);

const unlistedAuditor = say(
  '今天有效的协议没有列出这把审计方密钥[，所列审计方为 {member}]。请把 huxin keys auditor 输出的一段交给各成员写入下一版协议；新版生效后，使用新版协议文件。',
  'The agreement in force today does not list this auditor’s key[; its auditors are {member}]. Hand the block that huxin keys auditor printed to the members for the next version, and use the file of that version once it is in force.',
);

function failedSigner(facts: Facts): Sentence {
  const [zh, en] = signerReasons[String(facts.reason)] ?? [];
  return say(
    '外部签名程序[（{use}）]未能签名[：{zh}][，{seconds} 秒][（{program}）][（状态 {status}）]。',
    'The signing program[ ({use})] failed[: {en}][ within {seconds} s][ ({program})][ (status {status})].',
  )({ ...facts, zh, en });
}

const passphraseReasons: Record<string, [zh: string, en: string]> = {
  missing: ['文件不存在', 'the file is not there'],
  forbidden: ['本进程无权读取', 'this process may not read it'],
  'too-open': ['他人可以读取', 'others may read it'],
  empty: ['文件是空的', 'the file is empty'],
  'too-short': ['太短', 'it is too short'],
};

function unusablePassphrase(facts: Facts): Sentence {
  const [zh, en] = passphraseReasons[String(facts.reason)] ?? [];
  return say(
    '口令不可用[：{zh}][，至少 {least} 个字符][（{file}）]。[解决办法：{cure}]',
    'The passphrase cannot be used[: {en}][, it takes {least} characters][ ({file})].[ The cure: {cure}]',
  )({ ...facts, zh, en });
}

const malformedReasons: Record<MalformedReason, [zh: string, en: string]> = {
  'not-evidence': ['开头不是证据文件的类型声明', 'it does not begin with the media type of an evidence file'],
  agreement: [
    '这是协议文件：证据与协议是否放反了',
    'it is an agreement: were evidence and agreement put in the wrong way round?',
  ],
  'byte-order-mark': ['开头有字节顺序标记（BOM）', 'a byte-order mark stands at the beginning'],
  'carriage-return': ['换行被改成了回车加换行（CRLF）', 'the lines end with a carriage return'],
  expected: ['这里应为 {detail}', '{detail} is expected here'],
  comma: ['列表末尾多一个逗号', 'a comma stands before the end of a list'],
  'no-comma': ['缺少逗号', 'a comma is missing'],
  'no-json': ['不是 JSON', 'it is no JSON'],
  unsaid: ['含有规范不允许的内容', 'it holds {detail}'],
  'not-canonical': ['不是 JSON 的规范写法（RFC 8785）', 'it is not in RFC 8785 form'],
  shape: ['{detail} 处的内容不合规定', 'what stands at {detail} is not of the right shape'],
  'too-long': ['这一行过长', 'the line is too long'],
  'no-line-feed': ['最后一行没有换行', 'the last line has no line feed'],
  'not-utf8': ['不是 UTF-8', 'it is not UTF-8'],
  'cut-off': ['文件在此中断', 'the file breaks off'],
  'no-end': ['这里应是文件的结尾', 'the file should end here'],
  'after-end': ['结尾之后还有内容', 'something follows the end'],
};

function malformedEvidence(facts: Facts): Sentence {
  const reason = malformedReasons[String(facts.reason) as MalformedReason] as [string, string] | undefined;
  const [zh, en] = reason?.map((text) => text.replace('{detail}', String(facts.detail ?? ''))) ?? [];
  return say(
    '这不是规定格式的证据文件[：第 {line} 行][，{zh}]。',
    'This is no evidence file in its one form[: line {line}][, {en}].',
  )({ ...facts, zh, en });
}

const backupReasons: Record<string, [string, string]> = {
  missing: ['没有这个文件', 'there is no such file'],
  'no-vault': ['不是备份文件', 'it is no backup'],
  'wrong-passphrase': ['口令不对，或文件开头被改动过', 'the passphrase is the wrong one, or the beginning was changed'],
  altered: ['文件被改动过', 'it was changed'],
  'cut-off': ['文件不完整', 'it was cut off'],
  malformed: ['内容不是本程序写的备份', 'what is in it is no backup of this program'],
};

function unreadableBackup(facts: Facts): Sentence {
  const [zh, en] = backupReasons[String(facts.reason)] ?? [];
  return say('读不了备份[ {file}][：{zh}]。', 'The backup[ {file}] cannot be read[: {en}].')({ ...facts, zh, en });
}

function fill(template: string, facts: Facts, separator: string): string {
  return template.replace(/\[([^\]]*)\]|\{(\w+)\}/g, (_, optional?: string, name = '') => {
    if (optional === undefined) return format(facts[name], separator) ?? '';
    const names = [...optional.matchAll(/\{(\w+)\}/g)].map(([, inner = '']) => inner);
    const isKnown = names.every((inner) => format(facts[inner], separator) !== undefined);
    return isKnown ? fill(optional, facts, separator) : '';
  });
}

/** Undefined for what has no plain words: nothing, an object, an empty list. */
function format(value: unknown, separator: string): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.filter((item) => typeof item === 'string' || typeof item === 'number');
  return items.length > 0 ? items.join(separator) : undefined;
}
