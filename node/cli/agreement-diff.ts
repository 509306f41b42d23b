/** `huxin agreement diff`: what an amendment changes, for all and for each member. */

import type { Agreement } from '../agreement/agreement.ts';
import { type Change, describeChanges } from '../agreement/changes.ts';
import { agreementDigest } from '../agreement/signatures.ts';
import { named } from '../agreement/words.ts';
import { canonicalBytes } from '../base/canonical.ts';
import { hash } from '../crypto.ts';
import { readEither } from './agreement-file.ts';
import type { Register } from './command.ts';
import { readLabels } from './labels.ts';
import type { Terminal } from './terminal.ts';

export const showDiff: Register = (group, { terminal, now }) => {
  group
    .command('diff <old> <new>')
    .description(
      '修订对全体和每个成员改变了什么（文稿或已签文件） · what an amendment changes for all and for each member: of pages or signed files',
    )
    .action(async (old: string, next: string) => {
      const words = { terminal, now };
      const { document: before, signed } = await readEither(old, words);
      const { document: after } = await readEither(next, words, signed && { previous: old });
      const digest = digestOf(before);
      const { titleOf } = await readLabels();
      const changes = await describeChanges(before, after, { titleOf, digest });
      const of = ({ id, version }: Agreement) => ({ id, version });
      const answer = { before: { ...of(before), digest }, after: { ...of(after), digest: digestOf(after) }, changes };
      terminal.answer(answer, () => formatChanges(before, after, changes, terminal));
    });
};

function digestOf(agreement: Agreement): string {
  return agreementDigest(canonicalBytes(agreement), hash);
}

/** Changes under the names of those whom they concern. */
export function formatChanges(
  before: Agreement,
  after: Agreement,
  changes: readonly Change[],
  { pick }: Terminal,
): string {
  if (changes.length === 0) return pick({ zh: '没有任何改变', en: 'nothing changes' });
  const members = [...after.members, ...before.members];
  const headOf = (id: string | undefined) => {
    const member = members.find((one) => one.id === id);
    return pick(member ? named(member) : { zh: '全体', en: 'For all' });
  };
  const ids = [...new Set(changes.map(({ member }) => member))];
  const untouched = after.members.filter(({ id }) => !ids.includes(id));
  const sections = ids.map((id) => {
    const own = changes.filter(({ member }) => member === id);
    return [headOf(id), ...own.map((change) => `  ${pick(change)}`)].join('\n');
  });
  const rest = pick({
    zh: `仅涉及全体的改变：${untouched.map(({ id }) => id).join('、')}`,
    en: `No changes but those for all: ${untouched.map(({ id }) => id).join(', ')}`,
  });
  return `${[...sections, ...(untouched.length > 0 ? [rest] : [])].join('\n\n')}\n`;
}
