/**
 * What an answer says of a record, in sentences that the command line, the printed report and the workbook share. What a
 * body holds is said by `bulletin/labels.ts`, single states by `registry/words.ts`.
 */

import { mergePatch } from '../base/merge-patch.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { ProvinceAnswer } from '../registry/answer.ts';
import type { Change } from '../registry/changes.ts';
import type { ObjectionFlag } from '../registry/record.ts';
import type { Confidence } from '../registry/rules.ts';
import type { ShownDate } from '../registry/shown-dates.ts';
import type { Place, ShownFeedback, ShownObjection, ShownRecord, ShownStep } from '../registry/shown-record.ts';
import { countOf } from '../registry/summary.ts';
import { sentenceFor } from '../registry/words.ts';

/** Members of steps that belong beside them. */
const stepMembers = new Set(['document.number', 'reason', 'ground', 'outcome', 'until', 'because', 'conditions']);

export const dateNames: Readonly<Record<ShownDate['what'], Sentence>> = {
  from: { zh: '公示起始日', en: 'publicised from' },
  earliestRepair: { zh: '最早可修复日', en: 'earliest repair' },
  until: { zh: '公示截止日', en: 'publicised until' },
  retainUntil: { zh: '保存截止日', en: 'kept until' },
};

const confidences: Readonly<Record<Confidence, Sentence>> = {
  statute: { zh: '法条原文', en: 'read in the statute' },
  high: { zh: '可信度高', en: 'high confidence' },
  medium: { zh: '可信度中', en: 'medium confidence' },
  low: { zh: '可信度低', en: 'low confidence' },
};

export const objectionFlags: Readonly<Record<ObjectionFlag, Sentence>> = {
  none: { zh: '无异议', en: 'no objection' },
  marked: { zh: '异议标注：处理中', en: 'under objection' },
  upheld: { zh: '曾有异议：成立', en: 'objection upheld' },
  rejected: { zh: '曾有异议：不成立', en: 'objection rejected' },
};

export const erasedWords: Sentence = { zh: '内容已删除', en: 'The content was erased.' };

/** That the content of a record is gone, since when and why. */
export function sayErased({ erased }: Pick<ShownRecord, 'erased'>, labels: Labels): Sentence {
  if (!erased) return erasedWords;
  const [ground] = labels.linesOf('erasure', { ground: erased.ground }).map(({ value }) => value);
  const at = formatChinaTime(erased.at);
  return {
    zh: `内容已于 ${at} 删除（${ground?.zh ?? erased.ground}）`,
    en: `The content was erased on ${at} (${ground?.en ?? erased.ground}).`,
  };
}
export const maskedWords: Sentence = { zh: '受限信息，已脱敏', en: 'restricted, and masked' };
export const unclaimedWords: Sentence = {
  zh: '没有规则包适用于本记录',
  en: 'no rule pack claims this record',
};

/** `credit.sh.example/log 第 41 条` */
export function sayPlace({ origin, index }: Pick<Place, 'origin' | 'index'>): Sentence {
  return { zh: `${origin} 第 ${index} 条`, en: `${origin}, entry ${index}` };
}

/** Why it is no longer in force; undefined while it is. */
export function sayEnding({ ended, state }: ShownRecord, labels: Labels): Sentence | undefined {
  if (!ended) return undefined;
  const { on, by, code, record } = ended;
  if (by) {
    const [title, place, why] = [labels.titleOf(by.type), sayPlace(by), code && labelOf(labels, by.type, code)];
    return {
      zh: `${on} 由${title.zh}终结${why ? `：${why.zh}` : ''}（${place.zh}）`,
      en: `ended on ${on} by ${title.en.toLowerCase()}${why ? `: ${why.en}` : ''} (${place.en})`,
    };
  }
  if (state === 'superseded')
    return {
      zh: `${on} 起由新等级取代${record ? `（记录 ${record}）` : ''}`,
      en: `superseded from ${on}${record ? ` by ${record}` : ''}`,
    };
  return { zh: `期满，最后一日为 ${on}`, en: `expired; the last day was ${on}` };
}

/** The day, and where it comes from. */
export function sayDate({ day, provisional, isStated, pack, article, confidence, extendedBy }: ShownDate): {
  day: Sentence;
  source: Sentence;
} {
  const cited = article && pack && confidence;
  const origin = extendedBy
    ? { zh: '经顺延', en: 'extended' }
    : isStated
      ? { zh: '签发方载明', en: 'as its issuer states' }
      : { zh: '按规则推算', en: 'by the rules' };
  return {
    day: { zh: provisional ? `${day}（暂定）` : day, en: provisional ? `${day} (provisional)` : day },
    source: {
      zh: cited ? `${origin.zh}；${pack} ${article.zh}（${confidences[confidence].zh}）` : origin.zh,
      en: cited ? `${origin.en}; ${pack}, ${article.en} (${confidences[confidence].en})` : origin.en,
    },
  };
}

