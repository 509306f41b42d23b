import { expect, it } from 'vitest';
import { readLabels } from '../../node/cli/labels.ts';
import { forms } from '../../node/form/forms.ts';
import { schemas } from '../support/agreement.ts';
import { codes, shanghai } from '../support/sheets.ts';

const labels = await readLabels();

it('says what a body holds in both languages, in the order of its schema', () => {
  const authority = { uscc: shanghai, name: '样例市知识产权局' };
  const body = {
    fine: '1.5',
    categories: ['fine', 'warning'],
    document: { number: '1号', date: '2026-01-02', authority },
    subject: { name: '样例公司', kind: 'legal-person' },
  };
  expect(labels.linesOf('penalty', body).map(({ path, label, value }) => [path, label.zh, value.zh, value.en])).toEqual(
    [
      ['subject.name', '名称', '样例公司', '样例公司'],
      ['subject.kind', '主体类别', '法人', 'Legal person'],
      ['document.number', '文书号', '1号', '1号'],
      ['document.date', '决定日期', '2026-01-02', '2026-01-02'],
      ['document.authority', '决定机关', `样例市知识产权局（${shanghai}）`, `样例市知识产权局 (${shanghai})`],
      ['categories', '处罚类别', '罚款、警告', 'Fine, Warning'],
      ['fine', '罚款金额（万元）', '1.5', '1.5'],
    ],
  );
});

it('has words for every code that a schema or a form allows', () => {
  for (const { type, columns } of forms.values()) {
    for (const { path, list = '' } of columns) {
      for (const [code, { zh }] of Object.entries(codes[list]?.codes ?? {})) {
        const [first = '', second] = path.split('.');
        const value = labels.isList(type, path) ? [code] : code;
        const body = { [first]: second === undefined ? value : { [second]: value } };
        expect(labels.linesOf(type, body)[0]?.value.zh, `${type} ${path} ${code}`).toBe(zh);
      }
    }
  }
});

it.each([
  ['revocation', 'ground', 'void', '决定被确认无效'],
  ['extension', 'ground', 'same-day', '同日被多个部门认定失信'],
  ['erasure', 'ground', 'ordered', '依法责令删除'],
  ['serious-list', 'ground', 'agency', '从事严重违法专利、商标代理行为'],
  ['objection-decision', 'outcome', 'delisted', '移出名单'],
  ['repair', 'conditions', ['corrected', 'commitment'], '已纠正失信行为、已公开作出信用承诺'],
  ['measure-feedback', 'measures', ['M6'], '不适用信用承诺制'],
])('knows a code by the type that it stands in: %s, %s %j', (type, path, value, zh) => {
  expect(labels.linesOf(type, { [path]: value })[0]?.value.zh).toBe(zh);
});

it('has a title for every type, and shows a code or a type that it does not know as it is', () => {
  expect([...schemas.keys()].map((name) => labels.titleOf(name.replace('bulletin/', '')).zh).join('')).not.toMatch(
    /\w/,
  );
  expect(labels.titleOf('novelty')).toEqual({ zh: 'novelty', en: 'novelty' });
  expect(labels.linesOf('novelty', { a: 1 })).toEqual([]);
  expect(labels.linesOf('penalty', { severity: 'grave' })[0]?.value).toEqual({ zh: 'grave', en: 'grave' });
});

it('knows which members are lists', () => {
  const paths = ['categories', 'fine', 'subject.name', 'no.such.member'];
  expect(paths.map((path) => labels.isList('penalty', path))).toEqual([true, false, false, false]);
  expect(labels.isList('dishonesty', 'measures')).toBe(true);
});
