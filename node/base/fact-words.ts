/**
 * What the facts of a sentence are called. Facts are for machines: codes, ids, and where no code says it a short English
 * reason, which an English sentence takes as it is. Here stands what a Chinese one says instead. Codes such as
 * `receipt/gap`, ids, digests, addresses and the names of members in files stand as they are in both.
 */

import type { Facts } from './problem.ts';

interface Words {
  zh: string;
  en: string;
}

/** What a receiver says of a bulletin. */
export const verdictWords = {
  issued: { zh: '已签发', en: 'issued' },
  taken: { zh: '已采纳', en: 'taken' },
  noted: { zh: '已备注', en: 'noted' },
  refused: { zh: '已拒收', en: 'refused' },
  withheld: { zh: '内容未到', en: 'withheld' },
} as const satisfies Record<string, Words>;

/** Who may ask: persons by their tokens; members and auditors by requests that they sign. */
export const roleWords = {
  clerk: { zh: '经办', en: 'clerk' },
  auditor: { zh: '审计', en: 'auditor' },
  operator: { zh: '运维', en: 'operator' },
  reader: { zh: '查询', en: 'reader' },
} as const satisfies Record<string, Words>;

/** What a key is for. */
export const keyUseWords = {
  auditor: { zh: '审计', en: 'auditor' },
  bulletin: { zh: '通报', en: 'bulletin' },
  log: { zh: '日志', en: 'log' },
  witness: { zh: '见证', en: 'witness' },
  agreement: { zh: '协议', en: 'agreement' },
} as const satisfies Record<string, Words>;

/** Facts as a Chinese sentence puts them in. Who gives `stateZh` beside `state` has said the Chinese of it already. */
export function inChinese(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, facts[`${name}Zh`] ?? sayFact(name, value)]),
  );
}

function sayFact(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => sayFact(name, one));
  if (typeof value !== 'string') return value;
  const words = wordsOf[name];
  if (words && Object.hasOwn(words, value)) return words[value];
  return name === 'reason' || name === 'what' ? sayReason(value) : value;
}

const chinese = (words: Readonly<Record<string, Words>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(words).map(([code, { zh }]) => [code, zh]));

const roles = { ...chinese(roleWords), member: '成员' };
const uses = chinese(keyUseWords);
const verdicts = chinese(verdictWords);

/** By the name of the fact. */
const wordsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  role: roles,
  needed: roles,
  use: uses,
  uses,
  said: verdicts,
  found: verdicts,
  // as config/codes.yaml labels the grounds of an erasure
  erased: {
    'retention-ended': '保存期限届满',
    ordered: '依法责令删除',
    unlawful: '依法不应提供',
    lost: '内容灭失',
    other: '其他',
  },
  // sections of an evidence file
  what: {
    agreements: '框架协议（agreements）',
    schemas: '模式（schemas）',
    bulletin: '通报（bulletin）',
    bulletins: '通报（bulletins）',
    leaf: '叶子（leaf）',
    completeness: '区间（completeness）',
    governance: '治理条目（governance）',
    receipts: '回执（receipts）',
    entries: '条目（entries）',
    fork: '分叉（fork）',
    before: '起始检查点（before）',
    keys: '密钥（keys）',
  },
  reason: {
    ...verdicts,
    full: '磁盘已满',
    'read-only': '只读',
    failing: '磁盘读写出错',
    heads: '日志头不符',
    unknown: '原因不明',
  },
  present: { nothing: '空' },
  // parts of a JWS
  part: { header: '头部', payload: '载荷' },
};

/** `the <part> is not UTF-8` with `<part>` being one word, `<…>` at the end whatever follows. */
function sayReason(english: string): string {
  for (const { pattern, names, zh } of reasonPatterns()) {
    const found = pattern.exec(english);
    if (!found) continue;
    const said = new Map(names.map((name, i) => [name, sayPart(name, found[i + 1] ?? '')]));
    return zh.replace(/<(\w+)>/g, (_, name: string) => said.get(name) ?? '');
  }
  return english;
}

function sayPart(name: string, value: string): string {
  return name === 'flaw' ? sayReason(value) : String(sayFact(name, value));
}

interface ReasonPattern {
  pattern: RegExp;
  names: string[];
  zh: string;
}

