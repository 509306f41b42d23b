/**
 * What one version of an agreement changes against another, in sentences for those who are to sign it: first what concerns
 * all, then each member by itself. Whether the later one is in order is for `check.ts`, `contradictions.ts` and the
 * signatures to say.
 */

import { canonicalText } from '../base/canonical.ts';
import { thumbprint } from '../base/jws.ts';
import type { PublicJwk } from '../base/ports.ts';
import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { Unsigned } from './contradictions.ts';
import { describeFlowChanges } from './flow-changes.ts';
import { describeStrike, exchangeTerms, named, sayDeadline, sayGovernance, sayRetention, sayUntil } from './words.ts';

/** One thing that changes. */
export interface Change extends Sentence {
  /** `member-joins`, `deadline`, `may-send`, … */
  code: string;
  /** Whom it concerns; absent when all. */
  member?: string;
  facts: Facts;
}

type UnsignedMember = Unsigned['members'][0];

/** Adds a change to the list. */
export type Tell = (code: string, sentence: Sentence, facts?: Facts) => void;

/** What the sentences need beside the two versions. */
export interface ChangeContext {
  titleOf: TitleOf;
  /** Digest of the version before: the later one must name it as `previous`. */
  digest: string;
}

/** What changes for all, then for each member in the order of their ids. */
export async function describeChanges(before: Unsigned, after: Unsigned, context: ChangeContext): Promise<Change[]> {
  const changes: Change[] = [];
  const tell: Tell = (code, sentence, facts = {}) => changes.push({ code, ...sentence, facts });
  describeOrder(before, after, context, tell);
  describeTerms(before, after, tell);
  describeMembership(before, after, tell);
  describeStrikes(before, after, tell);
  describeLists(before, after, tell);
  describeCatalogue(before, after, context, tell);
  const ids = [...new Set([...before.members, ...after.members].map(({ id }) => id))].sort();
  for (const id of ids) {
    const own: Tell = (code, sentence, facts = {}) => changes.push({ code, member: id, ...sentence, facts });
    const [was, is] = [before, after].map(({ members }) => members.find((member) => member.id === id));
    if (was && is) await describeMember(was, is, own);
    if (is) describeFlowChanges(before, after, id, context, own);
  }
  return changes;
}

function describeOrder(before: Unsigned, after: Unsigned, { digest }: ChangeContext, tell: Tell): void {
  const facts = {
    id: [before.id, after.id],
    version: [before.version, after.version],
    previous: after.previous,
    digest,
  };
  if (after.id !== before.id)
    tell(
      'other-agreement',
      {
        zh: `两者不是同一协议：${before.id} 和 ${after.id}`,
        en: `these are two agreements: ${before.id} and ${after.id}`,
      },
      facts,
    );
  else if (after.version !== before.version + 1 || after.previous !== digest)
    tell(
      'not-the-next',
      {
        zh: `第 ${after.version} 版不是第 ${before.version} 版的下一版：version 应为 ${before.version + 1}，previous 应为 ${digest}`,
        en: `version ${after.version} is not the one that follows version ${before.version}: \`version\` would be ${before.version + 1} and \`previous\` ${digest}`,
      },
      facts,
    );
}

function describeTerms(before: Unsigned, after: Unsigned, tell: Tell): void {
  const turn = (code: string, what: Sentence, was: Sentence, is: Sentence) => {
    if (was.zh === is.zh && was.en === is.en) return;
    tell(
      code,
      { zh: `${what.zh}：“${was.zh}”改为“${is.zh}”`, en: `${what.en}: “${was.en}” becomes “${is.en}”` },
      { from: was, to: is },
    );
  };
  const same = (text: string | number): Sentence => ({ zh: String(text), en: String(text) });
  turn('title', { zh: '标题', en: 'title' }, before.title, after.title);
  turn('effective-from', { zh: '首日', en: 'first day' }, same(before.effective.from), same(after.effective.from));
  turn('effective-until', { zh: '末日', en: 'last day' }, sayUntil(before), sayUntil(after));
  turn(
    'governance',
    { zh: '修订须由何方签署', en: 'who must sign an amendment' },
    sayGovernance(before),
    sayGovernance(after),
  );
  for (const { code, name, read } of exchangeTerms)
    turn(code, name, same(read(before.exchange)), same(read(after.exchange)));
  turn('notice', { zh: '告知', en: 'notice' }, before.notice, after.notice);
}

