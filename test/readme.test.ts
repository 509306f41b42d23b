/** What the documents name is there: commands, links, the files of the map, and the headings that comments refer to. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cureOf, problemNouns } from '../node/base/cures.ts';
import { problemCodes } from '../node/base/problem.ts';
import { sentenceOf } from '../node/base/sentences.ts';
import { run } from '../node/cli/command.ts';
import { statuses } from '../node/http/problem.ts';
import { variableOf } from '../node/settings.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const list = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));

const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  'node/README.md',
  ...list('config')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `config/${file}`),
  ...list('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

describe('the documents', () => {
  it('are found', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'docs/protocol.md', 'node/README.md']),
    );
  });

  it('come in Chinese too where they are for everyone', () => {
    const english = documents.filter(
      (file) => !file.endsWith('.zh-CN.md') && !['CHANGELOG.md', 'node/README.md'].includes(file),
    );
    expect(
      english.map((file) => file.replace(/\.md$/, '.zh-CN.md')).filter((file) => !documents.includes(file)),
    ).toEqual([]);
  });

  it.each(documents)('%s links to what exists', (file) => {
    expect(brokenLinks(file, read(file), (target) => existsSync(join(root, target)), read)).toEqual([]);
  });

  it.each(documents)('%s tells no path of one machine', (file) => {
    expect(read(file).match(machinePath) ?? []).toEqual([]);
  });

  it.each(documents)('%s names scripts that exist', (file) => {
    expect(strangeScripts(read(file))).toEqual([]);
  });

  it.each(documents)('%s shows commands and options that the program knows', async (file) => {
    const complaints = await Promise.all(commandsIn(read(file)).map(complaintOf));
    expect(complaints.filter((complaint) => complaint !== undefined)).toEqual([]);
  });
});

describe('docs/errors.md', async () => {
  const { errorsDoc } = await load<{ errorsDoc(language: string, program: object): string }>('make-errors-doc.mjs');

  it.each([
    ['docs/errors.md', 'en'],
    ['docs/errors.zh-CN.md', 'zh'],
  ])('as %s has every code as the program has it; `npm run docs` makes it anew', (file, language) => {
    const made = errorsDoc(language, { problemCodes, problemNouns, sentenceOf, cureOf, statuses });
    expect(read(file)).toBe(made);
    for (const code of problemCodes) expect(made).toContain(`\n### ${code}\n`);
  });
});

describe('docs/configuration.md', async () => {
  const { configurationDoc } = await load<{ configurationDoc(language: string, program: object): string }>(
    'make-configuration-doc.mjs',
  );
  const schema = JSON.parse(read('schemas/config.json')) as { properties: Record<string, unknown> }; // our own file

  it.each([
    ['docs/configuration.md', 'en'],
    ['docs/configuration.zh-CN.md', 'zh'],
  ])('as %s has every setting as the program has it; `npm run docs` makes it anew', (file, language) => {
    const made = configurationDoc(language, { schema, template: read('config/node.yaml'), variableOf });
    expect(read(file)).toBe(made);
    for (const name of Object.keys(schema.properties)) {
      const [, section = ''] = made.split(`\n## ${name}\n`);
      const [text = ''] = section.split('\n## ');
      expect(text, `config/node.yaml shows ${name}`).toContain(`\`\`\`yaml\n${name}:`);
      expect(text).toContain(variableOf([name]));
    }
  });
});

describe('the map of node/README.md', () => {
  const mapped = pathsOfMap(read('node/README.md'));
  const files = list('node').filter((file) => statSync(join(root, 'node', file)).isFile());

  it('has every file', () => {
    expect(files.filter((file) => !mapped.includes(file)).sort()).toEqual([]);
  });

  it('has no file that is not there, and none twice', () => {
    expect(mapped.filter((file, i) => !files.includes(file) || mapped.indexOf(file) !== i)).toEqual([]);
  });
});

describe('comments that refer to docs/protocol.md', () => {
  const headings = [...read('docs/protocol.md').matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = '']) => heading);
  const sources = list('node').filter((file) => file.endsWith('.ts'));
  const references = sources.flatMap((file) =>
    referencesIn(read(`node/${file}`)).map((reference) => ({ file, reference })),
  );

  it('are found', () => {
    expect(references.length).toBeGreaterThan(15);
  });

  it('name its headings', () => {
    expect(references.filter(({ reference }) => !namesHeadings(reference, headings))).toEqual([]);
  });
});

describe('this test', () => {
  it('minds a broken link, and an anchor that no heading makes', () => {
    const exists = (target: string) => target === 'docs/a.md';
    const text = '[a](a.md) [b](b.md) [c](https://b.example) [d](a.md#one-two) [e](a.md#three) [f](#here)\n# Here';
    expect(brokenLinks('docs/x.md', text, exists, () => '# One, two')).toEqual(['b.md', 'a.md#three']);
  });

  it('minds a path of one machine', () => {
    expect('see /home/someone/huxin'.match(machinePath)).not.toBeNull();
    expect('docs/home/a.md and GB/T 2260'.match(machinePath)).toBeNull();
  });

  it('minds a script that is not there', () => {
    expect(strangeScripts('run `scripts/demo`, `scripts/none` and `npm run nothing`, then npm run build')).toEqual([
      'scripts/none',
      'npm run nothing',
    ]);
  });

  it('minds an unknown command and an unknown option', async () => {
    const text =
      'Try `huxin keys create --out x`, `huxin keys make`, `huxin fly` and\n```sh\nhuxin agreement check --fast a.yaml\n```';
    expect(await Promise.all(commandsIn(text).map(complaintOf))).toEqual([
      'huxin agreement check --fast',
      undefined,
      'huxin keys make',
      'huxin fly',
    ]);
  });

  it('takes apart a choice of commands', () => {
    expect(commandsIn('`huxin agreement check|sign FILE`').map(({ words }) => words)).toEqual([
      ['agreement', 'check'],
      ['agreement', 'sign'],
    ]);
  });

  it('reads a map of folders', () => {
    expect(
      pathsOfMap('```\nmain.ts  a\nlog/  b\n  leaf.ts  c\n  deep/  d\n    x.ts  e\nstore/  f\n  y.ts  g\n```'),
    ).toEqual(['main.ts', 'log/leaf.ts', 'log/deep/x.ts', 'store/y.ts']);
  });

  it.each([
    ['(docs/protocol.md, Log, Write order).', true],
    ['docs/protocol.md, Members, keys, names.', true],
    ['docs/protocol.md, Members and Log)', true],
    ['docs/protocol.md. Here', true],
    ['docs/protocol.md,\n * Write\n * order)', true],
    ['docs/protocol.md, Logs)', false],
    ['docs/protocol.md, Log and Nothing)', false],
    ['docs/protocol.md, Nothing)', false],
  ])('in %j finds what the headings allow', (text, isRight) => {
    const headings = ['Members, keys, names', 'Log', 'Write order'];
    expect(referencesIn(text).every((reference) => namesHeadings(reference, headings))).toBe(isRight);
  });
});

/** What a script beside the program exports. */
async function load<T>(script: string): Promise<T> {
  const path = join(root, 'scripts', script);
  return (await import(path)) as T; // plain JavaScript
}

