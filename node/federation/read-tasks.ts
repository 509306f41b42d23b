/**
 * What is due for bureaus, read from the tables: rows that wait to be published, objections, proposals, what peers refused,
 * and objections raised here that another member has not decided. Every source is asked by an index and to a bound; bodies
 * are read of what is shown alone. How days are found is `registry/worklist.ts`.
 */

import { type Agreement, findMember } from '../agreement/agreement.ts';
import { textAt } from '../base/pointer.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import type { TitleOf } from '../bulletin/labels.ts';
import type { Import } from '../registry/ports.ts';
import { type CreditRecord, foldRecords, formatRecordId, type RecordId } from '../registry/record.ts';
import type { Rules } from '../registry/rules.ts';
import { openingOf } from '../registry/terms.ts';
import { sentenceFor } from '../registry/words.ts';
import { type DueDay, dutyDay, proposalDay, publishDay, type Task, type WorkKind } from '../registry/worklist.ts';
import type { ExchangeStore, Refused } from './ports.ts';

/** So many of each kind are looked at. */
const mostOfKind = 1_000;

export interface TaskNeeds {
  store: Pick<ExchangeStore, 'imports' | 'registry' | 'proposals' | 'refusals'>;
  rules: Rules;
  version: { agreement: Agreement };
  /** Our own member id. */
  member: string;
  /** USCC of the province's own authority, whose task it is where no bureau's is known. */
  ownAuthority: string;
  titleOf: TitleOf;
}

/** The tasks of a kind, or of all kinds, for one bureau, or for all. */
type ReadTasks = (kind: WorkKind | undefined, authority: string | undefined) => Promise<Task[]>;

