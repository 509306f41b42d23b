/** A bulletin's story in both languages, in the order in which it happened. What nobody here can know: `story-unknown.ts`. Pure. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Erased } from '../log/ports.ts';
import { sentenceFor, verdicts } from '../registry/words.ts';
import type {
  Addressee,
  Brief,
  Covering,
  Explanation,
  ImportedRow,
  Line,
  ReceiptedWord,
  Scene,
  Story,
} from './story.ts';
import { listNames, nameIn, strip, verdictOf } from './story-names.ts';
import { tellUnknown } from './story-unknown.ts';

/** @param others what else was said of the same record */
export function tellStory(
  story: Story,
  others: readonly Brief[],
  scene: Scene,
): Pick<Explanation, 'title' | 'story' | 'unknown'> {
  const isOurs = story.member === scene.me;
  const lines = [
    ...story.rows.map(tellRow),
    ...tellProposal(story),
    ...(isOurs ? tellIssued(story, scene) : tellLearned(story, scene)),
    ...tellCovered(story, scene),
    ...story.addressees.flatMap((one) => tellAddressee(one, story.origin, scene)),
    ...others.flatMap((one) => tellLater(one, story, scene)),
    ...(story.erased ? [tellErased(story.erased, scene)] : []),
  ];
  const unknown = tellUnknown(story, scene);
  return { title: titleOf(story, scene), story: inOrder(lines, isOurs ? story.at : ''), unknown };
}

/**
 * As it happened. A line without an instant stays with the one before it; clocks differ, and signatures tell whole seconds,
 * yet nobody answered what had not been issued.
 *
 * @param issuedAt when we issued it; empty of another member's
 */
function inOrder(lines: readonly Line[], issuedAt: string): Line[] {
  let last = '';
  const keyed = lines.map((line, i) => {
    const at = line.at ?? last;
    last = last < issuedAt ? at : at < issuedAt ? issuedAt : at;
    return { line, key: last, i };
  });
  return keyed.sort((a, b) => (a.key === b.key ? a.i - b.i : a.key < b.key ? -1 : 1)).map(({ line }) => line);
}

function titleOf({ member, type, jti, record }: Story, { names, titleOf: kindOf }: Scene): Sentence {
  const name = nameIn(names, member);
  const kind = type === undefined ? { zh: '通报', en: 'A bulletin' } : kindOf(type);
  return {
    zh: `${name.zh}的一份“${kind.zh}”：${jti}${record ? `，关于记录 ${record}` : ''}`,
    en: `${kind.en}, said by ${name.en}: ${jti}${record ? `, about record ${record}` : ''}`,
  };
}

function tellRow({ outcome, authority, id, fileName, row, person, createdAt }: ImportedRow): Line {
  const did = {
    opened: { zh: '开立了记录', en: 'opened the record' },
    corrected: { zh: '更正了记录', en: 'corrected the record' },
    unchanged: { zh: '与记录一致，未再签发', en: 'said what the record says already' },
    refused: { zh: '与记录不符，被拒绝', en: 'was at odds with the record and was refused' },
  }[outcome];
  if (fileName === undefined || createdAt === undefined)
    return {
      zh: `由机关 ${authority} 的一次导入${did.zh}；其文件不向其他机关显示。`,
      en: `A row of an import by authority ${authority} ${did.en}; its file is not shown to other authorities.`,
    };
  return {
    at: createdAt,
    zh: `机关 ${authority} 工号 ${person} 交来“${fileName}”（导入 ${id}），其第 ${row} 行${did.zh}。`,
    en: `Number ${person} of authority ${authority} brought “${fileName}” (import ${id}); its row ${row} ${did.en}.`,
  };
}

function tellProposal({ proposal }: Story): Line[] {
  if (!proposal) return [];
  const { proposedBy, proposedAt, decidedBy, decidedAt } = proposal;
  const proposed: Line = {
    at: proposedAt,
    zh: `机关 ${proposedBy.authority} 工号 ${proposedBy.person} 提出。`,
    en: `Number ${proposedBy.person} of authority ${proposedBy.authority} proposed it.`,
  };
  if (!decidedBy || !decidedAt) return [proposed];
  const { authority, person } = decidedBy;
  const approved = {
    at: decidedAt,
    zh: `机关 ${authority} 工号 ${person} 复核同意。`,
    en: `Number ${person} of authority ${authority} approved it.`,
  };
  return [proposed, approved];
}

function tellIssued({ at, index, origin, audience }: Story, { names }: Scene): Line[] {
  const to = listNames(names, audience);
  return [
    {
      at,
      zh: `我方签发，列入本日志 ${origin} 第 ${index} 条，发给${to.zh}。`,
      en: `We signed it and put it into our log ${origin} at index ${index}, addressed to ${to.en}.`,
    },
  ];
}

/** Of another member's bulletin: what it says of itself, when we took it, and what we said of it. */
function tellLearned(story: Story, { names }: Scene): Line[] {
  const { member, at, signedAt, index, origin, audience, ours } = story;
  const name = nameIn(names, member);
  const to = listNames(names, audience);
  const place = {
    zh: `在其日志 ${origin} 第 ${index} 条，发给${to.zh}`,
    en: `it stands in its log ${origin} at index ${index}, addressed to ${to.en}`,
  };
  const signed: Line[] = signedAt
    ? [
        {
          at: signedAt,
          zh: `${name.zh}签发（以其所述时间）；${place.zh}。`,
          en: `${name.en} signed it, by its own word; ${place.en}.`,
        },
      ]
    : [{ zh: `${place.zh}。`, en: `${place.en.charAt(0).toUpperCase()}${place.en.slice(1)}.` }];
  const verdict = verdictOf(story);
  return [
    ...signed,
    { at, zh: `我方拉取到，${verdict.zh}。`, en: `We pulled it and ${verdict.en}.` },
    ...(ours?.said ?? []).map(tellOurReceipt),
    ...(ours?.cosignedAt
      ? [{ at: ours.cosignedAt, zh: '我方联署了含有它的日志头。', en: 'We cosigned a head of that log that holds it.' }]
      : []),
  ];
}

