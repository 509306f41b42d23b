import { describe, expect, it } from 'vitest';
import { spell } from '../../node/base/spelling.ts';

describe('spell', () => {
  it('makes groups of four, the last of what is left, and loses nothing', () => {
    const text = 'UAcS--xJSkv13N786Vivupsk9HuFaRa5d5LfAurWJYw';
    const groups = spell(text);
    expect(groups.map((group) => group.text).join('')).toBe(text);
    expect(groups.map((group) => group.text.length)).toEqual([...Array(10).fill(4), 3]);
  });

  it('says each character so that it can be told from every other', () => {
    expect(spell('UAc0')[0]?.spoken).toEqual({ zh: '大U 大A 小c 零', en: 'UNIFORM ALFA charlie zero' });
    expect(spell('-_1l')[0]?.spoken).toEqual({ zh: '横杠 下划线 幺 小l', en: 'dash underscore one lima' });
    const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=';
    const names = spell(all).map(({ spoken }) => spoken);
    for (const language of ['zh', 'en'] as const) {
      const said = names.flatMap((spoken) => spoken[language].split(' '));
      expect(new Set(said).size).toBe(all.length);
    }
  });

  it('refuses what has no name', () => {
    expect(() => spell('ab c')).toThrow(RangeError);
    expect(() => spell('é')).toThrow(RangeError);
    expect(spell('')).toEqual([]);
  });
});
