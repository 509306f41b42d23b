/** The file of code lists, and the label of one code. */

import { readFile } from 'node:fs/promises';
import { Problem } from './base/problem.ts';
import type { Sentence } from './base/sentences.ts';
import { parseYaml } from './base/yaml.ts';
import type { CodeLists } from './form/cell.ts';

/** The label of a code; a list without it lends the code itself. */
export function labelOf(codes: CodeLists, list: string, code: string): Sentence {
  const { zh = code, en = code } = codes[list]?.codes[code] ?? {};
  return { zh, en };
}

/** The file's lists. @throws {Problem} config/invalid */
export async function readCodes(file: string): Promise<CodeLists> {
  const { value, mistakes } = parseYaml(await readFile(file, 'utf8'));
  if (mistakes.length > 0)
    throw new Problem('config/invalid', {
      mistakes: mistakes.map(({ line, column, message, zh }) => ({ file, line, column, pointer: '', zh, en: message })),
    });
  return value as CodeLists; // its form is tested with the file that comes with the program
}
