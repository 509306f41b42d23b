import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem, type Problem } from '../node/base/problem.ts';
import { sentenceOf } from '../node/base/sentences.ts';
import { parseYaml } from '../node/base/yaml.ts';
import type { PageMistake } from '../node/registry/rule-check.ts';
import { termsOf } from '../node/registry/terms.ts';
import { loadRules } from '../node/rules-files.ts';
import { schemas, rules as shipped } from './support/rules.ts';

let folder: string;
let rules: string;
let holidays: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huxin-rules-'));
  [rules, holidays] = [join(folder, 'rules'), join(folder, 'holidays')];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refusalOf(change: () => Promise<unknown>): Promise<Problem> {
  await rm(folder, { recursive: true, force: true });
  await cp('config/rules', rules, { recursive: true });
  await cp('config/holidays', holidays, { recursive: true });
  await change();
  try {
    loadRules({ rules, holidays, schemas });
  } catch (error) {
    if (isProblem(error) && error.code === 'config/invalid') return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The pack that the page on rule packs shows. */
const [own = '', inChinese = ''] = ['docs/rules.md', 'docs/rules.zh-CN.md'].map(
  (page) => /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(page, 'utf8'))?.[1],
);

async function mistakesOf(change: () => Promise<unknown>): Promise<string[]> {
  const mistakes = (await refusalOf(change)).facts.mistakes as PageMistake[];
  return mistakes.map(({ file, line, column, en }) => `${file.slice(folder.length + 1)}:${line}:${column} ${en}`);
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

describe('the folders of rules and holidays', () => {
  it('come right with the program, from 2004 on without a gap', () => {
    expect(shipped.packs.length).toBeGreaterThan(10);
    const years = [...shipped.calendar.years].sort();
    expect(years).toEqual(years.map((_, i) => 2004 + i));
    expect(years.at(-1)).toBeGreaterThanOrEqual(2026);
  });

  it('say every mistake at once, with file, line and column', async () => {
    const mistakes = await mistakesOf(async () => {
      await edit('rules/SH-2024.yaml', 'publicised: false', 'publicized: false');
      await edit('rules/NDRC-2026-36.yaml', 'confiscation-of-goods', 'confiscation');
      await edit('rules/SAMR-2025-107.yaml', 'maximum: { months: 3 }', 'maximum: { months: 3, years: 1 }');
      await edit('rules/ZJ-CREDIT-2018.yaml', 'id:', 'id: *anchor\nid:');
      await edit('holidays/2026.yaml', '- 2026-10-07', '- 2026-10-32');
      await edit('holidays/2025.yaml', '- 2025-10-07', '- 2024-10-07');
    });
    expect(mistakes).toEqual([
      'holidays/2025.yaml:50:9 2024-10-07 is not in 2025',
      'holidays/2026.yaml:59:9 must match format "day"',
      expect.stringMatching(/^rules\/NDRC-2026-36\.yaml:36:33 no such code as confiscation; there are warning, /),
      'rules/SAMR-2025-107.yaml:52:14 must NOT have more than 1 properties',
      'rules/SH-2024.yaml:21:17 must NOT have additional properties',
      'rules/ZJ-CREDIT-2018.yaml:3:5 aliases are not taken: write it out',
      'rules/ZJ-CREDIT-2018.yaml:4:1 Map keys must be unique',
    ]);
  });

  it('are refused when two packs rule one case, in both languages, with the cure', async () => {
    const refusal = await refusalOf(() => writeFile(join(rules, 'JS-OWN.yaml'), own));
    const mistakes = refusal.facts.mistakes as PageMistake[];
    expect(mistakes.map(({ file, line }) => [file, line])).toEqual([
      [join(rules, 'NDRC-2026-36.yaml'), 11],
      [join(rules, 'SAMR-2021-45.yaml'), 12],
      [join(rules, 'SAMR-2025-107.yaml'), 11],
    ]);
    const { zh, en } = sentenceOf(refusal);
    const there = `JS-OWN (${join(rules, 'JS-OWN.yaml')}:6)`;
    expect(en).toContain(
      `NDRC-2026-36.yaml:11:5 ${there} rules the same: publicity, repair, grading, publish of penalty, decided 2027-01-01 – …`,
    );
    expect(en).toContain("Name one in the other's `yieldsTo`");
    expect(zh).toContain(
      `与 ${there.replace(' (', '（').replace(')', '）')}同时适用：penalty 的 publicity、repair、grading、publish（决定日 2027-01-01 – …）`,
    );
    expect(zh).toContain('请在其中一方的 yieldsTo 中写明另一方');
  });

  it('are shown the same pack in both languages', () => {
    expect(parseYaml(own).value).toEqual(parseYaml(inChinese).value);
    expect(parseYaml(own).value).toMatchObject({ id: 'JS-OWN' });
  });

  it('take a pack of a province’s own once the others make way', async () => {
    await refusalOf(() => writeFile(join(rules, 'JS-OWN.yaml'), own));
    for (const name of ['NDRC-2026-36', 'SAMR-2021-45', 'SAMR-2025-107'])
      await edit(`rules/${name}.yaml`, 'yieldsTo: [', 'yieldsTo: [JS-OWN, ');
    const authority = { name: '示例市知识产权局', uscc: '11320000HX32000010' };
    const opening = { type: 'penalty', decidedOn: '2027-01-01', authority, body: { categories: ['fine'] } };
    expect(termsOf(loadRules({ rules, holidays, schemas }), opening).until).toMatchObject({
      pack: 'JS-OWN',
      day: '2028-01-01',
    });
  });
});

describe('the holidays', () => {
  it('are what the kept library gives, wherever they are made', async () => {
    const out = join(folder, 'made');
    execFileSync(process.execPath, ['scripts/make-holidays.mjs', '--out', out], {
      env: { ...process.env, TZ: 'America/New_York' },
    });
    const files = (await readdir('config/holidays')).sort();
    expect((await readdir(out)).sort()).toEqual(files);
    for (const file of files) {
      expect(await readFile(join(out, file), 'utf8')).toBe(await readFile(join('config/holidays', file), 'utf8'));
    }
  });
});