function tellOurReceipt({ receipt: { jti, index, at }, ...said }: ReceiptedWord): Line {
  const word = verdictOf(said);
  return {
    at,
    zh: `我方回执 ${jti}（本日志第 ${index} 条）说明：${word.zh}。`,
    en: `Our receipt ${jti}, at index ${index} of our log, says that we ${word.en}.`,
  };
}

function tellCovered({ covered, quorum, at }: Story, scene: Scene): Line[] {
  if (!covered) return [];
  const isOne = quorum?.size === covered.size;
  const first = tellCheckpoint(covered, at, scene, isOne ? quorumWords : undefined);
  return quorum && !isOne ? [first, tellCheckpoint(quorum, at, scene, quorumWords)] : [first];
}

const quorumWords = { zh: '，已足法定数', en: ', a quorum' };

function tellCheckpoint(
  { size, at, cosignatures }: Covering,
  learnedAt: string,
  { names, witnessQuorum }: Scene,
  quorum = { zh: `，未足 ${witnessQuorum} 家`, en: `, fewer than the ${witnessQuorum} that make a quorum` },
): Line {
  const signed = cosignatures.map(({ member, at }) => {
    const name = nameIn(names, member);
    const time = formatChinaTime(at);
    return { zh: `${name.zh}（${time}）`, en: `${name.en} (${time})` };
  });
  const who =
    signed.length === 0
      ? { zh: '尚无成员联署', en: 'nobody has cosigned it yet' }
      : {
          zh: `由${signed.map(({ zh }) => zh).join('、')}联署${quorum.zh}`,
          en: `cosigned by ${signed.map(({ en }) => en).join(', ')}${quorum.en}`,
        };
  return {
    at: at < learnedAt ? learnedAt : at,
    zh: `日志头（共 ${size} 条）含有它：${who.zh}。`,
    en: `The checkpoint of size ${size} covers it: ${who.en}.`,
  };
}

function tellAddressee({ member, said, mendedBy }: Addressee, origin: string, { names }: Scene): Line[] {
  const name = nameIn(names, member);
  const lines = said.map(({ receipt: { jti, index, signedAt, at }, ...word }): Line => {
    const verdict = verdictOf(word);
    const place =
      index === undefined
        ? { zh: '', en: '' }
        : { zh: `（其日志第 ${index} 条）`, en: `, at index ${index} of its log,` };
    const late = signedAt && Date.parse(at) - Date.parse(signedAt) > 60_000;
    const learned = late
      ? { zh: `；我方 ${formatChinaTime(at)} 得知`, en: `; we learned of it at ${formatChinaTime(at)}` }
      : { zh: '', en: '' };
    return {
      at: signedAt ?? at,
      zh: `${name.zh}${verdict.zh}：其签名回执 ${jti}${place.zh}${learned.zh}。`,
      en: `${name.en} ${verdict.en}: its signed receipt ${jti}${place.en.replace(/,$/, '')}${learned.en}.`,
    };
  });
  if (mendedBy === undefined) return lines;
  const where =
    mendedBy.origin === origin
      ? { zh: '本日志', en: 'our log' }
      : { zh: `我方日志 ${mendedBy.origin} `, en: `our log ${mendedBy.origin}` };
  return [
    ...lines,
    {
      zh: `此后由${where.zh}第 ${mendedBy.index} 条向${name.zh}重新说明。`,
      en: `Entry ${mendedBy.index} of ${where.en} took its place for ${name.en} since.`,
    },
  ];
}

/** What came after it about the same record. */
function tellLater(one: Brief, story: Story, { names, titleOf: kindOf }: Scene): Line[] {
  if (one.at < story.at || (one.at === story.at && one.index < story.index)) return [];
  const name = nameIn(names, one.member);
  const kind = one.type === undefined ? { zh: '通报', en: 'a bulletin' } : kindOf(one.type);
  const word = one.word === 'refused' || one.word === 'noted' ? sayWhy(one) : { zh: '', en: '' };
  return [
    {
      at: one.at,
      zh: `其后关于同一记录：${name.zh}的“${kind.zh}”（${one.jti}，第 ${one.index} 条）${word.zh}。`,
      en: `Later on the same record: ${kind.en} by ${name.en} (${one.jti}, index ${one.index})${word.en}.`,
    },
  ];
}

function sayWhy({ word, code }: Pick<Brief, 'word' | 'code'>): Sentence {
  const why = code === undefined ? { zh: '', en: '' } : sentenceFor(code);
  return { zh: `，${verdicts[word].zh}：${strip(why.zh)}`, en: `, ${verdicts[word].en}: ${strip(why.en)}` };
}

function tellErased({ by, ground, at }: Erased, { groundOf }: Scene): Line {
  const why = groundOf(ground);
  const entry =
    by === undefined ? { zh: '', en: '' } : { zh: `，依该日志第 ${by} 条`, en: `, as entry ${by} of that log says` };
  return {
    at,
    zh: `内容已删除（${why.zh}）${entry.zh}；叶子保留。`,
    en: `Its content was erased (${why.en})${entry.en}; the leaf stays.`,
  };
}
