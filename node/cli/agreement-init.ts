/** `huxin agreement init`: a page to start from, with the members' names, addresses and keys filled in. */

import type { Agreement, MemberKeys } from '../agreement/agreement.ts';
import { originOf } from '../agreement/agreement.ts';
import { readAuthored } from '../agreement/author.ts';
import { formatStartPage, type StartMember } from '../agreement/start-page.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf, isDay } from '../base/time.ts';
import { parseYaml } from '../base/yaml.ts';
import { loadSchemas, sampleAgreementPage, shippedSchemas } from '../shipped.ts';
import { readPage, verifyPorts } from './agreement-file.ts';
import type { Register } from './command.ts';
import { readText, writeNew } from './files.ts';
import { readLabels } from './labels.ts';
import { Misuse } from './terminal.ts';

interface InitOptions {
  out?: string;
  block: string[];
  member: string[];
  name: string[];
  authority: string[];
  endpoint: string[];
  id: string;
  title?: string;
  from?: string;
}

const gather = (value: string, before: string[]) => [...before, value];

export const initiate: Register = (group, { terminal, now }) => {
  group
    .command('init')
    .description('生成带注释的协议文稿 · a commented page to start an agreement from')
    .option('--out <file>', '写入文件，不覆盖 · write it to a file that is not there yet')
    .option(
      '--block <file>',
      '成员由 huxin keys create 输出的公钥段，可多次 · a member’s block from huxin keys create; repeatable',
      gather,
      [],
    )
    .option(
      '--member <id=issuer>',
      '尚无公钥段的成员：代码和签发者地址，可多次 · a member without a block: its code and issuer; repeatable',
      gather,
      [],
    )
    .option(
      '--name <id=zh/en>',
      '成员名称，默认为省名；可多次 · a member’s name, by default the province’s; repeatable',
      gather,
      [],
    )
    .option(
      '--authority <id=uscc>',
      '签署机关的代码，默认为示例；可多次 · code of the authority that signs, by default an invented one; repeatable',
      gather,
      [],
    )
    .option(
      '--endpoint <id=url>',
      '服务地址，默认为签发者地址；可多次 · where peers call, by default the issuer; repeatable',
      gather,
      [],
    )
    .option('--id <id>', '协议标识 · id of the agreement', 'ip-credit')
    .option('--title <zh/en>', '标题，默认由成员名称组成 · title, by default made of the members’ names')
    .option('--from <day>', '生效首日，默认为今天 · first day, by default today')
    .action(async (options: InitOptions) => {
      const from = options.from ?? dayOf(now());
      if (!isDay(from)) throw misuse('--from 须为 YYYY-MM-DD', '--from is YYYY-MM-DD');
      const labels = await readLabels();
      const text = formatStartPage({
        id: options.id,
        ...(options.title !== undefined && { title: parseBoth('--title', options.title) }),
        from,
        members: await readMembers(options),
        model: readModel(),
        titleOf: labels.titleOf,
      });
      if (options.out === undefined) return terminal.answer({ page: text }, text);
      await writeNew(options.out, text);
      terminal.answer({ file: options.out }, () =>
        terminal.pick({ zh: `已写入 ${options.out}`, en: `written to ${options.out}` }),
      );
      const { warnings } = await readPage(options.out, { terminal, now });
      if (warnings.length > 0)
        terminal.note({
          zh: `尚有 ${warnings.length} 处须填写或核对：huxin agreement check ${options.out}`,
          en: `${warnings.length} points to fill in or look at: huxin agreement check ${options.out}`,
        });
    });
};

