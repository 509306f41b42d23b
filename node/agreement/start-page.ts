/**
 * A page to start an agreement from: YAML with comments in both languages, members and their keys filled in, every flow
 * open to all. What is exchanged, for what and by which deadlines is taken over from a model, the sample that comes with
 * the program. Its authors narrow it down; `check` tells what is left to fill in.
 */

import { provinces } from '../base/provinces.ts';
import type { Sentence } from '../base/sentences.ts';
import { withCheckCharacters } from '../base/uscc.ts';
import type { BulletinKind } from '../bulletin/bulletin.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { Agreement, CatalogueEntry, Member } from './agreement.ts';
import { inventedCode, placeholder } from './contradictions.ts';
import { kindOf } from './passages.ts';

/** What is known of a member: at least who it is and where. The rest is filled in as far as it can be. */
export type StartMember = Pick<Member, 'id' | 'issuer' | 'origin'> &
  Partial<Pick<Member, 'name' | 'authority' | 'endpoint' | 'keys' | 'certificatePins'>>;

export interface Start {
  id: string;
  title?: Sentence;
  /** First day. */
  from: string;
  members: readonly StartMember[];
  /** Purposes, catalogue, measures, exchange terms and notice come from here. */
  model: Agreement;
  titleOf: TitleOf;
}

/** The page. Texts are in double quotes throughout, so that none of them is read as anything else. */
export function formatStartPage({ id, title, from, members, model, titleOf }: Start): string {
  const named = members.map((member) => ({ ...member, name: member.name ?? provinces[member.id] ?? unknownName }));
  const { zh, en } = title ?? titleFor(named.map(({ name }) => name));
  const quorum = Math.floor((members.length - 1) / 2) + 1;
  const { exchange, purposes, measures = [], notice } = model;
  return `# ${zh}
# ${en}
#
# 由 huxin agreement init 生成，供人编写和阅读；成员签署的是它的规范形式（RFC 8785）。
# 改好后依次运行 huxin agreement check、matrix、print、sign。
# Made by \`huxin agreement init\` for people to write and read; what the members sign is its canonical form (RFC 8785).
# When it is right: \`huxin agreement check\`, \`matrix\`, \`print\`, \`sign\`.

id: ${quote(id)}
version: 1
title:
  zh: ${quote(zh)}
  en: ${quote(en)}

# 首日和末日均含，按中国时间；不写 until 即长期有效。
# First and last day are included, China time; without \`until\` it has no end.
effective:
  from: ${from}
  # until: ${Number(from.slice(0, 4)) + 5}-12-31

# 成员代码是省级行政区划代码（GB/T 2260），须加引号。authority 是签署机关的统一社会信用代码，含 ${inventedCode} 的是示例，须换成实际的。
# issuer 是签发者地址，一经使用不再改变；endpoint 是其他成员访问的地址。keys 来自该成员的 huxin keys create。
# Member ids are codes of provinces (GB/T 2260), in quotes. \`authority\` is the signing authority's unified social credit
# code; one with ${inventedCode} is invented and must be replaced. \`issuer\` names the member for good, \`endpoint\` is where the
# others call. \`keys\` come from the member's own \`huxin keys create\`.
members:
${named.map(formatMember).join('')}
# 使用目的的封闭清单：查询须写明其中之一，别无其他。每一项都须写进至少一条开立记录的流向。
# The closed list of purposes: a question names one of these. Each must stand in a flow that opens records.
purposes:
${purposes.map((one) => `  - { id: ${one.id}, zh: ${quote(one.zh)}, en: ${quote(one.en)} }\n`).join('')}
# 每种通报一项，可删除不共享的。from、to 写成员代码，"*" 为全体（接收方不含发送方自己）；两个成员之间，一种通报只由一条
# 流向规定。omit 列出不发送的内容项。删减流向后请运行 check：记录送达哪里，其更正、修复、撤销也须送达哪里。
# One entry for each type of bulletin; remove what is not shared. \`from\` and \`to\` hold member ids, "*" being all (among
# receivers, all but the sender); between two members a type is governed by one flow. \`omit\` lists members of the body
# that are left out. After narrowing flows run \`check\`: corrections, repairs and revocations go wherever records go.
catalogue:
${formatCatalogue(model.catalogue, titleOf)}
${formatMeasures(measures)}
exchange:
  # 最迟按此时间表拉取（cron，中国时间）；收到到达提示会更早。
  # Pulled at the latest on this schedule (cron, China time); announcements make it sooner.
  pullSchedule: ${quote(exchange.pullSchedule)}
  # 从联署到回执 · From cosignature to receipt
  greatestLagMinutes: ${exchange.greatestLagMinutes}
  # 除日志所属成员外，须有过半数成员联署 · More than half of the members other than the log's own
  witnessQuorum: ${quorum}
  # 每成员每日通报量；超过只告警并放慢，不拒收 · Bulletins of one member in a day; beyond it alarms, never refusals
  dailyVolume: ${exchange.dailyVolume}
  alarms:
${Object.entries(exchange.alarms)
  .map(([name, value]) => `    ${name}: ${value}\n`)
  .join('')}
# 修订须全体成员签署；也可写一个过半数的数字 · All members sign an amendment; a number above half is possible too
governance:
  required: all

# 第三方成员和公众由此得知什么 · What third members and the public learn
notice:
  zh: ${quote(notice.zh)}
  en: ${quote(notice.en)}
`;
}