function describeMembership(before: Unsigned, after: Unsigned, tell: Tell): void {
  const has = ({ members }: Unsigned, id: string) => members.some((member) => member.id === id);
  for (const member of after.members.filter(({ id }) => !has(before, id))) {
    const { zh, en } = named(member);
    const isTold = member.history === 'records';
    const history = isTold
      ? { zh: '其他成员把有效的记录向其补发', en: 'the others issue their records in force to it anew' }
      : { zh: '此前的记录不向其补发', en: 'older records are not issued to it' };
    tell(
      'member-joins',
      { zh: `${zh}加入；${history.zh}`, en: `${en} joins; ${history.en}` },
      { id: member.id, history: isTold ? 'records' : 'none' },
    );
  }
  for (const member of before.members.filter(({ id }) => !has(after, id))) {
    const { zh, en } = named(member);
    tell(
      'member-leaves',
      {
        zh: `${zh}退出：此前的内容仍可核验，此后不再接受其通报，也不再向其发送`,
        en: `${en} leaves: what it said stays verifiable, nothing new is taken from it or sent to it`,
      },
      { id: member.id },
    );
  }
}

function describeStrikes(before: Unsigned, after: Unsigned, tell: Tell): void {
  const known = new Set((before.strikes ?? []).map((strike) => canonicalText(strike)));
  for (const strike of after.strikes ?? []) {
    if (known.has(canonicalText(strike))) continue;
    const member = [...after.members, ...before.members].find(({ id }) => id === strike.member);
    tell('strike', describeStrike(strike, member), { ...strike });
  }
}

/** Purposes, measures, outside witnesses and auditors: closed lists whose items have names. */
function describeLists(before: Unsigned, after: Unsigned, tell: Tell): void {
  const compare = (code: string, what: Sentence, was: readonly Item[], is: readonly Item[]) => {
    for (const { name, words } of is.filter((item) => !was.some((one) => one.name === item.name)))
      tell(
        `${code}-added`,
        { zh: `新增${what.zh}：${words.zh}（${name}）`, en: `a new ${what.en}: ${words.en} (${name})` },
        { name },
      );
    for (const { name, words } of was.filter((item) => !is.some((one) => one.name === item.name)))
      tell(
        `${code}-removed`,
        { zh: `取消${what.zh}：${words.zh}（${name}）`, en: `this ${what.en} goes: ${words.en} (${name})` },
        { name },
      );
    for (const item of is) {
      const old = was.find((one) => one.name === item.name);
      if (!old || canonicalText(old) === canonicalText(item)) continue;
      tell(
        `${code}-changed`,
        {
          zh: `${what.zh} ${item.name} 改为：${item.words.zh}`,
          en: `the ${what.en} ${item.name} becomes: ${item.words.en}`,
        },
        { name: item.name },
      );
    }
  };
  const purposes = (of: Unsigned) => of.purposes.map(({ id, zh, en }) => ({ name: id, words: { zh, en } }));
  const measures = (of: Unsigned) => (of.measures ?? []).map(({ code, zh, en }) => ({ name: code, words: { zh, en } }));
  const witnesses = (of: Unsigned) =>
    (of.witnesses ?? []).map(({ name, url, vkey }) => ({ name, words: { zh: url, en: url }, vkey }));
  const auditors = (of: Unsigned) => (of.auditors ?? []).map(({ id, name, key }) => ({ name: id, words: name, key }));
  compare('purpose', { zh: '使用目的', en: 'purpose' }, purposes(before), purposes(after));
  compare('measure', { zh: '管理措施', en: 'management measure' }, measures(before), measures(after));
  compare('witness', { zh: '外部见证方', en: 'outside witness' }, witnesses(before), witnesses(after));
  compare('auditor', { zh: '审计方', en: 'auditor' }, auditors(before), auditors(after));
}

interface Item {
  name: string;
  words: Sentence;
}

