/**
 * The acts of the demo, in their order: the agreement, the nodes, imports with one node killed, a question, a correction,
 * an objection that crosses provinces with the work list that it is on, a repair under four eyes, an erasure, evidence,
 * an audit.
 */

import { join, resolve } from 'node:path';
import { auditLogs, createAuditor } from './demo-audit.mjs';
import { proveCompleteness } from './demo-evidence.mjs';
import { findFiles, waitUntilSettled, whileWatching } from './demo-exchange.mjs';
import { sumUp } from './demo-expect.mjs';
import {
  askAboutAnyone,
  askEveryone,
  correctOne,
  eraseOne,
  objectAcrossProvinces,
  repairWithFourEyes,
} from './demo-records.mjs';
import { writeSamples } from './demo-samples.mjs';
import { done, heading, progress, say, strike } from './demo-screen.mjs';
import { complain, importOne, story } from './demo-story.mjs';
import { createKeys, createNodes, readMembers, readSigned, signAgreement, writePage } from './demo-world.mjs';

export async function play(options, folder) {
  await setUp(folder);
  const samples = await prepareSheets(options, folder);
  await whileWatching(story, importAll(samples, options), showDelivered);
  heading('通报传到各省', 'The bulletins spread');
  await spread();
  if (samples.known) {
    await askEveryone(samples.known);
    await correctOne(samples);
    await objectAcrossProvinces(samples);
    await repairWithFourEyes(samples);
    await spread();
    await eraseOne(samples);
    await spread();
  } else await askAboutAnyone();
  await proveCompleteness(folder);
  await auditLogs(folder);
}

async function setUp(folder) {
  heading('四方签署框架协议', 'Four members sign the agreement');
  const members = await readMembers();
  const [keys, auditor] = await Promise.all([createKeys(folder, members), createAuditor(folder)]);
  done('各成员在自己的节点上生成密钥，协议所列的审计方亦然', 'each member made its keys, and so did the auditor');
  const page = await writePage(folder, members, keys, auditor);
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
