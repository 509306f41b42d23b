/**
 * `huxin agreement circulate | status | refuse | adopt | export | amend | withdraw`: versions of the agreement on
 * their way through the nodes. The node verifies and passes on; what signs is the key that lies beside whoever runs this.
 */

import type { Agreement } from '../agreement/agreement.ts';
import { describeChanges } from '../agreement/changes.ts';
import { signRefusal } from '../agreement/refusal.ts';
import { draftOf, type GeneralJws, type SignedAgreement } from '../agreement/signatures.ts';
import { canonicalText } from '../base/canonical.ts';
import { Problem } from '../base/problem.ts';
import { formatChinaTime, fromNumericDate, toNumericDate } from '../base/time.ts';
import { formatYaml } from '../base/yaml.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import type { VersionReport, VersionState } from '../federation/versions.ts';
import { formatChanges } from './agreement-diff.ts';
import { isSignedText, parseSigned, readPage, verifyVersions } from './agreement-file.ts';
import { loadSigner, type SignerOptions, signAs, withSigner } from './agreement-sign.ts';
import { type Client, type ClientOptions, withNode } from './client.ts';
import type { Context, Register } from './command.ts';
import { readText, writeNew } from './files.ts';
import { readLabels } from './labels.ts';
import { formatTable } from './table.ts';
import { Misuse, type Terminal } from './terminal.ts';

/** Whose key signs what which node holds. */
export type Signing = ClientOptions & SignerOptions;

export const circulate: Register = (group, context) => {
  const { terminal, client, now } = context;

  withNode(group.command('status'))
    .description(
      '本节点所知的各版：谁已签、谁拒签、谁已采用 · every version known here: who signed, refused, adopted it',
    )
    .action(async (options: ClientOptions) => {
      const report = await client(options).get<{ versions: VersionReport[] }>('/api/v1/agreements');
      terminal.answer(report, () => formatVersions(report.versions, terminal));
    });

  withNode(group.command('amend'))
    .description('以现行版本为底稿，写出下一版的文稿 · the version in force as a page, to be made the next one')
    .option('--out <file>', '写入文件，不覆盖 · write it to a file that is not there yet')
    .action(async ({ out, ...options }: ClientOptions & { out?: string }) => {
      const newest = await newestOf(client(options));
      const page = nextPage(newest);
      if (out === undefined) return terminal.answer({ page }, page);
      await writeNew(out, page);
      terminal.answer({ file: out, version: newest.agreement.version + 1, previous: newest.digest }, () =>
        terminal.pick({
          zh: `已写入 ${out}：第 ${newest.agreement.version + 1} 版的底稿`,
          en: `written to ${out}: to become version ${newest.agreement.version + 1}`,
        }),
      );
    });

  withNode(group.command('circulate <file>'))
    .description(
      '把文稿或已签文件交给节点，由它传给各成员 · hand a page or a signed file to the node, which passes it on to every member',
    )
    .action(async (file: string, options: ClientOptions) => {
      const node = client(options);
      const { document, jws } = await readVersion(file, node, context);
      report(await post(node, { agreement: jws ?? draftOf(document) }), terminal);
    });

  withSigner(withNode(group.command('refuse <digest>')))
    .description('拒签一版并说明理由，各成员都会看到 · refuse a version with a reason, which every member will see')
    .requiredOption('--reason <text>', '理由，不含任何自然人信息 · the reason, without any natural person’s data')
    .action(async (digest: string, options: Signing & { reason: string }) => {
      const node = client(options);
      const { agreement, predecessor } = await fetchVersion(node, digest);
      const { signer } = await loadSigner(agreement, predecessor, options, context);
      const { member, reason } = options;
      const refusal = { agreement: digest, member, reason, iat: toNumericDate(now()) };
      report(await post(node, { refusals: [await signRefusal(refusal, signer)] }), terminal);
    });

  withNode(group.command('adopt <file>'))
    .description(
      '把签齐的版本交给节点，从首日起在日志中采用 · hand a version that is in force to the node, whose log adopts it on its first day',
    )
    .action(async (file: string, options: ClientOptions) => {
      const node = client(options);
      for (const jws of [parseSigned(file, await readText(file))].flat().slice(0, -1))
        await post(node, { agreement: jws });
      const { jws } = await readVersion(file, node, context);
      if (!jws) throw new Misuse({ zh: `${file} 是文稿，尚未签署`, en: `${file} is a page that nobody has signed` });
      const told = await post(node, { agreement: jws });
      if (told.state !== 'current' && told.state !== 'to-come') terminal.markRefused();
      report(told, terminal);
    });

  withNode(group.command('export'))
    .description(
      '取出生效的各版，旧的在前；新成员的节点由此起步 · all versions in force, oldest first: what a joining node starts from',
    )
    .requiredOption('--out <file>', '写入文件，不覆盖 · a file that is not there yet')
    .action(async ({ out, ...options }: ClientOptions & { out: string }) => {
      const { agreements } = await inForceOf(client(options));
      await writeNew(out, `${canonicalText(agreements)}\n`);
      terminal.answer({ file: out, versions: agreements.length }, () =>
        terminal.pick({
          zh: `已写入 ${out}：${agreements.length} 版`,
          en: `written to ${out}: ${agreements.length} ${agreements.length === 1 ? 'version' : 'versions'}`,
        }),
      );
    });

  withNode(group.command('withdraw'))
    .description(
      '终结本成员的日志，不可恢复：退出协议的最后一步 · close this member’s log, for good: the last step of leaving',
    )
    .requiredOption('--yes', '确认 · say that you mean it')
    .action(async (options: ClientOptions) => {
      const closed = await client(options).post<{ index: number }>('/api/v1/closing', { ground: 'withdrawal' });
      terminal.answer(closed, () =>
        terminal.pick({
          zh: `日志已终结于第 ${closed.index} 条；此后不再签发，也不再收取。`,
          en: `The log is closed with entry ${closed.index}: nothing is issued or taken from now on.`,
        }),
      );
    });
};

