/** An auditor of the agreement: a key of its own before the members sign, and at the end its mirror of all their logs. */

import { join } from 'node:path';
import { readLogs } from './demo-exchange.mjs';
import { judgeAudit } from './demo-expect.mjs';
import { done, heading, say } from './demo-screen.mjs';
import { complain, shorten, story } from './demo-story.mjs';
import { huxin, mustHuxin } from './demo-world.mjs';

const office = { id: 'audit-office', zh: '审计办公室', en: 'Audit office' };
const shownUnchecked = 3;

/** Made on the auditor's own machine. @returns what the agreement says of it */
export async function createAuditor(folder) {
  const names = ['--id', office.id, '--name-zh', office.zh, '--name-en', office.en];
  const { id, name, key } = await mustHuxin(['keys', 'auditor', '--out', join(folder, 'auditor.json'), ...names]);
  return { id, name, key };
}

/** Everything that the auditor reads, it reads from the four nodes with that key; no node gave it a token. */
export async function auditLogs(folder) {
  const { nodes, agreement, published } = story;
  heading('审计方核对全部日志', 'The auditor reads all logs');
  const files = ['--agreement', join(folder, 'agreement.json'), '--key', join(folder, 'auditor.json')];
  const reports = ['--html', join(folder, 'audit.html'), '--out', join(folder, 'audit.xlsx')];
  const { value, err } = await huxin(['audit', ...files, '--dir', join(folder, 'mirror'), ...reports]);
  if (!value) throw new Error(`huxin audit: ${err}`);
  const { logs, pairs, findings, notChecked } = value;
  story.audited = { logs: logs.length, pairs: pairs.length, findings: findings.map(({ code }) => code) };
  const strange = judgeAudit(value, agreement, published, await readLogs(nodes));
  complain(strange);
  if (strange.length === 0) showAudit(value);
  say(`有 ${notChecked.length} 项不能核对，例如：`, `${notChecked.length} things it could not check, such as`);
  for (const { zh, code } of notChecked.slice(0, shownUnchecked)) say(`  ${shorten(zh)}`, code);
  say(`报告 ${join(folder, 'audit.html')} 和 audit.xlsx`, 'the report, to print and as a workbook');
}

function showAudit({ logs, pairs }) {
  const nameOf = (member) => story.nodes.find(({ id }) => id === member).name.zh;
  const entries = logs.map(({ member, size }) => `${nameOf(member)} ${size} 条`).join('，');
  done(
    `不用令牌，只凭自己的密钥：${entries}，均与签署的根相符`,
    'every leaf of every log, by its own key and no token',
  );
  const receipts = pairs.reduce((sum, pair) => sum + pair.receipts, 0);
  done(
    `${pairs.length} 对成员的 ${receipts} 份回执首尾相接，没有发现问题`,
    `${receipts} receipts without gap or overlap; nothing wrong was found`,
  );
}
