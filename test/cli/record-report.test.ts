import { expect, it } from 'vitest';
import { correctable } from '../../node/bulletin/types/correction.ts';
import { readLabels } from '../../node/cli/labels.ts';
import { formatAnswer, formatWhole } from '../../node/cli/record-report.ts';
import type { View } from '../../node/console/page.ts';
import { standing } from '../../node/console/record.ts';
import type { ShownRecord } from '../../node/registry/shown-record.ts';
import { formatReport } from '../../node/report/report.ts';
import { sampleBody } from '../support/bulletins.ts';
import { company } from '../support/sheets.ts';
import { shownAnswer, shownRecord } from '../support/shown.ts';

const labels = await readLabels();
const pick = ({ en }: { en: string }) => en;
const step = { decidedOn: '2026-01-02', origin: 'credit.sh.example/log', at: '2026-01-03T00:00:00.000Z', jti: 'x' };
const record = shownRecord({
  body: {
    subject: { name: 'A' },
    violation: 'first\n  310000  fake line\u001b[31m',
    facts: 'long story',
    categories: ['fine'],
  },
  history: [
    { ...step, type: 'penalty', index: 1 },
    { ...step, type: 'repair', index: 2, code: 'registry/illegal-step' },
  ],
});
const { at, agreement, purpose } = shownAnswer([]);
const whole = (of: ShownRecord) => formatWhole({ ...of, uscc: company, at, agreement, purpose }, labels, pick);
const answer = (of: ShownRecord) => formatAnswer(shownAnswer([of]), labels, pick);

it('sums a record up in an answer and shows all of it by itself', () => {
  const summary = answer(record);
  expect(summary).toContain(
    'Shanghai (310000): 1 record (this node’s own)\n\n  Administrative penalty  2026-01-02  publicised\n',
  );
  expect(summary).not.toContain('long story');
  expect(whole(record)).toContain('long story');
});

it.each(correctable)('sums up a $name with more than its subject', ({ name: type }) => {
  const body = sampleBody(type, {}, 'full');
  const summary = answer({ ...record, type, body });
  const said = labels.linesOf(type, body).filter(({ label }) => summary.includes(`${label.en} `));
  expect(said.length).toBeGreaterThan(4);
  expect(summary).not.toContain('合成样例');
});

it('marks a bulletin without effect', () => {
  const [, , , line = ''] = whole(record).split('what happened')[1]?.split('\n') ?? [];
  expect(line).toMatch(
    /^Credit repair +2026-01-02 +credit\.sh\.example\/log +2 +2026-01-03 08:00 +.*it has no effect\.$/,
  );
});

it('says that a penalty is not publicised by rule, and that a permit is invalid', () => {
  const hidden = shownRecord({ ...record, isInForce: false, isPublicised: false });
  const permit = shownRecord({ type: 'permit', state: 'valid', isInForce: false, body: { status: 'invalid' } });
  for (const say of [whole, answer]) {
    expect(say(hidden)).toContain('Administrative penalty  2026-01-02  not publicised by rule\n');
    expect(say(permit)).toContain('  2026-01-02  invalid, as its source says\n');
  }
  const context = { labels, digest: 'x', purpose: { zh: '监管', en: 'Supervision' } };
  const report = String(formatReport(shownAnswer([hidden]), context));
  expect(report).toMatch(/badge over">依规定不公示.*not publicised by rule/);
  expect(report).not.toContain('公示中');
  const view: View = { language: 'en', say: pick, t: (_zh, en) => en, here: '/' };
  expect(String(standing(hidden, view))).toContain('not publicised by rule');
});

it('says that a content was erased', () => {
  const { body: _, ...erased } = record;
  for (const text of [whole(erased), answer(erased)]) expect(text).toContain('The content was erased.');
});

it('lets no bulletin forge lines or move the cursor', () => {
  const text = whole(record);
  expect(text).toContain('first 310000 fake line\ufffd[31m\n');
});

it('says why a record ended, whose rules gave its dates, what was objected and what may be considered', () => {
  const place = { origin: 'credit.sh.example/log', index: 7, at: step.at, jti: 'x' };
  const text = answer(
    shownRecord({
      ...record,
      state: 'revoked',
      isInForce: false,
      ended: { on: '2026-03-04', by: { type: 'revocation', ...place }, code: 'annulled' },
      objection: 'upheld',
      objections: [{ ...place, by: '320000', raisedOn: '2026-02-01', outcome: 'deleted', decidedOn: '2026-02-03' }],
      dates: [
        {
          ...{ what: 'until', day: '2027-01-02', provisional: true, isStated: false, pack: 'SAMR-2025-107' },
          ...{ article: { zh: '第九条', en: 'art. 9' }, confidence: 'medium' },
        },
      ],
      proposes: [{ code: 'M1', zh: '从严审批', en: 'Stricter approval' }],
      leftOut: ['facts', 'source.name', 'source.uscc'],
    }),
  );
  expect(text).toMatch(/ended +ended on 2026-03-04 by revocation: .*annulled.* \(credit\.sh\.example\/log, entry 7\)/);
  expect(text).toMatch(
    /publicised until +2027-01-02 \(provisional\) by the rules; SAMR-2025-107, art\. 9 \(medium confidence\)/,
  );
  expect(text).toMatch(/objection +heard on 2026-02-01 by member 320000; .* on 2026-02-03/);
  expect(text).toMatch(/measure to consider +M1 Stricter approval/);
  expect(text).toMatch(/not shown +Facts, Source of the data\n/);
  expect(text).toContain('Administrative penalty  2026-01-02  revoked  objection upheld');
});

it('says which members a correction changed, and that no pack claims a record', () => {
  const changes = [
    { path: 'fine', before: '1.5', after: '0.5' },
    { path: 'categories', before: ['fine'] },
  ];
  const text = whole({ ...record, packs: {}, history: [{ ...step, type: 'correction', index: 3, changes }] });
  expect(text).toContain('Fine (10,000 CNY): 1.5 → 0.5\n');
  expect(text).toContain('Categories of penalty: Fine → nothing\n');
  expect(text).toContain('no rule pack claims this record');
});

it('says how fresh each province is', () => {
  const stale = {
    isOwn: false,
    isStale: true,
    pulledAt: '2026-03-01T00:00:00.000Z',
    newestAt: '2026-02-01T00:00:00.000Z',
  };
  expect(formatAnswer(shownAnswer([], stale), labels, pick)).toContain(
    'Shanghai (310000): no records (as of 2026-03-01 08:00, which is long ago; newest bulletin 2026-02-01 08:00)\n',
  );
});
