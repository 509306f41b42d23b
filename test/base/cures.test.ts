import { expect, it } from 'vitest';
import { cureOf } from '../../node/base/cures.ts';
import { problemCodes } from '../../node/base/problem.ts';

it.each(problemCodes)('tells why %s comes up and what to do, in Chinese and English', (code) => {
  const { cause, cure } = cureOf(code);
  for (const { zh, en } of [cause, cure]) {
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(en).toMatch(/^[A-Z`].*\.$/);
    expect(en.replace(/`[^`]*`/g, '')).not.toMatch(/\p{Script=Han}/u);
    for (const text of [zh, en]) expect(text.split('`').length % 2).toBe(1);
  }
  const commands = (text: string) => [...text.matchAll(/`(huxin [^`]*)`/g)].map(([, command]) => command);
  expect(commands(cure.zh).map(stripWords)).toEqual(commands(cure.en).map(stripWords));
});

/** A command without the example's words, which may be in either language. */
function stripWords(command = ''): string {
  return command.replace(/=\S+/g, '=');
}
