/** Four provinces on this machine, from keys to receipts and an audit: `scripts/demo --help`. Everything it starts it also ends. */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { play } from './demo-acts.mjs';
import { readLogs, readReports } from './demo-exchange.mjs';
import { judgePairs, sumUp } from './demo-expect.mjs';
import { bold, dim, done, failed, heading, say, table } from './demo-screen.mjs';
import { story } from './demo-story.mjs';
import { stopAll } from './demo-world.mjs';

const help = `用法 · usage: scripts/demo [选项 · options]

四省在本机交换知识产权信用信息：四个真实的节点进程，从密钥、协议、表格导入到签收回执和审计。
Four provinces exchange intellectual-property credit information on this machine: four real node
processes, from keys and the agreement through spreadsheets to receipts and an audit.

  --once        演示结束即退出；全部数目相符、审计没有发现问题为 0，否则为 1
                exit at the end, 0 only when every count agrees and the audit finds nothing
  --json FILE   把结果写成 JSON · write the outcome as JSON
  --rows N      每个表格的正确行数，默认 50 · good rows in each spreadsheet, by default 50; a few wrong ones come on top
  --seed S      生成样例的种子 · seed of the generated samples
  --data DIR    改用 DIR/<成员代码>/<种类>*.xlsx|csv，此外什么都不导入
                use these files instead of generated ones; nothing else is imported
  --keep DIR    把一切文件放在这个空文件夹并保留 · put all files into this empty folder and leave them there
  --no-faults   不中断任何节点 · interrupt no node
  --help        显示本说明 · show this page
`;

/** A call that makes no sense; nothing has been done. */
class Misuse extends Error {}

function readOptions(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  const options = {
    once: flag,
    json: text,
    rows: text,
    seed: text,
    data: text,
    keep: text,
    'no-faults': flag,
    help: flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new Misuse(error.message);
  }
  const { once, json, rows = '50', seed = '1', data, keep, 'no-faults': noFaults, help: wantsHelp } = values;
  if (!/^[1-9]\d{0,4}$/.test(rows)) throw new Misuse(`--rows: 1–99999, not ${rows}`);
  if (data !== undefined && !existsSync(data)) throw new Misuse(`--data: 没有这个文件夹 · no such folder: ${data}`);
  if (json !== undefined && !existsSync(dirname(resolve(json)))) throw new Misuse(`--json: ${json}`);
  return { once, json, rows: Number(rows), seed, data, keep, hasFaults: !noFaults, wantsHelp };
}

/** The folder of everything. */
async function openFolder(keep) {
  if (keep === undefined) return mkdtemp(join(tmpdir(), 'huxin-demo-'));
  const folder = resolve(keep);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new Misuse(`--keep: 文件夹须为空 · the folder must be empty: ${folder}`);
  return folder;
}

// The end ---------------------------------------------------------------------------------------------------------

/** What came of it all, from what the nodes say now. */
async function report(startedAt, error) {
  const { nodes, agreement, published, importRefused, audited, complaints } = story;
  const logs = await readLogs(nodes);
  const pairs = judgePairs(agreement, published, await readReports(nodes), logs);
  const { ok, ...figures } = sumUp(pairs, published, logs);
  const members = agreement.members.map(({ id }) => id);
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
  showPairs(pairs);
  const isRight = ok && complaints.length === 0 && error === undefined;
  return { members, ...figures, importRefused, ...(audited && { audited }), seconds, ok: isRight };
}

function showPairs(pairs) {
  heading('对账', 'The accounts');
  const nameOf = (id) => story.nodes.find((node) => node.id === id).name.zh;
  table(
    [
      '发送方 from',
      '接收方 to',
      '应收 expected',
      '签发 issued',
      '采纳 taken',
      '拒收 refused',
      '缺内容 withheld',
      '回执 receipts',
      '联署 cosigned',
    ],
    pairs.map(({ from, to, expected, issued, taken, refused, withheld, receipts, isJoined, isCovered, isCosigned }) => [
      ...[nameOf(from), nameOf(to)],
      ...[expected, issued, taken, refused, withheld].map(String),
      isJoined && isCovered ? String(receipts) : `${receipts} ✗`,
      isCosigned ? '✓' : '✗',
    ]),
  );
}

function showNodes() {
  heading('节点与令牌', 'Nodes and tokens');
  table(
    ['节点 node', '地址 address', '角色 role', '令牌 token'],
    story.nodes.flatMap(({ name, url, tokens }) =>
      Object.entries(tokens).map(([role, token], n) => [n === 0 ? name.zh : '', n === 0 ? url : '', role, token]),
    ),
  );
}

function sayHowToGoOn() {
  const [{ url, tokens }] = story.nodes;
  say('换一个窗口试试：', 'try in another window:');
  process.stdout.write(`   HUXIN_NODE=${url} HUXIN_TOKEN=${tokens.operator} node dist/node/cli/main.js peers\n`);
  process.stdout.write(`\n${bold('节点运行中，按 Ctrl-C 结束')}  ${dim('the nodes are up; Ctrl-C ends it')}\n`);
}

/** Plays and reports. */
async function run(options, folder) {
  const startedAt = performance.now();
  let error;
  await play(options, folder).catch((reason) => {
    error = reason;
  });
  if (error) failed(error.message, '');
  if (story.nodes.length === 0) return;
  const outcome = await report(startedAt, error);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(outcome)}\n`);
  showNodes();
  const { ok, issued, taken, expected, seconds } = outcome;
  story.ok = ok;
  if (ok)
    done(`签发 ${issued}，应收 ${expected}，采纳 ${taken}，全部相符；用时 ${seconds} 秒`, `all agrees, ${seconds} s`);
  else failed(`签发 ${issued}，应收 ${expected}，采纳 ${taken}，不相符`, 'the counts do not agree');
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  const folder = await openFolder(options.keep);
  if (options.json !== undefined) await rm(options.json, { force: true }); // what an earlier run said
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('interrupted'));
  });
  try {
    const first = await Promise.race([run(options, folder), interrupted]);
    if (!options.once && story.ok && first !== 'interrupted') {
      sayHowToGoOn();
      await interrupted;
    }
  } finally {
    await stopAll();
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
    else say(`文件保留在 ${folder}`, 'all files are there');
  }
  return story.ok ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(error instanceof Misuse ? `${error.message}\n\n${help}` : `${error.stack}\n`);
    process.exit(error instanceof Misuse ? 2 : 1);
  },
);
