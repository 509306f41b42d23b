import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatReference, halfOf, listCommands, marker } from '../support/reference.ts';

const pages = [
  ['docs/cli.md', 'en'],
  ['docs/cli.zh-CN.md', 'zh'],
] as const;

it.each(pages)('%s has every command, option and choice as the program has them', async (file, language) => {
  const page = readFileSync(file, 'utf8');
  const [head, ...rest] = page.split(`${marker}\n`);
  expect(rest).toHaveLength(1);
  await expect(`${head}${marker}\n\n${formatReference(language)}`).toMatchFileSnapshot(`../../${file}`);
});

it.each(pages)('%s shows only command lines that the program understands', (file) => {
  const page = readFileSync(file, 'utf8');
  const shown = [...page.matchAll(/^\s*(?:export [A-Z_]+=\$\()?huxin (.+?)\)?$/gm)].map(([, line = '']) => line);
  expect(shown.length).toBeGreaterThan(10);
  const known = listCommands();
  for (const line of shown) {
    const isIn = (name: string) => `${line} `.startsWith(`${name} `);
    const found = known.find(({ name }) => isIn(name)) ?? known.find(({ name }) => isIn(name.replace(/ list$/, '')));
    expect(found, line).toBeDefined();
    const flags = found?.command.options.map(({ long }) => long) ?? [];
    for (const [, flag] of line.matchAll(/(?<=\s)(--[\w-]+)/g)) expect(flags, line).toContain(flag);
  }
});

it('has help in both languages for every command, argument and option', () => {
  for (const { command } of listCommands()) {
    const described = command.registeredArguments.map(({ description }) => description).filter((text) => text !== '');
    for (const text of [
      command.description(),
      ...described,
      ...command.options.map(({ description }) => description),
    ]) {
      expect(halfOf(text, 'zh')).toMatch(/\p{Script=Han}/u);
      expect(halfOf(text, 'en')).not.toMatch(/\p{Script=Han}/u);
    }
  }
});
