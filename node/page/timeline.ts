/** The story as a line through time: decided, signed, witnessed, received; who says so, and where it stands. */

import { type Html, html } from '../base/html.ts';
import type { StoryEvent } from '../evidence/report.ts';
import { fold, place } from './elements.ts';
import { formatDay, formatMoment, type View } from './view.ts';
import { eventLooks } from './words.ts';

/** As many events as somebody reads; the others are folded away. */
const readAtOnce = 40;

export function timeline(story: readonly StoryEvent[], view: View, isPaper: boolean): Html {
  const [first, rest] = [story.slice(0, readAtOnce), story.slice(readAtOnce)];
  const more = view.t(`另外 ${rest.length} 项`, `${rest.length} more`);
  return html`<p class="quiet">${view.t('时间为北京时间。', 'Times are those of China (UTC+8).')}</p>
${list(first, view)}
${rest.length > 0 && fold(more, list(rest, view), isPaper)}`;
}

function list(events: readonly StoryEvent[], view: View): Html {
  return html`<ol class="timeline">
${events.map((event) => tell(event, view))}</ol>`;
}

function tell(event: StoryEvent, view: View): Html {
  const { at, what, who, log, index } = event;
  const { sign, kind } = eventLooks[what];
  const when = what === 'decided' ? formatDay(at) : formatMoment(at);
  return html`<li class="${kind}">
<time datetime="${what === 'decided' ? when : at}">${when}</time>
<div><span class="dot" aria-hidden="true">${sign}</span><p><strong>${view.nameOf(who)}</strong> ${view.say(event)}</p>
${index !== undefined && html`<p class="quiet">${place(log, index, view)}</p>`}</div>
</li>
`;
}