function describeCatalogue(before: Unsigned, after: Unsigned, { titleOf }: ChangeContext, tell: Tell): void {
  for (const entry of after.catalogue) {
    const { type } = entry;
    const { zh, en } = titleOf(type);
    const old = before.catalogue.find((one) => one.type === type);
    if (!old) {
      const [days, years] = [sayDeadline(entry.publishWithinWorkingDays), sayRetention(entry.retentionYears)];
      tell(
        'type-added',
        {
          zh: `新增通报类型“${zh}”：公示时限 ${days.zh}，保存 ${years.zh}`,
          en: `a new type of bulletin, “${en}”: deadline ${days.en}, kept for ${years.en}`,
        },
        { type },
      );
      continue;
    }
    if (old.schema !== entry.schema)
      tell(
        'schema',
        {
          zh: `“${zh}”的内容模式改变：${old.schema} 改为 ${entry.schema}`,
          en: `what a “${en}” may hold changes: schema ${old.schema} becomes ${entry.schema}`,
        },
        { type, from: old.schema, to: entry.schema },
      );
    const [was, is] = [old, entry].map(({ publishWithinWorkingDays: days }) => sayDeadline(days));
    if (was?.zh !== is?.zh)
      tell(
        'deadline',
        {
          zh: `“${zh}”的公示时限：${was?.zh} 改为 ${is?.zh}`,
          en: `the deadline of “${en}”: ${was?.en} becomes ${is?.en}`,
        },
        { type, from: old.publishWithinWorkingDays, to: entry.publishWithinWorkingDays },
      );
    const [kept, keep] = [old, entry].map(({ retentionYears: years }) => sayRetention(years));
    if (kept?.zh !== keep?.zh)
      tell(
        'retention',
        {
          zh: `“${zh}”的保存年限：${kept?.zh} 改为 ${keep?.zh}`,
          en: `how long “${en}” is kept: ${kept?.en} becomes ${keep?.en}`,
        },
        { type, from: old.retentionYears, to: entry.retentionYears },
      );
  }
  for (const { type } of before.catalogue.filter((one) => !after.catalogue.some((entry) => entry.type === one.type)))
    tell(
      'type-removed',
      { zh: `不再共享“${titleOf(type).zh}”`, en: `“${titleOf(type).en}” is no longer shared` },
      { type },
    );
}

async function describeMember(was: UnsignedMember, is: UnsignedMember, tell: Tell): Promise<void> {
  const turn = (code: string, what: Sentence, from: string | undefined, to: string | undefined) => {
    if (from !== undefined && to !== undefined && from !== to)
      tell(code, { zh: `${what.zh}：${from} 改为 ${to}`, en: `${what.en}: ${from} becomes ${to}` }, { from, to });
  };
  turn('name', { zh: '名称', en: 'name' }, `${was.name.zh} / ${was.name.en}`, `${is.name.zh} / ${is.name.en}`);
  turn('authority', { zh: '签署机关', en: 'authority that signs' }, was.authority, is.authority);
  turn('issuer', { zh: '签发者地址', en: 'issuer' }, was.issuer, is.issuer);
  turn('endpoint', { zh: '服务地址', en: 'where peers call' }, was.endpoint, is.endpoint);
  turn('origin', { zh: '日志', en: 'log' }, was.origin, is.origin);
  await describeKeys(was, is, tell);
  turn('log-key', { zh: '日志公钥', en: 'log key' }, was.keys?.log, is.keys?.log);
  turn('witness-key', { zh: '见证公钥', en: 'witness key' }, was.keys?.witness, is.keys?.witness);
  const [gone, come] = [
    lackingIn(is.certificatePins, was.certificatePins),
    lackingIn(was.certificatePins, is.certificatePins),
  ];
  for (const pin of come)
    tell('pin-added', { zh: `新增证书指纹 ${pin}`, en: `a new certificate pin, ${pin}` }, { pin });
  for (const pin of gone)
    tell('pin-removed', { zh: `取消证书指纹 ${pin}`, en: `the certificate pin ${pin} goes` }, { pin });
}

/** Of members whose keys are not on the page yet nothing is said. */
async function describeKeys({ keys: was }: UnsignedMember, { keys: is }: UnsignedMember, tell: Tell): Promise<void> {
  if (!was || !is) return;
  const kids = (keys: readonly PublicJwk[]) => Promise.all(keys.map(thumbprint));
  const [before, after] = [await kids(was.bulletin), await kids(is.bulletin)];
  for (const kid of lackingIn(before, after))
    tell('bulletin-key-added', { zh: `新增通报公钥 ${kid}`, en: `a new bulletin key, ${kid}` }, { kid });
  for (const kid of lackingIn(after, before))
    tell(
      'bulletin-key-removed',
      {
        zh: `不再使用通报公钥 ${kid}；此前以其签署的仍然有效，除非注销`,
        en: `the bulletin key ${kid} goes; what it signed before counts on, unless it is struck`,
      },
      { kid },
    );
  const [from, to] = [await thumbprint(was.agreement), await thumbprint(is.agreement)];
  if (from !== to)
    tell(
      'agreement-key',
      {
        zh: `协议公钥：${from} 改为 ${to}；本次修订仍以原公钥签署`,
        en: `agreement key: ${from} becomes ${to}; this amendment is still signed with the old one`,
      },
      { from, to },
    );
}

/** Those of the second list that the first lacks. */
function lackingIn(first: readonly string[] = [], second: readonly string[] = []): string[] {
  return second.filter((one) => !first.includes(one));
}
