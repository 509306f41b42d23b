/** Four provinces on this machine, from keys to receipts: `scripts/demo --help`. Everything it starts it also ends. */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dayOf } from '../dist/node/base/time.js';
import {
  ask,
  findFiles,
  importFile,
  readLogs,
  readReports,
  waitForRecord,
  waitUntilSettled,
  whileWatching,
} from './demo-exchange.mjs';
import { judgePairs, sumUp } from './demo-expect.mjs';
import { correctedFine, writeSamples } from './demo-samples.mjs';
import { bold, dim, done, failed, heading, progress, say, strike, table } from './demo-screen.mjs';
import { createKeys, createNodes, readMembers, readSigned, signAgreement, stopAll, writePage } from './demo-world.mjs';

const help = `用法 · usage: scripts/demo [选项 · options]

四省在本机交换知识产权信用信息：四个真实的节点进程，从密钥、协议、表格导入到签收回执。
Four provinces exchange intellectual-property credit information on this machine: four real node
processes, from keys and the agreement through spreadsheets to receipts.

  --once        演示结束即退出；全部数目相符为 0，否则为 1 · exit at the end, 0 only when every count agrees
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

// The play --------------------------------------------------------------------------------------------------------

/** What has come about so far; the report is made of it even when an act fails. `ok` is its verdict. */
const story = { nodes: [], agreement: undefined, published: [], importRefused: [], complaints: [], ok: false };

async function play(options, folder) {
  await setUp(folder);
  const samples = await prepareSheets(options, folder);
  await whileWatching(story, importAll(samples, options), showDelivered);
  heading('通报传到各省', 'The bulletins spread');
  await spread();
  if (samples.known) {
    await askEveryone(samples.known);
    await correctAndRepair(samples);
    await spread();
  } else await askAboutAnyone();
}

async function setUp(folder) {
  heading('四方签署框架协议', 'Four members sign the agreement');
  const members = await readMembers();
  const keys = await createKeys(folder, members);
  done('各成员在自己的节点上生成密钥', 'each member made its keys');
  const page = await writePage(folder, members, keys);
  const { file, digest, signedBy } = await signAgreement(folder, members, page);
  story.agreement = readSigned(file);
  done(`${signedBy.length} 方签名逐一核对无误`, `${signedBy.length} signatures verified, one by one`);
  say(`协议摘要 ${digest}`, 'digest of the agreement');

  heading('启动四个节点', 'Four nodes start');
  const nodes = await createNodes(folder, members);
  story.nodes = nodes;
  await Promise.all(nodes.map((node) => node.start()));
  for (const { name, url } of nodes) done(`${name.zh}  ${url}`, name.en);
}

async function prepareSheets({ data, rows, seed }, folder) {
  heading('经办人导入表格', 'Clerks import their spreadsheets');
  if (data !== undefined) {
    const { files, others } = await findFiles(data, story.agreement.members);
    for (const other of others) say(`略过 ${other}`, 'passed over');
    if (files.length === 0) complain([`${data}: 没有可导入的表格 · no spreadsheets`]);
    return { folder: resolve(data), files };
  }
  const sheets = join(folder, 'sheets');
  const samples = await writeSamples(sheets, { agreement: story.agreement, rows, seed });
  say(
    `生成 ${samples.files.length} 个样例表格，内容均为虚构`,
    `${samples.files.length} sample spreadsheets, all invented`,
  );
  return { ...samples, folder: sheets };
}

const shownRefusals = 2; // of a file, for people to see what is found

/** Each province imports its first file; one node is killed while that spreads, and comes back for the rest. */
async function importAll({ folder, files, wrong }, { hasFaults }) {
  const { nodes } = story;
  const victim = hasFaults ? nodes[2] : undefined;
  const take = async (node, list) => {
    for (const file of list) await importOne(node, folder, file);
  };
  const filesOf = ({ id }) => files.filter(({ member }) => member === id);
  await Promise.all(nodes.map((node) => take(node, filesOf(node).slice(0, 1))));
  if (victim) {
    await victim.kill();
    strike(
      `${victim.name.zh}的节点被强行终止（SIGKILL），其他三省照常`,
      `${victim.name.en} was killed; the others go on`,
    );
  }
  await Promise.all(nodes.filter((node) => node !== victim).map((node) => take(node, filesOf(node).slice(1))));
  if (victim) {
    await victim.start();
    done(`${victim.name.zh}的节点重新启动，接着交换`, `${victim.name.en} is back and goes on`);
    await take(victim, filesOf(victim).slice(1));
  }
  if (wrong) checkRefused(wrong);
}

async function importOne(node, folder, file) {
  const { refusals, words, summary, ...published } = await importFile(node, folder, file);
  story.published.push(published);
  story.importRefused.push(...refusals);
  const { opened = 0, corrected = 0, unchanged = 0, refusedRows = 0 } = summary ?? {};
  const counts = [
    [opened, '新建', 'opened'],
    [corrected, '更正', 'corrected'],
    [unchanged, '未变', 'unchanged'],
    [refusedRows, '拒绝', 'refused'],
  ].filter(([count]) => count > 0);
  done(
    `${node.name.zh}  ${file.file}  ${counts.map(([count, zh]) => `${zh} ${count}`).join('，')}`,
    counts.map(([count, , en]) => `${count} ${en}`).join(', '),
  );
  for (const [n, { row, column, code }] of refusals.slice(0, shownRefusals).entries()) {
    say(`  ${row > 0 ? `第 ${row} 行 ${column}：` : ''}${shorten(words[n])}`, code);
  }
  return summary;
}

function shorten(text, most = 50) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Exactly the rows that are wrong on purpose, each for its reason. */
function checkRefused(wrong) {
  const signs = (list) => list.map(({ file, row, column, code }) => `${file} ${row} ${column} ${code}`).sort();
  const [planned, found] = [signs(wrong), signs(story.importRefused)];
  const strange = [
    ...planned.filter((sign) => !found.includes(sign)).map((sign) => `not refused: ${sign}`),
    ...found.filter((sign) => !planned.includes(sign)).map((sign) => `refused: ${sign}`),
  ];
  if (strange.length === 0)
    done(`故意写错的 ${found.length} 处均被查出`, `all ${found.length} deliberate mistakes were found`);
  complain(strange);
}

function complain(strange) {
  for (const one of strange) failed(one, '');
  story.complaints.push(...strange);
}

function showDelivered(pairs, more = '') {
  const { expected, taken, receipts } = sumUp(pairs, story.published, new Map());
  progress(`已送达 delivered · 回执 receipts ${receipts}${more}`, taken, Math.max(expected, taken));
}

async function spread() {
  const { nodes, agreement, published } = story;
  const { pairs } = await waitUntilSettled(nodes, agreement, published, (now) => {
    const cosigned = now.filter(({ isCosigned }) => isCosigned).length;
    showDelivered(now, ` · 联署 cosigned ${cosigned}/${now.length}`);
  });
  const { expected } = sumUp(pairs, published, new Map());
  done(`${expected} 份通报全部送达、核验并有回执`, `${expected} deliveries verified and receipted`);
}

// Questions and steps ---------------------------------------------------------------------------------------------

async function askEveryone({ uscc, name }) {
  heading(`查询四省都有记录的企业：${name}`, 'A question about a company that all four know');
  const answers = await askAll(uscc);
  const idsOf = (asked, about) => answers[asked].get(about)?.map(({ record }) => record) ?? [];
  const strange = story.nodes.flatMap(({ id, name }, home) => {
    const own = idsOf(home, id);
    const others = story.nodes.flatMap((_, n) => (n === home ? [] : [idsOf(n, id)]));
    const isKnown = others.every((ids) => ids.length > 0 && ids.every((one) => own.includes(one)));
    return isKnown && new Set(others.map(String)).size === 1 ? [] : [`answers differ about ${name.en}`];
  });
  if (strange.length === 0) {
    done('问到同一省，其他三省的答复一致', 'about each province, the three others answer alike');
    say('本省可用自己的全部记录，别省所得以协议为限', 'its own records a province always may use, others as agreed');
  }
  complain(strange);
}

/** With files from elsewhere: the subject of the newest bulletin. */
async function askAboutAnyone() {
  for (const node of story.nodes) {
    const { bulletins } = await node.get('clerk', '/bulletins?from=1&limit=1000');
    const { jti } = bulletins.findLast(({ type }) => type !== 'receipt') ?? {};
    if (!jti) continue;
    const { claims } = await node.get('clerk', `/bulletins/${jti}`);
    heading(`查询一个主体：${claims.sub_id.uscc}`, 'A question about one of the subjects');
    await askAll(claims.sub_id.uscc);
    return;
  }
}

async function askAll(uscc) {
  const { nodes } = story;
  const answers = await Promise.all(nodes.map((node) => ask(node, uscc)));
  table(
    ['向谁查询', ...nodes.map(({ name }) => `${name.zh}的记录`)],
    nodes.map(({ name }, n) => [name.zh, ...nodes.map(({ id }) => String(answers[n].get(id)?.length ?? 0))]),
  );
  return answers;
}

async function correctAndRepair({ folder, corrected, known: { uscc } }) {
  const { nodes, published } = story;
  heading('更正与信用修复', 'A correction and a repair');
  const issuer = nodes.find(({ id }) => id === corrected.member);
  const summary = await importOne(issuer, folder, corrected);
  if (summary.opened !== 0 || summary.corrected !== 1)
    throw new Error('one row was changed, and that is not what came of it');
  await Promise.all(
    nodes.map((node) => waitForRecord(node, uscc, issuer.id, ({ body }) => body?.fine === correctedFine)),
  );
  done(
    `${issuer.name.zh}改了一行：罚款更正为 ${correctedFine} 万元，各省均已更新`,
    'one row was changed, and everyone has it',
  );

  const repairer = nodes[1];
  const own = (await ask(repairer, uscc)).get(repairer.id);
  const { record } = own.find(({ type, state }) => type === 'dishonesty' && state === 'publicised');
  const document = ['--document', '苏样修〔2026〕1号', '--on', dayOf(new Date())];
  await repairer.mustHuxin('clerk', ['step', record, 'repair', ...document]);
  published.push({ member: repairer.id, type: 'dishonesty', bulletins: 1 });
  const isRepaired = (one) => one.record === record && one.state === 'repaired';
  await Promise.all(nodes.map((node) => waitForRecord(node, uscc, repairer.id, isRepaired)));
  done(`${repairer.name.zh}准予信用修复，各省均已看到`, `${repairer.name.en} granted a repair, and everyone sees it`);
}

// The end ---------------------------------------------------------------------------------------------------------

/** What came of it all, from what the nodes say now. */
async function report(startedAt, error) {
  const { nodes, agreement, published, importRefused, complaints } = story;
  const logs = await readLogs(nodes);
  const pairs = judgePairs(agreement, published, await readReports(nodes), logs);
  const { ok, ...figures } = sumUp(pairs, published, logs);
  const members = agreement.members.map(({ id }) => id);
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
  showPairs(pairs);
  return { members, ...figures, importRefused, seconds, ok: ok && complaints.length === 0 && error === undefined };
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
