import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../node/registry/proposals.ts';
import { foldRecord, type ToldStep } from '../../node/registry/record.ts';
import { openingOf } from '../../node/registry/terms.ts';
import { dutyDay, proposalDay, publishDay, showTasks, type Task } from '../../node/registry/worklist.ts';
import { citationText, dueDay, remainingTime, worklistSheet } from '../../node/registry/worklist-words.ts';
import { sampleAgreement } from '../support/agreement.ts';
import { sampleBody, sampleId, sampleUscc } from '../support/bulletins.ts';
import { rules } from '../support/rules.ts';

const agreement = sampleAgreement();
const title = { zh: '行政处罚', en: 'Administrative penalty' };
const shanghai = { name: '上海市知识产权局', uscc: '11310000HX31000006' };
const at = '2026-10-15T20:00:00.000Z'; // the 16th in China

function penaltyOf(date: string, authority = shanghai) {
  return openingOf('penalty', sampleBody('penalty', { document: { number: '1号', date, authority } }));
}

function recordOf(type: string, body: Record<string, unknown>, marks: Partial<ToldStep>[] = []) {
  const step = { member: '310000', txn: sampleId(2), uscc: sampleUscc(1), origin: 'o', author: '310000', at };
  const opener: ToldStep = {
    ...step,
    type,
    jti: sampleId(3),
    decidedOn: '2026-10-09',
    index: 1,
    state: 'publicised',
    body,
  };
  const told = marks.map(
    (mark): ToldStep => ({ ...step, type: 'objection', jti: '', decidedOn: '', index: 2, ...mark }),
  );
  const record = foldRecord([opener, ...told]);
  if (!record) throw new RangeError('an opener was given');
  return record;
}

function proposalOf(type: string, body: Record<string, unknown>): Proposal {
  const person = { authority: shanghai.uscc, person: '0001' };
  const rest = { authority: shanghai.uscc, proposedBy: person, proposedAt: at, state: 'waiting' } as const;
  return { id: sampleId(4), record: { member: '310000', txn: sampleId(2) }, type, body, ...rest };
}

describe('the day by which a decision is published', () => {
  it('is the pack’s when it is no later than the agreement’s', () => {
    const day = publishDay(rules, agreement, title, penaltyOf('2026-09-28'));
    // seven working days over the National Day, with 10 October made up
    expect(day).toMatchObject({ day: '2026-10-13', provisional: false, citation: { pack: 'NDRC-2026-36' } });
    expect(day?.citation.article.zh).toContain('424');
  });

  it('is the agreement’s when that is sooner', () => {
    const tight = sampleAgreement(({ catalogue }) => {
      for (const entry of catalogue) if (entry.type === 'penalty') entry.publishWithinWorkingDays = 2;
    });
    const day = publishDay(rules, tight, title, penaltyOf('2026-10-12'));
    expect(day).toMatchObject({ day: '2026-10-14', citation: { agreement: 'yrd-ip-credit' } });
    expect(day?.citation).not.toHaveProperty('pack');
  });

  it('is the agreement’s where no pack says', () => {
    const opening = openingOf('grade', sampleBody('grade', { gradedOn: '2026-10-12', authority: shanghai }));
    expect(publishDay(rules, agreement, title, opening)).toMatchObject({
      day: '2026-10-21',
      citation: { agreement: 'yrd-ip-credit', article: { zh: expect.stringContaining('7 个工作日') } },
    });
  });

  it('is nobody’s where neither does', () => {
    const silent = sampleAgreement(({ catalogue }) => {
      for (const entry of catalogue) delete entry.publishWithinWorkingDays;
    });
    const opening = openingOf('grade', sampleBody('grade', { authority: shanghai }));
    expect(publishDay(rules, silent, title, opening)).toBeUndefined();
  });

  it('is provisional beyond the last table of holidays', () => {
    expect(publishDay(rules, agreement, title, penaltyOf('2026-12-28'))).toMatchObject({ provisional: true });
    expect(publishDay(rules, agreement, title, penaltyOf('2026-12-01'))).toMatchObject({ provisional: false });
  });
});

describe('a duty', () => {
  it('has the day of its province’s pack, with what an extension may add', () => {
    const zhejiang = { name: '浙江省知识产权局', uscc: '11330000HX3300002R' };
    expect(dutyDay(rules, penaltyOf('2026-10-09', zhejiang), 'objection-decision', '2026-10-12')).toMatchObject({
      day: '2026-10-19',
      atMost: '2026-11-09',
      citation: { pack: 'ZJ-CREDIT-2018', confidence: 'statute' },
    });
  });

  it('has none where no pack claims it', () => {
    const anhui = { name: '安徽省知识产权局', uscc: '11340000HX3400003K' };
    expect(dutyDay(rules, penaltyOf('2026-10-09', anhui), 'objection-decision', '2026-10-12')).toBeUndefined();
  });
});