export function createTaskReading({ store, rules, version, member, ownAuthority, titleOf }: TaskNeeds): ReadTasks {
  /** Of one bureau; of all without. */
  type Source = (authority: string | undefined) => Promise<Task[]>;

  const sources: Readonly<Record<Exclude<WorkKind, 'provisional' | 'repair'>, Source>> = {
    async publish(authority) {
      const held = await store.imports.listHeld(mostOfKind, authority);
      const tasks = await Promise.all(held.map(publishTask));
      return tasks.filter((task) => task !== undefined);
    },
    async objection(authority) {
      const whose = { of: member, ...(authority !== undefined && { authority }) };
      const open = await store.registry.listOpenObjections(whose, mostOfKind);
      const records = await readRecords(open.map(({ mark }) => mark));
      return open.flatMap(({ mark, authority: mover = ownAuthority }): Task[] => {
        const record = records.get(formatRecordId(mark));
        if (!record?.body) return [];
        const due = objectionDay(record, mark.at);
        const by = textAt(mark.body, 'receivedBy.name') ?? nameOf(mark.author).zh;
        const { zh, en } = told(record);
        return [
          {
            kind: 'objection',
            authority: mover,
            what: withoutClock(due, {
              zh: `${by}转来对${zh}的异议（${mark.decidedOn} 提出），须作出处理决定并告知各省`,
              en: `decide the objection to ${en}, raised on ${mark.decidedOn} and heard by ${by}`,
            }),
            cure: `huxin step ${formatRecordId(mark)} objection-decision --objection ${mark.jti} --outcome OUTCOME --reason REASON`,
            ...(due && { due }),
            ...about(record),
            bulletin: mark.jti,
          },
        ];
      });
    },
    async 'objection-answer'(authority) {
      const open = await store.registry.listOpenObjections({ by: member }, mostOfKind);
      const records = await readRecords(open.map(({ mark }) => mark));
      return open.flatMap(({ mark }): Task[] => {
        const record = records.get(formatRecordId(mark));
        const bureau = textAt(mark.body, 'receivedBy.uscc') ?? ownAuthority;
        if (!record?.body || (authority !== undefined && authority !== bureau)) return [];
        const due = objectionDay(record, mark.at);
        const issuer = nameOf(record.id.member);
        return [
          {
            kind: 'objection-answer',
            authority: bureau,
            what: withoutClock(due, {
              zh: `等待${issuer.zh}对一条记录的异议（${mark.decidedOn} 受理）作出处理决定`,
              en: `${issuer.en} has yet to decide an objection that was heard here on ${mark.decidedOn}`,
            }),
            cure: `huxin record ${formatRecordId(mark)} --purpose ${purpose()}`,
            ...(due && { due }),
            record: formatRecordId(mark), // another member's: who it is about is asked for a purpose
            bulletin: mark.jti,
          },
        ];
      });
    },
    async approval(authority) {
      const of = { state: 'waiting', ...(authority !== undefined && { authority }) } as const;
      const waiting = await store.proposals.listProposals(mostOfKind, of);
      const records = await readRecords(waiting.map(({ record }) => record));
      const revoking = await store.imports.listRevocations(mostOfKind, authority);
      const steps = waiting.flatMap((proposal): Task[] => {
        const { id, record: of, type, proposedBy, authority } = proposal;
        const record = records.get(formatRecordId(of));
        if (!record) return [];
        const due = proposalDay(rules, record, proposal);
        const [step, { zh, en }] = [titleOf(type), told(record)];
        return [
          {
            kind: type === 'repair' ? 'repair' : 'approval',
            authority,
            what: {
              zh: `${zh}的${step.zh}已由 ${proposedBy.person} 提出，待另一人复核`,
              en: `${step.en} of ${en}, proposed by ${proposedBy.person}, waits for another person`,
            },
            cure: `huxin proposals approve ${id}`,
            ...(due && { due }),
            ...about(record),
            proposal: id,
          },
        ];
      });
      return [...steps, ...revoking.map(revocationTask)];
    },
    async refused(authority) {
      const which = authority === undefined ? {} : { authority };
      const refused = await store.refusals.listRefused(mostOfKind, which);
      const records = await readRecords(refused.map(({ record }) => record));
      return refused.flatMap((one): Task[] => {
        const record = records.get(formatRecordId(one.record));
        const bureau = one.authority ?? bureauOfMark(record, one) ?? ownAuthority;
        if (!record || (authority !== undefined && authority !== bureau)) return [];
        return [
          {
            kind: 'refused',
            authority: bureau,
            what: refusedBy(one, told(record, one.type)),
            cure: `huxin reissue ${one.jti}`,
            ...about(record),
            bulletin: one.jti,
          },
        ];
      });
    },
  };

  /** Nothing for an import that has nothing new: nobody must publish it. */
  async function publishTask({ id, type, fileName, authority }: Import): Promise<Task | undefined> {
    const groups = await store.imports.countNewRows(id);
    const [oldest] = groups;
    if (!oldest) return undefined;
    const title = titleOf(type);
    const samples = new Map<string, Record<string, unknown>>();
    let due: DueDay | undefined;
    for (const { authority, decidedOn, row } of groups) {
      const body = samples.get(authority) ?? (await store.imports.listWaiting(id, row - 1, 1))[0]?.body;
      if (!body) continue; // it was published meanwhile
      samples.set(authority, body);
      const one = publishDay(rules, version.agreement, title, { ...openingOf(type, body), decidedOn });
      if (one && (!due || one.day < due.day)) due = one;
    }
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    return {
      kind: 'publish',
      authority,
      what: {
        zh: `“${fileName}”中 ${rows} 行${title.zh}尚未发布，最早的决定日为 ${oldest.decidedOn}`,
        en: `publish ${rows} rows of “${fileName}” (${title.en}); the oldest was decided on ${oldest.decidedOn}`,
      },
      cure: `huxin publish ${id}`,
      ...(due && { due }),
      import: id,
    };
  }

  function revocationTask({ id, fileName, authority, revocation }: Import): Task {
    const by = revocation?.by.person ?? '';
    return {
      kind: 'approval',
      authority,
      what: {
        zh: `撤销“${fileName}”所开立的全部记录，已由 ${by} 提出，待另一人复核`,
        en: `revoking every record that “${fileName}” opened, proposed by ${by}, waits for another person`,
      },
      cure: `huxin imports revoke ${id} --reason REASON`,
      import: id,
    };
  }

  async function readRecords(ids: readonly RecordId[]): Promise<Map<string, CreditRecord>> {
    const records = foldRecords(await store.registry.listStepsOf(ids));
    return new Map(records.map((record) => [formatRecordId(record.id), record]));
  }

  /** The issuer's clock runs from the day on which this node learned, or said, the objection. */
  function objectionDay({ type, body }: CreditRecord, at: string): DueDay | undefined {
    return body && dutyDay(rules, openingOf(type, body), 'objection-decision', dayOf(new Date(at)));
  }

  function nameOf(id: string): Sentence {
    return findMember(version.agreement, id)?.name ?? { zh: id, en: id };
  }

  /** A record in words: its type and document. */
  function told({ type, body, id }: CreditRecord, as = type): Sentence {
    const { zh, en } = titleOf(as);
    const number = textAt(body, 'document.number') ?? formatRecordId(id);
    return { zh: `${zh}（${number}）`, en: `${en} (${number})` };
  }

  /** What an open question may be asked for. */
  function purpose(): string {
    const known = version.agreement.purposes.map(({ id }) => id);
    return known.find((id) => id === 'objection') ?? known[0] ?? '';
  }

  function refusedBy({ by }: Refused, { zh, en }: Sentence): Sentence {
    const reasons = by.map(({ member: peer, code }) => {
      const reason = sentenceFor(code);
      const name = nameOf(peer);
      return { zh: `${name.zh}：${reason.zh}`, en: `${name.en}: ${reason.en}` };
    });
    return {
      zh: `${zh}被拒收。${reasons.map((reason) => reason.zh).join('')}`,
      en: `${en} was refused. ${reasons.map((reason) => reason.en).join(' ')}`,
    };
  }

  return async (kind, authority) => {
    const wanted = kind === 'repair' ? 'approval' : kind;
    const read = Object.entries(sources).filter(
      ([name]) => wanted === undefined || wanted === 'provisional' || wanted === name,
    );
    return (await Promise.all(read.map(([, source]) => source(authority)))).flat();
  };
}

function withoutClock(due: DueDay | undefined, { zh, en }: Sentence): Sentence {
  if (due) return { zh, en };
  return { zh: `${zh}（没有规则包规定期限）`, en: `${en} (no rule pack sets a day)` };
}

function about({ id, uscc, body }: CreditRecord): Pick<Task, 'record' | 'uscc' | 'subject'> {
  const subject = textAt(body, 'subject.name');
  return { record: formatRecordId(id), uscc, ...(subject !== undefined && { subject }) };
}

/** Of a mark that we made: the bureau that heard the objection or took the measures. */
function bureauOfMark(record: CreditRecord | undefined, { jti }: Refused): string | undefined {
  const body = record?.marks.find((mark) => mark.jti === jti)?.body;
  return textAt(body, 'receivedBy.uscc') ?? textAt(body, 'authority.uscc');
}
