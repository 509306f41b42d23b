import { expect, it } from 'vitest';
import { buildMatrix } from '../../node/agreement/matrix.ts';
import { formatMatrixPage } from '../../node/report/agreement-matrix.ts';
import { sampleAgreement } from '../support/agreement.ts';

const titleOf = (type: string) => ({ zh: `中文 ${type}`, en: `English ${type}` });

function page(change?: Parameters<typeof sampleAgreement>[0]): string {
  const agreement = sampleAgreement(change);
  return String(formatMatrixPage(agreement, buildMatrix(agreement), { digest: 'sha-256:x', titleOf }));
}

it('has a square of all members for each group of types, in both languages', () => {
  const text = page();
  expect(text.match(/<table class="matrix">/g)).toHaveLength(8);
  expect(text.match(/<td class="self">/g)).toHaveLength(8 * 4);
  for (const word of [
    '上海市',
    'Anhui',
    '中文 penalty',
    'English repair',
    '日常监管',
    'IP pledge financing',
    'sha-256:x',
  ])
    expect(text).toContain(word);
});

it('is one file: no script, nothing from elsewhere', () => {
  expect(page()).not.toMatch(/<script|<link|src=|https?:\/\/(?!credit)|@import|url\(/);
});

it('escapes what the authors wrote', () => {
  const text = page(({ members, title }) => {
    (members[0] as (typeof members)[0]).name.zh = '<b>上海</b>';
    title.en = 'A & B "quoted"';
  });
  expect(text).toContain('&lt;b&gt;上海&lt;/b&gt;');
  expect(text).toContain('A &amp; B &quot;quoted&quot;');
});

it('tells what is left out of a flow', () => {
  expect(page()).not.toContain('不发送的内容项');
  expect(page(({ catalogue }) => Object.assign(catalogue[0]?.flows[0] ?? {}, { omit: ['facts'] }))).toContain('facts');
});

it('says in words what holds between all of many members, and draws the rest in small', () => {
  const text = page(({ members }) => {
    const [first] = members as [(typeof members)[0]];
    for (let n = 0; n < 6; n++)
      members.push({ ...first, id: `3${5 + n}0000`, name: { zh: `第${n}省`, en: `No. ${n}` } });
  });
  expect(text).toContain('每一成员发给其他全体成员：A');
  expect(text.match(/<table class="matrix wide">/g)).toHaveLength(2); // grades and commendations
});
