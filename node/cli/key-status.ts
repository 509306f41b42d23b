/** `huxin keys status`: the files of a key folder, or every member's keys as a running node knows them. */

import { stat } from 'node:fs/promises';
import { keyUseWords } from '../base/fact-words.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf, formatChinaTime } from '../base/time.ts';
import type { KeyPoint } from '../federation/key-history.ts';
import type { KeyReport } from '../federation/key-report.ts';
import type { FileUse, KeyFile } from '../key-file.ts';
import { listKeyFiles } from '../key-folder.ts';
import type { ClientOptions } from './client.ts';
import type { Context } from './command.ts';
import { formatTable } from './table.ts';
import { Misuse } from './terminal.ts';

type Say = (sentence: Sentence) => string;

const uses: Record<FileUse, Sentence> = keyUseWords;

const states: Record<KeyReport['state'], Sentence> = {
  'in-force': { zh: '有效', en: 'in force' },
  coming: { zh: '待生效', en: 'coming' },
  retired: { zh: '已停用', en: 'retired' },
  struck: { zh: '已除名', en: 'struck' },
};

/** @param options `keys` names a folder; without it a node is asked */
export async function showKeyStatus(
  options: ClientOptions & { keys?: string },
  { terminal, client, now }: Pick<Context, 'terminal' | 'client' | 'now'>,
): Promise<void> {
  const today = dayOf(now());
  if (options.keys === undefined) {
    const report = await client(options).get<{ at: string; keys: KeyReport[] }>('/api/v1/keys');
    terminal.answer(report, () => formatKeyReports(report.keys, dayOf(new Date(report.at)), terminal.pick));
    return;
  }
  const { folder, files, mode } = await readFolder(options.keys);
  terminal.answer({ folder, mode, keys: files }, () => formatKeyFiles(files, today, terminal.pick));
  for (const trouble of troublesOf(folder, mode, files)) terminal.note(trouble);
}

async function readFolder(folder: string): Promise<{ folder: string; mode: string; files: KeyFile[] }> {
  const found = await stat(folder).catch(() => undefined);
  const files = await listKeyFiles(folder);
  if (!found || files.length === 0) {
    throw new Misuse({ zh: `${folder} 中没有密钥文件`, en: `${folder} holds no key files` });
  }
  return { folder, mode: (found.mode & 0o777).toString(8), files };
}

function formatKeyFiles(files: readonly KeyFile[], today: string, pick: Say): string {
  const head = [
    { zh: '用途', en: 'use' },
    { zh: '指纹', en: 'thumbprint' },
    { zh: '生成于', en: 'made' },
    { zh: '天数', en: 'days' },
    { zh: '存放', en: 'kept' },
    { zh: '权限', en: 'mode' },
    { zh: '文件', en: 'file' },
  ].map(pick);
  const rows = files.map(({ file, use, kid, made, encrypted, mode }) => {
    const kept = encrypted ? { zh: '加密', en: 'encrypted' } : { zh: '明文', en: 'plain' };
    const on = dayOf(new Date(made));
    return [pick(uses[use]), kid, on, String(daysBetween(on, today)), pick(kept), mode, file];
  });
  return formatTable(head, rows);
}

function troublesOf(folder: string, mode: string, files: readonly KeyFile[]): Sentence[] {
  const open = files.filter((one) => !one.mode.endsWith('00')).map(({ file }) => file);
  const plain = files.filter(({ encrypted }) => !encrypted);
  return [
    ...(mode.endsWith('00')
      ? []
      : [
          {
            zh: `他人可以进入文件夹，节点不会读取：chmod 700 ${folder}`,
            en: `Others may enter the folder, so a node does not read it: chmod 700 ${folder}`,
          },
        ]),
    ...(open.length === 0
      ? []
      : [
          {
            zh: `他人可以读取，节点不会使用：chmod 600 ${open.join(' ')}`,
            en: `Others may read these, so a node does not use them: chmod 600 ${open.join(' ')}`,
          },
        ]),
    ...(plain.length === 0
      ? []
      : [
          {
            zh: `未加密的有 ${plain.length} 个；加密：huxin keys encrypt --keys ${folder} --passphrase-file <文件>`,
            en: `${plain.length} of them plain; to encrypt them: huxin keys encrypt --keys ${folder} --passphrase-file <file>`,
          },
        ]),
  ];
}

export function formatKeyReports(keys: readonly KeyReport[], today: string, pick: Say): string {
  const head = [
    { zh: '成员', en: 'member' },
    { zh: '用途', en: 'use' },
    { zh: '状态', en: 'state' },
    { zh: '指纹', en: 'thumbprint' },
    { zh: '自', en: 'since' },
    { zh: '天数', en: 'days' },
    { zh: '最近签署（北京时间）', en: 'signed last (China time)' },
  ].map(pick);
  const rows = keys.map((key) => [
    key.member,
    pick(uses[key.use]),
    pick(states[key.state]),
    key.kid,
    [pick(pointOf(key.since)), ...(key.until ? [pick(untilOf(key.until))] : [])].join(pick({ zh: '，', en: ', ' })),
    String(daysBetween(dayOfPoint(key.since), today)),
    pick(lastOf(key)),
  ]);
  return formatTable(head, rows);
}

function pointOf(point: KeyPoint): Sentence {
  const day = dayOfPoint(point);
  return 'index' in point
    ? { zh: `${day} 条目 ${point.index}`, en: `${day} entry ${point.index}` }
    : { zh: `${day} 第 ${point.version} 版`, en: `${day} version ${point.version}` };
}

function untilOf(point: KeyPoint): Sentence {
  const { zh, en } = pointOf(point);
  return { zh: `至 ${zh}`, en: `until ${en}` };
}

function lastOf({ lastSigned: last, lookedBackTo }: KeyReport): Sentence {
  if (!last) {
    return lookedBackTo === undefined
      ? { zh: '不详', en: 'not known' }
      : { zh: `条目 ${lookedBackTo} 起未见`, en: `nothing seen since entry ${lookedBackTo}` };
  }
  if ('version' in last) return { zh: `协议第 ${last.version} 版`, en: `version ${last.version} of the agreement` };
  const time = formatChinaTime(last.at);
  if ('index' in last) return { zh: `${time} 条目 ${last.index}`, en: `${time} entry ${last.index}` };
  if ('size' in last) return { zh: `${time} 检查点 ${last.size}`, en: `${time} checkpoint ${last.size}` };
  return { zh: `${time} 联署 ${last.origin}`, en: `${time} cosigned ${last.origin}` };
}

function dayOfPoint(point: KeyPoint): string {
  return 'index' in point ? dayOf(new Date(point.at)) : point.on;
}

/** Days from one to the other, 0 for what is still to come. */
function daysBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000));
}
