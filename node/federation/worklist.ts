/** The work list: what is due for whoever asks. It is read by `read-tasks.ts`, its days are those of `registry/worklist.ts`. */

import type { Now } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { dayOf } from '../base/time.ts';
import type { Asker } from '../registry/tokens.ts';
import { showTasks, type Task, type WorkItem, type WorkKind } from '../registry/worklist.ts';
import { createTaskReading, type TaskNeeds } from './read-tasks.ts';

export interface Worklist {
  /** Today in China. */
  day: string;
  items: WorkItem[];
  /** Whether there is more than these. */
  isMore: boolean;
}

/** What is asked for. */
export interface WorkQuery {
  /** USCC of a bureau; by default the asker's, or all for the province's own. */
  authority?: string;
  kind?: WorkKind;
  limit: number;
}

export type Worklists = ReturnType<typeof createWorklists>;

export function createWorklists({ now, ...needs }: TaskNeeds & { now: Now }) {
  const { ownAuthority, rules } = needs;
  const readTasks = createTaskReading(needs);

  /** The province's own authority sees everyone's, others their own. */
  function bureauFor(asker: Asker, authority: string | undefined): string | undefined {
    if (asker.authority === ownAuthority) return authority;
    if (authority !== undefined && authority !== asker.authority)
      throw new Problem('auth/not-your-authority', { authority });
    return asker.authority;
  }

  return {
    /** How many items of every bureau are overdue, of those looked at, and the day of the first of them. */
    async sumOverdue(): Promise<{ items: number; oldest: string }> {
      const items = showTasks(await readTasks(undefined, undefined), rules.calendar, dayOf(now()));
      const days = items.flatMap(({ overdue, due }) => (overdue && due !== undefined ? [due] : [])).sort();
      return { items: days.length, oldest: days[0] ?? '' };
    },

    /** @throws {Problem} auth/not-your-authority */
    async list(asker: Asker, { authority, kind, limit }: WorkQuery): Promise<Worklist> {
      const bureau = bureauFor(asker, authority);
      const tasks = await readTasks(kind, bureau);
      const all = [...tasks, ...provisionalTask(tasks, bureau ?? ownAuthority)];
      const shown = kind === undefined ? all : all.filter((task) => task.kind === kind);
      const day = dayOf(now());
      const items = showTasks(shown, rules.calendar, day);
      return { day, items: items.slice(0, limit), isMore: items.length > limit };
    },
  };
}

/** One word on all days that the table of holidays does not reach. */
function provisionalTask(tasks: readonly Task[], authority: string): Task[] {
  const days = tasks.flatMap(({ due }) => (due?.provisional ? [due.day] : [])).sort();
  const year = days.at(-1)?.slice(0, 4);
  if (year === undefined) return [];
  return [
    {
      kind: 'provisional',
      authority,
      what: {
        zh: `以上 ${days.length} 个到期日为暂定：${year} 年的放假安排尚未列入节假日表，列入后重算`,
        en: `${days.length} of these days are provisional: the holidays of ${year} are not in the table yet; they are counted anew once they are`,
      },
      cure: `config/holidays/${year}.yaml`,
    },
  ];
}
