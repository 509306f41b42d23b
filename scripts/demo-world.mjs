/**
 * Four members on one machine, as the operators of four provinces would set them up: keys, the signed agreement, a
 * configuration each, the first tokens, and the nodes' processes. All through the command line, nothing by the back door.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '../dist/node/base/yaml.js';

/**
 * @typedef {{ code: number, value: any, err: string }} Said what a command said: `value` is its JSON
 * @typedef {{ clerk: string, second: string, operator: string, reader: string }} Tokens `second` is another clerk's
 */

const program = fileURLToPath(new URL('../dist/node/cli/main.js', import.meta.url));
const shippedPage = new URL('../config/agreements/yrd-ip-credit.yaml', import.meta.url);
const commandWithinMs = 600_000; // an import of a large file, say
const readyWithinMs = 180_000; // on a busy machine
const stopWithinMs = 20_000;
const people = [
  ['clerk', 'clerk', '0001'],
  ['second', 'clerk', '0002'],
  ['operator', 'operator', '0003'],
  ['reader', 'reader', '0004'],
];

/** Every process that this one started and that still runs. */
const children = new Set();
let isClosing = false;

/** Runs `huxin … --json` to its end. @returns {Promise<Said>} */
export async function huxin(args, { node, token } = {}) {
  const child = start([...args, '--json'], { ...(node && { HUXIN_NODE: node, HUXIN_TOKEN: token }) }, 'pipe');
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  const late = setTimeout(() => child.kill('SIGKILL'), commandWithinMs);
  const [code, signal] = await once(child, 'close');
  clearTimeout(late);
  return { code: code ?? signal, value: said.out === '' ? undefined : JSON.parse(said.out), err: said.err.trim() };
}

/** The same, when anything but success is a failure of the demo. */
export async function mustHuxin(args, options) {
  const said = await huxin(args, options);
  if (said.code !== 0) throw new Error(`huxin ${args.join(' ')}: ${said.code} ${said.err}`);
  return said.value;
}

function start(args, more, stdio, isDetached = false) {
  if (isClosing) throw new Error('the demo is ending');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUXIN_')));
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env, UV_THREADPOOL_SIZE: String(availableParallelism()), ...more },
    stdio: stdio === 'pipe' ? ['ignore', 'pipe', 'pipe'] : ['ignore', stdio, stdio],
    detached: isDetached,
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** Ends what still runs, each by its own pid; the nodes are asked to stop and given time. */
export async function stopAll() {
  isClosing = true;
  const ends = [...children].map(async (child) => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    clearTimeout(late);
  });
  await Promise.all(ends);
}

// Setting up ------------------------------------------------------------------------------------------------------

/** The members of the agreement that comes with the program, and where each will listen. */
export async function readMembers() {
  const agreement = parseYaml(await readFile(shippedPage, 'utf8')).value;
  const ports = await freePorts(agreement.members.length);
  return agreement.members.map((member, n) => ({ ...member, url: `http://127.0.0.1:${ports[n]}` }));
}

/** Keys for every member; returns each one's public part as it stands in the agreement. */
export async function createKeys(folder, members) {
  const made = members.map(async ({ id, issuer, origin }) => {
    await mkdir(join(folder, id), { recursive: true });
    const names = ['--member', id, '--issuer', issuer, '--origin', origin];
    return [id, (await mustHuxin(['keys', 'create', '--out', join(folder, id, 'keys'), ...names])).keys];
  });
  return new Map(await Promise.all(made));
}

/** A copy of the agreement's page with keys, this machine's addresses and an auditor, and with a brisker timetable. */
export async function writePage(folder, members, keys, auditor) {
  let page = await readFile(shippedPage, 'utf8');
  for (const { id, endpoint, origin, url } of members) {
    const filled = `    endpoint: ${url}\n    origin: ${origin}\n    keys: ${JSON.stringify(keys.get(id))}\n`;
    page = replaceOnce(page, `    endpoint: ${endpoint}\n    origin: ${origin}\n`, filled);
  }
  page = page.replace(/^( *pullSchedule:).*$/m, '$1 "*/5 * * * * *" # 演示：每五秒 · every five seconds in the demo');
  const file = join(folder, 'agreement.yaml');
  await writeFile(file, `${page.trimEnd()}\n\nauditors: ${JSON.stringify([auditor])}\n`);
  return file;
}

