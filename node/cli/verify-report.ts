/** What a verifier found, for people at a terminal: the verdict, the claim, the story, each check and its reason. */

import type { Bilingual } from '../agreement/agreement.ts';
import { formatChinaTime } from '../base/time.ts';
import type { Labels } from '../bulletin/labels.ts';
import { describeClaim } from '../evidence/claim-words.ts';
import type { Finding, Report, ShownBulletin, StoryEvent } from '../evidence/report.ts';
import { toOneLine } from './table.ts';
import type { Terminal } from './terminal.ts';

/** At most so many lines of the story: of a long file the page tells more. */
const mostEvents = 60;

export function describeReport(report: Report, labels: Labels, { pick }: Terminal): string {
  const { ok, claim, checked, notChecked, findings, story, members, bulletins } = report;
  const nameOf = (id: string) => {
    const name = members[id];
    return name ? `${pick(name)} ${id}` : id;
  };
  const typeAt = ({ log, index }: StoryEvent) => bulletins.find((one) => one.log === log && one.index === index)?.type;
  const describeEvent = (event: StoryEvent) => {
    const type = typeAt(event);
    const title = type === undefined ? undefined : labels.titleOf(type);
    return `${timeOf(event)}  ${toOneLine(`${nameOf(event.who)} ${pick(withEntry(event, title))}`)}`;
  };
  const lines: string[] = [
    ok ? pick({ zh: '验证成立', en: 'Verified' }) : pick({ zh: '验证不成立', en: 'Refused' }),
    ...(claim ? [pick(describeClaim(claim, members))] : []),
  ];
  const part = (title: { zh: string; en: string }, items: readonly string[]) => {
    if (items.length > 0) lines.push('', pick(title), ...items.map((item) => `  ${item}`));
  };
  part(
    { zh: '发现', en: 'Findings' },
    findings.map((one) => toOneLine(`${one.grave ? '✗' : '!'} ${placeOf(one)}${pick(one)} (${one.code})`)),
  );
  const more = story.length - mostEvents;
  part({ zh: '经过（北京时间）', en: 'The story (time in China)' }, [
    ...story.slice(0, mostEvents).map(describeEvent),
    ...(more > 0
      ? [pick({ zh: `另有 ${more} 项：见 --html 的网页或 --json`, en: `and ${more} more: see --html or --json` })]
      : []),
  ]);
  part(
    { zh: '通报内容', en: 'What was said' },
    bulletins.flatMap((one) => tell(one, labels, pick)),
  );
  part(
    { zh: '已核对', en: 'Checked' },
    checked.map((one) => toOneLine(`✓ ${pick(one)}`)),
  );
  part(
    { zh: '未核对', en: 'Not checked' },
    notChecked.map((one) => toOneLine(`– ${pick(one)}`)),
  );
  return `${lines.join('\n')}\n`;
}

/** Where it stands, then what it says, a line each. */
function tell({ type, log, index, uscc, body }: ShownBulletin, labels: Labels, pick: Terminal['pick']): string[] {
  const { zh, en } = labels.titleOf(type);
  const said = labels.linesOf(type, body as Record<string, unknown>); // its schema was checked
  const subject = uscc === undefined ? [] : [`${pick({ zh: '统一社会信用代码', en: 'Credit code' })}: ${uscc}`];
  return [
    toOneLine(pick({ zh: `${zh}，日志 ${log} 第 ${index} 条`, en: `${en}, entry ${index} of ${log}` })),
    ...[...subject, ...said.map(({ label, value }) => `${pick(label)}: ${pick(value)}`)].map(
      (line) => `  ${toOneLine(line)}`,
    ),
  ];
}

/** Of a decision the day alone is known. */
function timeOf({ at, what }: StoryEvent): string {
  const time = formatChinaTime(at);
  return what === 'decided' ? time.slice(0, 10).padEnd(time.length) : time;
}

/** What happened, to which bulletin, and where that stands. */
function withEntry({ zh, en, log, index }: StoryEvent, title?: Bilingual): Bilingual {
  if (index === undefined) return { zh, en };
  return {
    zh: `${zh}：${title ? `${title.zh}，` : ''}日志 ${log} 第 ${index} 条`,
    en: `${en}: ${title ? `${title.en}, ` : ''}entry ${index} of ${log}`,
  };
}

/** Where it was found, when the sentence does not say so. */
function placeOf({ code, facts: { log, index } }: Finding): string {
  const isSaid = code.startsWith('evidence/') || log === undefined || index === undefined;
  return isSaid ? '' : `${log} ${index}: `;
}
