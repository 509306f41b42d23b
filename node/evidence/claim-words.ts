/** What a file claims, in a sentence of either language. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Claim } from './evidence.ts';

/** @param members names by id; an id without one stands for itself */
export function describeClaim(claim: Claim, members: Readonly<Record<string, Bilingual>>): Bilingual {
  const name = (id: string, language: 'zh' | 'en') => members[id]?.[language] ?? id;
  const both = (write: (name: (id: string) => string) => [zh: string, en: string]): Bilingual => ({
    zh: write((id) => name(id, 'zh'))[0],
    en: write((id) => name(id, 'en'))[1],
  });
  switch (claim.kind) {
    case 'bulletin':
      return both((of) => [
        `${of(claim.issuer)}在其日志第 ${claim.index} 条发布了通报 ${claim.jti}${claim.receivers.length > 0 ? `；${claim.receivers.map(of).join('、')}出具了回执` : ''}。`,
        `${of(claim.issuer)} said bulletin ${claim.jti} as entry ${claim.index} of its log${claim.receivers.length > 0 ? `; ${claim.receivers.map(of).join(', ')} ${claim.receivers.length === 1 ? 'gave a receipt' : 'gave receipts'}` : ''}.`,
      ]);
    case 'refusal':
      return both((of) => [
        `${of(claim.receiver)}以 ${claim.code} 拒收了${of(claim.issuer)}日志第 ${claim.index} 条通报${claim.jti === undefined ? '' : ` ${claim.jti}`}。`,
        `${of(claim.receiver)} refused ${claim.jti === undefined ? '' : `bulletin ${claim.jti}, `}entry ${claim.index} of the log of ${of(claim.issuer)}: ${claim.code}.`,
      ]);
    case 'withheld':
      return both((of) => [
        `${of(claim.receiver)}声明没有收到${of(claim.issuer)}日志第 ${claim.index} 条的内容。`,
        `${of(claim.receiver)} says that it was not given the content of entry ${claim.index} of the log of ${of(claim.issuer)}.`,
      ]);
    case 'record':
      return both((of) => [
        `关于${of(claim.issuer)}的信用记录 ${claim.txn} 的 ${claim.bulletins} 份通报，附回执 ${claim.receipts} 份。`,
        `${count(claim.bulletins, 'bulletin')} about credit record ${claim.txn} of ${of(claim.issuer)}, with ${count(claim.receipts, 'receipt')}.`,
      ]);
    case 'completeness': {
      const days = daysOf(claim);
      return both((of) => [
        `${of(claim.issuer)}日志第 ${claim.from} 条起、第 ${claim.to} 条之前${days.zh}发给${of(claim.receiver)}的通报共 ${claim.bulletins} 份，无遗漏；回执覆盖到第 ${claim.receipted} 条之前。`,
        `${of(claim.issuer)} addressed ${count(claim.bulletins, 'bulletin')} to ${of(claim.receiver)} from entry ${claim.from} of its log to before entry ${claim.to}${days.en}, and none is missing; receipts cover what stands before entry ${claim.receipted}.`,
      ]);
    }
    case 'fork':
      return both((of) => [
        `${of(claim.member)}的日志 ${claim.log} 签署了两种不能并存的历史。`,
        `The log ${claim.log} of ${of(claim.member)} signed two histories that cannot both be true.`,
      ]);
  }
}

/** A range holds its days whole, and mostly more. */
function daysOf({ since, until }: { since?: string; until?: string }): Bilingual {
  if (since !== undefined && until !== undefined)
    return { zh: `（含 ${since} 至 ${until} 全部）`, en: ` (which holds all of ${since} to ${until})` };
  if (since !== undefined) return { zh: `（含 ${since} 以来全部）`, en: ` (which holds all since ${since})` };
  if (until !== undefined) return { zh: `（含至 ${until} 全部）`, en: ` (which holds all until ${until})` };
  return { zh: '', en: '' };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
