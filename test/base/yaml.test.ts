import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../node/base/yaml.ts';

const page = `members:
  - id: "310000"
    name: { zh: 上海市, en: Shanghai }
  - id: 320000
a/b~c: 1
`;

describe('parseYaml', () => {
  it('reads the core schema of YAML 1.2: days and yes are text', () => {
    const { value, mistakes } = parseYaml('day: 2026-01-01\nyes: yes\nsize: 12\nopen: true\nnone:\n');
    expect(mistakes).toEqual([]);
    expect(value).toEqual({ day: '2026-01-01', yes: 'yes', size: 12, open: true, none: null });
  });

  it('passes over a byte-order mark without moving the columns', () => {
    const { value, positionOf } = parseYaml('\uFEFFa: 1');
    expect(value).toEqual({ a: 1 });
    expect(positionOf('/a')).toEqual({ line: 1, column: 4 });
  });

  it.each([
    ['/members/0/id', { line: 2, column: 9 }],
    ['/members/0/name/en', { line: 3, column: 26 }],
    ['/members/1/id', { line: 4, column: 9 }],
    ['/members/1', { line: 4, column: 5 }],
    ['/a~1b~0c', { line: 5, column: 8 }],
    ['', { line: 1, column: 1 }],
  ])('knows where %j stands', (pointer, position) => {
    expect(parseYaml(page).positionOf(pointer)).toEqual(position);
  });

  it('names the nearest place above what is not there', () => {
    expect(parseYaml(page).positionOf('/members/1/keys/log')).toEqual({ line: 4, column: 5 });
    expect(parseYaml('').positionOf('/members')).toBeUndefined();
  });

  it.each([
    ['a key twice', 'a: 1\nb: 2\na: 3\n', { line: 3, column: 1 }],
    ['a key twice in braces', 'a: { x: 1, x: 2 }\n', { line: 1, column: 12 }],
    ['a tab as indentation', 'a:\n\t- b\n', { line: 2, column: 1 }],
    ['a key that is a number', 'a: 1\n310000: x\n', { line: 2, column: 1 }],
    ['a key that is a list', '? [1]\n: 2\n', { line: 1, column: 3 }],
    ['an anchor', 'a: &x 1\n', { line: 1, column: 7 }],
    ['an alias', 'a: 1\nb: *x\n', { line: 2, column: 4 }],
    ['a tag of YAML', 'a: !!str 5\n', { line: 1, column: 10 }],
    ['a tag of its own', 'a: !secret x\n', { line: 1, column: 12 }],
    ['two documents', 'a: 1\n---\nb: 2\n', { line: 2, column: 1 }],
    ['a quote that stays open', 'a: "x\n', { line: 2, column: 1 }],
  ])('refuses %s, with the place and a sentence in both languages', (_, text, position) => {
    const { value, mistakes } = parseYaml(text);
    expect(value).toBeUndefined();
    expect(mistakes[0]).toMatchObject(position);
    for (const { message, zh } of mistakes) {
      expect(message).toMatch(/^[\x20-\x7e]+$/);
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('lists all mistakes from top to bottom', () => {
    const { mistakes } = parseYaml('1: a\nb: &x 1\nc: !!str 1\n');
    expect(mistakes.map(({ line }) => line)).toEqual([1, 2, 3]);
  });
});
