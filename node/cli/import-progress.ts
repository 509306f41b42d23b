/** Waits for an import, with a bar where a person watches: how far it is, how fast it goes, how long it will take. */

import type { Sentence } from '../base/sentences.ts';
import type { Import, ImportState } from '../registry/ports.ts';
import type { Client } from './client.ts';
import type { Context } from './command.ts';
import type { Progress } from './terminal.ts';

const firstWaitMs = 100;
const longestWaitMs = 1_000;
const atRest: readonly ImportState[] = ['held', 'done', 'refused', 'discarded'];

/** What goes on, of how many rows or records; undefined once nothing does. */
interface Phase {
  what: Sentence;
  done: number;
  /** 0 as long as nobody knows. */
  total: number;
}

/** The import once it has come to rest, and the revocation of what it opened too. */
export async function follow(
  { id }: Pick<Import, 'id'>,
  client: Client,
  { terminal, wait, now }: Context,
): Promise<Import> {
  let shown: { phase: Phase; bar: Progress; startedAt: number } | undefined;
  try {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const given = await client.get<Import>(pathOf(id));
      const phase = phaseOf(given);
      if (phase && shown?.phase.what.en !== phase.what.en) {
        shown?.bar.stop();
        shown = { phase, bar: terminal.progress(phase.what, phase.total), startedAt: now().getTime() - waitMs };
      }
      if (phase && shown) {
        const ms = now().getTime() - shown.startedAt;
        const pace = formatPace(phase.done - shown.phase.done, phase.total - phase.done, ms);
        shown.bar.update(phase.done, phase.total || undefined, pace && terminal.pick(pace));
      }
      if (isAtRest(given)) return given;
      await wait(waitMs);
    }
  } finally {
    shown?.bar.stop();
  }
}

/** `3120 rows/s, 12 s left`; nothing while nothing can be said. */
export function formatPace(done: number, left: number, ms: number): Sentence | undefined {
  if (done <= 0 || ms <= 0) return undefined;
  const perSecond = (done * 1000) / ms;
  const rate = Math.round(perSecond);
  if (left <= 0) return { zh: `${rate} 行/秒`, en: `${rate} rows/s` };
  const seconds = Math.ceil(left / perSecond);
  return { zh: `${rate} 行/秒，剩 ${seconds} 秒`, en: `${rate} rows/s, ${seconds} s left` };
}

export function pathOf(id: string): string {
  return `/api/v1/imports/${encodeURIComponent(id)}`;
}

function isAtRest({ state, revocation }: Import): boolean {
  return atRest.includes(state) && revocation?.state !== 'running';
}

function phaseOf({ state, summary, revocation }: Import): Phase | undefined {
  const { rows, refusedRows, repeated, opened, corrected, unchanged } = summary;
  if (revocation?.state === 'running')
    return { what: { zh: '撤销', en: 'revoking' }, done: revocation.revoked, total: opened };
  if (state === 'reading') return { what: { zh: '读取', en: 'reading' }, done: rows, total: 0 };
  const done = refusedRows + repeated + opened + corrected + unchanged;
  return state === 'publishing' ? { what: { zh: '发布', en: 'publishing' }, done, total: rows } : undefined;
}