const machinePath = /(?<![\w.)\]])\/(?:home|root|Users|mnt|tmp|srv)\/\S*/g;

/** Links below the project that lead nowhere. */
function brokenLinks(
  file: string,
  text: string,
  exists: (target: string) => boolean,
  open: (target: string) => string,
): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : relative(root, join(root, dirname(file), path)).replaceAll('\\', '/');
    if (path !== '' && !exists(target)) return true;
    return anchor !== undefined && !anchorsOf(path === '' ? text : open(target)).includes(anchor);
  });
}

/** As GitHub makes them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function strangeScripts(text: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }; // our own
  const files = [...text.matchAll(/(?<![\w/.-])scripts\/[\w.-]*\w/g)].map(([file]) => file);
  const runs = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  return [
    ...files.filter((file) => !existsSync(join(root, file))),
    ...runs.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
  ];
}

interface ShownCommand {
  /** `agreement`, `check`, and whatever plain words follow. */
  words: string[];
  /** `--out` */
  options: string[];
}

/** Command lines of `sh` blocks and of inline code that call `huxin`. */
function commandsIn(text: string): ShownCommand[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) => {
    const [, call] = /(?:^|\s)huxin ([a-z-][^;>]*)/.exec(line) ?? [];
    return call === undefined ? [] : toCommands(call);
  });
}

