/** What a verifier found, for people at a terminal: the verdict, the claim, the story, each check and its reason. */

import { formatChinaTime } from '../base/time.ts';
import { describeClaim } from '../evidence/claim-words.ts';
import type { Finding, Report } from '../evidence/report.ts';
import { toOneLine } from './table.ts';
import type { Terminal } from './terminal.ts';

/** At most so many lines of the story: of a long file the page tells more. */
const mostEvents = 60;

export function describeReport(report: Report, { pick }: Terminal): string {
  const { ok, claim, checked, notChecked, findings, story, members } = report;
  const nameOf = (id: string) => {
    const name = members[id];
    return name ? `${pick(name)} ${id}` : id;
  };
  const lines: string[] = [
    ok ? pick({ zh: '验证成立', en: 'Verified' }) : pick({ zh: '验证不成立', en: 'Refused' }),
    ...(claim ? [pick(describeClaim(claim, members))] : []),
  ];
  const part = (title: { zh: string; en: string }, items: readonly string[]) => {
    if (items.length > 0) lines.push('', pick(title), ...items.map((item) => `  ${toOneLine(item)}`));
  };
  part(
    { zh: '发现', en: 'Findings' },
    findings.map((one) => `${one.grave ? '✗' : '!'} ${placeOf(one)}${pick(one)} (${one.code})`),
  );
  part(
    { zh: '经过（北京时间）', en: 'The story (time in China)' },
    story.slice(0, mostEvents).map((event) => `${formatChinaTime(event.at)}  ${nameOf(event.who)}  ${pick(event)}`),
  );
  part(
    { zh: '已核对', en: 'Checked' },
    checked.map((one) => `✓ ${pick(one)}`),
  );
  part(
    { zh: '未核对', en: 'Not checked' },
    notChecked.map((one) => `– ${pick(one)}`),
  );
  return `${lines.join('\n')}\n`;
}

/** Where it was found, when the sentence does not say so. */
function placeOf({ code, facts: { log, index } }: Finding): string {
  const isSaid = code.startsWith('evidence/') || log === undefined || index === undefined;
  return isSaid ? '' : `${log} ${index}: `;
}
