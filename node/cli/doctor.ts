/** `huxin doctor`: what is in order, what is not, and what to do; before a start, or asked of a running node. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Check, CheckUp, Grade, Subject } from '../federation/check-up.ts';
import { type ClientOptions, withNode } from './client.ts';
import type { Register } from './command.ts';
import { toOneLine, widthOf } from './table.ts';

type Pick = (sentence: Sentence) => string;

const grades: Readonly<Record<Grade, Sentence>> = {
  ok: { zh: '正常', en: 'ok' },
  warning: { zh: '注意', en: 'WARNING' },
  problem: { zh: '有问题', en: 'PROBLEM' },
  unknown: { zh: '不明', en: 'unknown' },
};

const names: Readonly<Record<Subject, Sentence>> = {
  configuration: { zh: '配置', en: 'configuration' },
  runtime: { zh: '运行环境', en: 'runtime' },
  keys: { zh: '密钥', en: 'keys' },
  agreement: { zh: '协议', en: 'agreement' },
  store: { zh: '数据库', en: 'store' },
  disk: { zh: '磁盘', en: 'disk' },
  certificate: { zh: '证书', en: 'certificate' },
  address: { zh: '地址', en: 'address' },
  clock: { zh: '时钟', en: 'clock' },
  'calls-out': { zh: '我方呼叫', en: 'calls out' },
  'calls-in': { zh: '对方呼叫', en: 'calls in' },
  log: { zh: '日志', en: 'logs' },
  alarms: { zh: '告警', en: 'alarms' },
  holidays: { zh: '节假日', en: 'holidays' },
};

export const doctor: Register = (program, { terminal, client, now }) => {
  withNode(program.command('doctor'))
    .description(
      '体检：启动前用 --config，运行中向节点询问；有问题时退出码为 1 · look for what is wrong: before a start with --config, else the running node is asked; exit code 1 when there is a problem',
    )
    .option('--config <file>', '启动前检查这份配置 · configuration file to check before a start')
    .action(async ({ config, ...options }: ClientOptions & { config?: string }) => {
      const found = config === undefined ? await client(options).get<CheckUp>('/api/v1/doctor') : await before(config);
      terminal.answer(found, () => formatCheckUp(found, terminal.pick));
      if (found.checks.some(({ grade }) => grade === 'problem')) terminal.markRefused();
    });

  async function before(file: string): Promise<CheckUp> {
    const { examineBefore } = await import('../doctor-before.ts'); // the whole node, which other commands do without
    return examineBefore(file, { now });
  }
};

function formatCheckUp({ at, checks }: CheckUp, pick: Pick): string {
  const rows = checks.map(({ grade, about, member }) => [
    pick(grades[grade]),
    [pick(names[about]), member].filter(Boolean).join(' '),
  ]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const lines = checks.map(({ found, cure }, i) => {
    const head = (rows[i] ?? [])
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ');
    const indent = ' '.repeat(widthOf(head) + 2);
    return `${head}  ${toOneLine(pick(found))}\n${cure ? `${indent}→ ${toOneLine(pick(cure))}\n` : ''}`;
  });
  return `${lines.join('')}\n${pick(sumUp(checks, at))}\n`;
}

function sumUp(checks: readonly Check[], at: string): Sentence {
  const count = (grade: Grade) => checks.filter((check) => check.grade === grade).length;
  const [problems, warnings, unknown, ok] = [count('problem'), count('warning'), count('unknown'), count('ok')];
  const time = formatChinaTime(at);
  return {
    zh: `北京时间 ${time}：${problems} 处有问题，${warnings} 处须注意，${unknown} 处不明，${ok} 处正常`,
    en: `China time ${time}: ${problems} ${problems === 1 ? 'problem' : 'problems'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${unknown} unknown, ${ok} ok`,
  };
}