describe('a proposed step', () => {
  const record = recordOf('penalty', sampleBody('penalty', penaltyOf('2026-10-09').body));

  it('that repairs is due from the day of the application', () => {
    const applied = proposalDay(rules, record, proposalOf('repair', { appliedOn: '2026-10-12' }));
    expect(applied).toMatchObject({ day: '2026-10-26', citation: { pack: 'NDRC-2026-36' } });
  });

  it('that repairs is due from the day of the proposal, in China, where nobody says when it was applied for', () => {
    expect(proposalDay(rules, record, proposalOf('repair', {}))).toMatchObject({ day: '2026-10-30' });
  });

  it('that revokes is due from the day on which the decision fell', () => {
    const fell = proposalDay(rules, record, proposalOf('revocation', { revokedOn: '2026-10-12' }));
    expect(fell).toMatchObject({ day: '2026-10-15', citation: { confidence: 'statute' } });
  });

  it('that decides an objection is due when that is', () => {
    const objected = recordOf('penalty', record.body ?? {}, [{ jti: sampleId(9), at: '2026-10-12T02:00:00.000Z' }]);
    const decision = proposalOf('objection-decision', { objection: sampleId(9) });
    expect(proposalDay(rules, objected, decision)).toMatchObject({ day: '2026-10-19' });
    expect(proposalDay(rules, record, decision)).toBeUndefined();
  });

  it('that corrects has no day: nobody knows when its clock began', () => {
    expect(proposalDay(rules, record, proposalOf('correction', {}))).toBeUndefined();
  });
});

describe('the list', () => {
  const citation = { pack: 'P', article: { zh: '第一条', en: 'art. 1' }, confidence: 'medium' } as const;
  const task = (name: string, day?: string, provisional = false): Task => ({
    kind: 'objection',
    authority: shanghai.uscc,
    what: { zh: name, en: name },
    cure: 'huxin worklist',
    ...(day !== undefined && { due: { day, provisional, citation } }),
  });
  const shown = (today: string, ...tasks: Task[]) => showTasks(tasks, rules.calendar, today);

  it('has what is overdue first, then the soonest, then what has no day', () => {
    const items = shown(
      '2026-10-16',
      task('a'),
      task('b', '2026-10-30'),
      task('c', '2026-10-16'),
      task('d', '2026-10-15'),
    );
    expect(items.map(({ what }) => what.zh)).toEqual(['d', 'c', 'b', 'a']);
    expect(items.map(({ overdue }) => overdue)).toEqual([true, false, false, false]);
  });

  it('counts the working days that are left, holidays out and made-up days in, and the days since', () => {
    const items = shown('2026-09-30', task('a', '2026-10-12'), task('b', '2026-09-30'), task('c', '2026-09-20'));
    expect(items.map(remainingTime)).toEqual([
      { zh: '逾期 10 天', en: '10 days overdue' },
      { zh: '今日到期', en: 'due today' },
      { zh: '余 4 个工作日', en: '4 working days left' }, // 8, 9, 10 and 12 October
    ]);
  });

  it('says of one day that it is one', () => {
    const [over, left] = shown('2026-10-13', task('a', '2026-10-12'), task('b', '2026-10-14')).map(remainingTime);
    expect([over?.en, left?.en]).toEqual(['1 day overdue', '1 working day left']);
  });

  it('says what is provisional, and how sure its source is', () => {
    const [item] = shown('2027-01-04', task('a', '2027-01-11', true));
    if (!item) throw new RangeError('there is one');
    expect(dueDay(item)).toEqual({ zh: '2027-01-11（暂定）', en: '2027-01-11 (provisional)' });
    expect(citationText(item)).toEqual({ zh: 'P 第一条（待核实）', en: 'P art. 1 (to be confirmed)' });
  });

  it('becomes a sheet, one row for each, what is overdue marked', () => {
    const { rows, marks, headerRows } = worklistSheet(shown('2026-10-16', task('a'), task('d', '2026-10-15')));
    expect(rows.map((row) => row[1])).toEqual(['剩余\nLeft', '逾期 1 天', '']);
    expect({ marks, headerRows }).toEqual({ marks: [[1, 1]], headerRows: 1 });
  });
});
