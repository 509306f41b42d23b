/** Who may import whom, which package has its door where, and what stays outside the nouns. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Each noun may import `base` and the nouns to its left. */
const nouns = [
  'sheet',
  'bulletin',
  'log',
  'form',
  'practice',
  'agreement',
  'registry',
  'report',
  'federation',
  'evidence',
];
/** Each edge may import `base` and every noun, and of the other edges only what is named here. */
const edges: Record<string, string[]> = {
  store: [],
  http: [],
  console: [
    'http/answer.ts',
    'http/auth.ts',
    'http/input.ts',
    'http/limits.ts',
    'http/problem.ts',
    'http/route.ts',
    'http/step.ts',
  ],
  page: [],
};
/** The root may import everything but what stands above it. */
const above = 'cli';

/** Package → where it may be imported: a file, or a folder ending with a slash. */
const doors: Record<string, string[]> = {
  '@cj-tech-master/excelts': ['sheet/workbook.ts'],
  '@noble/curves': ['page/ports.ts'],
  '@noble/hashes': ['page/ports.ts'],
  '@zip.js/zip.js': ['sheet/zip.ts'],
  ajv: ['base/schema.ts'],
  'better-sqlite3': ['store/sqlite.ts'],
  canonicalize: ['base/canonical.ts'],
  'cli-progress': ['cli/'],
  commander: ['cli/'],
  express: ['http/', 'console/'],
  'express-rate-limit': ['http/'],
  helmet: ['http/', 'console/'],
  jose: ['base/jws.ts', 'base/jwe.ts'],
  kysely: ['store/'],
  'node-cron': ['jobs.ts'],
  papaparse: ['sheet/sheet.ts'],
  pg: ['store/postgres.ts'],
  pino: ['main.ts'],
  'prom-client': ['metrics.ts'],
  sax: ['sheet/xml.ts'],
  undici: ['outbound.ts'],
  yaml: ['base/yaml.ts'],
};

