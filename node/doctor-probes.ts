/**
 * What `huxin doctor` measures, before a start and while the node runs. Each probe answers with checks, whatever happens:
 * a refusal is a problem with its cure, anything else could not be found out. What is made of a measure is decided in
 * `federation/check-up.ts` and `federation/check-peers.ts`. Nothing is written.
 */

import { constants } from 'node:fs';
import { access, readdir, readlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Member } from './agreement/agreement.ts';
import type { Agreements } from './agreement/agreements.ts';
import { cureOf } from './base/cures.ts';
import type { Logger, Now } from './base/ports.ts';
import { isProblem, type ProblemCode, problemCodes } from './base/problem.ts';
import { type Sentence, sentenceOf } from './base/sentences.ts';
import { dayOf } from './base/time.ts';
import type { Config } from './config.ts';
import { readPoolSize } from './environment.ts';
import { decideCertificate, decideDisk, decideRuntime } from './federation/check-machine.ts';
import { decideAgreementKey, decideKeys, decideOpened, decidePending, decideStore } from './federation/check-node.ts';
import type { Check, Subject, Verdict } from './federation/check-up.ts';
import { unreadable } from './key-file.ts';
import { checkFolder, listKeyFiles } from './key-folder.ts';
import { chooseListed, runningUses } from './keys.ts';
import { type OpenKeys, openKeys } from './open-keys.ts';
import { createDiskProbe } from './probes.ts';
import { leastNodeVersion } from './shipped.ts';
import { inspectDatabase } from './store/inspect.ts';
import { sqlitePathOf } from './store/url.ts';
import { isPinned, loadTls } from './tls.ts';

/** What the work found; when it throws, that. */
export async function examine(
  about: Subject,
  work: () => Promise<readonly Verdict[]> | readonly Verdict[],
  member?: string,
): Promise<Check[]> {
  const named = { about, ...(member !== undefined && { member }) };
  try {
    return (await work()).map((verdict) => ({ ...verdict, ...named }));
  } catch (error) {
    return [{ ...named, ...verdictOf(error) }];
  }
}

