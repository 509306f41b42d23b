/** The acts of the demo, in their order: the agreement, the nodes, imports with one node killed, questions, steps. */

import { join, resolve } from 'node:path';
import { dayOf } from '../dist/node/base/time.js';
import { ask, findFiles, importFile, waitForRecord, waitUntilSettled, whileWatching } from './demo-exchange.mjs';
import { sumUp } from './demo-expect.mjs';
import { correctedFine, writeSamples } from './demo-samples.mjs';
import { done, failed, heading, progress, say, strike, table } from './demo-screen.mjs';
import { createKeys, createNodes, readMembers, readSigned, signAgreement, writePage } from './demo-world.mjs';

/** What has come about so far; the report is made of it even when an act fails. `ok` is its verdict. */
export const story = { nodes: [], agreement: undefined, published: [], importRefused: [], complaints: [], ok: false };

export async function play(options, folder) {
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
  const { refusals, words, summary, isRefused, ...published } = await importFile(node, folder, file);
  story.published.push(published);
  story.importRefused.push(...refusals);
  const { opened = 0, corrected = 0, unchanged = 0, refusedRows = 0 } = summary ?? {};
  const counts = [
    [opened, '新建', 'opened'],
    [corrected, '更正', 'corrected'],
    [unchanged, '未变', 'unchanged'],
    [refusedRows, '拒绝', 'refused'],
  ].filter(([count]) => count > 0);
  const zh = [...(isRefused ? ['整个文件被拒收'] : []), ...counts.map(([count, what]) => `${what} ${count}`)];
  const en = [...(isRefused ? ['refused whole'] : []), ...counts.map(([count, , what]) => `${count} ${what}`)];
  const tell = isRefused ? strike : done;
  tell(`${node.name.zh}  ${file.file}  ${zh.join('，')}`, en.join(', '));
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