/** What base and the nouns receive as ports instead. */
const forbiddenInside: [string, RegExp][] = [
  ['Buffer', /\bBuffer\b/],
  ['process', /\bprocess\s*[.[]/],
  ['Date.now', /\bDate\s*\.\s*now\b/],
  ['new Date()', /\bnew\s+Date\s*(\(\s*\)|[;,)\]}\n])/],
  ['Date()', /(?<!new\s)(?<![\w.])Date\s*\(/],
  ['Math.random', /\bMath\s*\.\s*random\b/],
  ['performance', /\bperformance\s*\.\s*now\b/],
  ['crypto', /(?<![\w.'"/-])(globalThis\.)?crypto\s*\./],
  ['a timer', /\b(setTimeout|setInterval|setImmediate)\b/],
  ['fetch', /\bglobalThis\s*\.\s*fetch\b/],
];

/** What only one file may do. */
const reserved: [string, RegExp, string][] = [
  [
    'process.env',
    /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"]env|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/,
    'environment.ts',
  ],
  ['process.exit', /\bprocess\s*\.\s*(exit|abort|reallyExit|kill)\s*\(/, 'main.ts'],
];

interface Source {
  /** Below `node/`, such as `log/proof.ts`. */
  path: string;
  text: string;
}

/** Every complaint about the sources, such as `log/proof.ts imports registry/record.ts`. */
function complaintsOf(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [...importComplaints(source), ...wordComplaints(source)]).sort();
}

function importComplaints({ path, text }: Source): string[] {
  return importsOf(text).flatMap((name) => {
    if (name.startsWith('node:')) return isInside(path) ? [`${path} imports ${name}`] : [];
    if (!name.startsWith('.')) {
      const home = doors[packageOf(name)];
      if (!home) return [`${path} imports ${name}, which has no door`];
      return home.some((door) => (door.endsWith('/') ? path.startsWith(door) : path === door))
        ? []
        : [`${path} imports ${name}`];
    }
    const target = posix.join(posix.dirname(path), name);
    return mayImport(path, target) ? [] : [`${path} imports ${target}`];
  });
}

function wordComplaints({ path, text }: Source): string[] {
  const code = withoutComments(text);
  const inside = isInside(path)
    ? forbiddenInside.filter(([, pattern]) => pattern.test(code)).map(([word]) => word)
    : [];
  const taken = reserved.filter(([, pattern, owner]) => path !== owner && pattern.test(code)).map(([word]) => word);
  return [...inside, ...taken].map((word) => `${path} uses ${word}`);
}

function mayImport(path: string, target: string): boolean {
  const [from, to] = [ringOf(path), ringOf(target)];
  if (target.startsWith('..')) return false;
  if (from === to) return true;
  if (from === above) return true;
  if (to === above) return false;
  if (from === '') return true;
  if (to === '') return false;
  if (to === 'base') return true;
  if (from === 'base') return false;
  if (from in edges) return nouns.includes(to) || (edges[from] ?? []).includes(target);
  return nouns.includes(from) && nouns.includes(to) && nouns.indexOf(to) < nouns.indexOf(from);
}

/** The folder; '' is the root. */
function ringOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function isInside(path: string): boolean {
  return ringOf(path) === 'base' || nouns.includes(ringOf(path));
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** Static, type, re-exporting, bare and dynamic imports alike. */
function importsOf(text: string): string[] {
  const code = withoutComments(text);
  const pattern = /(?<!['"`./-])\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;
  return [...code.matchAll(pattern)].map(([, , name = '']) => name);
}

/** Comments become blanks; what looks like one inside a text stays. */
function withoutComments(text: string): string {
  const pattern = /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(pattern, (_, kept: string | undefined) => kept ?? ' ');
}

function readSources(): Source[] {
  const folder = join(root, 'node');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => relative(folder, join(folder, file)).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

describe('the node', () => {
  const sources = readSources();

  it('is read at all', () => {
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['config.ts', 'base/ports.ts', 'cli/main.ts']),
    );
  });

  it('imports upwards only, each package by its one door, and leaves the outside outside', () => {
    expect(complaintsOf(sources)).toEqual([]);
  });

  it('has its folders in the table', () => {
    const known = ['', 'base', above, ...nouns, ...Object.keys(edges)];
    expect([...new Set(sources.map(({ path }) => ringOf(path)))].filter((ring) => !known.includes(ring))).toEqual([]);
  });

  it('has its folders one level deep, but for two', () => {
    const deep = sources.map(({ path }) => dirname(path)).filter((folder) => folder.includes('/'));
    const allowed = ['bulletin/types', 'store/migrations', 'console/assets'];
    expect([...new Set(deep)].filter((folder) => !allowed.includes(folder))).toEqual([]);
  });

  it('has a door for every package that it depends on, and no other', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(doors).sort()).toEqual(Object.keys(dependencies).sort());
  });
});

describe('this test', () => {
  it.each([
    ['log/proof.ts', "import { a } from '../registry/record.ts';", 'log/proof.ts imports registry/record.ts'],
    ['log/proof.ts', "import type { A } from '../agreement/policy.ts';", 'log/proof.ts imports agreement/policy.ts'],
    ['base/bytes.ts', "export { a } from '../log/proof.ts';", 'base/bytes.ts imports log/proof.ts'],
    ['registry/import.ts', "import '../store/open.ts';", 'registry/import.ts imports store/open.ts'],
    ['registry/import.ts', "import { a } from '../config.ts';", 'registry/import.ts imports config.ts'],
    ['store/log.ts', "import { a } from '../http/app.ts';", 'store/log.ts imports http/app.ts'],
    ['http/app.ts', "import { a } from '../compose.ts';", 'http/app.ts imports compose.ts'],
    ['console/a.ts', "import { a } from '../http/app.ts';", 'console/a.ts imports http/app.ts'],
    ['compose.ts', "const { a } = await import('./cli/serve.ts');", 'compose.ts imports cli/serve.ts'],
    [
      'cli/serve.ts',
      "import { a } from '../../test/support/engines.ts';",
      'cli/serve.ts imports ../test/support/engines.ts',
    ],
    ['log/a.ts', "import { createHash } from 'node:crypto';", 'log/a.ts imports node:crypto'],
    ['http/a.ts', "import { sql } from 'kysely/helpers/sqlite';", 'http/a.ts imports kysely/helpers/sqlite'],
    ['log/a.ts', "import a from 'left-pad';", 'log/a.ts imports left-pad, which has no door'],
    ['log/a.ts', "import {\n  a,\n  b,\n} from 'jose';", 'log/a.ts imports jose'],
    ['log/a.ts', 'const a = Buffer.from(b);', 'log/a.ts uses Buffer'],
    ['log/a.ts', 'const a = Date.now();', 'log/a.ts uses Date.now'],
    ['log/a.ts', 'const a = new Date();', 'log/a.ts uses new Date()'],
    ['log/a.ts', 'const a = new Date;', 'log/a.ts uses new Date()'],
    ['log/a.ts', 'const a = Math.random();', 'log/a.ts uses Math.random'],
    ['log/a.ts', 'const a = crypto.randomUUID();', 'log/a.ts uses crypto'],
    ['log/a.ts', 'setTimeout(a, 1);', 'log/a.ts uses a timer'],
    ['log/a.ts', 'const a = process.cwd();', 'log/a.ts uses process'],
    ['config.ts', 'const a = process.env.A;', 'config.ts uses process.env'],
    ['keys.ts', 'const { env } = process;', 'keys.ts uses process.env'],
    ['cli/main.ts', 'process.exit(1);', 'cli/main.ts uses process.exit'],
  ])('in %s minds %s', (path, text, complaint) => {
    expect(complaintsOf([{ path, text }])).toContain(complaint);
  });

  it.each([
    ['log/a.ts', "import { a } from '../base/bytes.ts';\nimport { b } from '../bulletin/build.ts';"],
    ['log/a.ts', 'const a = new Date(value); // Date.now() would be the clock'],
    ['log/a.ts', "const a = 'https://credit.sh.example/log'; /* Buffer */"],
    ['store/a.ts', "const a = pick(value, 'from', 'until');"],
    ['console/a.ts', "import { a } from '../http/auth.ts';"],
    ['compose.ts', "import { a } from './store/open.ts';"],
    ['main.ts', "import pino from 'pino';\nprocess.exit(0);"],
    ['environment.ts', 'const a = process.env;'],
    ['cli/serve.ts', "import { a } from '../main.ts';\nprocess.exitCode = 1;"],
  ])('in %s lets pass: %s', (path, text) => {
    expect(complaintsOf([{ path, text }])).toEqual([]);
  });
});
