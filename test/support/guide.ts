/** The blocks of the auditor's guide that are run, each with what it is to print. */

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveTlogFolder } from '../../node/cli/evidence-folder.ts';
import { sampleFiles } from './sample-evidence.ts';

export interface GuideBlock {
  /** `run`, or what is needed besides a shell: `run-go`. */
  kind: string;
  commands: string;
  /** Lines with `…` for what differs; a line that is nothing else stands for any lines. */
  prints: string;
}

export const guides = { en: 'docs/auditing.md', zh: 'docs/auditing.zh-CN.md' } as const;

/** @throws {RangeError} when one is not followed by what it prints */
export function blocksOf(file: string): GuideBlock[] {
  const fences = [...readFileSync(file, 'utf8').matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap(([, head = '', commands = ''], i) => {
    const [, kind] = /^sh (run\S*)$/.exec(head) ?? [];
    if (kind === undefined) return [];
    const [, next, prints = ''] = fences[i + 1] ?? [];
    if (next !== 'text') throw new RangeError(`${file} does not say what is printed by\n${commands}`);
    return [{ kind, commands, prints }];
  });
}

/** The one block of source in that language. */
export function sourceIn(file: string, language: string): string {
  const [, source] =
    new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(readFileSync(file, 'utf8')) ?? [];
  if (source === undefined) throw new RangeError(`${file} shows no ${language}`);
  return source;
}

/** Whether a text is what a block is to print. */
export function isPrinted(text: string, { prints }: GuideBlock): boolean {
  const lines = prints.split('\n').map((line) => {
    if (line === '…') return '(?:[^\\n]*\\n)*';
    return `${line
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^\\n]+?')}\\n`;
  });
  return new RegExp(`^${lines.slice(0, -1).join('')}$`).test(text);
}

/** The folder `proof` of a bulletin written by hand, its key Ed25519, and the agreement beside it. */
export async function writeSampleFolder(folder: string): Promise<void> {
  const { agreement, files } = await sampleFiles();
  await mkdir(folder, { recursive: true });
  async function* bytes() {
    yield new TextEncoder().encode(files.bulletin);
  }
  await saveTlogFolder(join(folder, 'proof'), bytes());
  await writeFile(join(folder, 'agreement.json'), JSON.stringify(agreement));
}