/** A refusal with its cure. Where another node refused, it is its code that tells what to do. */
export function verdictOf(error: unknown): Verdict {
  if (!isProblem(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { grade: 'unknown', found: { zh: `查不出：${reason}`, en: `it could not be found out: ${reason}` } };
  }
  const { code, facts } = error;
  const theirs = problemCodes.find((one) => one === facts.code);
  const { cure } = cureOf(theirs ?? code);
  return {
    grade: 'problem',
    found: theirs ? refusedWith(theirs) : sentenceOf({ code, facts }),
    cure: typeof facts.cure === 'string' ? { zh: `${facts.cure}；${cure.zh}`, en: `${facts.cure}; ${cure.en}` } : cure,
  };
}

function refusedWith(code: ProblemCode): Sentence {
  const { zh, en } = sentenceOf({ code, facts: {} });
  return { zh: `对方拒绝我们签名的请求，${code}：${zh}`, en: `it refuses what we signed, ${code}: ${en}` };
}

export function examineRuntime(): Promise<Check[]> {
  const measured = { version: process.versions.node, wanted: leastNodeVersion(), threads: readPoolSize() };
  return examine('runtime', () => [decideRuntime({ ...measured, cores: availableParallelism() })]);
}

/** Opens the keys as the node would. @param self our entry in the agreement, when that is known */
export async function openAndExamineKeys(
  config: Config,
  self: Member | undefined,
  now: Now,
): Promise<{ checks: Check[]; held?: OpenKeys }> {
  let held: OpenKeys | undefined;
  const checks = await examine('keys', async () => {
    held = await openKeys(config, { now, logger: silent });
    if (self) await chooseListed(held.keys, self);
    return lookAtKeys(config);
  });
  return { checks, ...(held && { held }) };
}

/** The files of keys that are in use already: who may read them, and whether they lie encrypted. */
export function examineKeys(config: Pick<Config, 'keys' | 'signers'>): Promise<Check[]> {
  return examine('keys', async () => {
    await checkFolder(config.keys);
    const open = (await listKeyFiles(config.keys)).find(({ mode }) => !/00$/.test(mode));
    if (open) throw unreadable(open.file, 'too-open', `chmod 600 ${open.file}`);
    return lookAtKeys(config);
  });
}

async function lookAtKeys({ keys: folder, signers }: Pick<Config, 'keys' | 'signers'>): Promise<Verdict[]> {
  const files = await listKeyFiles(folder);
  const running = files.filter(({ use }) => runningUses.some((one) => one === use));
  const held = runningUses.filter((use) => signers[use] !== undefined);
  return [decideKeys(folder, running, held), ...(files.length > running.length ? [decideAgreementKey(folder)] : [])];
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The tables as they are, who has them open, and room on the disks. */
export async function examineStore(
  config: Pick<Config, 'database' | 'erasures'>,
  isRunning: boolean,
): Promise<Check[]> {
  const { database, erasures } = config;
  const checks = await examine('store', async () => {
    const found = await inspectDatabase(database, isRunning);
    const opened = isRunning ? undefined : decideOpened({ ...found, ...(await findOpeners(database)) });
    return [decideStore(found), ...(opened ? [opened] : [])];
  });
  const file = sqlitePathOf(database);
  const folders = [...(file === undefined ? [] : [dirname(file)]), dirname(erasures)];
  const closed = await Promise.all(
    [...new Set(folders)].map((folder) =>
      examine('disk', async () => ((await isWritable(folder)) ? [] : [decideClosed(folder)])),
    ),
  );
  const room = await examine('disk', async () => (await createDiskProbe(config)()).map(decideDisk));
  return [...checks, ...closed.flat(), ...(closed.flat().length > 0 ? [] : room)];
}

function decideClosed(folder: string): Verdict {
  return {
    grade: 'problem',
    found: { zh: `本用户不能写入 ${folder}`, en: `this user cannot write into ${folder}` },
    cure: {
      zh: '建好文件夹，把它交给运行节点的用户；请以该用户运行 huxin doctor',
      en: 'make the folder and give it to the user that the node runs as; run huxin doctor as that user',
    },
  };
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Processes that have a SQLite file open: Linux tells of those of the same user, root of all. */
async function findOpeners(url: string): Promise<{ openedBy?: number[] }> {
  const path = sqlitePathOf(url);
  if (path === undefined) return {};
  const file = resolve(path);
  const processes = await readdir('/proc').catch(() => undefined);
  if (!processes) return {};
  const ids = processes.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const holding = await Promise.all(
    ids.map(async (id) => {
      const open = await readdir(`/proc/${id}/fd`).catch(() => []); // another user's, or gone
      const targets = await Promise.all(open.map((fd) => readlink(`/proc/${id}/fd/${fd}`).catch(() => '')));
      return targets.includes(file) ? [Number(id)] : [];
    }),
  );
  return { openedBy: holding.flat() };
}

/** @param pins what the agreement lists for us */
export function examineCertificate({ tls }: Pick<Config, 'tls'>, pins: readonly string[], now: Now): Promise<Check[]> {
  return examine('certificate', async () => {
    if (!tls) return [];
    const { certificate } = await loadTls(tls);
    return [decideCertificate(certificate, now(), pins.length === 0 ? undefined : isPinned(certificate, pins))];
  });
}

/** Later versions that we know: those that lack signatures, and those whose first day is to come. */
export function examinePending(agreements: Agreements, now: Now): Promise<Check[]> {
  const today = dayOf(now());
  const waiting = [
    ...agreements.open(),
    ...agreements.inForce().filter(({ agreement }) => agreement.effective.from > today && agreement.version > 1),
  ];
  return examine('agreement', () =>
    waiting.map(({ agreement: { version, effective, members }, signedBy }) =>
      decidePending({ version, from: effective.from, signatures: signedBy.length, members: members.length }, today),
    ),
  );
}
