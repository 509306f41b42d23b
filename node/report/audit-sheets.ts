/** An auditor's report as sheets of a workbook. Pure. */

import type { Sentence } from '../base/sentences.ts';
import { formatChinaTime } from '../base/time.ts';
import type { CellContent } from '../sheet/sheet.ts';
import type { SheetContent } from '../sheet/workbook.ts';
import { type AuditReport, type AuditStatement, auditFates, auditStates, nameOf, sayTrouble } from './audit.ts';

type Column = readonly [label: Sentence, width: number];

export function buildAuditSheets(report: AuditReport): SheetContent[] {
  return [
    buildSummary(report),
    buildFindings(report),
    buildLogs(report),
    buildPairs(report),
    buildExceptions(report),
    buildSaid('已核对', report.checked),
    buildSaid('未核对', report.notChecked),
  ];
}

function both({ zh, en }: Sentence): string {
  return zh === en ? zh : `${zh} · ${en}`;
}

function sheetOf(name: string, head: readonly Column[], rows: CellContent[][]): SheetContent {
  const columns = head.map(([, width]) => ({ width, wraps: width >= 60 }));
  return { name, headerRows: 1, columns, rows: [head.map(([label]) => both(label)), ...rows] };
}

function buildSummary({ ok, at, agreement, auditor, nodes, members, findings, more }: AuditReport): SheetContent {
  const grave = findings.filter((finding) => finding.grave).length;
  const asked = nodes.map(
    ({ member, trouble }) => `${nameOf(members, member).zh}${trouble ? `：${sayTrouble(trouble)}` : ''}`,
  );
  const rows: [Sentence, CellContent][] = [
    [{ zh: '协议', en: 'Agreement' }, both(agreement.title)],
    [{ zh: '版本', en: 'Version' }, agreement.version],
    [{ zh: '摘要', en: 'Digest' }, agreement.digest],
    [{ zh: '审计方', en: 'Auditor' }, `${both(auditor.name)} ${auditor.id}`],
    [{ zh: '审计时间（北京时间）', en: 'Audited at (China time)' }, formatChinaTime(at)],
    [{ zh: '询问的节点', en: 'Nodes that were asked' }, asked.join('、')],
    [
      { zh: '结论', en: 'Outcome' },
      both(ok ? { zh: '没有发现问题', en: 'nothing wrong was found' } : { zh: '发现问题', en: 'something is wrong' }),
    ],
    [{ zh: '问题', en: 'Things wrong' }, grave],
    ...Object.entries(more).map(([code, n]): [Sentence, CellContent] => [
      { zh: `未列出的 ${code}`, en: `${code}, not listed` },
      n,
    ]),
  ];
  return {
    name: '概要',
    columns: [{ width: 34 }, { width: 90 }],
    rows: rows.map(([label, value]) => [both(label), value]),
  };
}

function buildFindings({ findings }: AuditReport): SheetContent {
  const head: Column[] = [
    [{ zh: '性质', en: 'Kind' }, 16],
    [{ zh: '中文', en: 'Chinese' }, 80],
    [{ zh: '英文', en: 'English' }, 80],
    [{ zh: '代码', en: 'Code' }, 24],
    [{ zh: '细节', en: 'Details' }, 60],
  ];
  const kind = (grave: boolean) => both(grave ? { zh: '问题', en: 'wrong' } : { zh: '提示', en: 'to know' });
  return sheetOf(
    '发现',
    head,
    findings.map(({ grave, zh, en, code, facts }) => [kind(grave), zh, en, code, JSON.stringify(facts)]),
  );
}

