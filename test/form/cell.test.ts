import { describe, expect, it } from 'vitest';
import { type Reading, readCell, squeeze, tidy } from '../../node/form/cell.ts';
import type { ColumnKind } from '../../node/form/columns.ts';
import type { Cell } from '../../node/sheet/sheet.ts';
import { codes, company, today } from '../support/sheets.ts';

function read(kind: ColumnKind, content: string | Cell, list?: string, date1904 = false): Reading {
  const cell: Cell = typeof content === 'string' ? { kind: content === '' ? 'empty' : 'text', text: content } : content;
  const column = { zh: '列', path: 'x', required: false, kind, ...(list ? { list } : {}) };
  return readCell(cell, column, { codes, date1904, today });
}

const number = (text: string): Cell => ({ kind: 'number', text });
const none = { none: true };
const unreadable = (rule: ColumnKind) => ({ code: 'import/value-unreadable', facts: { rule } });

describe('a day', () => {
  it.each([
    '2026-01-02',
    '2026/1/2',
    '2026.1.2',
    '2026.01.02',
    '2026年1月2日',
    '2026年01月02日',
    '2026 年 1 月 2 日',
    '20260102',
    '２０２６-０１-０２',
    '２０２６／１／２',
    '2026/1/2 0:00',
    '2026-01-02 15:04:05',
    '2026-01-02T00:00:00.000Z',
    '　2026-1-2 ',
  ])('is read: %s', (text) => expect(read('day', text)).toEqual({ value: '2026-01-02' }));

  it.each([
    '2026-02-29',
    '2026-13-01',
    '26-1-2',
    '2026-1',
    '2026-1/2',
    '1/2/2026',
    '46024',
    '明年',
    '99991231',
    '1899-12-31',
    '2026-01-02a',
  ])('is not read: %s', (text) => expect(read('day', text)).toEqual(unreadable('day')));

  it('may be a date or a number of Excel', () => {
    expect(read('day', { kind: 'date', text: '2026-01-02' })).toEqual({ value: '2026-01-02' });
    expect(read('day', { kind: 'date', text: '2026-01-02 08:30:00' })).toEqual({ value: '2026-01-02' });
    expect(read('day', number('46024'))).toEqual({ value: '2026-01-02' });
    expect(read('day', number('46024.75'))).toEqual({ value: '2026-01-02' });
    expect(read('day', number('44562'), undefined, true)).toEqual({ value: '2026-01-02' });
    expect(read('day', number('20260102'))).toEqual({ value: '2026-01-02' });
    expect(read('day', number('2026'))).toEqual(unreadable('day'));
  });
});

describe('a day that may be no end', () => {
  it.each(['2099/12/31', '2099-01-01', '9999-12-31', '99991231', '长期', '永久有效', '', '无', '—'])(
    'is none: %s',
    (text) => {
      expect(read('end-day', text)).toEqual(none);
    },
  );

  it('is a day like any other before 2099', () => {
    expect(read('end-day', '2098/12/31')).toEqual({ value: '2098-12-31' });
    expect(read('end-day', { kind: 'date', text: '2099-12-31' })).toEqual(none);
    expect(read('end-day', '待定')).toEqual(unreadable('end-day'));
  });
});

describe('an amount', () => {
  it.each([
    ['1,000.00', '1000'],
    ['1000', '1000'],
    ['0.2', '0.2'],
    ['0', '0'],
    ['0.000001', '0.000001'],
    ['007.50', '7.5'],
    ['１，２３４．５', '1234.5'],
    ['1.5万元', '1.5'],
    ['9999999999999.123456', '9999999999999.123456'],
    ['0.1000000000', '0.1'],
  ])('is exact: %s', (text, value) => expect(read('amount', text)).toEqual({ value }));

  it.each([
    '-1',
    '1.2345678',
    '12,34',
    '1,0000',
    '2000元',
    '¥5',
    '一万',
    '1.',
    '.5',
    '1e3',
    '12345678901234',
    '1 000 a',
  ])('is not read: %s', (text) => expect(read('amount', text)).toEqual(unreadable('amount')));

  it('may be a numeric cell with at most six decimals', () => {
    expect(read('amount', number('0.3'))).toEqual({ value: '0.3' });
    expect(read('amount', number('1e-7'))).toEqual(unreadable('amount'));
    expect(read('amount', number('0.1234567'))).toEqual(unreadable('amount'));
    expect(read('amount', { kind: 'boolean', text: 'TRUE' })).toEqual(unreadable('amount'));
  });
});