/** Those of the blocks and of `--member`, in the order of their codes; without any, two to be replaced. */
async function readMembers(options: InitOptions): Promise<StartMember[]> {
  const members = new Map<string, StartMember>();
  const add = (member: StartMember, of: string) => {
    if (members.has(member.id))
      throw misuse(`成员 ${member.id} 出现了两次（${of}）`, `member ${member.id} is there twice (${of})`);
    members.set(member.id, member);
  };
  for (const file of options.block) for (const member of await readBlock(file)) add(member, file);
  for (const [id, issuer] of pairsOf('--member', options.member))
    add({ id, issuer, origin: originOf(issuer) }, '--member');
  if (members.size === 0)
    for (const [id, name] of [
      ['310000', 'sh'],
      ['320000', 'js'],
    ] as const) {
      const issuer = `https://credit.${name}.example`;
      add({ id, issuer, origin: originOf(issuer) }, '');
    }
  if (members.size === 1)
    throw misuse(
      '协议至少有两个成员：再给一个 --block 或 --member',
      'an agreement has two members at least: give another --block or --member',
    );
  const set = (flag: string, values: readonly string[], change: (value: string) => Partial<StartMember>) => {
    for (const [id, value] of pairsOf(flag, values)) {
      const member = members.get(id);
      if (!member) throw misuse(`${flag} 中的 ${id} 不是成员`, `${id} of ${flag} is no member`);
      members.set(id, { ...member, ...change(value) });
    }
  };
  set('--name', options.name, (value) => ({ name: parseBoth('--name', value) }));
  set('--authority', options.authority, (authority) => ({ authority }));
  set('--endpoint', options.endpoint, (endpoint) => ({ endpoint }));
  return [...members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What `huxin keys create` printed, as YAML or with `--json`; the line of `huxin tls create` may stand in it too. */
async function readBlock(file: string): Promise<StartMember[]> {
  const { value, mistakes } = parseYaml(await readText(file));
  const items: unknown[] = mistakes.length === 0 ? [value].flat() : [];
  const members = items.map(toMember).filter((member) => member !== undefined);
  if (members.length > 0 && members.length === items.length) return members;
  throw misuse(`${file} 不是 huxin keys create 输出的公钥段`, `${file} is no block that huxin keys create printed`);
}

function toMember(item: unknown): StartMember | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { id, member = id, issuer, origin, keys, certificatePins: pins } = item as Record<string, unknown>;
  const isNamed = typeof member === 'string' && typeof issuer === 'string' && typeof origin === 'string';
  if (!isNamed || !isKeys(keys) || !isPins(pins)) return undefined;
  return { id: member, issuer, origin, keys, ...(pins && { certificatePins: pins }) };
}

function isPins(pins: unknown): pins is string[] | undefined {
  return pins === undefined || (Array.isArray(pins) && pins.every((pin) => typeof pin === 'string'));
}

/** Whether it has the four; whether they are right is for `check` to say, with their line. */
function isKeys(keys: unknown): keys is MemberKeys {
  if (typeof keys !== 'object' || keys === null) return false;
  const { bulletin, log, witness, agreement } = keys as Record<string, unknown>;
  return (
    Array.isArray(bulletin) && typeof log === 'string' && typeof witness === 'string' && typeof agreement === 'object'
  );
}

/** The sample that comes with the program: what it exchanges and by which terms is where an agreement starts. */
function readModel(): Agreement {
  const schemas = loadSchemas(shippedSchemas());
  const { agreement, mistakes } = readAuthored(sampleAgreementPage(), { ...verifyPorts(), schemas, keys: 'optional' });
  if (!agreement) throw new Error(`the program's own sample: ${JSON.stringify(mistakes)}`);
  return agreement;
}

function pairsOf(flag: string, values: readonly string[]): [id: string, value: string][] {
  return values.map((value) => {
    const [, id, rest] = /^(\d{6})=(.+)$/.exec(value) ?? [];
    if (id === undefined || rest === undefined)
      throw misuse(`${flag} 须为 <成员代码>=…，如 310000=…`, `${flag} is <member code>=…, such as 310000=…`);
    return [id, rest];
  });
}

function parseBoth(flag: string, value: string): Sentence {
  const [zh, en, ...rest] = value.split('/').map((part) => part.trim());
  if (!zh || !en || rest.length > 0) throw misuse(`${flag} 须写“中文/English”`, `${flag} is “中文/English”`);
  return { zh, en };
}

function misuse(zh: string, en: string): Misuse {
  return new Misuse({ zh, en });
}
