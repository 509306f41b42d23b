/**
 * What a command is, the list of them all, and how one is run. A command parses its options, asks the node's parts or
 * a running node's API, and answers through the terminal; it never ends the process.
 */

import { setTimeout } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { Now } from '../base/ports.ts';
import { type CliEnvironment, type KeyEnvironment, readCliEnvironment, readKeyEnvironment } from '../environment.ts';
import { findPassphrase, readPassphrase } from '../passphrase.ts';
import { programVersion } from '../shipped.ts';
import { agreement } from './agreement.ts';
import { alarm } from './alarm.ts';
import { audit } from './audit.ts';
import { backup, restore } from './backup.ts';
import { bulletin } from './bulletin.ts';
import { type Client, type ClientOptions, createClient } from './client.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { erase, scrub } from './erase.ts';
import { evidence } from './evidence.ts';
import { explain } from './explain.ts';
import { federation } from './federation.ts';
import { fsck } from './fsck.ts';
import { importing } from './import.ts';
import { imports } from './imports.ts';
import { keys } from './keys.ts';
import { log } from './log.ts';
import { question } from './question.ts';
import { registry } from './registry.ts';
import { reissue } from './reissue.ts';
import { rules } from './rules.ts';
import { serve } from './serve.ts';
import { step } from './step.ts';
import { store } from './store.ts';
import { template } from './template.ts';
import { createTerminal, type ExitCode, type Streams, type Terminal } from './terminal.ts';
import { tls } from './tls.ts';
import { token } from './token.ts';
import { verify } from './verify.ts';
import { worklist } from './worklist.ts';

/** What a command is handed. */
export interface Context {
  terminal: Terminal;
  /** A client of the node that the options, or else the environment, name. */
  client(options: ClientOptions): Client;
  now: Now;
  /** The passphrase of the keys: the file's, else the environment's, else none. */
  passphrase(file: string | undefined): Promise<string | undefined>;
  /** Until so many milliseconds are over. */
  wait: (ms: number) => Promise<void>;
}

/** Adds a command, or a group of them, to the program. */
export type Register = (program: Command, context: Context) => void;

const commands: readonly Register[] = [
  config,
  keys,
  tls,
  agreement,
  rules,
  serve,
  token,
  template,
  importing,
  imports,
  registry,
  worklist,
  question,
  step,
  erase,
  bulletin,
  reissue,
  federation,
  explain,
  evidence,
  alarm,
  doctor,
  audit,
  scrub,
  store,
  log,
  fsck,
  verify,
  backup,
  restore,
];

/** What a run touches outside; tests replace some of it. */
export interface Surroundings extends Streams {
  environment: CliEnvironment;
  keyEnvironment: KeyEnvironment;
  fetch: typeof globalThis.fetch;
  now: Now;
  wait: Context['wait'];
}

/** Runs a command line, without the first two words of `process.argv`, and returns its exit code. */
export async function run(argv: readonly string[], replace: Partial<Surroundings> = {}): Promise<ExitCode> {
  const surroundings = { ...realSurroundings(), ...replace };
  const { program, terminal } = createProgram(surroundings);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return terminal.end();
  } catch (error) {
    return terminal.end(error);
  }
}

/** Every command, ready to be run or to be read. */
export function createProgram(surroundings: Surroundings): { program: Command; terminal: Terminal } {
  const { environment, keyEnvironment, fetch, out, err, now, wait } = surroundings;
  const program = new Command('huxin');
  const terminal = createTerminal(surroundings, () => program.opts(), environment.locale);
  program
    .description('知识产权信用信息互信交换 · exchange of intellectual-property credit information')
    .option('--json', '以 JSON 输出 · answer in JSON')
    .addOption(new Option('--lang <language>', '语言 · language').choices(['zh', 'en']))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: out,
      writeErr: (help) => (program.opts().json ? undefined : err(help)),
      outputError: () => {},
    })
    .version(programVersion(), '-V, --version', '版本 · version')
    .helpOption('-h, --help', '帮助 · help')
    .helpCommand(false)
    .exitOverride();
  const context: Context = {
    terminal,
    client: (options) => createClient({ ...environment, ...options }, fetch),
    now,
    passphrase: (file) =>
      file === undefined ? findPassphrase(undefined, keyEnvironment) : readPassphrase(file, keyEnvironment),
    wait,
  };
  for (const register of commands) register(program, context);
  for (const group of program.commands) group.helpCommand(false);
  return { program, terminal };
}

function realSurroundings(): Surroundings {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isWatched: process.stderr.isTTY === true,
    environment: readCliEnvironment(),
    keyEnvironment: readKeyEnvironment(),
    fetch: globalThis.fetch,
    now: () => new Date(),
    wait: (ms) => setTimeout(ms),
  };
}
