/** What can be wrong with an agreement, each with its sentence in both languages. Finding it is `check.ts`. */

import type { Facts } from '../base/problem.ts';

/** One mistake in an agreement. `pointer` is an RFC 6901 pointer into the document, '' for the whole. */
export interface Mistake {
  pointer: string;
  code: MistakeCode;
  zh: string;
  en: string;
}

const sentences = {
  form: ({ zh, en }) => ({ zh: `${zh}`, en: `${en}` }),
  'id-not-text': ({ value }) => ({
    zh: `成员代码须是加引号的文本：写成 "${value}"`,
    en: `member ids are quoted text: write "${value}"`,
  }),
  'unsaid-character': () => ({
    zh: '文本中有控制字符（如制表符）或残缺字符，请删除',
    en: 'the text holds a control character such as a tab, or half a character: remove it',
  }),
  'too-large': ({ bytes, most }) => ({
    zh: `协议正文为 ${bytes} 字节，最多 ${most} 字节`,
    en: `the document has ${bytes} bytes, at most ${most} are allowed`,
  }),
  twice: ({ value, first }) => ({
    zh: `“${value}”已用于 ${first}，不得重复`,
    en: `"${value}" is used at ${first} already; each must be different`,
  }),
  'key-missing': ({ member }) => ({
    zh: `成员 ${member} 没有公钥：请填入其 huxin keys create 输出的 keys 段`,
    en: `member ${member} has no keys: fill in the block that its \`huxin keys create\` printed`,
  }),
  'key-unreadable': () => ({
    zh: '不是可用的公钥：须为 P-256 或 Ed25519 的公钥',
    en: 'this is no usable public key: P-256 or Ed25519 is needed',
  }),
  'key-type': ({ expected }) => ({
    zh: `这个 vkey 的类型不对，此处须为 ${expected}`,
    en: `the type of this vkey is wrong here: it must be ${expected}`,
  }),
  'key-name': ({ expected, found }) => ({
    zh: `vkey 的名称是“${found}”，此处须为“${expected}”`,
    en: `the vkey is named "${found}", here it must be "${expected}"`,
  }),
  'key-twice': ({ first }) => ({
    zh: `与 ${first} 是同一把公钥：所有成员、所有用途的公钥须各不相同`,
    en: `this is the same key as ${first}: every key, of all members and for all uses, must be different`,
  }),
  'authority-invalid': ({ value }) => ({
    zh: `统一社会信用代码 ${value} 的校验码不对`,
    en: `the check characters of the unified social credit code ${value} are wrong`,
  }),
  'address-unsafe': ({ value }) => ({
    zh: `${value} 须使用 https；http 只可用于本机地址`,
    en: `${value} must use https; http is for addresses of the machine itself`,
  }),
  'origin-foreign': ({ expected }) => ({
    zh: `日志名称须为 ${expected}，或其后续日志 ${expected}/2、/3……`,
    en: `the log's name must be ${expected}, or for a later log ${expected}/2, /3, …`,
  }),
  'previous-missing': () => ({
    zh: '第 2 版起须写明上一版本的摘要 previous',
    en: 'from version 2 on, `previous` must hold the digest of the version before',
  }),
  'previous-unneeded': () => ({
    zh: '第 1 版没有上一版本，请删除 previous',
    en: 'version 1 has none before it: remove `previous`',
  }),
  'period-reversed': ({ from, until }) => ({
    zh: `末日 ${until} 早于首日 ${from}`,
    en: `the last day ${until} is before the first day ${from}`,
  }),
  'quorum-too-small': ({ least, most }) => ({
    zh: `见证法定数须超过其他成员的一半：${least} 至 ${most}`,
    en: `the witness quorum must be more than half of the other members: ${least} to ${most}`,
  }),
  'governance-too-small': ({ least, most }) => ({
    zh: `须签署的成员数须超过半数：${least} 至 ${most}，或写 all`,
    en: `more than half of the members must sign an amendment: ${least} to ${most}, or \`all\``,
  }),
  'type-missing': ({ type }) => ({
    zh: `目录中缺少 ${type}：没有它就不能交换`,
    en: `the catalogue has no entry for ${type}, without which nothing can be exchanged`,
  }),
  'flow-missing': ({ type }) => ({
    zh: `${type} 没有任何流向：谁也不能发送`,
    en: `${type} has no flow, so nobody may send it`,
  }),
  'flow-unneeded': ({ type }) => ({
    zh: `${type} 无需流向：flows 须为空`,
    en: `${type} needs no flow: leave \`flows\` empty`,
  }),
  'flow-to-nobody': () => ({
    zh: '这条流向没有接收方：成员不会发给自己',
    en: 'this flow reaches nobody: a member does not send to itself',
  }),
  'flow-twice': ({ from, to, first }) => ({
    zh: `${from} → ${to} 已由 ${first} 规定，请并为一条`,
    en: `${from} → ${to} is covered by ${first} already: say it in one flow`,
  }),
  'star-not-alone': () => ({ zh: '“*”表示全体，须单独使用', en: '"*" means all and stands alone' }),
  'unknown-member': ({ value }) => ({ zh: `${value} 不是本协议的成员`, en: `${value} is no member of this agreement` }),
  'struck-yet-listed': ({ value }) => ({
    zh: `成员 ${value} 已被本版注销，不能仍在成员之列`,
    en: `this version strikes member ${value}, so it cannot list it`,
  }),
  'unknown-purpose': ({ value, known }) => ({
    zh: `“${value}”不在使用目的清单中：${known}`,
    en: `"${value}" is not in the list of purposes: ${known}`,
  }),
  'unknown-schema': ({ value }) => ({
    zh: `没有名为“${value}”的内容模式`,
    en: `there is no schema named "${value}"`,
  }),
  'schema-differs': ({ name, expected }) => ({
    zh: `摘要与 schemas/${name}.json 不符，该文件的摘要是 ${expected}`,
    en: `the digest is not that of schemas/${name}.json, which is ${expected}`,
  }),
} as const satisfies Record<string, (facts: Facts) => { zh: string; en: string }>;

export type MistakeCode = keyof typeof sentences;

/** The mistake with its sentences. */
export function mistakeAt(pointer: string, code: MistakeCode, facts: Facts = {}): Mistake {
  const sentence: (facts: Facts) => { zh: string; en: string } = sentences[code];
  return { pointer, code, ...sentence(facts) };
}
