import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../node/agreement/agreement.ts';
import { readAuthored } from '../../node/agreement/author.ts';
import { findContradictions } from '../../node/agreement/contradictions.ts';
import { passagesOf } from '../../node/agreement/passages.ts';
import { formatStartPage, inventAuthority, type Start } from '../../node/agreement/start-page.ts';
import { provinces } from '../../node/base/provinces.ts';
import { checkUscc } from '../../node/base/uscc.ts';
import { movesOf } from '../../node/registry/effects.ts';
import { keysOf, ports, sampleAgreement, schemas } from '../support/agreement.ts';
import { hash } from '../support/crypto.ts';

const model = sampleAgreement();

/** As many of the sample's members, with their keys. */
function start(members: number, more: Partial<Start> = {}): Start {
  const known = model.members
    .slice(0, members)
    .map(({ id, issuer, origin }) => ({ id, issuer, origin, keys: keysOf({ id, issuer, origin }) }));
  return {
    id: 'trial',
    from: '2026-06-01',
    members: known,
    model,
    titleOf: (type) => ({ zh: type, en: type }),
    ...more,
  };
}

function read(page: string, keys: 'required' | 'optional' = 'required') {
  const context = { today: '2026-06-01', schemas, hash, movesOf };
  return readAuthored(page, { ...ports, keys, schemas, review: (agreement) => findContradictions(agreement, context) });
}

describe('formatStartPage', () => {
  it.each([2, 3, 4])('makes a page of %i members that can be signed as it is', (members) => {
    const { agreement, mistakes, warnings } = read(formatStartPage(start(members)));
    expect(mistakes).toEqual([]);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(['invented']));
    expect(agreement?.members.map(({ id, name }) => [id, name])).toEqual(
      model.members.slice(0, members).map(({ id }) => [id, provinces[id]]),
    );
  });

  it('has every type of the model, open to all, with the model’s terms', () => {
    const agreement = read(formatStartPage(start(3))).agreement as Agreement;
    const types = (of: Agreement) =>
      of.catalogue.map(({ type, schema, retentionYears, publishWithinWorkingDays }) => ({
        type,
        schema,
        retentionYears,
        publishWithinWorkingDays,
      }));
    expect(types(agreement)).toEqual(expect.arrayContaining(types(model)));
    expect(types(agreement)).toHaveLength(model.catalogue.length);
    expect(passagesOf(agreement).filter(({ type }) => type === 'commendation')).toHaveLength(6);
    expect(agreement.measures).toEqual(model.measures);
    expect(agreement.notice).toEqual(model.notice);
    expect(agreement.exchange).toEqual({ ...model.exchange, witnessQuorum: 2 });
  });

  it('says what is still to be filled in, where it is', () => {
    const page = formatStartPage(
      start(2, {
        members: [...start(1).members, { id: '990000', issuer: 'https://x.gov.cn', origin: 'x.gov.cn/log' }],
      }),
    );
    const { mistakes, warnings } = read(page, 'optional');
    expect(mistakes.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'placeholder /title/zh', // made of the names
      'placeholder /title/en',
      'placeholder /members/1/name/zh',
      'placeholder /members/1/name/en',
    ]);
    expect(warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toContain('member-without-key /members/1');
    expect(mistakes[2]?.line).toBe(page.slice(0, page.indexOf('zh: "（待填写：成员名称')).split('\n').length);
  });

  it('takes names and titles as they come, quotes and all', () => {
    const title = { zh: '“互信”: 协议 # 一', en: '"Trust": #1 \\ it' };
    const { agreement } = read(formatStartPage(start(2, { title })));
    expect(agreement?.title).toEqual(title);
  });

  it('counts the members in the title where they are too many to name', () => {
    const members = Object.keys(provinces).map((id) => ({
      id,
      issuer: `https://${id}.gov.cn`,
      origin: `${id}.gov.cn/log`,
    }));
    const { agreement } = read(formatStartPage(start(2, { members })), 'optional');
    expect(agreement?.title.en).toBe(`Agreement of ${members.length} provinces on sharing IP-credit information`);
  });

  it('has its comments in both languages', () => {
    const comments = formatStartPage(start(2)).match(/(?<=# ).+/g) ?? [];
    expect(comments.filter((line) => /\p{Script=Han}/u.test(line)).length).toBeGreaterThan(10);
    expect(comments.filter((line) => /[a-z]{4}/.test(line)).length).toBeGreaterThan(10);
  });
});

it('invents authorities with the right check characters', () => {
  for (const id of Object.keys(provinces)) expect(checkUscc(inventAuthority(id))).toBe('valid');
  expect(inventAuthority('310000')).toBe(model.members[0]?.authority);
});
