/**
 * `huxin token create | list | revoke`: who may use a node. With `--config` on the node's machine and its store, which
 * is how the first one is made; otherwise through the API of the running node.
 */

import { type Command, Option } from 'commander';
import { type Agreement, findMember } from '../agreement/agreement.ts';
import { Problem } from '../base/problem.ts';
import { formatChinaTime } from '../base/time.ts';
import { loadConfig } from '../config.ts';
import { createNewId, hash, random } from '../crypto.ts';
import { type Asker, createTokens, type Role, roles, type Token } from '../registry/tokens.ts';
import { roleNames, wordFor } from '../registry/words.ts';
import { readSigned } from './agreement-file.ts';
import { type Client, type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { formatTable } from './table.ts';

interface DeskOptions extends ClientOptions {
  config?: string;
}

/** Where tokens are made, whichever way leads there. */
interface Desk {
  /** USCC of the member's own authority. */
  ownAuthority(): Promise<string>;
  create(asker: Asker): Promise<Asker & { id: string; token: string }>;
  list(): Promise<Omit<Token, 'hash'>[]>;
  revoke(id: string): Promise<void>;
}

export const token: Register = (program, context) => {
  const { terminal } = context;
  const group = program.command('token').description('访问令牌 · tokens of access');

  withDesk(group.command('create'))
    .description('生成令牌，只显示这一次 · make a token, which is shown only now')
    .addOption(new Option('--role <role>', '角色 · role').choices(roles).makeOptionMandatory())
    .requiredOption('--person <number>', '工号 · staff number')
    .option(
      '--authority <uscc>',
      '机关的统一社会信用代码，默认为本成员自己的 · code of the authority, by default the member’s own',
    )
    .action(async (options: DeskOptions & { role: Role; person: string; authority?: string }) => {
      const made = await atDesk(options, context, async (desk) => {
        const { role, person, authority = await desk.ownAuthority() } = options;
        return desk.create({ role, authority, person });
      });
      terminal.answer(made, made.token);
      terminal.note({
        zh: `令牌 ${made.id}：请立即妥善保存，此后无法再次查看。`,
        en: `Token ${made.id}: keep it safe now, it cannot be shown again.`,
      });
    });

  withDesk(group.command('list'))
    .description('列出令牌（不含其内容） · list the tokens, not their secrets')
    .action(async (options: DeskOptions) => {
      const tokens = await atDesk(options, context, (desk) => desk.list());
      terminal.answer({ tokens }, () => formatTokens(tokens, terminal.pick));
    });

  withDesk(group.command('revoke <id>'))
    .description('撤销令牌 · revoke a token')
    .action(async (id: string, options: DeskOptions) => {
      await atDesk(options, context, (desk) => desk.revoke(id));
      terminal.answer({ revoked: id }, () => terminal.pick({ zh: `令牌 ${id} 已撤销`, en: `token ${id} is revoked` }));
    });
};

function withDesk(command: Command): Command {
  return withNode(
    command.addOption(
      new Option(
        '--config <file>',
        '在节点本机按配置文件直接操作 · work on the node’s own store, on its machine',
      ).conflicts(['node', 'token']),
    ),
  );
}

async function atDesk<T>(options: DeskOptions, context: Context, work: (desk: Desk) => Promise<T>): Promise<T> {
  if (options.config === undefined) return work(apiDesk(context.client(options)));
  const { now } = context;
  const { database, agreement, member } = loadConfig(options.config);
  const { openStore } = await import('../store/store.ts'); // with its engines, for this command alone
  const store = await openStore(database);
  const tokens = createTokens({ store: store.tokens, now, newId: createNewId(now), random, hash });
  try {
    return await work({
      ...tokens,
      ownAuthority: async () => authorityOf(await readSigned(agreement), member),
      async create(asker) {
        const { id, secret } = await tokens.create(asker);
        return { id, token: secret, ...asker };
      },
    });
  } finally {
    await store.close();
  }
}

function apiDesk(client: Client): Desk {
  const path = '/api/v1/tokens';
  return {
    async ownAuthority() {
      const [{ member }, { agreement }] = await Promise.all([
        client.get<{ member: string }>('/.well-known/huxin'),
        client.get<{ agreement: Agreement }>('/api/v1/agreement'),
      ]);
      return authorityOf(agreement, member);
    },
    create: (asker) => client.post(path, asker),
    list: async () => (await client.get<{ tokens: Omit<Token, 'hash'>[] }>(path)).tokens,
    revoke: (id) => client.delete(`${path}/${encodeURIComponent(id)}`),
  };
}

function authorityOf(agreement: Agreement, id: string): string {
  const member = findMember(agreement, id);
  if (!member) throw new Problem('agreement/unknown-member', { member: id });
  return member.authority;
}

function formatTokens(tokens: readonly Omit<Token, 'hash'>[], pick: Context['terminal']['pick']): string {
  const head = [
    { zh: '编号', en: 'id' },
    { zh: '角色', en: 'role' },
    { zh: '机关', en: 'authority' },
    { zh: '工号', en: 'person' },
    { zh: '生成（北京时间）', en: 'made (China time)' },
    { zh: '撤销（北京时间）', en: 'revoked (China time)' },
  ];
  const rows = tokens.map(({ id, role, authority, person, createdAt, revokedAt }) => {
    const times = [createdAt, revokedAt].map((at) => (at ? formatChinaTime(at) : ''));
    return [id, pick(wordFor(roleNames, role)), authority, person, ...times];
  });
  return formatTable(head.map(pick), rows);
}
