/** The auditor's guide says the same in both languages; its commands are run by `test/independent`. */

import { describe, expect, it } from 'vitest';
import { blocksOf, guides, isPrinted, sourceIn } from '../support/guide.ts';

const [en, zh] = [blocksOf(guides.en), blocksOf(guides.zh)];

describe('the guide', () => {
  it('has the same commands in both languages', () => {
    expect(en.length).toBeGreaterThan(15);
    expect(zh.map(({ kind, commands }) => ({ kind, commands }))).toEqual(
      en.map(({ kind, commands }) => ({ kind, commands })),
    );
    expect(sourceIn(guides.zh, 'go')).toBe(sourceIn(guides.en, 'go'));
  });

  it('says that the same is printed, but by huxin, which speaks the reader’s language', () => {
    const others = (blocks: typeof en) =>
      blocks.filter(({ commands }) => !commands.includes('huxin ')).map((b) => b.prints);
    expect(others(zh)).toEqual(others(en));
    expect(en.filter(({ prints }) => prints.replaceAll(/[…\s]/g, '') === '')).toEqual([]);
  });

  it('uses no tool but those that it names', () => {
    const strange = en
      .filter(({ kind }) => kind === 'run')
      .flatMap(({ commands }) => commands.match(/\b(?:jq|xxd|python3?|perl|node |curl|go |gawk)\b/g) ?? []);
    expect(strange).toEqual([]);
  });
});

describe('what a block prints', () => {
  const block = (prints: string) => ({ kind: 'run', commands: '', prints });
  it.each([
    ['yes: a\n', 'yes: a\n', true],
    ['yes: …\n', 'yes: anything\n', true],
    ['yes: …\n', 'yes: \n', false],
    ['yes: …\n', 'yes: a\nyes: b\n', false],
    ['…\nyes: b\n', 'NO: a\nyes: b\n', true],
    ['…\nyes: b\n', 'yes: b\n', true],
    ['yes: a.b\n', 'yes: acb\n', false],
    ['yes: a\n', 'yes: a\nNO: b\n', false],
    ['yes: a\n', '', false],
  ])('%j is, or is not, %j', (prints, text, is) => {
    expect(isPrinted(text, block(prints))).toBe(is);
  });
});
