/** What an auditor's report says, and its page to print: one file without script, in both languages. Pure. */

import type { Bilingual } from '../agreement/agreement.ts';
import { inChinese } from '../base/fact-words.ts';
import { type Html, html } from '../base/html.ts';
import type { Facts } from '../base/problem.ts';
import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import { formatPaper } from './paper.ts';
import { both, formatFacts, formatGrid } from './table.ts';

/** `code` is stable; `facts` say what it is about. */
export interface AuditStatement extends Bilingual {
  code: string;
  facts: Facts;
}

export interface AuditFinding extends AuditStatement {
  /** Whether it speaks against somebody; otherwise it tells the reader something. */
  grave: boolean;
}

/** A log as the mirror holds it. */
export interface AuditedLog {
  log: string;
  /** Member id of the owner. */
  member: string;
  state: 'open' | 'closed' | 'struck' | 'forked';
  /** Leaves held, and the root over them in base64. */
  size: number;
  root: string;
  /** Up to where governance and receipts were read from the owner. */
  opened: number;
  governance: number;
  receipts: number;
  /** Version of the agreement that governs its end; 0 while it has none. */
  version: number;
  /** The largest checkpoint with its quorum, and its newest cosignature. */
  quorumSize?: number;
  cosignedAt?: string;
}

/** What one member said of one log of another's. */
export interface AuditedPair {
  log: string;
  issuer: string;
  receiver: string;
  /** Leaves addressed to the receiver that are, as far as can be seen, neither receipts nor governance. */
  addressed: number;
  receipts: number;
  /** Its receipts cover the entries below. */
  receipted: number;
  refused: number;
  withheld: number;
  noted: number;
  /** Receipts that came later than the agreement allows, and bulletins that still wait for one. */
  late: number;
  waiting: number;
}

/** An entry that a receiver did not simply take. */
export interface AuditedException {
  log: string;
  index: number;
  receiver: string;
  word: 'refused' | 'withheld';
  code?: string;
  /** The receipt that says so, and when it was signed. */
  receiptLog: string;
  receiptIndex: number;
  at: string;
  /**
   * `unmended`: nothing that could have taken its place follows. `unclear`: something does, and its content cannot be seen.
   * `replaced`: evidence shows that a good one of its type about its record does.
   */
  fate: 'unmended' | 'unclear' | 'replaced' | 'withheld' | 'erased';
}

export interface AuditReport {
  /** Whether nothing grave was found. */
  ok: boolean;
  /** Instant at which the mirror was looked at. */
  at: string;
  agreement: { id: string; version: number; digest: string; title: Bilingual };
  auditor: { id: string; name: Bilingual };
  /** Names of members, by id. */
  members: Record<string, Bilingual>;
  nodes: { member: string; trouble?: string }[];
  logs: AuditedLog[];
  pairs: AuditedPair[];
  exceptions: AuditedException[];
  checked: AuditStatement[];
  notChecked: AuditStatement[];
  findings: AuditFinding[];
  /** Of these codes so many more were found than are listed. */
  more: Record<string, number>;
}

export const auditStates: Readonly<Record<AuditedLog['state'], Sentence>> = {
  open: { zh: '在用', en: 'open' },
  closed: { zh: '已终结', en: 'closed' },
  struck: { zh: '已作废', en: 'struck' },
  forked: { zh: '已分叉', en: 'forked' },
};

export const auditFates: Readonly<Record<AuditedException['fate'], Sentence>> = {
  unmended: { zh: '其后没有可替代它的通报', en: 'nothing after it could have taken its place' },
  unclear: { zh: '其后另有通报，内容不可见', en: 'something follows whose content cannot be seen' },
  replaced: { zh: '其后有同一记录的同类通报', en: 'a bulletin of its type about its record follows' },
  withheld: { zh: '内容仍未收到', en: 'its content is still missing' },
  erased: { zh: '内容已依规删除', en: 'its content was erased' },
};

const title = { zh: '互信交换审计报告', en: 'Audit of the Exchange' };

/** A whole page. */
export function formatAuditReport(report: AuditReport): Html {
  return formatPaper({
    title,
    field: report.auditor.name,
    style: auditStyle,
    body: html`${formatHead(report)}
${formatVerdict(report)}
${formatSaid({ zh: '发现', en: 'Findings' }, report.findings, report)}
${formatLogs(report)}
${formatPairs(report)}
${formatSaid({ zh: '已核对', en: 'What was checked' }, report.checked, report)}
${formatSaid({ zh: '未核对、不能核对', en: 'What was not, or cannot be, checked' }, report.notChecked, report)}`,
  });
}

function formatHead({ at, agreement, auditor, nodes, members }: AuditReport): Html | false {
  const asked = nodes.map(({ member, trouble }) => {
    const name = both(nameOf(members, member));
    if (trouble === undefined) return html`<p>${name}</p>`;
    const zh = sayTrouble(trouble);
    return html`<p>${name} <span class="late mono">${zh === trouble ? trouble : both({ zh, en: trouble })}</span></p>`;
  });
  return formatFacts([
    [{ zh: '协议', en: 'Agreement' }, html`${both(agreement.title)}`],
    [
      { zh: '版本和摘要', en: 'Version and digest' },
      html`${agreement.version} <span class="mono">${agreement.digest}</span>`,
    ],
    [{ zh: '审计方', en: 'Auditor' }, html`${both(auditor.name)} <span class="mono">${auditor.id}</span>`],
    [{ zh: '审计时间（北京时间）', en: 'Audited at (China time)' }, html`${formatChinaTime(at)}`],
    [{ zh: '询问的节点', en: 'Nodes that were asked' }, html`${asked}`],
  ]);
}

