/** Runs the verifiers of this folder, which share no line with the program. */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Answer {
  /** Exit code, or `null` when it was ended by a signal. */
  code: number | null;
  out: string;
  err: string;
}

/** What `verify.py` says of one file; `exit` is what it would exit with. */
export interface Word {
  ok: boolean;
  exit: 0 | 1 | 2;
  /** Grave ones. */
  codes: string[];
  told: string[];
  /** For people. */
  why: string;
}

/** Paths of files. */
export interface Case {
  evidence: string;
  agreement: string;
  quorum?: number;
  /** Day. */
  at?: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** `vectors.py` or `verify.py`, by the Python that `scripts/test` found. */
export function runPython(script: string, ...argv: string[]): Promise<Answer> {
  return run(process.env.HUXIN_PYTHON ?? '/usr/bin/python3', ['-B', join(here, script), ...argv], {});
}

/** One word for each case, in their order. */
export async function verifyBatch(cases: readonly Case[]): Promise<Word[]> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-batch-'));
  try {
    const file = join(folder, 'cases');
    await writeFile(file, cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const { code, out, err } = await runPython('verify.py', '--batch', file);
    if (code !== 0) throw new Error(err);
    return out
      .split('\n')
      .slice(0, -1)
      .map((line): Word => JSON.parse(line));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `tlog` with Debian's x/mod. */
export function runGo(...argv: string[]): Promise<Answer> {
  const files = readdirSync(join(here, 'tlog')).filter((name) => name.endsWith('.go'));
  const paths = files.map((name) => join(here, 'tlog', name));
  const env = {
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOPATH: process.env.HUXIN_GOPATH ?? '/usr/share/gocode',
    GOCACHE: process.env.GOCACHE ?? join(tmpdir(), `huxin-go-${process.getuid?.() ?? ''}`),
  };
  return run('go', ['run', ...paths, ...argv], env);
}

/** Commands as they would be typed in that folder. */
export function runShell(
  commands: string,
  cwd: string,
  more: Record<string, string> = {},
  shell = 'sh',
): Promise<Answer> {
  return run(shell, ['-c', commands], more, cwd);
}

function run(command: string, argv: string[], more: Record<string, string>, cwd?: string): Promise<Answer> {
  const options = { env: { ...process.env, ...more }, maxBuffer: 1 << 28, ...(cwd !== undefined && { cwd }) };
  return new Promise((resolve, reject) => {
    const child = execFile(command, argv, options, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: child.exitCode, out, err });
    });
  });
}
