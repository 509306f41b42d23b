/**
 * Why each code of problem.ts comes up and what to do about it, in Chinese and English, as an operator would tell a
 * colleague by telephone. sentences.ts says what is wrong in the case at hand; this says what usually lies behind it.
 * docs/errors.md and docs/errors.zh-CN.md are made of both, by `npm run docs`, after whatever changes here or there.
 *
 * A code without an entry does not compile: add `told(cause in Chinese, in English, cure in Chinese, in English)`.
 * The cure is what the reader does now, with the command; where nobody needs to do anything, it says so.
 */

import type { ProblemCode } from './problem.ts';
import type { Sentence } from './sentences.ts';

export interface Cure {
  /** What usually lies behind the refusal. */
  cause: Sentence;
  /** What to do now; commands stand between back-quotes. */
  cure: Sentence;
}

/** What stands before the slash of a code. */
export type ProblemNoun = ProblemCode extends `${infer Noun}/${string}` ? Noun : never;

/** What lies behind a code, and what to do. */
export function cureOf(code: ProblemCode): Cure {
  return cures[code];
}

/** What a noun's codes are about, as the headings of docs/errors.md. */
export const problemNouns: Record<ProblemNoun, Sentence> = {
  bulletin: { zh: '通报', en: 'Bulletins' },
  agreement: { zh: '框架协议', en: 'The agreement' },
  subject: { zh: '信用主体', en: 'Subjects' },
  registry: { zh: '信用记录', en: 'Credit records' },
  log: { zh: '日志', en: 'Logs' },
  witness: { zh: '见证', en: 'Witnesses' },
  sheet: { zh: '表格文件', en: 'Spreadsheet files' },
  import: { zh: '导入', en: 'Imports' },
  proposal: { zh: '复核', en: 'Approvals' },
  question: { zh: '查询留痕', en: 'Who asked' },
  auth: { zh: '令牌与登录', en: 'Tokens and signing in' },
  request: { zh: '节点间的请求', en: 'Requests of peers' },
  peer: { zh: '各成员的节点', en: 'Peers' },
  input: { zh: '接口的请求', en: 'Requests to the API' },
  config: { zh: '配置', en: 'Configuration' },
  key: { zh: '密钥', en: 'Keys' },
  tls: { zh: 'TLS 证书', en: 'TLS certificates' },
  store: { zh: '数据库', en: 'The database' },
  backup: { zh: '备份与恢复', en: 'Backups' },
  erasure: { zh: '删除', en: 'Erasing' },
  evidence: { zh: '证据', en: 'Evidence' },
  token: { zh: '发放令牌', en: 'Making tokens' },
  node: { zh: '节点', en: 'The node' },
  webhook: { zh: '告警推送', en: 'The webhook' },
};