/** Who heard it, when, why, and what became of it. */
export function sayObjection(objection: ShownObjection, labels: Labels): Sentence {
  const { by, heardBy, raisedOn, reason, outcome, decidedOn } = objection;
  const who = heardBy ? { zh: heardBy.name, en: heardBy.name } : { zh: `成员 ${by}`, en: `member ${by}` };
  const end = outcome
    ? labelOf(labels, 'objection-decision', outcome)
    : decidedOn
      ? { zh: '已决定', en: 'decided' }
      : undefined;
  const why = reason?.replace(/[。.；;]+$/u, '');
  return {
    zh: `${raisedOn} ${who.zh}受理${why ? `：${why}` : ''}；${end ? `${decidedOn} ${end.zh}` : '尚未决定'}`,
    en: `heard on ${raisedOn} by ${who.en}${why ? `: ${why}` : ''}; ${end ? `${end.en} on ${decidedOn}` : 'not decided yet'}`,
  };
}

/** Who took which measures, and since when. */
export function sayFeedback({ authority, measures, takenOn, until, result }: ShownFeedback): Sentence {
  const codes = { zh: measures.join('、'), en: measures.join(', ') };
  return {
    zh: `${takenOn} ${authority.name}已采取措施 ${codes.zh}${until ? `，至 ${until}` : ''}${result ? `：${result}` : ''}`,
    en: `${authority.name} took ${codes.en} on ${takenOn}${until ? `, until ${until}` : ''}${result ? `: ${result}` : ''}`,
  };
}

/** What a step says of itself beside what it changed, and why it had no effect: 理由：…；录入有误 */
export function sayStep(
  { type, body = {}, changes = [], code, erased }: ShownStep,
  kind: string,
  labels: Labels,
): Sentence[] {
  const told = labels.linesOf(type, body).filter(({ path }) => stepMembers.has(path));
  return [
    ...told.map(({ label, value }) => ({ zh: `${label.zh}：${value.zh}`, en: `${label.en}: ${value.en}` })),
    ...changes.map((change) => sayChange(change, kind, labels)),
    ...(code === undefined ? [] : [sentenceFor(code)]),
    ...(erased ? [erasedWords] : []),
  ];
}

/** 罚款金额：1.5 → 0.5 */
export function sayChange({ path, before, after }: Change, type: string, labels: Labels): Sentence {
  const line = (value: unknown) => labels.linesOf(type, atPath(path, value))[0];
  const [old, now] = [before === undefined ? undefined : line(before), after === undefined ? undefined : line(after)];
  const { zh, en } = (now ?? old)?.label ?? { zh: path, en: path };
  return {
    zh: `${zh}：${old?.value.zh ?? '无'} → ${now?.value.zh ?? '无'}`,
    en: `${en}: ${old?.value.en ?? 'nothing'} → ${now?.value.en ?? 'nothing'}`,
  };
}

/** How many records, and up to when. */
export function sayProvince(province: ProvinceAnswer): Sentence {
  const { member, name, records } = province;
  const n = records.length;
  const count = n === 0 ? { zh: '没有记录', en: 'no records' } : { zh: `${n} 条记录`, en: countOf(n, 'record') };
  const fresh = sayFreshness(province);
  return {
    zh: `${name.zh}（${member}）：${count.zh}（${fresh.zh}）`,
    en: `${name.en} (${member}): ${count.en} (${fresh.en})`,
  };
}

/** When its log was pulled whole, and when its newest bulletin came. */
export function sayFreshness({ isOwn, pulledAt, newestAt, isStale }: ProvinceAnswer): Sentence {
  const newest = newestAt === undefined ? undefined : formatChinaTime(newestAt);
  const until = isOwn
    ? { zh: '本节点', en: 'this node’s own' }
    : pulledAt === undefined
      ? { zh: '尚未取得其日志，可能不全', en: 'its log was not pulled whole yet, so records may be missing' }
      : {
          zh: `截至 ${formatChinaTime(pulledAt)}${isStale ? '，已过时' : ''}`,
          en: `as of ${formatChinaTime(pulledAt)}${isStale ? ', which is long ago' : ''}`,
        };
  return {
    zh: `${until.zh}${newest ? `；最新通报 ${newest}` : ''}`,
    en: `${until.en}${newest ? `; newest bulletin ${newest}` : ''}`,
  };
}

/** The label of a code that a bulletin of that type gives for what it does. */
export function labelOf(labels: Labels, type: string, code: string): Sentence {
  const [line] = labels
    .linesOf(type, { ground: code, outcome: code })
    .filter(({ path }) => /^(ground|outcome)$/.test(path));
  return line?.value ?? { zh: code, en: code };
}

/** What the asker's role is not shown; undefined when that is nothing. */
export function sayLeftOut({ type, leftOut = [] }: ShownRecord, labels: Labels): Sentence | undefined {
  if (leftOut.length === 0) return undefined;
  const body = leftOut.reduce<unknown>((left, path) => mergePatch(left, atPath(path, '*')), {});
  const found = labels.linesOf(type, body as Record<string, unknown>).map(({ label }) => label); // mergePatch makes a tree of trees
  return { zh: found.map(({ zh }) => zh).join('、'), en: found.map(({ en }) => en).join(', ') };
}

/** `document.number`, x → `{ document: { number: x } }` */
function atPath(path: string, value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  return { [name]: rest.length === 0 ? value : atPath(rest.join('.'), value) };
}