function toCommands(call: string): ShownCommand[] {
  const parts = call.trim().replaceAll('\\|', '|').split(/\s+/);
  const plain = parts.slice(0, parts.findIndex((part) => !/^[a-z][a-z|-]*$/.test(part)) >>> 0).slice(0, 2);
  const options = parts.filter((part) => /^--[a-z]/.test(part));
  let choices: string[][] = [[]];
  for (const part of plain) choices = choices.flatMap((words) => part.split('|').map((word) => [...words, word]));
  return choices.map((words) => ({ words, options }));
}

/** What of a shown command the program does not know. */
async function complaintOf({ words, options }: ShownCommand): Promise<string | undefined> {
  const [first = '', second] = words;
  const outer = await helpOf([...(first === '' ? [] : [first])]);
  if (outer === undefined) return `huxin ${first}`;
  const inner = second === undefined ? undefined : await helpOf([first, second]);
  if (second !== undefined && inner === undefined && outer.includes('\nCommands:')) return `huxin ${first} ${second}`;
  const named = `huxin ${inner === undefined ? first : words.join(' ')}`;
  const unknown = options.find((option) => !new RegExp(`${option}(?![\\w-])`).test(inner ?? outer));
  return unknown === undefined ? undefined : `${named} ${unknown}`;
}

/** The help of exactly that command. */
async function helpOf(words: string[]): Promise<string | undefined> {
  let said = '';
  await run([...words, '--help'], { out: (text) => (said += text), err: () => {} });
  return said.startsWith(`Usage: ${['huxin', ...words].join(' ')} `) ? said : undefined;
}

/** Paths of the first block whose lines are a name and a caption, folders ending with a slash. */
function pathsOfMap(text: string): string[] {
  const block = [...text.matchAll(/^```\n([\s\S]*?)^```/gm)]
    .map(([, lines = '']) => lines)
    .find((lines) => /\.ts {2}/.test(lines));
  const folders: string[] = [];
  return (block ?? '').split('\n').flatMap((line) => {
    const [, indent = '', name] = /^( *)(\S+)(?: {2}|$)/.exec(line) ?? [];
    if (name === undefined) return [];
    folders.length = indent.length / 2;
    if (!name.endsWith('/')) return [folders.join('') + name];
    folders.push(name);
    return [];
  });
}

/** What follows each mention of the page: `, Log, Write order)…` */
function referencesIn(source: string): string[] {
  const text = source.replace(/\s*\n\s*(\*|\/\/)?\s*/g, ' ');
  return text
    .split(/docs\/protocol\.md/i)
    .slice(1)
    .map((rest) => rest.slice(0, 80));
}

/** Whether the reference names one heading or several; before its first comma a heading may be cut off. */
function namesHeadings(reference: string, headings: readonly string[]): boolean {
  if (!reference.startsWith(', ')) return !/^\w/.test(reference);
  const names = [...headings, ...headings.flatMap((heading) => heading.split(',').slice(0, 1))];
  const byLength = names.sort((a, b) => b.length - a.length);
  let rest = reference;
  let found = 0;
  for (;;) {
    const [joint = ''] = /^(, | and )/.exec(rest) ?? [];
    if (joint === '') return found > 0 && !/^\w/.test(rest);
    const name = byLength.find((one) => rest.startsWith(one, joint.length));
    if (name === undefined) return false;
    rest = rest.slice(joint.length + name.length);
    found++;
  }
}
