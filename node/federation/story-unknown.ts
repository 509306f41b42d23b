/** What this node cannot know of a bulletin, or does not yet, and how it stands with whoever could tell. Pure. */

import { formatSince } from '../base/duration.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import { sentenceFor } from '../registry/words.ts';
import type { Addressee, Scene, Story } from './story.ts';
import { listNames, nameIn, strip } from './story-names.ts';

export function tellUnknown(story: Story, scene: Scene): Sentence[] {
  if (story.member !== scene.me) return missingOfOthers(story, scene);
  return [...missingOrigin(story), ...story.addressees.flatMap((one) => missingWord(story, one, scene))];
}

function missingOrigin({ rows, proposal, type, callsForReceipt }: Story): Sentence[] {
  if (rows.some(({ outcome }) => outcome !== 'unchanged') || proposal || !callsForReceipt || type === 'journal')
    return [];
  return [
    {
      zh: '没有导入行或复核记录指向它：它由一人办理，或由本节点自行签发；何人办理，节点不留存。',
      en: 'No row of an import and no proposal leads to it: one person took the step, or the node itself did; who, the node does not keep.',
    },
  ];
}

/** Why an addressee has said nothing, as far as its receipts, its cosignatures and our calls to it tell. */
function missingWord(story: Story, peer: Addressee, { names, at: now }: Scene): Sentence[] {
  const { member, said, receipted, cosigned, lastOkAt } = peer;
  const name = nameIn(names, member);
  const last = said.at(-1);
  if (last?.word === 'withheld')
    return [
      {
        zh: `${name.zh}称未收到内容；其每轮都会再取，取到后另作回执。`,
        en: `${name.en} says that the content has not reached it; it asks again each round and will say so in a later receipt.`,
      },
    ];
  if (last || !story.callsForReceipt) return [];
  const waited = formatSince(story.at, now);
  const bound =
    receipted === 0
      ? { zh: `${name.zh}尚未给过回执`, en: `${name.en} has given no receipt yet` }
      : {
          zh: `${name.zh}的回执只到第 ${receipted - 1} 条`,
          en: `${name.en} has not receipted beyond index ${receipted - 1}`,
        };
  const holds =
    cosigned && cosigned.size > story.index
      ? {
          zh: `其 ${formatChinaTime(cosigned.at)} 的联署（至 ${cosigned.size} 条）表明它有这片叶子，但对内容未置一词`,
          en: `its cosignature of ${formatChinaTime(cosigned.at)} at size ${cosigned.size} shows that it holds the leaf, and says nothing of the content`,
        }
      : {
          zh: `也没有它的联署表明它已取到这里`,
          en: `no cosignature of it shows that it has come so far`,
        };
  const contact =
    lastOkAt === undefined
      ? { zh: '我方至今未能与它完成一轮往来', en: 'we have never had a whole round with it' }
      : {
          zh: `最近一次完整往来是 ${formatChinaTime(lastOkAt)}（${formatSince(lastOkAt, now).zh}前）`,
          en: `our last whole round with it was at ${formatChinaTime(lastOkAt)}, ${formatSince(lastOkAt, now).en} ago`,
        };
  const trouble = troubleOf(peer);
  return [
    {
      zh: `${bound.zh}，已等 ${waited.zh}；${holds.zh}；${contact.zh}${trouble.zh}。`,
      en: `${bound.en}, ${waited.en} after this was issued; ${holds.en}; ${contact.en}${trouble.en}.`,
    },
  ];
}

function troubleOf({ failures, lastError, lastErrorAt }: Addressee): Sentence {
  if (failures === 0 || lastError === undefined) return { zh: '', en: '' };
  const at = lastErrorAt === undefined ? '' : formatChinaTime(lastErrorAt);
  const { zh, en } = sentenceFor(lastError);
  const often = failures === 1 ? `it failed once, at ${at}` : `it failed ${failures} times in a row, last at ${at}`;
  return { zh: `；已连续失败 ${failures} 次，最近 ${at}：${strip(zh)}`, en: `; ${often}: ${strip(en)}` };
}

function missingOfOthers({ member, audience, word, callsForReceipt, ours }: Story, { me, names }: Scene): Sentence[] {
  const name = nameIn(names, member);
  const third = audience.filter((id) => id !== me && id !== '*');
  const inside = {
    zh: `它在${name.zh}那里从何而来（哪份表格、谁经办），本节点不得而知。`,
    en: `Where it came from at ${name.en}, which file and who, this node cannot know.`,
  };
  const others = listNames(names, third);
  const told = {
    zh: `${others.zh}是否采纳，其回执只发给${name.zh}，本节点不得而知。`,
    en: `Whether ${others.en} took it this node cannot know: their receipts go to ${name.en} alone.`,
  };
  const asked = {
    zh: '内容尚未到：每轮都会再取。',
    en: 'Its content has not come: it is asked for again each round.',
  };
  const due = {
    zh: '我方尚未对它作出回执。',
    en: 'We have given no receipt for it yet.',
  };
  return [
    ...(word === 'withheld' ? [asked] : []),
    ...(callsForReceipt && ours?.said.length === 0 ? [due] : []),
    inside,
    ...(third.length > 0 && callsForReceipt ? [told] : []),
  ];
}
