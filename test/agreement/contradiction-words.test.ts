import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatContradictions, markers } from '../support/contradictions.ts';

it.each([
  ['docs/agreement.md', 'en'],
  ['docs/agreement.zh-CN.md', 'zh'],
] as const)('%s has every contradiction with its cure', async (file, language) => {
  const page = readFileSync(file, 'utf8');
  const [head, rest = '', ...others] = page.split(`${markers[0]}\n`);
  const [, tail, ...more] = rest.split(`${markers[1]}\n`);
  expect([others, more]).toEqual([[], []]);
  const made = `${head}${markers[0]}\n\n${formatContradictions(language)}\n${markers[1]}\n${tail}`;
  await expect(made).toMatchFileSnapshot(`../../${file}`);
});
