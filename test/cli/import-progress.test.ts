import { describe, expect, it } from 'vitest';
import type { Client } from '../../node/cli/client.ts';
import type { Context } from '../../node/cli/command.ts';
import { follow, formatPace } from '../../node/cli/import-progress.ts';
import type { Terminal } from '../../node/cli/terminal.ts';
import type { Import } from '../../node/registry/ports.ts';

describe('the pace', () => {
  it('tells rows a second, and how long the others will take', () => {
    expect(formatPace(3_000, 6_000, 1_000)).toEqual({ zh: '3000 行/秒，剩 2 秒', en: '3000 rows/s, 2 s left' });
    expect(formatPace(1_500, 0, 500)).toEqual({ zh: '3000 行/秒', en: '3000 rows/s' });
  });

  it('says nothing before anything was done', () => {
    expect(formatPace(0, 10, 1_000)).toBeUndefined();
    expect(formatPace(10, 10, 0)).toBeUndefined();
  });
});

describe('an import that is followed', () => {
  /** Each state in turn, a second apart; what the bars showed. */
  async function watch(states: readonly Partial<Import>[]): Promise<{ last: Import; shown: unknown[][] }> {
    const summary = { rows: 0, refusedRows: 0, repeated: 0, opened: 0, corrected: 0, unchanged: 0 };
    const shown: unknown[][] = [];
    const clock = { ms: 0 };
    let at = 0;
    const given = () => {
      const state = states[Math.min(at++, states.length - 1)];
      return { id: 'one', ...state, summary: { ...summary, ...state?.summary } } as Import;
    };
    const client = { get: async () => given() } as unknown as Client; // as much of it as following calls
    const terminal = {
      pick: ({ en }: { en: string }) => en,
      progress: ({ en }: { en: string }) => ({
        update: (...told: unknown[]) => shown.push([en, ...told]),
        stop: () => shown.push([en, 'stopped']),
      }),
    } as unknown as Terminal;
    const wait = async () => {
      clock.ms += 1_000;
    };
    const context = { terminal, wait, now: () => new Date(clock.ms) } as unknown as Context;
    return { last: await follow({ id: 'one' }, client, context), shown };
  }

  const counts = (summary: Partial<Import['summary']>) => ({ summary: summary as Import['summary'] });

  it('shows a bar for each thing that goes on, until it rests', async () => {
    const { last, shown } = await watch([
      { state: 'received' },
      { state: 'reading', ...counts({ rows: 1_000 }) },
      { state: 'reading', ...counts({ rows: 4_000 }) },
      { state: 'publishing', ...counts({ rows: 4_000, refusedRows: 100 }) },
      { state: 'publishing', ...counts({ rows: 4_000, refusedRows: 100, opened: 1_950 }) },
      { state: 'done', ...counts({ rows: 4_000, opened: 3_900, refusedRows: 100 }) },
    ]);
    expect(last.state).toBe('done');
    expect(shown.filter(([, what]) => what !== 'stopped').map((told) => told.slice(0, 3))).toEqual([
      ['reading', 1_000, undefined],
      ['reading', 4_000, undefined],
      ['publishing', 100, 4_000],
      ['publishing', 2_050, 4_000],
    ]);
    expect(shown).toContainEqual(['reading', 'stopped']);
    expect(shown.at(-1)).toEqual(['publishing', 'stopped']);
    expect(String(shown.at(-2)?.[3])).toMatch(/^\d+ rows\/s, \d+ s left$/);
  });

  it('is followed through its revocation too', async () => {
    const revocation = { reason: '误', by: { authority: 'A', person: '1' }, at: '' };
    const { last, shown } = await watch([
      { state: 'done', ...counts({ opened: 10 }), revocation: { ...revocation, state: 'running', revoked: 4 } },
      { state: 'done', ...counts({ opened: 10 }), revocation: { ...revocation, state: 'done', revoked: 10 } },
    ]);
    expect(last.revocation?.state).toBe('done');
    expect(shown[0]?.slice(0, 3)).toEqual(['revoking', 4, 10]);
  });
});
