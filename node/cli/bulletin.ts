/** `huxin bulletins`: the entries of a member's log as the node holds them. */

import { Option } from 'commander';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import type { Erased, Word } from '../log/ports.ts';
import { sentenceFor, verdicts, wordFor } from '../registry/words.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { readLabels } from './labels.ts';
import { formatPairs, formatTable } from './table.ts';

/** An entry as the node tells it; what is not addressed to the node has a leaf only. */
export interface ToldEntry {
  member: string;
  index: number;
  audience: string[];
  jti?: string;
  type?: string;
  word?: Word;
  /** Why it was refused, or has no legal effect. */
  code?: string;
  at: string;
  /** How its content was taken. */
  erased?: Erased;
}

/** One bulletin; `jws` is its signed form. */
export interface ToldBulletin extends ToldEntry {
  jti: string;
  origin: string;
  jws?: string;
  claims?: { txn?: string; sub_id?: { uscc: string }; events?: Record<string, unknown> };
  /** What the addressees of one of our own say of it. */
  receipts: { member: string; word: Word; code?: string; jti: string }[];
}

interface ListOptions extends ClientOptions {
  member?: string;
  word?: Word;
  from?: string;
  limit: string;
}

type Pick = (sentence: Sentence) => string;

export const bulletin: Register = (program, { terminal, client }) => {
  const group = program.command('bulletins').description('日志中的通报 · bulletins in the logs');

  withNode(group.command('list', { isDefault: true }))
    .description('列出一个成员日志的条目 · list the entries of a member’s log')
    .option('--member <id>', '哪个成员的日志，默认为本节点的 · whose log, by default the node’s own')
    .addOption(
      new Option('--word <word>', '只列这种结果 · only those of this outcome').choices([
        'refused',
        'withheld',
        'noted',
      ]),
    )
    .option('--from <index>', '从第几条起 · first index')
    .option('--limit <n>', '最多几条 · at most so many', '100')
    .action(async ({ member, word, from, limit, ...options }: ListOptions) => {
      const query = { member, word, from, limit };
      const page = await client(options).get<{ bulletins: ToldEntry[]; next?: number }>('/api/v1/bulletins', query);
      const labels = await readLabels();
      terminal.answer(page, () => formatEntries(page.bulletins, labels, terminal.pick));
      if (page.next !== undefined) {
        terminal.note({ zh: `还有更多：--from ${page.next}`, en: `There are more: --from ${page.next}` });
      }
    });

  withNode(group.command('show <jti>'))
    .description('一份通报及其回执 · one bulletin with its receipts')
    .option('--purpose <id>', '使用目的；查看他省通报的内容须写明 · purpose, needed to read what another member said')
    .action(async (jti: string, { purpose, ...options }: ClientOptions & { purpose?: string }) => {
      const query = purpose === undefined ? {} : { purpose };
      const told = await client(options).get<ToldBulletin>(`/api/v1/bulletins/${encodeURIComponent(jti)}`, query);
      const labels = await readLabels();
      terminal.answer(told, () => formatBulletin(told, labels, terminal.pick));
    });
};

export function formatEntries(entries: readonly ToldEntry[], labels: Labels, pick: Pick): string {
  const head = [
    { zh: '条目', en: 'entry' },
    { zh: '种类', en: 'type' },
    { zh: '接收方', en: 'addressed to' },
    { zh: '结果', en: 'outcome' },
    { zh: '编号', en: 'jti' },
    { zh: '时间（北京时间）', en: 'at (China time)' },
    { zh: '原因', en: 'reason' },
  ];
  const rows = entries.map(({ index, type, audience, word, jti = '', at, code, erased }) => [
    String(index),
    type === undefined ? '' : pick(labels.titleOf(type)),
    audience.join(' '),
    formatOutcome(word, erased, pick),
    jti,
    formatChinaTime(at),
    code === undefined ? '' : pick(sentenceFor(code)),
  ]);
  return formatTable(head.map(pick), rows);
}

function formatBulletin(told: ToldBulletin, labels: Labels, pick: Pick): string {
  const { member, origin, index, audience, jti, word, code, at, claims, receipts, erased } = told;
  const type = told.type ?? '';
  const facts: [Sentence, string | undefined][] = [
    [{ zh: '编号', en: 'jti' }, jti],
    [{ zh: '种类', en: 'type' }, type && pick(labels.titleOf(type))],
    [{ zh: '签发方', en: 'issuer' }, member],
    [{ zh: '日志', en: 'log' }, origin],
    [{ zh: '条目', en: 'entry' }, String(index)],
    [{ zh: '接收方', en: 'addressed to' }, audience.join(' ')],
    [{ zh: '主体', en: 'subject' }, claims?.sub_id?.uscc],
    [{ zh: '记录编号', en: 'record' }, claims?.txn && `${member}.${claims.txn}`],
    [{ zh: '时间（北京时间）', en: 'at (China time)' }, formatChinaTime(at)],
    [{ zh: '结果', en: 'outcome' }, formatOutcome(word, erased, pick)],
    [{ zh: '删除', en: 'erased' }, erased && formatErased(erased, labels, pick)],
    [{ zh: '原因', en: 'reason' }, code && pick(sentenceFor(code))],
  ];
  const pairs = facts.flatMap(([label, value]) => (value ? [[pick(label), value] as const] : []));
  const [body] = claims?.sub_id ? Object.values(claims.events ?? {}) : []; // governance and receipts are not for reading
  const lines = labels.linesOf(type, (body ?? {}) as Record<string, unknown>); // its schema was checked
  const said = formatPairs(lines.map(({ label, value }) => [pick(label), pick(value)] as const));
  const parts = [formatPairs(pairs), said];
  const head = [
    { zh: '成员', en: 'member' },
    { zh: '回执', en: 'receipt' },
    { zh: '原因', en: 'reason' },
    { zh: '回执编号', en: 'jti of the receipt' },
  ];
  const rows = receipts.map((receipt) => [
    receipt.member,
    pick(wordFor(verdicts, receipt.word)),
    receipt.code === undefined ? '' : pick(sentenceFor(receipt.code)),
    receipt.jti,
  ]);
  if (rows.length > 0) parts.push(formatTable(head.map(pick), rows));
  return parts.filter((part) => part !== '').join('\n');
}

function formatOutcome(word: Word | undefined, erased: Erased | undefined, pick: Pick): string {
  const gone = erased ? [pick({ zh: '内容已删除', en: 'erased' })] : [];
  return [...(word === undefined ? [] : [pick(wordFor(verdicts, word))]), ...gone].join(pick({ zh: '，', en: ', ' }));
}

/** When, by which entry and on what ground. */
function formatErased({ by, ground, at }: Erased, labels: Labels, pick: Pick): string {
  const entry = by === undefined ? [] : [pick({ zh: `第 ${by} 条`, en: `by entry ${by}` })];
  const grounds = labels.linesOf('erasure', { ground }).map(({ value }) => pick(value));
  return [formatChinaTime(at), ...entry, ...grounds].join(pick({ zh: '，', en: ', ' }));
}
