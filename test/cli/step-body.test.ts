import { expect, it } from 'vitest';
import { compileSchema } from '../../node/base/schema.ts';
import { grounds, outcomes, repairConditions } from '../../node/cli/step.ts';
import { buildStep, type StepOptions, type stepTypes } from '../../node/cli/step-body.ts';
import { Misuse } from '../../node/cli/terminal.ts';
import type { ShownRecord } from '../../node/registry/shown-record.ts';
import { schemas } from '../support/agreement.ts';
import { shanghai } from '../support/sheets.ts';
import { shownRecord } from '../support/shown.ts';

const [opener, corrector, lame] = [1, 2, 3].map((n) => `0198f3c2-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const authority = { name: '样例市知识产权局', uscc: shanghai };
const step = { decidedOn: '2026-01-02', origin: 'credit.sh.example/log', at: '2026-01-03T00:00:00.000Z' };
const record = shownRecord({
  record: `310000.${opener}`,
  body: {
    subject: { name: '样例知识产权代理有限公司' },
    document: { number: '沪知罚〔2026〕1号', date: '2026-01-02', authority },
    violation: '擅自开展专利代理业务',
    categories: ['warning'],
    publicity: { until: '2027-01-02' },
  },
  history: [
    { ...step, type: 'penalty', jti: opener, index: 1 },
    { ...step, type: 'correction', jti: corrector, index: 2 },
    { ...step, type: 'correction', jti: lame, index: 3, code: 'registry/illegal-step' },
  ],
});

function build(type: (typeof stepTypes)[number], options: Partial<StepOptions>, of: ShownRecord = record) {
  const how = { today: '2026-03-05', isList: (path: string) => path === 'categories' };
  return buildStep(type, of, { set: [], ...options }, how);
}

const complaintsAbout = (type: string, body: unknown) => compileSchema(schemas.get(`bulletin/${type}`) ?? {})(body);

it.each([
  ['repair', { on: '2026-03-04', document: '沪知修〔2026〕1号', reason: '已整改' }],
  ['revocation', { on: '2026-03-04', ground: 'annulled', document: '沪知撤〔2026〕1号', documentDate: '2026-03-01' }],
  ['revocation', { on: '2026-03-04', ground: 'import-mistake' }],
  ['correction', { set: ['fine=1.5'], reason: '录入有误' }],
  ['correction', { set: ['fine=1.5'], document: '沪知更〔2026〕1号', on: '2026-03-04' }],
  ['correction', { body: record.body ?? {} }],
  ['repair', { condition: ['corrected'], appliedOn: '2026-03-01' }],
  [
    'extension',
    { until: '2028-01-02', ground: 'repeated-conduct', document: '沪知延〔2026〕1号', because: `310000.${lame}` },
  ],
  ['objection-decision', { objection: corrector, outcome: 'rejected', reason: '事实清楚' }],
] as const)('builds a %s of its schema from %j', (type, options) => {
  expect(complaintsAbout(type, build(type, options))).toEqual([]);
});

it('names the day of today, and leaves the bureau that speaks to the node', () => {
  expect(build('objection', { reason: '金额有误', requested: '更正' })).toEqual({
    reason: '金额有误',
    raisedOn: '2026-03-05',
    requested: '更正',
  });
  expect(build('measure-feedback', { measure: ['M1'], bureauName: '样例局' })).toEqual({
    takenOn: '2026-03-05',
    measures: ['M1'],
    authority: { name: '样例局' },
  });
});

it('decides the only open objection unless told which', () => {
  const objection = (jti: string) => ({ ...step, jti, index: 4, by: '320000', raisedOn: '2026-03-01' });
  const objected = { ...record, objections: [{ ...objection(opener), outcome: 'rejected' }, objection(lame)] };
  expect(build('objection-decision', { outcome: 'rejected' }, objected)).toMatchObject({ objection: lame });
  const both = { ...record, objections: [objection(opener), objection(lame)] };
  expect(() => build('objection-decision', { outcome: 'rejected' }, both)).toThrow('--objection');
});

it('takes the deciding authority and the day over from what is known, unless told otherwise', () => {
  const given = { on: '2026-03-04', document: '沪知修〔2026〕1号' };
  expect(build('repair', given)).toEqual({
    document: { number: '沪知修〔2026〕1号', date: '2026-03-04', authority },
    repairedOn: '2026-03-04',
  });
  const other = { documentDate: '2026-03-01', documentAuthority: 'X', documentAuthorityName: '另一机关' };
  expect(build('repair', { ...given, ...other })).toMatchObject({
    document: { date: '2026-03-01', authority: { name: '另一机关', uscc: 'X' } },
  });
  const graded = { ...record, type: 'grade', body: { authority: { name: '评价机关', uscc: 'Y' } } };
  expect(build('revocation', { ...given, ground: 'other' }, graded)).toMatchObject({
    document: { authority: { name: '评价机关', uscc: 'Y' } },
  });
});

it('corrects single members, deep ones, lists, and removes what is left empty', () => {
  const set = ['fine=1.5', 'subject.name=新名称', 'categories=fine、warning,other', 'publicity.until=', 'remarks=a=b'];
  expect(build('correction', { set })).toEqual({
    replaces: corrector,
    penalty: {
      subject: { name: '新名称' },
      document: record.body?.document,
      violation: '擅自开展专利代理业务',
      categories: ['fine', 'warning', 'other'],
      fine: '1.5',
      remarks: 'a=b',
    },
  });
  expect(record.body).toMatchObject({ subject: { name: '样例知识产权代理有限公司' }, categories: ['warning'] });
});

it.each([
  ['repair', { on: '2026-02-30', document: '1号' }, '--on is a day'],
  ['repair', { on: '2026-03-04', document: '1号', documentDate: 'soon' }, '--document-date is a day'],
  ['repair', { on: '2026-03-04', document: '1号', documentAuthority: 'X' }, '--document-authority-name'],
  ['repair', { on: '2026-03-04', document: '1号', documentAuthorityName: 'X' }, '--document-authority'],
  ['repair', { on: '2026-03-04', document: '1号', ground: 'void' }, '--ground is not for a repair'],
  ['revocation', { on: '2026-03-04' }, '--ground'],
  ['revocation', { on: '2026-03-04', ground: 'void', documentDate: '2026-03-04' }, '--document'],
  ['revocation', { on: '2026-03-04', ground: 'void', set: ['a=b'], body: {} }, '--body, --set is not for a revocation'],
  ['correction', {}, '--set or --body'],
  ['correction', { set: ['fine'] }, 'path=value: fine'],
  ['extension', { ground: 'other', document: '1号' }, '--until'],
  ['extension', { until: '2028-02-30', ground: 'other' }, '--until is a day'],
  ['objection-decision', { objection: opener }, '--outcome'],
  ['measure-feedback', {}, '--measure'],
  ['objection', { outcome: 'rejected' }, '--outcome is not for a objection'],
] as const)('%s with %j is misuse', (type, options, hint) => {
  expect(() => build(type, options)).toThrow(Misuse);
  expect(() => build(type, options)).toThrow(hint);
});

it('needs the whole body where the content was erased', () => {
  const { body: _, ...erased } = record;
  expect(() => build('correction', { set: ['fine=1'] }, erased)).toThrow('--body');
});

it('offers exactly what the schemas list', () => {
  type Form = { properties: Record<string, { enum?: string[]; items?: { enum: string[] } }> };
  const listed = (type: string, name: string) => {
    const member = (schemas.get(`bulletin/${type}`) as Form).properties[name];
    return member?.enum ?? member?.items?.enum ?? [];
  };
  expect(new Set([...listed('revocation', 'ground'), ...listed('extension', 'ground')])).toEqual(new Set(grounds));
  expect(listed('objection-decision', 'outcome')).toEqual(outcomes);
  expect(listed('repair', 'conditions')).toEqual(repairConditions);
});