/** Signs a version that the nodes have passed on; its changes are shown before. */
export async function signCirculated(digest: string, options: Signing, context: Context): Promise<void> {
  const node = context.client(options);
  const version = await fetchVersion(node, digest);
  await showChanges(version, context.terminal);
  const { agreement, predecessor } = version;
  report(await post(node, { agreement: await signAs(agreement, predecessor, options, context) }), context.terminal);
}

const inForceOf = (node: Client) => node.get<{ agreements: GeneralJws[] }>('/api/v1/agreements/in-force');

async function newestOf(node: Client): Promise<Verified<SignedAgreement>> {
  return lastOf(await verifyVersions((await inForceOf(node)).agreements));
}

const post = (node: Client, circular: object) => node.post<VersionReport>('/api/v1/agreements', circular);

/** A version of a file; one after the first is verified upon those that the node has in force. */
async function readVersion(file: string, node: Client, context: Context) {
  const text = await readText(file);
  if (!isSignedText(text)) return { ...(await readPage(file, context, { keys: 'required' })), jws: undefined };
  const given = [parseSigned(file, text)].flat();
  const { agreement: document, jws } =
    given.length > 1 ? lastOf(await verifyVersions(given)) : await verifyUpon(node, given[0]);
  return { document, jws };
}

/** A version verified here, upon those that the node has in force. */
async function verifyUpon(node: Client, jws: unknown): Promise<Verified<SignedAgreement>> {
  const { payload } = (jws ?? {}) as Partial<GeneralJws>; // verifyVersions looks at it
  const before = (await inForceOf(node)).agreements.filter((one) => one.payload !== payload);
  return lastOf(await verifyVersions(jws, before.length > 0 ? await verifyVersions(before) : []));
}

/** A version as the node holds it, verified here before it is shown or signed. */
async function fetchVersion(node: Client, digest: string): Promise<Verified<SignedAgreement>> {
  const found = await node.get<{ agreement: GeneralJws }>(`/api/v1/agreements/${encodeURIComponent(digest)}`);
  const version = await verifyUpon(node, found.agreement);
  if (version.digest !== digest)
    throw new Problem('agreement/invalid', { digest, reason: 'the node shows another version' });
  return version;
}

function lastOf(versions: readonly Verified<SignedAgreement>[]): Verified<SignedAgreement> {
  return versions.at(-1) as Verified<SignedAgreement>; // verifyVersions gives one at least
}

async function showChanges({ agreement, predecessor }: SignedAgreement, terminal: Terminal): Promise<void> {
  if (!predecessor || terminal.isJson) return;
  const { titleOf } = await readLabels();
  const changes = await describeChanges(predecessor.agreement, agreement, { titleOf, digest: predecessor.digest });
  const text = formatChanges(predecessor.agreement, agreement, changes, terminal);
  terminal.note({ zh: text, en: text });
}

/** The document as a page, with what the next version says anew. */
function nextPage({ agreement, digest }: SignedAgreement): string {
  const { strikes: _, version, ...rest } = agreement;
  const next: Omit<Agreement, 'strikes'> = { ...rest, version: version + 1, previous: digest };
  const { id, title, effective, ...others } = next;
  const head = `# 第 ${version + 1} 版，接续第 ${version} 版。改好后：huxin agreement check、diff，再 circulate。
# Version ${version + 1}, following version ${version}. Once it is right: huxin agreement check, diff, then circulate.
# effective.from 是本版的首日；strikes 只写新增的注销。 · effective.from is its first day; strikes lists new ones only.
`;
  const { version: number, previous, ...body } = others;
  return head + formatYaml({ id, version: number, previous, title, effective, ...body });
}

function report(told: VersionReport, terminal: Terminal): void {
  terminal.answer(told, () => formatVersions([told], terminal));
}

const states: Record<VersionState, { zh: string; en: string }> = {
  superseded: { zh: '已被接续', en: 'superseded' },
  current: { zh: '现行', en: 'in force' },
  'to-come': { zh: '已签够，待首日', en: 'signed, its day is to come' },
  open: { zh: '待签', en: 'waits for signatures' },
  refused: { zh: '被拒签，不能再生效', en: 'refused' },
  overtaken: { zh: '已被另一版取代', en: 'overtaken by another' },
};

function formatVersions(versions: readonly VersionReport[], { pick }: Terminal): string {
  const list = (ids: readonly string[]) => ids.join(pick({ zh: '、', en: ', ' }));
  const table = formatTable(
    [
      { zh: '版本', en: 'version' },
      { zh: '状态', en: 'state' },
      { zh: '首日', en: 'from' },
      { zh: '已签', en: 'signed by' },
      { zh: '尚缺', en: 'lacking' },
      { zh: '已采用', en: 'adopted by' },
    ].map(pick),
    versions.map(({ version, state, from, signedBy, lacking, missing, governs }) => [
      String(version),
      pick(states[state]),
      from,
      list(signedBy),
      lacking === 0 ? '' : `${lacking}${pick({ zh: '：', en: ': ' })}${list(missing)}`,
      list(governs),
    ]),
  );
  const lines = versions.flatMap(({ version, digest, refusals }) => [
    `${version}  ${digest}`,
    ...refusals.map(
      ({ member, reason, iat }) =>
        `   ${member} ${pick({ zh: '拒签', en: 'refused' })} ${formatChinaTime(fromNumericDate(iat))}: ${reason}`,
    ),
  ]);
  return `${table}\n${lines.join('\n')}\n`;
}