/** Why a node did not answer: a code as it is, a reason in Chinese. */
export function sayTrouble(trouble: string): string {
  return String(inChinese({ reason: trouble }).reason);
}

function formatVerdict({ ok, findings }: AuditReport): Html {
  const grave = findings.filter((finding) => finding.grave).length;
  const words = ok
    ? { zh: '在能够核对的范围内，没有发现问题。', en: 'Within what could be checked, nothing wrong was found.' }
    : { zh: `发现 ${grave} 项问题。`, en: `${grave} ${grave === 1 ? 'thing is' : 'things are'} wrong.` };
  return html`<section class="summary"><h2>${both({ zh: '结论', en: 'Outcome' })}</h2>
<p>${words.zh}</p>
<p lang="en">${words.en}</p></section>`;
}

function formatSaid(
  label: Sentence,
  said: readonly (AuditStatement & { grave?: boolean })[],
  { more }: AuditReport,
): Html {
  const rest = said.length > 0 && 'grave' in (said[0] ?? {}) ? Object.entries(more) : [];
  return html`<section><h2>${both(label)}</h2>
${
  said.length === 0
    ? html`<p>${both({ zh: '无', en: 'none' })}</p>`
    : html`<ul class="said">${said.map(
        (one) =>
          html`<li${one.grave === true && html` class="grave"`}>${both(one)} <span class="mono code">${one.code}</span></li>
`,
      )}</ul>`
}
${rest.map(([code, n]) => html`<p class="small">${both({ zh: `另有 ${n} 项 ${code} 未列出`, en: `and ${n} more of ${code}` })}</p>`)}</section>`;
}

function formatLogs({ logs, members }: AuditReport): Html {
  const head = [
    { zh: '日志', en: 'Log' },
    { zh: '状态', en: 'State' },
    { zh: '条目', en: 'Entries' },
    { zh: '其中已读内容', en: 'Contents read to' },
    { zh: '治理', en: 'Governance' },
    { zh: '回执', en: 'Receipts' },
    { zh: '协议版本', en: 'Version' },
    { zh: '达到联署人数', en: 'Quorum at' },
    { zh: '最近联署（北京时间）', en: 'Newest cosignature (China time)' },
  ];
  const rows = logs.map((log) => [
    html`${both(nameOf(members, log.member))}<span class="mono">${log.log}</span>`,
    both(auditStates[log.state]),
    ...[log.size, log.opened, log.governance, log.receipts, log.version, log.quorumSize ?? '—'].map(String),
    log.cosignedAt === undefined ? '—' : formatChinaTime(log.cosignedAt),
  ]);
  return html`<section><h2>${both({ zh: '日志', en: 'Logs' })}</h2>
${formatGrid(head, rows)}</section>`;
}

function formatPairs({ pairs, members }: AuditReport): Html {
  const head = [
    { zh: '发出方的日志', en: 'Log of the issuer' },
    { zh: '接收方', en: 'Receiver' },
    { zh: '发给它的通报', en: 'Bulletins to it' },
    { zh: '回执', en: 'Receipts' },
    { zh: '回执至', en: 'Receipted to' },
    { zh: '拒收', en: 'Refused' },
    { zh: '未收到内容', en: 'Withheld' },
    { zh: '备注', en: 'Noted' },
    { zh: '迟到', en: 'Late' },
    { zh: '待回执', en: 'Waiting' },
  ];
  const rows = pairs.map((pair) => [
    html`${both(nameOf(members, pair.issuer))}<span class="mono">${pair.log}</span>`,
    both(nameOf(members, pair.receiver)),
    ...[pair.addressed, pair.receipts, pair.receipted, pair.refused].map(String),
    ...[pair.withheld, pair.noted, pair.late, pair.waiting].map(String),
  ]);
  return html`<section><h2>${both({ zh: '回执', en: 'Receipts' })}</h2>
${formatGrid(head, rows)}</section>`;
}

export function nameOf(members: Record<string, Bilingual>, id: string): Sentence {
  const { zh = id, en = id } = members[id] ?? {};
  return { zh: zh === id ? id : `${zh}（${id}）`, en };
}

const auditStyle = html`
.said { margin: 0; padding-left: 5mm; }
.said li { margin-bottom: 1.6mm; }
.said .grave { color: #8a1c1c; }
.said [lang="en"] { display: block; }
.said .code { color: #555; font-size: 7.5pt; }
.grid { font-size: 7.6pt; }
.grid th, .grid td { padding: 0.9mm 1.2mm; overflow-wrap: normal; }
.grid th [lang="en"] { font-size: 6.6pt; }
.grid .mono { display: block; font-size: 7pt; }
`;