const cures: Record<ProblemCode, Cure> = {
  // verdicts on a bulletin
  'bulletin/malformed': told(
    '签发方的程序写出了规范以外的字节：声明多余或缺少、数字不是整数、JSON 不是规范形式。不同程序或不同版本之间才会出现。',
    'The issuer’s program wrote bytes that the protocol does not know: a claim too many or missing, a number that is no integer, JSON that is not in canonical form. It happens between different programs or releases.',
    '签发方：核对程序版本，对照 docs/protocol.md，再用 `huxin reissue JTI` 补发。接收方不必处理。',
    'The issuer compares its release with docs/protocol.md and then issues the bulletin anew: `huxin reissue JTI`. The receiver has nothing to do.',
  ),
  'bulletin/too-large': told(
    '自由文本（事实、内容、备注）过长，签名后的通报超过 256 KiB。',
    'A free text (facts, content, remarks) is so long that the signed bulletin exceeds 256 KiB.',
    '缩短该文本后重新导入，或用 `huxin reissue JTI --set facts=…` 补发；全文保留在文书中。',
    'Shorten that text and import the row again, or mend it with `huxin reissue JTI --set facts=…`. The full text stays in the document.',
  ),
  'bulletin/unknown-key': told(
    '签发方使用了当时未生效的通报密钥：换了密钥文件夹，或没有用 `huxin keys rotate` 而直接换了文件。',
    'The issuer signed with a bulletin key that was not in force at that entry: another key folder was used, or files were swapped instead of `huxin keys rotate`.',
    '签发方：用登记过的密钥文件夹启动节点，再补发：`huxin reissue JTI`。更换密钥用 `huxin keys rotate`，不要直接换文件。',
    'The issuer starts its node with the key folder that was handed in and issues the bulletin anew: `huxin reissue JTI`. Keys are changed with `huxin keys rotate`, never by swapping files.',
  ),
  'bulletin/bad-signature': told(
    '通报在签名之后被改动（磁盘、中间设备、人为），或者签发方的密钥文件与其公钥不成对。',
    'The bulletin was changed after it was signed (by a disk, a device on the way, a person), or the issuer’s key file does not fit its public half.',
    '签发方先查明原因：数据库所在磁盘、密钥文件夹。只有个别通报如此时补发即可：`huxin reissue JTI`；成批出现时先停止签发，再联系各成员。',
    'The issuer first finds the reason: the disk under its database, its key folder. If it is one bulletin, issue it anew: `huxin reissue JTI`. If there are many, stop issuing and call the members.',
  ),
  'bulletin/foreign': told(
    '该成员的日志中出现了以别人名义签发的通报；正常的节点不会写出这样的条目。',
    'A member’s log holds a bulletin in another member’s name. A node that works as it should writes no such entry.',
    '请联系日志所有者：核对其配置中的 `member` 与协议中的 `issuer`，并检查数据库是否被人写入。',
    'Call the owner of the log: compare `member` in its configuration with its `issuer` in the agreement, and see whether somebody wrote into its database.',
  ),
  'bulletin/unknown-type': told(
    '签发方使用的通报种类不在当时生效的协议目录中，多因其程序较新，或协议尚未修订。',
    'The issuer used a type that the agreement in force then does not list: its program is newer, or the agreement has yet to be amended.',
    '用 `huxin agreement check` 查看目录；需要这种通报时，各方先修订协议，再补发：`huxin reissue JTI`。',
    'Look at the catalogue with `huxin agreement check`. If the type is wanted, the members amend the agreement first; then `huxin reissue JTI`.',
  ),
  'bulletin/schema': told(
    '内容缺项、多项或值不合协议所定的模式：双方程序版本不同，或内容是手工写成的。',
    'A member of the content is missing, unknown or of the wrong form by the schema that the agreement pins: the releases differ, or the content was written by hand.',
    '按所列各处更正后补发：`huxin reissue JTI --set path=value`；各方的 `schemas` 文件夹须与协议一致。',
    'Mend the places that are listed and issue it anew: `huxin reissue JTI --set path=value`. The folder `schemas` has to be the one that the agreement pins, on every side.',
  ),
  'bulletin/duplicate': told(
    '同一编号在日志中出现第二次；编号只能使用一次，第二条不作数。',
    'The same id stands in the log a second time. An id serves once; the second bulletin counts for nothing.',
    '通常不必处理：第一条有效。若两条内容不同，请签发方另发新通报。',
    'Usually nothing: the first one stands. If the two differ, the issuer says it again in a new bulletin.',
  ),
  'bulletin/audience-mismatch': told(
    '通报正文与日志叶子所写的接收方不同，或治理类通报没有发给全体、普通通报没有写明接收方。',
    'The bulletin and its leaf in the log name different addressees, or a governance type does not go to everybody, or another type does.',
    '这是签发方程序的错误：核对版本后补发 `huxin reissue JTI`。',
    'It is a fault of the issuer’s program: compare the releases, then `huxin reissue JTI`.',
  ),
  'bulletin/wrong-agreement': told(
    '通报所引的协议版本或其日志位置不是当时生效的：签发时正好有新版本生效，或程序有误。',
    'The bulletin names a version of the agreement, or a place in the log, that did not govern it: a version came into force while it was being signed, or the program errs.',
    '以现行版本补发：`huxin reissue JTI`。成批出现时，用 `huxin agreement status` 比较双方的现行版本。',
    'Issue it anew under the version in force: `huxin reissue JTI`. If there are many, compare the version in force on both sides: `huxin agreement status`.',
  ),
  'agreement/not-in-force': told(
    '尚有成员未签署、首日未到、有效期已过，或后一版本没有按前一版本的规定签署。',
    'A member has yet to sign, the first day has not come, the period is over, or a later version was not signed as the one before it demands.',
    '`huxin agreement verify FILE` 列出已签和未签的成员；补齐签名，等到首日，或签署新的版本。',
    '`huxin agreement verify FILE` shows who has signed and who has not. Collect the missing signatures, wait for the first day, or sign a new version.',
  ),
  'agreement/flow-not-allowed': told(
    '协议的目录没有允许这一方向、这一目的，或要求略去某些内容。',
    'The catalogue of the agreement has no flow in this direction or for this purpose, or has one that leaves members out.',
    '这不是故障。换用协议允许的目的或接收方；确有需要时，由各方修订协议中的 `flows`。',
    'This is no fault. Take a purpose or an addressee that the agreement allows; if the flow is needed, the members amend `flows`.',
  ),
  'subject/invalid-uscc': told(
    '统一社会信用代码抄错一位、缺位，或被 Excel 改成了数字。',
    'The unified social credit code has a wrong or a missing character, or Excel made a number of it.',
    '与营业执照或登记系统核对，改正后重新导入该行；该列请设为文本格式。',
    'Compare it with the licence or the register, mend it and import the row again. Format the column as text.',
  ),
  'subject/natural-person': told(
    '自由文本中写有居民身份证号码，多在“违法事实”“处罚内容”一类的列。',
    'A free text holds a citizen’s identity number, most often in the facts or the content of a penalty.',
    '删去该号码（必要时以“某某”代替姓名），重新导入该行。已发布的记录请用 `huxin step RECORD correction` 更正。',
    'Take the number out and import the row again. A record that was published is corrected with `huxin step RECORD correction`.',
  ),

  // taken and noted
  'registry/unknown-record': told(
    '所说的记录还没有收到：建立它的通报被本节点拒收，或还在路上。',
    'What was said is about a record that is not here: the bulletin that opens it was refused, or is still on its way.',
    '等待即可。若签发方的建立通报被拒收，由签发方补发：`huxin reissue JTI`。',
    'Wait. If the opening bulletin was refused, its issuer issues it anew: `huxin reissue JTI`.',
  ),
  'registry/illegal-step': told(
    '按记录的状态表，现在不能作此操作：例如已撤销的记录再修复，或别人刚刚办过。',
    'By the table of states the record allows no such step now: it was revoked before, say, or somebody was quicker.',
    '用 `huxin record RECORD --purpose supervision` 查看现状和可办事项，再选择操作。',
    'Look at the record and at what it allows: `huxin record RECORD --purpose supervision`. Then choose.',
  ),
  'registry/effect-failed': told(
    '通报已收下，登记时本节点出错：磁盘已满、数据库中断，或程序缺陷。',
    'The bulletin was taken and this node failed while entering it: a full disk, a database that went away, or a fault of the program.',
    '在节点日志中按 `effect` 查找原因并排除；内容没有丢失。仍不能登记时，请把日志交给程序维护者。',
    'Find the reason in the node’s log and remove it; no content is lost. If it stays, hand the log to whoever maintains the program.',
  ),

  // bulletins, the agreement
  'bulletin/not-found': told(
    '编号抄错，或属于本节点没有收到（不是接收方）的通报。',
    'The id is mistyped, or belongs to a bulletin that was not addressed to this node.',
    '`huxin bulletins list --member 320000` 列出某成员日志中的条目；`huxin explain JTI` 说明一条通报的来龙去脉。',
    '`huxin bulletins list --member 320000` lists the entries of a member’s log; `huxin explain JTI` tells one bulletin’s story.',
  ),
  'bulletin/not-refused': told(
    '没有成员拒收这条通报，或它已经补发过。',
    'No member refused this bulletin, or it was issued anew already.',
    '`huxin worklist --kind refused` 是现在等待补发的全部。',
    '`huxin worklist --kind refused` has everything that waits to be mended.',
  ),
  'bulletin/mend-first': told(
    '对方连建立该记录的通报也拒收了，先补发后面的没有意义。',
    'The bulletin that opens the record was refused too, so a later one would say nothing to them.',
    '先对建立通报执行 `huxin reissue JTI`，其后的会一并补发。',
    'Run `huxin reissue JTI` for the opening bulletin first; the later ones go with it.',
  ),
  'bulletin/other-effect': told(
    '补发时改动了决定操作含义的成员（种类、对象、日期等）。',
    'The mended body changes what the step itself is: its kind, its object or its day.',
    '补发只改文字；要改操作，请用 `huxin step` 另作操作。',
    'Reissuing mends words only. For another step use `huxin step`.',
  ),
  'agreement/invalid': told(
    '协议文稿缺项、写错字段名，或前后矛盾。',
    'The page of the agreement lacks something, has a name that is not known, or contradicts itself.',
    '`huxin agreement check FILE` 一次列出全部错误及其行列，逐一改正。已签署的文件不能改，须改文稿后重新签署。',
    '`huxin agreement check FILE` lists every mistake with line and column. A signed file cannot be mended: change the page and sign it again.',
  ),
  'agreement/bad-signature': told(
    '文件在签署后被改动（例如编辑器改了换行），或某成员用错了密钥。',
    'The file was changed after it was signed (an editor that touched it, say), or a member used another key than the agreement lists.',
    '向各方索取原件，用 `huxin agreement digest FILE` 逐家核对摘要，由所列成员重新签署。',
    'Fetch the original, compare `huxin agreement digest FILE` with every member, and have those that are named sign again.',
  ),
  'agreement/unknown-member': told(
    '成员代码写错，或 `--keys` 指向了另一成员的密钥文件夹。',
    'The member’s code is mistyped, or `--keys` points to the folder of another member.',
    '核对成员代码与协议的 `members`（`huxin peers` 也列有）；签署之前，须把 `huxin keys create` 输出的公钥填入文稿。',
    'Compare the code with `members` of the agreement (`huxin peers` lists them, too). Before anyone signs, the public keys that `huxin keys create` printed have to stand there.',
  ),
  'agreement/unknown-purpose': told(
    '查询目的不在协议的清单中，多为拼写错误。',
    'The purpose is not on the agreement’s list, most often for a typing mistake.',
    '从所列的目的中选用；新的目的须修订协议。',
    'Take one of those that are listed. A new purpose takes an amendment.',
  ),
  'agreement/unknown-schema': told(
    '协议按摘要固定了通报的模式，本程序所带的模式与之不同：程序版本与协议不配。',
    'The agreement pins the schemas by their digests, and those of this program are others: release and agreement do not go together.',
    '安装协议编写时所用的版本，或用配置项 `schemas` 指向协议所附的模式文件夹；各方也可以修订协议以采用新模式。',
    'Install the release for which the agreement was written, or point the setting `schemas` to the folder that came with it; or have the members adopt the new schemas by an amendment.',
  ),
  'agreement/unknown-previous': told(
    '后续版本只能接着上一版本核对：谁须签署、用哪把密钥，都由上一版本决定。只给出了新版本，此前的各版不在手边。',
    'A later version is checked upon the one before it, which says who has to sign and with which keys. The new version was handed in alone.',
    '连同此前各版一起提供：从任一成员的节点取得全部版本（`huxin agreement export --node … --out agreement.json`），再试一次。',
    'Hand in the earlier versions too: take all of them from any member’s node (`huxin agreement export --node … --out agreement.json`) and try again.',
  ),
  'agreement/not-found': told(
    '摘要打错了，或该文稿没有传到本节点。',
    'The digest is mistyped, or that draft has not reached this node.',
    '用 `huxin agreement status` 查看本节点所知的各版；没有的，请提出方再次传送。',
    'See which versions this node knows with `huxin agreement status`; if it is missing, its proposer circulates it again.',
  ),
  'agreement/not-next': told(
    '起草之后另一版本已经生效，或版本号、上一版本的摘要填错。',
    'Another version came into force since it was drafted, or its number or the digest of the version before is wrong.',
    '从现行版本重新起草：`huxin agreement amend --node … --out draft.yaml`。',
    'Draft it anew upon the version in force: `huxin agreement amend --node … --out draft.yaml`.',
  ),
  'agreement/signed-another': told(
    '先前签署过的另一份文稿仍可能生效；同一成员签署同一版本的两个后续版本，任何人都可据此证明其自相矛盾。',
    'The draft that was signed before may still come into force, and one member’s signatures on two successors of one version convict it before anyone.',
    '先由各方谈定：让先前那份生效，再在其上修订；或由一个必须签署的成员正式拒绝它（`huxin agreement refuse`），然后再签新的。',
    'Let the members agree first: either the earlier draft comes into force and is amended, or a member whose signature it needs refuses it (`huxin agreement refuse`); then sign the new one.',
  ),
  'agreement/too-many-drafts': told(
    '接续现行版本的文稿太多，都未签齐：有人反复提出，或程序出错。',
    'Too many drafts that follow the version in force lack signatures: somebody proposes again and again.',
    '用 `huxin agreement status` 查看，与提出方商定保留哪一份；不要的用 `huxin agreement refuse` 拒绝，即不再计数。已签齐的版本和本节点经办人提出的文稿不受此限。',
    'Look at them with `huxin agreement status` and agree on one; refuse the rest (`huxin agreement refuse`), and they no longer count. What has all its signatures, and what this node’s own operator proposes, is taken all the same.',
  ),
  'agreement/signed-twice': told(
    '一个成员的协议密钥签署了同一版本的两个后续版本：操作失误，或密钥被他人使用。',
    'The agreement key of a member signed two successors of one version: by mistake, or somebody else holds the key.',
    '证据已保存。以电话核对各方所持摘要，由各方签署一个新版本；密钥可能外泄的，在新版本中注销它。',
    'The evidence is kept as a finding. Compare digests by telephone and sign one new version together; if the key may be in other hands, strike it there.',
  ),

  // the log
  'log/malformed-note': told(
    '对方节点给出的签名文本不合格式：中间的代理改写了内容，或地址指向了别的服务。',
    'What the peer showed is no signed note: a proxy in between rewrote it, or the address leads to another service.',
    '用 `curl` 直接访问协议中的地址，检查代理是否改写正文；会自动重试。',
    'Fetch the address of the agreement with `curl` and see whether a proxy changes the body. It is tried again by itself.',
  ),
  'log/malformed-checkpoint': told(
    '检查点属于另一个日志，或格式不对；多因地址配错。',
    'The checkpoint belongs to another log or is not in the agreed form, most often because an address is wrong.',
    '核对协议中该成员的 `endpoint` 和 `origin`；会自动重试。',
    'Compare the member’s `endpoint` and `origin` in the agreement. It is tried again by itself.',
  ),
  'log/bad-signature': told(
    '检查点不是用协议所列的日志密钥签的：对方换了密钥文件夹，或有人冒充。',
    'The checkpoint was not signed with the log key that the agreement lists: the peer runs with another key folder, or somebody poses as it.',
    '打电话给对方，逐字核对公钥指纹。日志密钥只能通过修订协议更换。',
    'Telephone that member and compare the keys. A log key is changed by an amendment only.',
  ),
  'log/fork': told(
    '对方的日志对同一位置给出了两种历史：恢复旧备份后继续签署、两个节点同用一把日志密钥，或蓄意篡改。',
    'The log tells two histories of the same place: its owner went on signing after restoring an old backup, runs two nodes with one log key, or changes the past on purpose.',
    '不会自行恢复。证据已保存：用 `huxin evidence findings` 查看，用 `huxin evidence finding ID --out FILE` 导出，任何人都能验证。通知各成员，由各方以修订协议撤销该日志，其成员另开新日志。',
    'It does not heal. The evidence is kept: `huxin evidence findings` lists it, `huxin evidence finding ID --out FILE` writes it, and anyone can verify it. Tell every member. Together they strike the log by an amendment, and its member opens the next one.',
  ),
  'log/shrunk': told(
    '对方的日志比曾经出示的短：恢复了旧备份，或连到了空的数据库。',
    'The log is shorter than it was shown before: its owner restored an old backup or started on an empty database.',
    '立即联系对方，在其继续签署之前停止其节点，再按 docs/recovery.zh-CN.md 从各成员取回其日志。已经继续签署的，按分叉处理。',
    'Call that member at once, so that its node stops before it signs anything more and recovers its log from the others (docs/recovery.md). If it has signed already, it is a fork.',
  ),
  'log/out-of-range': told(
    '所要的位置超过日志现有的长度，或起止次序颠倒。',
    'The range asked for lies beyond the end of the log, or ends before it begins.',
    '先取检查点看现有条数，再请求其范围内的条目。',
    'Read the checkpoint first: its second line is the number of entries.',
  ),
  'log/unknown': told(
    '本节点没有这个日志：来源名写错，或该成员不在协议中。',
    'This node holds no such log: the origin is mistyped, or its member is not in the agreement.',
    '`huxin peers` 列出各成员；日志的来源名在协议的 `origin` 中。',
    '`huxin peers` lists the members; the name of each log is its `origin` in the agreement.',
  ),
  'log/closed': told(
    '本成员已退出，或日志已由后续日志接替：`closing` 是一个日志的最后一条。',
    'The member has withdrawn, or another log took over: a `closing` is the last entry of its log.',
    '不必处理。要再次加入，由各方修订协议，并启用后续日志（`…/log/2`）。',
    'Nothing to do. To take part again the members amend the agreement, and the next log (`…/log/2`) is opened.',
  ),
  'log/struck': told(
    '修订后的协议注销了这个日志：密钥遗失、被盗，或日志分叉。',
    'An amendment struck this log: its key was lost or stolen, or it forked.',
    '按修订的协议启用后续日志：新的日志密钥、`origin` 为 `…/log/2`，然后重新启动节点。步骤见 docs/keys.md。',
    'Open the next log as the amendment says: a new log key, an `origin` of `…/log/2`, and a restart. The steps are in docs/keys.md.',
  ),
  'witness/malformed': told(
    '提交者的程序不合 C2SP tlog-witness：首行不是 `old <长度>`，证明超过 63 行，或旧长度大于检查点的长度。',
    'The program that submitted it does not keep to C2SP tlog-witness: no first line `old <size>`, more than 63 hashes, or an old size above that of the checkpoint.',
    '由提交者改正；格式见 docs/protocol.zh-CN.md。本节点无须处理。',
    'Whoever submitted it mends it: docs/protocol.md has the form. Nothing to do here.',
  ),
  'witness/not-trusted': told(
    '检查点不是用协议所列的日志密钥签的；或该日志已被协议注销，或已被查明自相矛盾。',
    'The checkpoint was not signed with the log key of the agreement; or the agreement strikes that log, or it was found to contradict itself.',
    '核对协议中的日志公钥。已注销或已查明分叉的日志不再联署，由其成员启用后续日志。',
    'Compare the log key in the agreement. A log that was struck or that forked is cosigned no more: its member opens the next one.',
  ),
  'witness/bad-proof': told(
    '证明是从另一个长度算起的，或提交者的日志与本节点先前联署的不是同一棵树。',
    'The proof starts at another size, or the log submitted is not the one that this node cosigned before.',
    '用 `GET /witness/…/checkpoint` 取得最近联署的检查点，从其长度算起重新提交。仍不成立的，按分叉处理。',
    'Read the checkpoint cosigned last with `GET /witness/…/checkpoint` and submit again with a proof from its size. If it still does not hold, treat it as a fork.',
  ),
  'witness/not-ready': told(
    '本节点只联署自己持有全部条目的日志，现在连不上该成员、正在取，或本节点刚启动尚未核对完毕。',
    'This node cosigns only what it holds itself: the member cannot be reached, the entries are on their way, or the node has just started and still asks the members.',
    '稍后自动重试即可。持续如此时，在被请求的节点上用 `huxin peers` 看为何取不到。',
    'Try again later. If it lasts, `huxin peers` at the node that was asked says why it cannot fetch them.',
  ),
  'witness/ahead': told(
    '本节点可能以旧数据库启动；也可能是该见证方出错。其所说的长度没有签名，不足为证。',
    'This node may run on an old database; or the witness is mistaken. The size that it says is not signed and proves nothing.',
    '向该见证方索取其联署过的最大检查点，与 `huxin peers` 所见比较。确有更大的，立即停止签发，按 docs/recovery.zh-CN.md 从各成员取回。',
    'Ask that witness for the largest checkpoint it cosigned and compare it with `huxin peers`. If there is a larger one, stop issuing at once and recover the log from the members: docs/recovery.md.',
  ),
  'log/locked': told(
    '节点刚启动，或与数据库的连接中断过：它先问每个成员见过多少本节点的日志，全部答复、或一分钟后达到联署法定数，才签发；见过更多则先从各成员取回。',
    'The node has just started, or lost its database for a while: it asks every member how much of its log it has seen, and signs once all have answered or, after a minute, as many as the witness quorum; where they saw more, it fetches that first.',
    '多数情况下等待几秒即可，导入会自行继续。持续不开时，运行日志会说缺少谁的答复：请与该成员联系。确知没有更大的日志被任何人见过时，才可用 `huxin log unlock --override`。',
    'Mostly a few seconds are enough, and imports go on by themselves. If it stays locked, the node’s log says whose answer is missing: call that member. Only when you know that nobody has seen more of your log, `huxin log unlock --override`.',
  ),
  'log/head-changed': told(
    '数据库在节点运行期间被换成旧的一份（恢复备份、切换到落后的备库），或被人改动。',
    'The database was exchanged under the running node for an older one (a restore, a standby that lags), or somebody wrote into it.',
    '先停止节点，不要再用这份数据库启动。查明哪一份是最新的：在其他成员处用 `huxin peers` 查看它们所见的长度；用最新的一份，或按 docs/recovery.zh-CN.md 从各成员取回。',
    'Stop the node and do not start it on this database. Find the newest copy: `huxin peers` at the other members says how much of the log they have seen. Use that copy, or recover the log from the members: docs/recovery.md.',
  ),

  // sheets and imports
  'sheet/unknown-format': told(
    '上传的不是表格文件，或扩展名与内容不符。',
    'What was handed in is no spreadsheet, or its name lies about its content.',
    '在 Excel 或 WPS 中打开后另存为 .xlsx，再导入。空表可用 `huxin template penalty --out penalties.xlsx` 取得。',
    'Open it in Excel or WPS, save it as .xlsx and import that. An empty form: `huxin template penalty --out penalties.xlsx`.',
  ),
  'sheet/legacy-xls': told(
    '业务系统导出的是 Excel 97–2003 格式。',
    'The other system exports the format of Excel 97–2003.',
    '另存为“Excel 工作簿（.xlsx）”后导入；业务系统可改为导出 .xlsx 或 UTF-8 的 .csv。',
    'Save it as “Excel workbook (.xlsx)” and import that; or let the other system export .xlsx or .csv in UTF-8.',
  ),
  'sheet/wps-et': told(
    '文件以 WPS 自己的 .et 格式保存。',
    'The file was saved in WPS’s own format, .et.',
    '在 WPS 中“另存为”.xlsx 后导入。',
    'Save it as .xlsx in WPS and import that.',
  ),
  'sheet/encrypted': told(
    '工作簿设有打开密码，或经加密软件处理。',
    'The workbook has a password, or an encryption program wrapped it.',
    '取消密码（文件 → 信息 → 保护工作簿），或在解密的环境中另存一份，再导入。',
    'Take the password off (File → Info → Protect workbook), or save a plain copy, and import that.',
  ),
  'sheet/truncated': told(
    '下载或复制中断，或存储介质损坏。',
    'A download or a copy broke off, or the medium is damaged.',
    '从来源系统重新导出，核对文件大小，再导入。',
    'Export it from its source again, compare the size, and import that.',
  ),
  'sheet/too-large': told(
    '文件或解压后的内容超过上限（配置项 `imports`），有时是整列的空格式造成的。',
    'The file, or what it unpacks to, exceeds the limit (the setting `imports`); sometimes formats on whole empty columns are the reason.',
    '分成几个文件；或删除数据以外的空行空列后另存。确有需要时，管理员可提高 `imports.greatestFileMib`。',
    'Cut it into several files, or delete the empty rows and columns around the data. If it must be, the operator raises `imports.greatestFileMib`.',
  ),
  'sheet/encoding': told(
    '.csv 文件既不是 UTF-8，也不是 GB18030，或混有两种编码。',
    'The .csv file is neither UTF-8 nor GB18030, or a mixture.',
    '用 Excel 或 WPS 打开并另存为 .xlsx，或另存为“CSV UTF-8”。',
    'Open it in Excel or WPS and save it as .xlsx, or as “CSV UTF-8”.',
  ),
  'sheet/no-header': told(
    '表头被改名、删除，或 `--type` 选错了种类。',
    'The header was renamed or deleted, or `--type` names another kind.',
    '与 `huxin template penalty --out penalties.xlsx` 的列名对照，或改用正确的 `--type`。',
    'Compare the columns with `huxin template penalty --out penalties.xlsx`, or choose the right `--type`.',
  ),
  'import/column-missing': told(
    '缺少必填的列：列名被改动，或 `--type` 选错。',
    'A column that must be there is not: it was renamed, or `--type` is wrong.',
    '按模板补上该列及其内容：`huxin template penalty --out penalties.xlsx`。',
    'Add it as the form has it: `huxin template penalty --out penalties.xlsx`.',
  ),
  'import/column-twice': told(
    '同名的列出现两次，程序无法判断以哪一列为准。',
    'A column occurs twice and the program cannot know which one counts.',
    '删除其中一列，再导入。',
    'Delete one of them and import the file again.',
  ),
  'import/column-unknown': told(
    '表中有模板以外的列；该列没有导入，其余照常。',
    'The sheet has a column that the form does not know. It was passed over; the others were imported.',
    '内部使用的列可以保留；若是写错的列名，请改正后重新导入。',
    'A column for your own use may stay. If its name is mistyped, mend it and import the file again.',
  ),
  'import/value-missing': told('必填的单元格是空的。', 'A cell that must be filled in is empty.', ...mendRow()),
  'import/value-unreadable': told(
    '写法不合该列的要求：日期、金额或代码无法识别。',
    'The value is not written as its column wants it: a day, an amount or a code cannot be read.',
    ...mendRow(),
  ),
  'import/value-not-listed': told(
    '该列只能填代码表中的值。',
    'The column takes values of a code list only.',
    '用模板中的下拉列表选择；各列的取值见 docs/forms.zh-CN.md。',
    'Choose from the drop-down list of the form; docs/forms.md has the values of every column.',
  ),
  'import/value-too-long': told('文字超过该列的长度。', 'The text is longer than the column allows.', ...mendRow()),
  'import/code-not-text': told(
    '18 位代码存成了数字，Excel 只保留 15 位有效数字，后几位已经变成 0。',
    'A code was stored as a number. Excel keeps 15 digits, so its last ones may have become zeros.',
    '先把该列设为“文本”，再从登记系统重新填写（仅改格式找不回丢失的位数）。',
    'Format the column as text first, then enter the codes anew from the register: a change of format alone brings no digit back.',
  ),
  'import/cell-error': told(
    '单元格是 #REF!、#N/A 一类的公式错误。',
    'The cell holds an error of a formula, such as #REF! or #N/A.',
    '改正公式，或复制后“粘贴为数值”，再导入。',
    'Mend the formula, or copy and paste the values, and import the file again.',
  ),
  'import/row-twice': told(
    '同一文书号和主体在文件中出现两次。',
    'The same document and subject stand in the file twice.',
    '删去重复的一行；内容不同时，保留正确的一行。',
    'Delete one of the rows; if they differ, keep the right one.',
  ),
  'import/day-in-future': told(
    '日期写错，或本机的时钟不准。',
    'The day is mistyped, or the clock of the machine is wrong.',
    '改正日期后重新导入该行；多行同时出现时，请管理员检查节点的时钟（NTP）。',
    'Mend the day and import the row again. If many rows are concerned, the operator looks at the node’s clock (NTP).',
  ),
  'import/day-order': told('两个日期的先后颠倒。', 'Two days stand in the wrong order.', ...mendRow()),
  'import/amount-doubtful': told(
    '金额列以万元为单位，多半是按元填写了。',
    'The column counts in units of 10,000 CNY and was probably filled in in CNY.',
    '2000 元填 0.2；核对处罚内容后重新导入该行。',
    'Write 0.2 for 2,000 CNY. Compare the text of the penalty and import the row again.',
  ),
  'import/retention-ended': told(
    '协议或规则规定的保存期限已过，发布后也会立即删除。',
    'The time for which such a record is kept is over: it would be erased as soon as it was published.',
    '删去该行；期限的依据见 `huxin rules check` 和协议的 `retentionYears`。',
    'Remove the row. The period is that of the rules (`huxin rules check`) and of `retentionYears` in the agreement.',
  ),
  'import/natural-person-row': told(
    '该行的主体是个人或个体证件号码。',
    'The subject of the row is a person, by name of the kind or by an identity number.',
    '删去该行；自然人的信息不通过本系统交换。',
    'Remove the row. Nothing about natural persons goes through this exchange.',
  ),
  'import/no-rows': told(
    '表头下面没有数据，或数据在另一个工作表中。',
    'There is no data under the header, or it stands on another sheet.',
    '把数据填在第一个可见的工作表中，再导入。',
    'Put the rows on the first visible sheet and import the file again.',
  ),
  'import/natural-person-form': told(
    '导入的是“自然人”版的双公示表格。',
    'The file is the official form for natural persons.',
    '改用法人和非法人组织的表格：`huxin template penalty --out penalties.xlsx`。',
    'Use the form for organisations: `huxin template penalty --out penalties.xlsx`.',
  ),
  'import/unknown-type': told(
    '`--type` 写错。',
    '`--type` is mistyped.',
    '从所列的种类中选用，如 `huxin import FILE --type penalty`。',
    'Take one of those that are listed, as in `huxin import FILE --type penalty`.',
  ),
  'import/not-found': told(
    '编号抄错，或属于另一机关。',
    'The id is mistyped, or the import belongs to another authority.',
    '`huxin imports list` 列出最近的导入。',
    '`huxin imports list` shows the recent ones.',
  ),
  'import/wrong-state': told(
    '例如已发布的导入不能再放弃，正在读取的还不能发布。',
    'An import that is published cannot be discarded, say, and one that is still being read cannot be published.',
    '`huxin imports show IMPORT` 查看现在的状态；已发布的用 `huxin imports revoke IMPORT --reason …` 撤销。',
    'Look at its state: `huxin imports show IMPORT`. What was published is taken back with `huxin imports revoke IMPORT --reason …`.',
  ),
  'import/failed': told(
    '处理过程中节点多次中断：磁盘已满、内存不足、数据库断开。',
    'The node broke off several times on the way: a full disk, too little memory, a database that went away.',
    '管理员：在节点日志中查明并排除原因。经办人员：随后导入同一文件，已发布的不会重复。',
    'The operator finds the reason in the node’s log and removes it. Then the clerk imports the same file again; nothing is published twice.',
  ),
  'import/forgotten': told(
    '被拒绝的行只保存 90 天。',
    'Refused rows are kept for 90 days.',
    '用原来的文件重新导入；已发布的不会重复。',
    'Import the original file again; nothing is published twice.',
  ),
  'import/empty': told(
    '文件是 0 字节：导出失败或上传中断。',
    'The file has no byte: its export failed or the upload broke off.',
    '重新导出，核对大小后再导入。',
    'Export it again, look at its size, and import it.',
  ),

  // registry
  'registry/not-found': told(
    '编号抄错，或记录不在本节点（不是发给本省的）。',
    'The id is mistyped, or the record was not addressed to this province.',
    '先按主体查询：`huxin ask USCC --purpose supervision`，其中有各记录的编号。',
    'Ask about the subject: `huxin ask USCC --purpose supervision` shows the ids of its records.',
  ),
  'registry/changed-meanwhile': told(
    '查看之后、提交之前，另有他人办理了同一记录。',
    'Somebody moved the record between your look at it and your step.',
    '用 `huxin record RECORD --purpose supervision` 重新查看，仍需要时再办一次。',
    'Look again with `huxin record RECORD --purpose supervision`; repeat the step if it is still wanted.',
  ),
  'registry/other-subject': told(
    '同一文书号已有一条记录，主体却不同：其中一处的代码写错。',
    'There is a record of the same document about another subject: one of the two codes is wrong.',
    '对照文书核对代码；原记录有误的，先 `huxin step RECORD revocation`，再导入。',
    'Compare both with the document. If the record is wrong, `huxin step RECORD revocation`, then import the row again.',
  ),
  'registry/not-ours': told(
    '记录由其他成员签发，只有签发方能变更。',
    'The record was issued by another member, and only its issuer moves it.',
    '有异议的，用 `huxin step RECORD objection` 提出；签发方会在其待办中看到。',
    'If it is wrong, object: `huxin step RECORD objection`. Its issuer finds that on its work list.',
  ),
  'registry/day-in-future': told(
    '日期写错，或节点的时钟不准。',
    'The day is mistyped, or the node’s clock is wrong.',
    '改正日期再提交；时钟由管理员检查（NTP）。',
    'Mend the day and repeat the step; the operator looks at the clock (NTP).',
  ),
  'registry/day-order': told(
    '所填日期早于原决定的日期。',
    'The day lies before that of the decision.',
    '对照文书改正日期再提交。',
    'Compare it with the document and repeat the step.',
  ),
  'registry/nothing-changed': told(
    '更正没有改变任何内容，可能已由他人更正。',
    'The correction changes nothing; somebody may have made it already.',
    '不必再办；`huxin record RECORD --purpose supervision` 显示历次变更。',
    'Nothing needs to be done; `huxin record RECORD --purpose supervision` shows the changes so far.',
  ),
  'registry/reason-missing': told(
    '此操作须写明理由或者文书。',
    'The step needs a reason or a document.',
    '加上 `--reason` 或 `--document` 再提交。',
    'Repeat it with `--reason` or `--document`.',
  ),
  'registry/document-missing': told(
    '此操作须有决定文书的文号。',
    'The step needs the number of the decision.',
    '加上 `--document` 再提交，如 `--document 沪知修〔2026〕1号`。',
    'Repeat it with `--document`, such as `--document 沪知修〔2026〕1号`.',
  ),
  'registry/expired': told(
    '公示期已满，记录自行结束，不再需要修复或顺延。',
    'Its publicity is over and the record ended by itself; there is nothing left to repair or extend.',
    '不必处理。内容有误的仍可更正或撤销。',
    'Nothing. A mistake in it can still be corrected, or the record revoked.',
  ),
  'registry/too-early': told(
    '规则规定的最短公示期未满。',
    'The least time of publicity by the rules is not over.',
    '到所示日期再办；依据见所引条款，`huxin rules check` 列出现行规则。',
    'Wait until the day that is shown. The article that says so is named; `huxin rules check` lists the rules.',
  ),
  'registry/not-repairable': told(
    '规则规定此类记录不能提前修复。',
    'The rules know no early repair of such a record.',
    '向申请人说明所引条款；记录在公示期满时自行结束。',
    'Tell the applicant the article that is named. The record ends by itself when its time is over.',
  ),
  'registry/repaired-recently': told(
    '规则规定两次修复之间须隔一定时间。',
    'The rules demand some time between two repairs.',
    '到所示日期之后再办。',
    'Wait until the day that is shown.',
  ),
  'registry/condition-missing': told(
    '修复的条件没有逐项写明。',
    'Not every condition of the repair was stated.',
    '核实后以 `--condition` 逐项写明，再提交。',
    'See that they are met and state each with `--condition`.',
  ),
  'registry/not-by-rule': told(
    '更正想要改变由规则算出的日期。',
    'The correction would change a day that follows from the rules.',
    '公示期用 `huxin step RECORD extension` 或 `repair` 改变；若依据的日期（如决定日期）有误，更正那个日期。',
    'Publicity changes by `huxin step RECORD extension` or `repair`. If the day it follows from is wrong, correct that one.',
  ),
  'registry/not-extendable': told(
    '适用的规则没有规定顺延。',
    'The rules that apply know no extension.',
    '不能顺延；新的违法行为应建立新的记录。',
    'It stays as it is; new conduct opens a new record.',
  ),
  'registry/not-later': told(
    '新的截止日没有推后。',
    'The new last day is not later than the present one.',
    '核对 `--until`；要提前结束，用修复。',
    'Compare `--until`. To end it sooner, repair it.',
  ),
  'registry/beyond-cap': told(
    '顺延后的总期限超过规则的上限。',
    'The extension would exceed the greatest time by the rules.',
    '以所示的上限日为 `--until`。',
    'Use the day that is shown as `--until`.',
  ),
  'registry/unknown-objection': told(
    '编号抄错，或异议针对另一条记录。',
    'The id is mistyped, or the objection is to another record.',
    '`huxin record RECORD --purpose supervision` 列出该记录的异议。',
    '`huxin record RECORD --purpose supervision` lists the objections to the record.',
  ),
  'registry/already-decided': told(
    '同事已经作出处理决定。',
    'A colleague decided it already.',
    '不必再办；决定不当的，对记录另作更正或撤销。',
    'Nothing. If the decision was wrong, correct or revoke the record.',
  ),
  'registry/erased': told(
    '内容到期或依决定删除，只留编号和证明。',
    'The content was erased because its time was over or by a decision; ids and proofs stay.',
    '不能恢复。删除有误的，凭原文书重新导入。',
    'It does not come back. If it was a mistake, import the document again.',
  ),
  'registry/not-on-list': told(
    '措施代码不在本省公布的清单（配置项 `measures`）中。',
    'The code of the measure is not on the list that this province published (the setting `measures`).',
    '改用清单内的措施；清单变更时，由管理员修改 `measures` 并重启节点。',
    'Take a measure of the list. If the list changed, the operator changes `measures` and restarts the node.',
  ),
  'registry/purpose-not-allowed': told(
    '该角色不能为这一目的查询。',
    'This role does not ask for that purpose.',
    '改用允许的目的，或由有相应角色的人查询。',
    'Take a purpose that is allowed, or let somebody ask who has the role for it.',
  ),
  'registry/as-of-in-future': told(
    '`--as-of` 晚于现在。',
    '`--as-of` lies ahead of now.',
    '给出过去的日期或时刻，或去掉 `--as-of` 查询现状。',
    'Give a day or an instant of the past, or leave `--as-of` out.',
  ),
  'proposal/not-found': told(
    '编号抄错，或属于另一机关。',
    'The id is mistyped, or the proposal belongs to another authority.',
    '`huxin proposals list` 列出待复核的操作。',
    '`huxin proposals list` shows them.',
  ),
  'proposal/same-person': told(
    '复核人与提出人是同一工号。',
    'Whoever approves has the same staff number as whoever proposed.',
    '由另一人以自己的令牌复核：`huxin proposals approve PROPOSAL`。',
    'Somebody else approves it with a token of their own: `huxin proposals approve PROPOSAL`.',
  ),
  'proposal/decided': told(
    '已有人同意、驳回或撤回。',
    'Somebody approved, rejected or withdrew it before.',
    '`huxin proposals show PROPOSAL` 显示结果。',
    '`huxin proposals show PROPOSAL` shows what came of it.',
  ),
  'proposal/needed': told(
    '本省规定此类操作须两人办理（配置项 `fourEyes`）。',
    'This province has two persons for such a step (the setting `fourEyes`).',
    '先用 `huxin step` 提出，由另一人 `huxin proposals approve`，再补发。',
    'Propose it with `huxin step`, have somebody else run `huxin proposals approve`, then issue it anew.',
  ),

  // who asks
  'question/not-found': told(
    '编号尚未使用，或该次查询已满保存年限。',
    'That number was not used yet, or the question is past its years.',
    '`huxin asks list` 列出现存的查询。',
    '`huxin asks list` shows those that are kept.',
  ),
  'auth/missing-token': told(
    '命令或程序没有带令牌。',
    'The command or the program sent no token.',
    '设置环境变量 `HUXIN_TOKEN`；程序在 `Authorization: Bearer …` 中发送。',
    'Set the variable `HUXIN_TOKEN`; a program sends `Authorization: Bearer …`.',
  ),
  'auth/unknown-token': told(
    '令牌抄写不全、属于另一节点，或已撤销、过期。',
    'The token was copied in part, belongs to another node, or is revoked or expired.',
    '核对 `HUXIN_NODE`；由管理员发新令牌：`huxin token create --role clerk --person 0417`。',
    'Compare `HUXIN_NODE`. The operator makes a new one: `huxin token create --role clerk --person 0417`.',
  ),
  'auth/role-not-allowed': told(
    '一个令牌只有一种角色，此操作属于别的角色。',
    'A token has one role, and this is for another.',
    '换用有该角色的令牌，或请管理员另发一个。',
    'Use a token of that role, or have the operator make one.',
  ),
  'auth/not-your-authority': told(
    '数据属于别的机关；只有本省机关的令牌可以办理全省的。',
    'The data belongs to another authority; only the province’s own may act for all.',
    '由该机关的人员办理，或使用本省机关的令牌。',
    'Let that authority’s people do it, or use a token of the province’s own.',
  ),
  'auth/signed-out': told(
    '闲置超过八小时、已退出，或令牌已撤销。',
    'Eight idle hours went by, somebody signed out, or the token was revoked.',
    '重新登录，再提交一次。',
    'Sign in and send it again.',
  ),
  'auth/foreign-page': told(
    '请求来自别的网站，或代理没有原样传递 `Host`。',
    'The form came from another site, or a proxy does not pass on the `Host`.',
    '在本系统页面上重新提交；总是如此时，管理员检查反向代理是否原样传递 `Host` 和 `X-Forwarded-Proto`。',
    'Send it again from our own page. If it happens always, the operator looks at whether the proxy passes on `Host` and `X-Forwarded-Proto`.',
  ),

  // peers
  'request/malformed': told(
    '节点间请求没有凭证或格式不对：来访者不是本系统的节点，或代理去掉了 `Authorization`。',
    'The request of a peer has no credential or a wrong one: the caller is no node, or a proxy took `Authorization` out.',
    '偶尔出现不必处理。对方成员总是如此时，检查两侧代理是否保留 `Authorization` 头。',
    'Now and then it means nothing. If a member gets it always, see that the proxies on both sides keep the header `Authorization`.',
  ),
  'request/unknown-key': told(
    '对方用的密钥不在本节点所知的协议中：双方协议版本不同，或对方换了密钥文件夹。',
    'The peer’s key is not in the agreement as this node knows it: the versions differ, or the peer runs with another key folder.',
    '双方用 `huxin agreement status` 核对现行版本；版本相同的，由对方用 `huxin doctor` 检查密钥。',
    'Compare the version in force on both sides: `huxin agreement status`. If they agree, the peer looks at its keys: `huxin doctor`.',
  ),
  'request/bad-signature': told(
    '请求在途中被改动，或有人冒充对方。',
    'The request was changed on its way, or somebody poses as the peer.',
    '检查两侧代理是否改写请求；持续出现时联系对方。',
    'See whether a proxy on either side rewrites requests; if it lasts, call the peer.',
  ),
  'request/wrong-audience': told(
    '请求是签给另一个节点的：协议中两个成员的地址写反，或代理转错了地方。',
    'The request was signed for another node: two addresses of the agreement are swapped, or a proxy leads to the wrong place.',
    '核对协议中的 `issuer` 和 `endpoint`，以及反向代理的转发目标。',
    'Compare `issuer` and `endpoint` in the agreement, and where the reverse proxy leads.',
  ),
  'request/wrong-target': told(
    '请求的路径与签名所写不同：反向代理改写了路径，或 `endpoint` 写错。',
    'The path is not the one that was signed: the reverse proxy rewrites it, or `endpoint` is wrong.',
    '代理须把路径原样传给节点（不加前缀、不去前缀）；例子见 docs/tls.zh-CN.md。',
    'The proxy has to hand on the path unchanged, no prefix added or removed: see docs/tls.md.',
  ),
  'request/expired': told(
    '请求在路上超过一分钟，或双方时钟不一致。',
    'The request took more than a minute, or the clocks differ.',
    '会自动重试；持续出现时检查两侧的时钟（NTP）和网络延迟。',
    'It is tried again by itself; if it lasts, look at both clocks (NTP) and at the network.',
  ),
  'request/clock-skew': told(
    '双方时钟相差五分钟以上。',
    'The two clocks are more than five minutes apart.',
    '`huxin doctor` 显示是谁的时钟不准；在该机器上检查时间服务（`timedatectl`），校准后自行恢复。',
    '`huxin doctor` shows whose clock is off; look at the time service there (`timedatectl`). It heals once they agree.',
  ),
  'request/replayed': told(
    '同一凭证来了两次：代理自动重发，或有人重放。',
    'The same credential came twice: a proxy repeats requests, or somebody replays them.',
    '关闭代理的自动重发；来源不明的请记录并联系对方。',
    'Turn off repeating in the proxy; if you do not know where it comes from, tell the peer.',
  ),
  'request/body-mismatch': told(
    '正文在途中被改动，多为代理压缩或转码。',
    'The body was changed on its way, most often by a proxy that compresses or converts.',
    '让代理原样传递正文。',
    'Let the proxy hand on bodies unchanged.',
  ),
  'request/wrong-certificate': told(
    '对方节点没有配置 TLS 证书，换了证书而协议未改，或它与本节点之间有代理代为建立 TLS。',
    'The calling node has no certificate set, has another one than the agreement lists, or a proxy in between speaks TLS in its place.',
    '请发出请求的一方用 `huxin tls pin` 打印其证书的指纹，双方电话核对协议中的 `certificatePins`；换证书须先经协议修订列入新指纹。',
    'The calling side prints the pin of its certificate with `huxin tls pin`; compare it by telephone with `certificatePins` in the agreement. A new key is listed by an amendment before it is used.',
  ),
  'peer/unreachable': told(
    '对方节点停机、网络不通、证书失效，或防火墙未放行。',
    'The peer’s node is down, the network is, its certificate ended, or a firewall is in between.',
    '会自动重试，不会丢失。持续不通时：`huxin doctor` 检查内外两面，`huxin peers` 显示最后错误，再联系对方。',
    'It is tried again by itself and nothing is lost. If it lasts: `huxin doctor` looks at both directions, `huxin peers` shows the last error; then call the peer.',
  ),
  'peer/bad-answer': told(
    '答复不是节点给出的（代理的错误页、登录页），或对方版本不同。',
    'What answered is no node (an error page or a sign-in of a proxy), or runs another release.',
    '会自动重试。持续如此时用 `curl` 查看该地址返回什么，请对方检查代理和版本。',
    'It is tried again by itself. If it lasts, see with `curl` what the address returns; the peer looks at its proxy and its release.',
  ),
  'peer/wrong-certificate': told(
    '对方换了证书而协议未改，协议中的指纹填错，或有人从中冒充对方。',
    'The peer changed its certificate and the agreement was not amended, the pin in the agreement is wrong, or somebody stands in between.',
    '未发送任何内容，会自动重试。请与对方电话核对：对方运行 `huxin tls pin` 读出指纹，与报错中的比较；不一致时按有人冒充处理，查明之前不要修改协议。',
    'Nothing was sent, and it is tried again by itself. Call the peer: it reads out what `huxin tls pin` prints; compare that with the pin in the message. If they differ, somebody stands in between: find out who before anything is amended.',
  ),
  'peer/not-found': told(
    '成员代码写错，或不在协议中。',
    'The code is mistyped, or not in the agreement.',
    '`huxin peers` 列出各成员。',
    '`huxin peers` lists the members.',
  ),

  // HTTP input
  'input/invalid': told(
    '请求的参数或正文不合接口说明。',
    'A parameter or the body is not what the interface takes.',
    '按所列各处改正；接口说明见 schemas/openapi.yaml。',
    'Mend the places that are listed; schemas/openapi.yaml describes every call.',
  ),
  'input/too-large': told(
    '正文超过上限。',
    'The body exceeds the limit.',
    '分成几次发送；导入文件的上限是配置项 `imports.greatestFileMib`，代理的上限也须相应提高。',
    'Send it in parts. For files of an import the limit is `imports.greatestFileMib`; the proxy has one of its own.',
  ),
  'input/unsupported-media-type': told(
    '`Content-Type` 不是该接口接受的类型。',
    'The `Content-Type` is not one that this call takes.',
    '按 schemas/openapi.yaml 设置，一般为 `application/json`。',
    'Set it as schemas/openapi.yaml says, mostly `application/json`.',
  ),
  'input/rate-limited': told(
    '一分钟内的请求超过上限（配置项 `rates`），多为程序循环调用。',
    'More requests in a minute than `rates` allows, most often a program in a loop.',
    '等待所示的秒数；批量查询请放慢。确有需要时，管理员提高 `rates.callerPerMinute`。',
    'Wait as long as is said, and let programs go slower. If it must be, the operator raises `rates.callerPerMinute`.',
  ),
  'input/no-such-route': told(
    '地址写错，或程序版本不同。',
    'The address is mistyped, or of another release.',
    '对照 schemas/openapi.yaml；代理不得改写路径。',
    'Compare it with schemas/openapi.yaml; a proxy must not rewrite the path.',
  ),
  'input/no-such-method': told(
    '地址存在，但不接受这种方法。',
    'The address exists and does not take this method.',
    '使用所列的方法之一。',
    'Use one of those that are listed.',
  ),

  // the node itself
  'config/invalid': told(
    '配置文件或环境变量缺项、拼写错误、值不对，或所指的文件不存在。',
    'A setting in the file or the environment is missing, mistyped or wrong, or names a file that is not there.',
    '按所列各处（文件:行:列 或变量名）改正；启动前可用 `huxin doctor --config huxin.yaml` 检查；各项说明见 docs/configuration.zh-CN.md，`huxin config init` 输出带注释的示例。',
    'Mend what is listed, as file:line:column or by the variable’s name; `huxin doctor --config huxin.yaml` looks before a start. docs/configuration.md has every setting; `huxin config init` prints a commented example.',
  ),
  'key/unreadable': told(
    '密钥文件不在、他人可读、内容损坏，或放错了用途。',
    'A key file is not there, may be read by others, is damaged, or is for another use.',
    '按提示处理；权限用 `chmod 700 keys` 和 `chmod 600 keys/*.json` 收紧，损坏的从密钥备份中取回。',
    'Do what it says. Rights: `chmod 700 keys` and `chmod 600 keys/*.json`. A damaged file comes back from the copy of the keys.',
  ),
  'key/exists': told(
    '该文件夹中已有密钥，为防止误毁不会覆盖。',
    'There are keys in that folder, and they are never overwritten.',
    '换一个 `--out` 文件夹。确定不再使用旧密钥时，先把旧文件夹移走保存。',
    'Choose another folder with `--out`. If the old keys are of no use any more, move that folder away first and keep it.',
  ),
  'key/not-found': told(
    '指纹打错了，或该密钥不在密钥文件夹中。',
    'The thumbprint is mistyped, or that key is not in the key folder.',
    '用 `huxin keys status` 查看各密钥的指纹。',
    'See the thumbprints with `huxin keys status`.',
  ),
  'key/last': told(
    '停用之后将没有任何有效的通报密钥。',
    'Without it no bulletin key would be in force.',
    '先启用新的：`huxin keys rotate`，再停用旧的。',
    'Bring a new one into force first: `huxin keys rotate`. Then retire the old one.',
  ),
  'key/not-in-agreement': told(
    '密钥文件夹不是登记时的那一个，或协议填错了公钥。',
    'The folder is not the one whose public keys were handed in, or the agreement has others.',
    '核对配置项 `keys`；协议中确实填错的，由各方修订协议。',
    'Look at the setting `keys`. If the agreement has the wrong ones, the members amend it.',
  ),
  'tls/unreadable': told(
    '证书或私钥的路径不对，权限过宽，私钥带口令，两者不配对，或新证书的指纹未列入协议。',
    'The path of the certificate or the key is wrong, the rights are too wide, the key has a passphrase, the two do not belong together, or the agreement does not list the new pin.',
    '按报错所说处理；私钥用 `chmod 600`，指纹用 `huxin tls pin` 核对。正在运行的节点继续使用旧证书，改好后再发一次 SIGHUP。',
    'Do what the message says; `chmod 600` for the key, `huxin tls pin` for the pin. A running node goes on with the old certificate: send SIGHUP again once it is mended.',
  ),
  'key/no-passphrase': told(
    '密钥文件以口令加密存放，而配置、环境变量和命令行都没有给出口令。',
    'The key files lie encrypted, and neither configuration, environment nor command line says where the passphrase is.',
    '节点：设置 `keyPassphraseFile`（权限 `0600`）或环境变量 `HUXIN_KEY_PASSPHRASE`，systemd 见 docs/keys.zh-CN.md；命令行：`--passphrase-file`。',
    'For the node: `keyPassphraseFile` (mode `0600`) or the variable `HUXIN_KEY_PASSPHRASE`, with systemd as in docs/keys.md; on the command line: `--passphrase-file`.',
  ),
  'key/signer-failed': told(
    '配置项 `signers` 所列的程序启动不了、退出、超时、答非所问，或所持不是原来的密钥；多为硬件模块掉线、口令锁定或路径、权限不对。',
    'The program of the setting `signers` cannot be started, ended, kept silent, answered nonsense or holds another key: mostly a module that is gone or locked, or a path or right that is wrong.',
    '看节点日志中该程序的输出；以节点的用户手工运行它，输入 `{"op":"public"}` 看应答。恢复后节点自行重试，无需重启。',
    'Read what the program says in the node’s log; run it by hand as the node’s user and type `{"op":"public"}`. Once it is well the node goes on by itself, without a restart.',
  ),
  'key/wrong-passphrase': told(
    '口令是别的文件夹的、或更换前的，或文件被改动、损坏。',
    'The passphrase is that of another folder or from before a change, or the file was changed or damaged.',
    '核对口令文件。`huxin keys passphrase` 中途断过的，用新旧口令再执行一次。文件损坏的从密钥备份中取回。口令确已丢失，按密钥丢失处理。',
    'Look at the file of the passphrase. If `huxin keys passphrase` broke off, tell it again with both. A damaged file comes back from the copy of the keys. A passphrase that is lost for good is a lost key.',
  ),
  'key/unusable-passphrase': told(
    '口令文件不存在、是空的或他人可读，或新口令不足 12 个字符。',
    'The file of the passphrase is not there, is empty or may be read by others, or a new passphrase has fewer than 12 characters.',
    '按提示处理。宜随机生成：`openssl rand -base64 32 > key-passphrase && chmod 600 key-passphrase`。',
    'Do what it says. Best is one that is drawn: `openssl rand -base64 32 > key-passphrase && chmod 600 key-passphrase`.',
  ),
  'store/unreachable': told(
    '数据库文件或服务打不开：路径、权限、磁盘已满、PostgreSQL 未启动、密码不对。',
    'The database cannot be opened: path, rights, a full disk, PostgreSQL that is not running, a wrong password.',
    '核对 `database`（或 `HUXIN_DATABASE`），检查 `df -h` 和文件权限；PostgreSQL 用 `psql` 以同一地址试连。',
    'Look at `database` (or `HUXIN_DATABASE`), at `df -h` and the rights of the file; for PostgreSQL try the same address with `psql`.',
  ),
  'store/newer-schema': told(
    '数据库已由更新的程序升级，旧程序不再打开它。',
    'A newer release has brought the database up to date, and an older one does not open it.',
    '启动更新的版本。要退回旧版本，只能用升级之前的备份，见 docs/recovery.zh-CN.md。',
    'Run the newer release. To go back there is only the backup from before: docs/recovery.md.',
  ),
  'store/older-schema': told(
    '程序已更新，数据库还没有升级；只读的命令不会替它升级。',
    'The program was renewed and the database was not yet: a command that only reads does not bring it up to date.',
    '先备份，再启动节点，或运行 `huxin store migrate --config huxin.yaml`。',
    'Make a backup, then start the node or run `huxin store migrate --config huxin.yaml`.',
  ),
  'store/not-empty': told(
    '恢复只写入空的数据库：里面已有的内容不会被覆盖，也不会与备份混在一起。',
    'A restore goes into an empty database only: what is there is neither overwritten nor mixed with the backup.',
    '新建一个空的数据库（SQLite 换一个文件名，PostgreSQL 用 `createdb`），写入配置的 `database`，再恢复。原来的数据库留着备查。',
    'Make an empty database (another file for SQLite, `createdb` for PostgreSQL), name it as `database` in the configuration and restore again. Keep the old one to look into.',
  ),
  'backup/exists': told(
    '目标文件已经存在。备份从不覆盖已有的文件。',
    'A file of that name is there. A backup never overwrites one.',
    '换一个文件名，例如带上日期：`huxin backup --config huxin.yaml --out backup-2026-11-29.huxin`。',
    'Take another name, with the day in it for instance: `huxin backup --config huxin.yaml --out backup-2026-11-29.huxin`.',
  ),
  'backup/unreadable': told(
    '口令不是写备份时的口令，或文件在复制、存放时损坏、截断。',
    'The passphrase is not the one under which it was written, or the file was damaged or cut off while it was copied or kept.',
    '核对口令和文件大小；用另一份副本再试。更早的备份也可以恢复：缺少的部分会从各成员取回。',
    'Compare the passphrase and the size of the file; try another copy. An older backup will do as well: what it lacks comes back from the members.',
  ),
  'backup/not-verified': told(
    '磁盘或网络盘写入的内容与读回的不同，或写入时空间不足。',
    'The disk, or the share, gave back something else than was written to it, or was full.',
    '检查目标磁盘和临时文件夹（TMPDIR）的空间，换一个位置再做备份。',
    'Look at the target disk and at the room in the folder for temporary files (TMPDIR), and write the backup somewhere else.',
  ),
  'backup/other-member': told(
    '拿错了文件，或配置中的 `member` 写错了。',
    'It is the wrong file, or `member` in the configuration is wrong.',
    '核对文件来自哪个成员，用该成员的配置恢复。',
    'See whose backup the file is and restore it with the configuration of that member.',
  ),
  'store/busy': told(
    '清理文件时另有进程正在使用数据库。',
    'Another process used the database while its files were being cleaned.',
    '稍后再运行 `huxin scrub --config huxin.yaml`；夜间任务也会自动处理。',
    'Run `huxin scrub --config huxin.yaml` again later; the nightly job does it too.',
  ),
  'store/unwritable': told(
    '数据库所在磁盘已满（full）、只读（read-only）或出错（failing）。节点此时只能读：不签发、不收取，也不回答对方。',
    'The disk of the database is full, read-only or failing. The node only reads then: it issues nothing, takes nothing and answers no peer.',
    '用 `df -h` 查看，清理或扩大磁盘；只读的查明原因后重新挂载。无需重启：未完成的导入和拉取会自行继续。',
    'Look with `df -h` and make room; a disk that became read-only is mounted anew once the cause is known. No restart: imports and pulls that stopped half way go on by themselves.',
  ),
  // docs/evidence.md
  'evidence/malformed': told(
    '文件被改动、截断，或经过了编辑器、邮件等改写换行或编码的环节；也可能根本不是证据文件。',
    'The file was changed or cut off, or something on its way (an editor, a mail program) rewrote its line ends or its encoding; or it never was an evidence file.',
    '向出具证据的节点重新取一份，原样保存，并压缩后传送。',
    'Fetch the file again from the node that made it, keep it as it is, and send it compressed.',
  ),
  'evidence/unknown-version': told(
    '文件由更新的版本出具。',
    'The file was made by a newer release.',
    '使用更新版本的 `huxin verify`，或请对方按版本 1 出具。',
    'Use a newer `huxin verify`, or ask for a file of version 1.',
  ),
  'evidence/other-agreement': told(
    '证据依据的是另一份框架协议，或伪造的协议；也可能中间的版本缺失。',
    'The evidence rests on another framework agreement, or on a forged one; or versions between are missing.',
    '与纸质协议核对手中协议的摘要；节点可用 `huxin agreement export` 给出全部版本。',
    'Compare the digest of your agreement with the paper; with `huxin agreement export` a node gives all versions.',
  ),
  'evidence/claim-mismatch': told(
    '声明或内容被换过。',
    'The claim or the parts were exchanged.',
    '不要采信；向出具方重新取证。',
    'Do not rely on it; ask for the evidence again.',
  ),
  'evidence/missing': told(
    '文件被删减，或出具方的程序有误。',
    'Something was taken out, or the program that made it is wrong.',
    '向出具方重新取证。',
    'Ask for the evidence again.',
  ),
  'evidence/surplus': told(
    '文件被添加或重复了内容。',
    'Something was added or doubled.',
    '向出具方重新取证。',
    'Ask for the evidence again.',
  ),
  'evidence/unknown-signature': told(
    '签名行被改动，或由协议以外的见证人所签。',
    'A signature line was changed, or a witness outside the agreement signed.',
    '向出具方重新取证；导出时只保留协议所列的签名。',
    'Ask for the evidence again: an export keeps only signatures by listed keys.',
  ),
  'evidence/two-checkpoints': told(
    '内容取自两份不同的证据。',
    'Parts of two files were mixed.',
    '向出具方重新取证。',
    'Ask for the evidence again.',
  ),
  'evidence/no-quorum': told(
    '其他成员尚未拉取并联署到这里，或联署被删去。',
    'The other members have not pulled and cosigned that far yet, or cosignatures were taken out.',
    '等待下一轮拉取后再导出；`huxin peers` 显示各成员的进度。',
    'Export again after the next round of pulls; `huxin peers` shows how far each member is.',
  ),
  'evidence/not-included': told(
    '通报、盐值、证明或检查点被改动。',
    'Bulletin, salt, proof or checkpoint were changed.',
    '不要采信；向出具方重新取证。',
    'Do not rely on it; ask for the evidence again.',
  ),
  'evidence/not-opened': told(
    '通报或盐值被改动。',
    'The bulletin or its salt was changed.',
    '不要采信；向出具方重新取证。',
    'Do not rely on it; ask for the evidence again.',
  ),
  'evidence/inconsistent': told(
    '一致性证明被改动，或该日志出示过两种历史。',
    'The consistency proof was changed, or the log showed two histories.',
    '向出具方重新取证；若仍如此，请各成员比对检查点（`huxin alarms`）。',
    'Ask for the evidence again; if it stays so, have the members compare their checkpoints (`huxin alarms`).',
  ),
  'evidence/foreign-receipt': told(
    '回执出自其他成员，或针对其他日志、其他区段。',
    'It is another member’s, or about another log or range.',
    '向出具方重新取证。',
    'Ask for the evidence again.',
  ),
  'evidence/not-refused': told(
    '声明或回执被换过；向节点取证时：接收方没有这样说，或其回执只发给了签发方。',
    'The claim or the receipt was exchanged; when a node was asked: the receiver said no such thing, or its receipt went to the issuer alone.',
    '向出具方重新取证，或改向签发方或该接收方的节点取证；`huxin explain JTI` 说明结果如何。',
    'Ask for the evidence again, or ask the node of the issuer or of that receiver; `huxin explain JTI` tells what became of it.',
  ),
  'evidence/content-missing': told(
    '出具方没有给出全部内容。',
    'Whoever made the file left content out.',
    '完整性不成立；要求出具方补齐。',
    'Completeness is not proved; ask for the missing content.',
  ),
  'evidence/receipts-apart': told(
    '有回执被删去或重复。',
    'A receipt was taken out or doubled.',
    '向出具方重新取证。',
    'Ask for the evidence again.',
  ),
  'evidence/root-differs': told(
    '有叶子被增删、调换或改动。',
    'Leaves were added, dropped, exchanged or changed.',
    '不要采信；向出具方重新取证。',
    'Do not rely on it; ask for the evidence again.',
  ),
  'evidence/outside-days': told(
    '所附检查点不在这些日期之外；向节点取证时：最后一日尚未结束，或此后日志还没有增长并得到联署。',
    'The checkpoints in the file do not lie outside the days; when a node was asked: the last day is not over, or the log has not grown and been cosigned since.',
    '节点这样答复的，等该日志此后得到联署再取，或把 --until 提前；文件这样的，重新取证。',
    'When a node says so, ask again once the log was cosigned after that day, or choose an earlier --until; when a file is so, ask for it again.',
  ),
  'evidence/too-late': told(
    '所问日期早于见证时间。',
    'The day asked for lies before the entries were witnessed.',
    '改问较晚的日期，或取用较早检查点的证据。',
    'Ask about a later day, or for evidence under an earlier checkpoint.',
  ),
  'evidence/no-fork': told(
    '分叉之说没有根据，或内容被改动。',
    'The log is accused without ground, or something was changed.',
    '不要采信。',
    'Do not rely on it.',
  ),
  'evidence/signed-later': told(
    '签发方的时钟走快了，或见证方的时钟走慢了。',
    'The issuer’s clock ran ahead, or those of the witnesses behind.',
    '以见证时间为准；请各方核对时钟（`huxin doctor`）。',
    'Go by the witnessed time; have the members check their clocks (`huxin doctor`).',
  ),
  'evidence/wrong-verdict': told(
    '接收方的判断有误，或其程序与协议不一致。',
    'The receiver judged wrongly, or its program differs from the protocol.',
    '请该成员核对；以本报告所列规则为准。',
    'Ask that member to look into it: the rules are public and give one answer.',
  ),
  'evidence/not-held': told(
    '内容已依规定删除，或没有发给本成员、尚未送达，或因含有个人信息未予保存。',
    'The content was erased when its time had come, was not addressed to this member, has not come yet, or named a natural person and was not kept.',
    '已删除的无法再出示；其他情形向签发方或接收方的节点取证。',
    'What was erased cannot be shown again; otherwise ask the node of the issuer or of a receiver.',
  ),
  'evidence/refused-bulletin': told(
    '本节点收到时判定该通报不合规则。',
    'This node judged the bulletin to be bad when it came.',
    '用 `huxin evidence refusal JTI` 导出通报和拒收回执。',
    'Export bulletin and refusal with `huxin evidence refusal JTI`.',
  ),
  'evidence/several-refused': told(
    '一份证据只证明一个成员的拒收。',
    'A file proves the refusal of one member.',
    '用 --receiver 指明成员，分别导出。',
    'Name the member with --receiver, and export one file for each.',
  ),
  'evidence/finding-not-found': told(
    '编号有误，或该发现属于另一节点。',
    'The id is mistyped, or another node made the finding.',
    '用 `huxin evidence findings` 列出本节点的发现。',
    'List what this node found with `huxin evidence findings`.',
  ),
  'erasure/unwritable-ledger': told(
    '登记簿所在磁盘已满或只读，或节点没有写权限。',
    'The disk of the ledger is full or read-only, or the node may not write there.',
    '检查配置项 `erasures` 所指的文件及其文件夹，再重试；在此之前不会删除任何内容。',
    'Look at the file that the setting `erasures` names and at its folder, then try again. Until then nothing is erased.',
  ),
  'webhook/not-configured': told(
    '配置中没有 `webhook.url`，告警只进日志、接口和指标。',
    'The configuration has no `webhook.url`: alarms go to the log, the API and the metrics only.',
    '设置 `webhook.url`，重启节点，再运行 `huxin alarms test`。',
    'Set `webhook.url`, restart the node and run `huxin alarms test`.',
  ),
  'webhook/not-taken': told(
    '接收方没有运行、连不上，或答复的不是 2xx。',
    'The receiver does not run, cannot be reached, or answers something else than 2xx.',
    '核对 `webhook.url` 和接收方的日志，再运行 `huxin alarms test`。真正的告警会自动重发三天。',
    'Compare `webhook.url` with the receiver’s log and run `huxin alarms test` again. Real alarms are sent again for three days.',
  ),
  'token/not-found': told(
    '编号抄错，或令牌已撤销。',
    'The id is mistyped, or the token is revoked.',
    '`huxin token list` 列出现有的令牌。',
    '`huxin token list` shows those that there are.',
  ),
  'node/unreachable': told(
    '节点没有运行，或 `HUXIN_NODE` 不对。',
    'The node is not running, or `HUXIN_NODE` is wrong.',
    '在节点的机器上查看服务状态和日志（如 `systemctl status huxin`），核对 `--node` 或 `HUXIN_NODE`。',
    'Look at the service and its log on the node’s machine (`systemctl status huxin`, say), and at `--node` or `HUXIN_NODE`.',
  ),
  'node/untrusted-certificate': told(
    '节点用的是自签名证书，或由本机不认得的机构签发；或访问的地址不在证书所列名称之中；证书到期也会如此。',
    'The node’s certificate is self-signed or made by an authority that this machine does not know, the address is not among its names, or it has ended.',
    '自签名证书：从节点管理员处取得证书文件，`export NODE_EXTRA_CA_CERTS=certificate.pem` 后重试。名称不符：用证书所列的地址访问（`--node`、`HUXIN_NODE`），或另做一张（`huxin tls create --host`）。',
    'For a self-signed one get the file from the node’s operator, `export NODE_EXTRA_CA_CERTS=certificate.pem` and try again. For the name use an address that the certificate lists (`--node`, `HUXIN_NODE`), or make another with `huxin tls create --host`.',
  ),
  'node/address-in-use': told(
    '端口已被占用，多为节点已在运行。',
    'The port is taken, most often because the node runs already.',
    '`ss -ltnp` 查看占用者；停止它，或改用另一个 `listen.port`。',
    '`ss -ltnp` shows who holds it. Stop that program, or choose another `listen.port`.',
  ),
  'node/bad-answer': told(
    '该地址上的不是本系统的节点，或代理返回了自己的页面。',
    'What answers at that address is no node, or a proxy answers with a page of its own.',
    '用 `curl` 查看该地址的 `/healthz`；核对 `HUXIN_NODE` 和代理。',
    'Look at `/healthz` of that address with `curl`; compare `HUXIN_NODE`, and look at the proxy.',
  ),
};

function told(causeZh: string, causeEn: string, cureZh: string, cureEn: string): Cure {
  return { cause: { zh: causeZh, en: causeEn }, cure: { zh: cureZh, en: cureEn } };
}

/** The cure of what is wrong with one cell. */
function mendRow(): [zh: string, en: string] {
  return [
    '取回被拒绝的行，改正后再导入：`huxin imports refusals IMPORT --out refused.xlsx`；写法见 docs/forms.zh-CN.md。',
    'Fetch the refused rows, mend them and import that file: `huxin imports refusals IMPORT --out refused.xlsx`. How to write each column is in docs/forms.md.',
  ];
}
