/** A node as an operator runs it: the built program in a process of its own, which can be killed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isProblem } from '../../node/base/problem.ts';
import { loadConfig } from '../../node/config.ts';
import { openStore } from '../../node/store/store.ts';

const program = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));

/** A line of its log. */
export interface LogLine {
  msg: string;
  [fact: string]: unknown;
}

export interface NodeProcess {
  pid: number;
  /** Every line of its log so far. */
  lines(): readonly LogLine[];
  /** The last lines that it said. */
  lastWords(): string;
  /** The next line of its log that fits, said from now on. */
  hear(fits: (line: LogLine) => boolean): Promise<LogLine>;
  signal(name: NodeJS.Signals): void;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code */
  stop(): Promise<number | null>;
}

/**
 * Starts `huxin serve` and waits until it serves. Its log key waits for nobody unless `locked`: most tests run some members
 * only. A module that is preloaded stands for what a test cannot do to a machine.
 *
 * @throws {Error} with what it said when it ends before
 */
export async function startProcess(
  configFile: string,
  { locked = false, preload }: { locked?: boolean; preload?: string } = {},
): Promise<NodeProcess> {
  if (!locked) await orderUnlock(configFile);
  const child = spawn(
    process.execPath,
    [...(preload ? ['--import', preload] : []), program, 'serve', '--config', configFile],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said: string[] = [];
  const lines: LogLine[] = [];
  child.stderr?.on('data', (part: Buffer) => said.push(part.toString()));
  const listeners = new Set<(line: LogLine) => void>();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const serving = new Promise<boolean>((resolve) => {
    listeners.add(({ msg }) => msg === 'serving' && resolve(true));
    void ended.then(() => resolve(false));
  });
  readLines(child, (text) => {
    said.push(text);
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as LogLine; // pino writes one object a line
    lines.push(line);
    for (const listener of listeners) listener(line);
  });
  const atExit = () => void child.kill('SIGKILL'); // when the tests end without a word
  process.once('exit', atExit);
  void ended.then(() => process.removeListener('exit', atExit));
  if (!(await serving)) throw new Error(`the node does not start: ${said.join('\n')}`);
  return {
    pid: child.pid as number, // it serves
    lines: () => lines,
    lastWords: () => said.slice(-40).join('\n'),
    hear(fits) {
      const heard = new Promise<LogLine>((resolve, reject) => {
        const listener = (line: LogLine) => {
          if (!fits(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
        void ended.then(() => reject(new Error(`it ended: ${said.slice(-40).join('\n')}`)));
      });
      heard.catch(() => {}); // whoever waits is told; a test that failed elsewhere waits no more
      return heard;
    },
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** As `huxin log unlock --override` does; a configuration that is wrong is the node's to refuse. */
async function orderUnlock(configFile: string): Promise<void> {
  try {
    const { member, database } = loadConfig(configFile);
    const store = await openStore(database);
    await store.locks.orderUnlock(member, new Date().toISOString());
    await store.close();
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
}

function readLines(child: ChildProcess, listener: (text: string) => void): void {
  if (child.stdout) createInterface({ input: child.stdout }).on('line', listener);
}