const mostInTitle = 6;

const unknownName: Sentence = { zh: `（${placeholder.zh}：成员名称）`, en: `(${placeholder.en}: name of the member)` };

function titleFor(names: readonly Sentence[]): Sentence {
  if (names.length > mostInTitle)
    return {
      zh: `${names.length} 省知识产权信用信息共享协议`,
      en: `Agreement of ${names.length} provinces on sharing IP-credit information`,
    };
  const last = names.at(-1)?.en;
  const others = names.slice(0, -1).map(({ en }) => en);
  const all = others.length === 0 ? last : `${others.join(', ')} and ${last}`;
  return {
    zh: `${names.map(({ zh }) => zh).join('、')}知识产权信用信息共享协议`,
    en: `Agreement of ${all} on sharing IP-credit information`,
  };
}

/** A code that only looks real, for a trial: no registry gives out its organisation code. */
export function inventAuthority(member: string): string {
  return withCheckCharacters(`11${member}`, `${inventedCode}${member}`);
}

function formatMember(member: StartMember & { name: Sentence }): string {
  const {
    id,
    name,
    issuer,
    origin,
    endpoint = issuer,
    authority = inventAuthority(id),
    keys,
    certificatePins,
  } = member;
  return `  - id: ${quote(id)}
    name: { zh: ${quote(name.zh)}, en: ${quote(name.en)} }
    authority: ${quote(authority)}
    issuer: ${quote(issuer)}
    endpoint: ${quote(endpoint)}
    origin: ${quote(origin)}
${keys ? formatKeys(keys) : `    # keys: ${placeholder.zh}，由该成员运行 huxin keys create · ${placeholder.en}, from its \`huxin keys create\`\n`}${
  certificatePins ? `    certificatePins: ${JSON.stringify(certificatePins)}\n` : ''
}`;
}

function formatKeys({ bulletin, log, witness, agreement }: Member['keys']): string {
  return `    keys:
      bulletin:
${bulletin.map((key) => `        - ${formatMap(key)}\n`).join('')}      log: ${quote(log)}
      witness: ${quote(witness)}
      agreement: ${formatMap(agreement)}
`;
}

const groups: readonly (Sentence & { kinds: readonly (BulletinKind | undefined)[] })[] = [
  { kinds: ['opens'], zh: '开立信用记录', en: 'These open a credit record' },
  { kinds: ['moves'], zh: '变动本成员开立的记录', en: 'By these a member moves its own records' },
  {
    kinds: ['marks'],
    zh: '针对其他成员的记录：不改变其状态',
    en: "These speak of another member's record and move nothing",
  },
  { kinds: ['journal'], zh: '查询记录日结，发给全体', en: 'The daily head of the questions asked goes to all' },
  {
    kinds: ['receipt', 'governance'],
    zh: '回执和治理通报，无需流向',
    en: 'Receipts and what governs a log need no flow',
  },
];

function formatCatalogue(catalogue: readonly CatalogueEntry[], titleOf: TitleOf): string {
  return groups
    .map(({ kinds, zh, en }) => {
      const entries = catalogue.filter((entry) => kinds.includes(kindOf(entry)));
      const lines = entries.map((entry) => formatEntry(entry, titleOf(entry.type))).join('');
      return `  # ${zh} · ${en}\n${lines}`;
    })
    .join('');
}

/** Of the model's flows the purposes count, and every member for every other. */
function formatEntry(
  { type, flows, publishWithinWorkingDays: days, retentionYears: years }: CatalogueEntry,
  title: Sentence,
): string {
  const purposes = [...new Set(flows.flatMap((flow) => flow.purposes))];
  return [
    `  - type: ${type} # ${title.zh} · ${title.en}\n`,
    `    schema: bulletin/${type}\n    naturalPersons: excluded\n`,
    days === undefined ? '' : `    publishWithinWorkingDays: ${days}\n`,
    years === undefined ? '' : `    retentionYears: ${years}\n`,
    flows.length === 0
      ? '    flows: []\n'
      : `    flows:\n      - from: ["*"]\n        to: ["*"]\n        purposes: [${purposes.join(', ')}]\n`,
  ].join('');
}

function formatMeasures(measures: NonNullable<Agreement['measures']>): string {
  if (measures.length === 0) return '';
  const items = measures.map(({ code, zh, en }) => `  - code: ${code}\n    zh: ${quote(zh)}\n    en: ${quote(en)}\n`);
  return `# 可对失信主体采取的管理措施；本协议只列清单，收到通报并不自动触发措施。
# Management measures. The agreement only lists them: receiving a bulletin triggers none.
measures:
${items.join('')}`;
}

function formatMap(members: object): string {
  return `{ ${Object.entries(members)
    .map(([name, value]) => `${name}: ${quote(String(value))}`)
    .join(', ')} }`;
}

/** Every JSON text is a text of YAML 1.2 in double quotes. */
function quote(text: string): string {
  return JSON.stringify(text);
}