let patterns: readonly ReasonPattern[] | undefined;

/** Made when first needed: most runs say nothing of the kind. */
function reasonPatterns(): readonly ReasonPattern[] {
  patterns ??= reasons.map(([en, zh]) => {
    const names = [...en.matchAll(/<(\w+)>/g)].map(([, name = '']) => name);
    const text = en
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/<(\w+)>/g, (_, name: string) => (name === 'flaw' ? '(.+)' : '(\\S+)'));
    return { pattern: new RegExp(`^${text}$`), names, zh };
  });
  return patterns;
}

const reasons: readonly (readonly [en: string, zh: string])[] = [
  // evidence/other-agreement
  ['no version lists the log <log>', '没有哪一版列有日志 <log>'],
  ['they are versions of two agreements', '它们分属两份协议'],
  ['what precedes version <n> is not here', '第 <n> 版之前的各版不在手边'],
  ['there are two versions <n>', '第 <n> 版有不同的两份'],

  // evidence/missing, evidence/surplus
  ['governance: entry <n> of <log>', '治理条目（governance）：日志 <log> 第 <n> 条'],
  ['governance: entry <n> of <log> is none', '治理条目（governance）：日志 <log> 第 <n> 条不是治理条目'],
  [
    'governance: entry <n> of <log> again or out of order',
    '治理条目（governance）：日志 <log> 第 <n> 条重复或次序不对',
  ],
  ['governance: entry <m> above entry <n> of <log>', '治理条目（governance）：日志 <log> 第 <n> 条以后的第 <m> 条'],
  ['governance: entry <n>', '治理条目（governance）：第 <n> 条'],
  [
    'agreements: <digest>, which entry <n> of <log> adopts',
    '框架协议（agreements）：日志 <log> 第 <n> 条所采用的 <digest>',
  ],
  ['agreements: version <n>', '框架协议（agreements）：第 <n> 版'],
  ['agreements: the signatures of version <n> do not ascend', '框架协议（agreements）：第 <n> 版的签名未按次序排列'],
  ['schema <digest>', '模式 <digest>'],
  ['the leaf of entry <n> of <log>, whose JWS cannot be read', '日志 <log> 第 <n> 条的叶子，其 JWS 无法读取'],
  ['leaf: entry <n> of <log>', '叶子（leaf）：日志 <log> 第 <n> 条'],
  ['leaf: extra', '叶子（leaf）：盐值（extra）'],
  ['the signature lines of <log> do not ascend', '日志 <log> 的签名行未按次序排列'],
  ['fork: the notes do not ascend', '分叉（fork）：两个检查点未按大小排列'],
  ['receipts: <jti> out of order', '回执（receipts）：<jti> 次序不对'],
  ['receipt <jti>', '回执 <jti>'],
  ['content of entry <n>', '第 <n> 条的内容'],
  ['bulletins: entry <n> of <log> out of order', '通报（bulletins）：日志 <log> 第 <n> 条次序不对'],
  ['bulletins: entry <n> of <log> is of another record', '通报（bulletins）：日志 <log> 第 <n> 条属于另一条记录'],
  ['bulletins: the one that opens the record', '通报（bulletins）：建立该记录的那一份'],

  // evidence/foreign-receipt, evidence/not-refused, evidence/no-fork
  ['<jti> is a <type>', '<jti> 是 <type> 通报'],
  ['<jti> speaks of <log>', '<jti> 说的是日志 <log>'],
  ['<jti> says nothing of what is shown', '<jti> 未涉及所示内容'],
  ['<jti> is of <receiver> on <log>', '<jti> 由 <receiver> 就日志 <log> 出具'],
  ['not addressed to it', '该条不是发给它的'],
  ['the sizes differ', '大小不同'],
  ['the roots are the same', '根相同'],
  ['the sizes do not ascend', '大小没有递增'],
  ['the proof does not join the root to the larger note', '证明不能由该根通向较大的检查点'],
  ['the smaller note has that root, too', '较小的检查点也是这个根'],
  ['the leaf is not in the tree', '叶子不在树中'],
  ['the tree is no beginning of the note', '这棵树不是检查点的前段'],
  ['the leaf may stand there', '这片叶子可以在该处'],

  // the form of what is signed
  ['a compact JWS has three parts', 'JWS 紧凑形式应有三段'],
  ['the signature is not 64 bytes of base64url', '签名不是 64 字节的 base64url'],
  ['the header has alg, kid and typ only', '头部只应有 alg、kid 和 typ'],
  ['alg is ES256 or EdDSA', 'alg 应为 ES256 或 EdDSA'],
  ['kid is no RFC 7638 thumbprint', 'kid 不是 RFC 7638 指纹'],
  ['typ is not <typ>', 'typ 不是 <typ>'],
  ['the <part> is not base64url', '<part>不是 base64url'],
  ['the <part> is not UTF-8', '<part>不是 UTF-8'],
  ['the <part> is no JSON object', '<part>不是 JSON 对象'],
  ['the <part> is not in RFC 8785 form', '<part>不是 RFC 8785 规范形式'],
  ['the <part> holds <flaw>', '<part>含有<flaw>'],
  ['a number that is no safe integer', '超出安全范围的数或小数'],
  ['more than <n> levels', '超过 <n> 层的嵌套'],
  ['a control character', '控制字符'],
  ['half a surrogate pair', '不成对的代理字符'],
  ['<name> is missing', '缺少 <name>'],
  ['<name> is no claim of a bulletin', '通报不应有 <name>'],
  ['<name> is no URL', '<name> 不是网址'],
  ['<name> is no NumericDate', '<name> 不是秒数时间（NumericDate）'],
  ['<name> is no UUID v7', '<name> 不是 UUID v7'],
  ['aud is neither ["*"] nor member ids in ascending order', 'aud 既不是 ["*"]，也不是按升序排列的成员代码'],
  ['sub_id is not {"format":"uscc","uscc":…}', 'sub_id 不是 {"format":"uscc","uscc":…}'],
  ['agreement is not {"digest","after"}', 'agreement 不是 {"digest","after"}'],
  ['events has not one member', 'events 应恰有一项'],
  ['toe, txn and sub_id belong to bulletins about records', 'toe、txn 和 sub_id 只用于关于记录的通报'],

  // agreement/invalid
  ['stored under another digest', '存储时所用的摘要不符'],
  ['the payloads differ', '两份的载荷不同'],
  ['version <n> of <id> does not follow version <before> of <other>', '<id> 第 <n> 版不接续 <other> 第 <before> 版'],
  ['the payload is no text', '载荷不是文本'],
  ['the payload has more than <n> bytes', '载荷超过 <n> 字节'],
  ['there is no signature', '没有签名'],
  ['there are more than <n> signatures', '签名超过 <n> 个'],
  ['a signature is not made of text', '签名不是文本'],
  ['a General JWS is an object', 'General JWS 应为对象'],
  ['a signature is an object', '签名应为对象'],
  [
    'a General JWS has payload and signatures, this one <present>',
    'General JWS 应有 payload 和 signatures，此处为 <present>',
  ],
  ['a signature has protected and signature, this one <present>', '签名应有 protected 和 signature，此处为 <present>'],
  ['a refusal has agreement, member, reason and iat', '拒签应有 agreement、member、reason 和 iat'],
  ['a reason has 1 to <n> characters', '理由应为 1 至 <n> 个字符'],
  ['this is another version', '这是另一版'],
  ['neither a version nor a refusal', '既不是协议版本，也不是拒签'],
  ['the node shows another version', '节点给出的是另一版'],
  ['the list is empty', '列表是空的'],
  ['no JSON', '不是 JSON'],
  ['<file> is no JSON', '<file> 不是 JSON'],
  ['the mirror in that folder follows another agreement', '该文件夹中的镜像依据另一份协议'],

  // talking to a peer
  ['too long', '过长'],
  ['exp is more than a minute after iat', 'exp 比 iat 晚一分钟以上'],
  ['not the claims of a peer request', '不是节点间请求应有的内容'],
  ['a member announces its own log only', '成员只能通告自己的日志'],
  ['leaves do not lead to the signed root', '叶子推不出所签署的根'],
  ['another leaf', '给出了另一片叶子'],
  ['governance content is missing', '缺少治理条目的内容'],
  ['no cosignature by its key', '没有以其密钥作出的联署'],
  ['a cosignature of a time to come', '联署的时间尚未到来'],
];
