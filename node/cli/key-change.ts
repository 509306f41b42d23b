/** `huxin keys rotate | retire`: bulletin keys of a running node into force and out of it, by a word in its own log. */

import type { KeyChanged } from '../federation/key-change.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const rehearsal = ['--dry-run', '只演练：不生成，不签发 · only a rehearsal: nothing is made, nothing said'] as const;

export const changeKeys: Register = (group, { terminal, client }) => {
  withNode(group.command('rotate'))
    .description('启用一把新的通报密钥，与原有的并用 · bring one more bulletin key into force, beside the others')
    .option('--key <kid>', '用密钥文件夹中已有的这一把，不另生成 · use this one of the folder instead of making one')
    .option(...rehearsal)
    .action(async ({ key: kid, dryRun, ...options }: ClientOptions & { key?: string; dryRun?: true }) => {
      const body = { ...(kid !== undefined && { kid }), ...(dryRun && { rehearse: true }) };
      const changed = await client(options).post<KeyChanged>('/api/v1/keys/rotation', body);
      terminal.answer(changed, () => format(changed, terminal));
      if (!dryRun)
        terminal.note({
          zh: '各成员读到这一条之后，可停用旧的：huxin keys retire KID。请现在备份密钥文件夹。',
          en: 'Once every member has read that entry the old one can go: huxin keys retire KID. Back up the key folder now.',
        });
    });

  withNode(group.command('retire <kid>'))
    .description('停用一把通报密钥；它签过的仍然有效 · take a bulletin key out of force; what it signed stands')
    .option(...rehearsal)
    .action(async (kid: string, { dryRun, ...options }: ClientOptions & { dryRun?: true }) => {
      const body = { kid, ...(dryRun && { rehearse: true }) };
      const changed = await client(options).post<KeyChanged>('/api/v1/keys/retirement', body);
      terminal.answer(changed, () => format(changed, terminal));
    });
};

function format({ before, after, index, rehearsed, unlisted }: KeyChanged, { pick }: Terminal): string {
  const yes = pick({ zh: '是', en: 'yes' });
  const table = formatTable(
    [
      { zh: '通报密钥', en: 'bulletin key' },
      { zh: '此前有效', en: 'in force before' },
      { zh: '此后有效', en: 'in force after' },
    ].map(pick),
    [...new Set([...after, ...before])].map((kid) => [
      kid,
      before.includes(kid) ? yes : '',
      after.includes(kid) ? yes : '',
    ]),
  );
  const said = pick(
    rehearsed
      ? {
          zh: `演练通过：将写入日志第 ${index} 条。未生成，未签发。`,
          en: `The rehearsal went well: it would be entry ${index}. Nothing was made or said.`,
        }
      : { zh: `已写入日志第 ${index} 条。`, en: `It is entry ${index} of the log.` },
  );
  const warning = pick({
    zh: `协议未列出其中 ${unlisted.length} 把：下一版生效时只认它列出的，请在修订时写入。`,
    en: `${unlisted.length} of them not in the agreement: its next version puts in force only those that it lists, so write them into it.`,
  });
  return `${table}\n${said}\n${unlisted.length > 0 ? `${warning}\n` : ''}`;
}