describe('a code', () => {
  it.each(['code', 'document-number', 'uscc', 'organisation-code', 'agency-code'] as const)(
    'must be text: %s',
    (kind) => {
      for (const cell of [
        number('31001'),
        { kind: 'date', text: '2026-01-02' },
        { kind: 'boolean', text: 'TRUE' },
      ] as const) {
        expect(read(kind, cell)).toEqual({ code: 'import/code-not-text' });
      }
      expect(read(kind, '')).toEqual(none);
      expect(read(kind, { kind: 'error', text: '#N/A' })).toEqual({ code: 'import/cell-error' });
    },
  );

  it('keeps its zeros and loses its blanks', () => {
    expect(read('code', ' 0012 34　5６ ')).toEqual({ value: '00123456' });
    expect(read('document-number', '沪知罚 〔２０２６〕 1 号')).toEqual({ value: '沪知罚〔2026〕1号' });
  });

  it('of an organisation has its check characters right', () => {
    const spread = `${company.slice(0, 6)} ${company.slice(6).toLowerCase()}`;
    expect(read('uscc', spread)).toEqual({ value: company });
    for (const [text, facts] of [
      ['00000000000000000X', { mistake: 'check' }],
      [company.slice(1), { mistake: 'length', length: 17 }],
      [company.replace('M', 'O'), { mistake: 'character', character: 'O', place: 9 }],
    ] as const) {
      expect(read('uscc', text)).toEqual({ code: 'subject/invalid-uscc', facts });
    }
    expect(read('organisation-code', '55138508-2')).toEqual({ value: '551385082' });
    expect(read('organisation-code', '551385083')).toEqual(unreadable('organisation-code'));
    expect(read('agency-code', '3100')).toEqual(unreadable('agency-code'));
  });
});

describe('labels of a code list', () => {
  it.each([
    ['罚款', ['fine']],
    ['罚款、没收违法所得', ['fine', 'confiscation-of-gains']],
    ['罚款；没收违法所得;警告，通报批评,警告', ['fine', 'confiscation-of-gains', 'warning', 'public-criticism']],
    [' 罚 款\n警告 ', ['fine', 'warning']],
    ['其他（需注明）', ['other']],
    ['罚款、其他(责令改正、公开道歉)', ['fine', 'other']],
    ['其他-责令改正', ['other']],
    ['fine', ['fine']],
  ])('are told apart: %s', (text, value) => expect(read('many-listed', text, 'penalty-category')).toEqual({ value }));

  it('may hold a separator themselves', () => {
    const all = ['M2', 'M5', 'M1'];
    const labels = all.map((code) => codes.measure?.codes[code]?.zh).join('、');
    expect(read('many-listed', labels, 'measure')).toEqual({ value: all });
    expect(read('many-listed', 'M1 对财政性资金项目申请从严审批；M6', 'measure')).toEqual({ value: ['M1', 'M6'] });
    expect(read('listed', codes.conduct?.codes['IP-06']?.zh ?? '', 'conduct')).toEqual({ value: 'IP-06' });
    expect(read('listed', 'ip－03', 'conduct')).toEqual({ value: 'IP-03' });
  });

  it('are refused when unknown, ambiguous or a number of some vendor', () => {
    for (const text of ['没收', '暂扣或者吊销许可证', '1', '罚款、1']) {
      expect(read('many-listed', text, 'penalty-category')).toMatchObject({ code: 'import/value-not-listed' });
    }
    expect(read('listed', 'IP-01、IP-02', 'conduct')).toMatchObject({ code: 'import/value-not-listed' });
  });

  it('do not take long when there are many', () => {
    const reading = read('many-listed', '警、'.repeat(16_000), 'penalty-category');
    expect(reading).toMatchObject({ code: 'import/value-not-listed', facts: { part: '警' } });
  });
});

describe('a grade', () => {
  it.each([
    ['A+', 'A+'],
    ['Ａ＋', 'A+'],
    ['b级', 'B'],
    ['三星级', '三星级'],
    ['AAA', 'AAA'],
  ])('is read: %s', (text, value) => {
    expect(read('grade', text)).toEqual({ value });
  });

  it('has a scheme that is listed or local', () => {
    expect(read('scheme', '专利代理信用评价管理办法(试行)', 'grade-scheme')).toEqual({
      value: 'CNIPA-PATENT-AGENCY-2023',
    });
    expect(read('scheme', '地方:某办法', 'grade-scheme')).toEqual({ value: 'local:某办法' });
    expect(read('scheme', '某办法', 'grade-scheme')).toMatchObject({ code: 'import/value-not-listed' });
    expect(read('score', '92.50分')).toEqual({ value: '92.5' });
  });
});

describe('text', () => {
  it('loses nothing but what nobody sees', () => {
    expect(tidy('  甲（普通合伙）　\u200b')).toBe('甲（普通合伙）');
    expect(tidy('一\r\n二\t三\u0007四\u00a0五')).toBe('一\n二 三 四 五');
    expect(tidy('第１２条')).toBe('第12条');
    expect(tidy('𠮷 “引”—é')).toBe('𠮷 “引”—é');
    expect(tidy('a\u2028b\u0085c')).toBe('a b c');
    expect(squeeze(' ａ b　Ｃ ')).toBe('ABC');
  });

  it('counts its length in characters', () => {
    const column = { zh: '列', path: 'x', required: false, kind: 'text', longest: 2 } as const;
    const cell = (text: string): Cell => ({ kind: 'text', text });
    expect(readCell(cell('𠮷𠮷'), column, { codes, date1904: false, today })).toEqual({ value: '𠮷𠮷' });
    expect(readCell(cell('𠮷𠮷𠮷'), column, { codes, date1904: false, today })).toMatchObject({
      code: 'import/value-too-long',
    });
  });

  it('may say nothing in words', () => expect(read('text', '无')).toEqual({ value: '无' }));
});