function replaceOnce(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`the agreement does not have this exactly once:\n${part}`);
  return text.replace(part, by);
}

/** Each member signs with its own key; the signatures come together in one file. */
export async function signAgreement(folder, members, page) {
  await mustHuxin(['agreement', 'check', page]);
  const file = join(folder, 'agreement.json');
  let from = page;
  for (const { id } of members) {
    await mustHuxin(['agreement', 'sign', from, '--keys', join(folder, id, 'keys'), '--member', id, '--out', file]);
    from = file;
  }
  const verified = await mustHuxin(['agreement', 'verify', file]);
  return { file, digest: verified.digest, signedBy: verified.signedBy };
}

/** The agreement as it was signed. */
export function readSigned(file) {
  return JSON.parse(Buffer.from(JSON.parse(readFileSync(file, 'utf8')).payload, 'base64url').toString());
}

/** A node for each member, configured, with its first tokens, not started. */
export function createNodes(folder, members) {
  return Promise.all(
    members.map(async ({ id, name, url }) => {
      const config = join(folder, id, 'huxin.yaml');
      const lines = [
        `member: "${id}"`,
        `listen: { host: 127.0.0.1, port: ${new URL(url).port} }`,
        'database: sqlite:huxin.db',
        'keys: keys',
        'agreement: ../agreement.json',
        'fourEyes: [repair]',
        'measures: [M1, M2, M5]',
      ];
      await writeFile(config, `${lines.join('\n')}\n`);
      return createNode({
        id,
        name,
        url,
        config,
        tokens: await createTokens(config),
        log: join(folder, id, 'node.log'),
      });
    }),
  );
}

/** The first tokens, made on the node's own machine. @returns {Promise<Tokens>} */
async function createTokens(config) {
  const tokens = {};
  for (const [name, role, person] of people) {
    const made = await mustHuxin(['token', 'create', '--config', config, '--role', role, '--person', person]);
    tokens[name] = made.token;
  }
  return tokens;
}

/** Ports that nobody uses, below those that the system hands to outgoing connections: a node comes back to its own. */
async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    ports.add(port);
  }
  return [...ports];
}

// Nodes -----------------------------------------------------------------------------------------------------------

/** A node's process and its API. It has a process group of its own, so that Ctrl-C reaches only the demo. */
function createNode({ id, name, url, config, tokens, log }) {
  let child;
  let isWanted = false;

  const node = {
    id,
    name,
    url,
    tokens,

    async start() {
      isWanted = true;
      child = start(['serve', '--config', config], {}, openSync(log, 'a'), true);
      for (const until = Date.now() + readyWithinMs; ; await wait(50)) {
        node.check();
        const answer = await fetch(`${url}/readyz`).catch(() => undefined);
        if (answer?.ok) return;
        if (Date.now() > until) throw new Error(`${id} is not ready: ${await answer?.text()}\n${readTail(log)}`);
      }
    },

    /** As a power cut ends it. */
    async kill() {
      isWanted = false;
      const ended = once(child, 'close');
      process.kill(child.pid, 'SIGKILL');
      await ended;
    },

    /** @throws {Error} when the process ended and nobody wanted it to */
    check() {
      if (isWanted && (child.exitCode !== null || child.signalCode !== null)) {
        throw new Error(`${id} ended by itself (${child.exitCode ?? child.signalCode})\n${readTail(log)}`);
      }
    },

    /** Runs a command against this node as someone in that role. */
    huxin: (role, args) => huxin(args, { node: url, token: tokens[role] }),
    mustHuxin: (role, args) => mustHuxin(args, { node: url, token: tokens[role] }),

    /** What the node's own API answers; undefined while it is away. */
    async get(role, path) {
      node.check();
      const headers = { authorization: `Bearer ${tokens[role]}` };
      const answer = await fetch(`${url}/api/v1${path}`, { headers }).catch(() => undefined);
      if (!answer) return undefined;
      if (!answer.ok) throw new Error(`${id} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
  };
  return node;
}

function readTail(file) {
  return readFileSync(file, 'utf8').split('\n').slice(-12).join('\n');
}