function buildLogs({ logs, members }: AuditReport): SheetContent {
  const head: Column[] = [
    [{ zh: '日志', en: 'Log' }, 28],
    [{ zh: '成员', en: 'Member' }, 24],
    [{ zh: '状态', en: 'State' }, 16],
    [{ zh: '条目', en: 'Entries' }, 12],
    [{ zh: '根', en: 'Root' }, 48],
    [{ zh: '内容读至', en: 'Contents read to' }, 12],
    [{ zh: '治理', en: 'Governance' }, 12],
    [{ zh: '回执', en: 'Receipts' }, 12],
    [{ zh: '协议版本', en: 'Version' }, 10],
    [{ zh: '达到联署人数的大小', en: 'Quorum at' }, 14],
    [{ zh: '最近联署（北京时间）', en: 'Newest cosignature (China time)' }, 22],
  ];
  return sheetOf(
    '日志',
    head,
    logs.map((log) => [
      log.log,
      nameOf(members, log.member).zh,
      both(auditStates[log.state]),
      log.size,
      log.root,
      log.opened,
      log.governance,
      log.receipts,
      log.version,
      log.quorumSize ?? null,
      log.cosignedAt === undefined ? null : formatChinaTime(log.cosignedAt),
    ]),
  );
}

function buildPairs({ pairs, members }: AuditReport): SheetContent {
  const head: Column[] = [
    [{ zh: '发出方的日志', en: 'Log of the issuer' }, 28],
    [{ zh: '发出方', en: 'Issuer' }, 24],
    [{ zh: '接收方', en: 'Receiver' }, 24],
    [{ zh: '发给它的通报', en: 'Bulletins to it' }, 14],
    [{ zh: '回执', en: 'Receipts' }, 10],
    [{ zh: '回执至', en: 'Receipted to' }, 12],
    [{ zh: '拒收', en: 'Refused' }, 10],
    [{ zh: '未收到内容', en: 'Withheld' }, 12],
    [{ zh: '备注', en: 'Noted' }, 10],
    [{ zh: '迟到', en: 'Late' }, 10],
    [{ zh: '待回执', en: 'Waiting' }, 10],
  ];
  return sheetOf(
    '回执',
    head,
    pairs.map((pair) => [
      ...[pair.log, nameOf(members, pair.issuer).zh, nameOf(members, pair.receiver).zh],
      ...[pair.addressed, pair.receipts, pair.receipted, pair.refused],
      ...[pair.withheld, pair.noted, pair.late, pair.waiting],
    ]),
  );
}

function buildExceptions({ exceptions, members }: AuditReport): SheetContent {
  const head: Column[] = [
    [{ zh: '日志', en: 'Log' }, 28],
    [{ zh: '条目', en: 'Entry' }, 10],
    [{ zh: '接收方', en: 'Receiver' }, 24],
    [{ zh: '答复', en: 'Word' }, 20],
    [{ zh: '代码', en: 'Code' }, 28],
    [{ zh: '回执所在日志', en: 'Log of the receipt' }, 28],
    [{ zh: '回执条目', en: 'Its entry' }, 12],
    [{ zh: '回执签署（北京时间）', en: 'Signed (China time)' }, 22],
    [{ zh: '现状', en: 'Where it stands' }, 50],
  ];
  const words = { refused: { zh: '拒收', en: 'refused' }, withheld: { zh: '未收到内容', en: 'withheld' } };
  return sheetOf(
    '拒收与未收到',
    head,
    exceptions.map((one) => [
      ...[one.log, one.index, nameOf(members, one.receiver).zh, both(words[one.word]), one.code ?? null],
      ...[one.receiptLog, one.receiptIndex, formatChinaTime(one.at), both(auditFates[one.fate])],
    ]),
  );
}

function buildSaid(name: string, said: readonly AuditStatement[]): SheetContent {
  const head: Column[] = [
    [{ zh: '中文', en: 'Chinese' }, 90],
    [{ zh: '英文', en: 'English' }, 90],
    [{ zh: '代码', en: 'Code' }, 26],
  ];
  return sheetOf(
    name,
    head,
    said.map(({ zh, en, code }) => [zh, en, code]),
  );
}
