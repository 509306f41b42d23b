/**
 * What `huxin doctor` measures, before a start and while the node runs. Each probe answers with checks, whatever happens:
 * a refusal is a problem with its cure, anything else could not be found out. What is made of a measure is decided in
 * `federation/check-up.ts` and `federation/check-peers.ts`. Nothing is written.
 */

import { constants } from 'node:fs';
import { access, readdir, readlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { connect } from 'node:tls';
import type { Agreement, Member } from './agreement/agreement.ts';
import type { Agreements } from './agreement/agreements.ts';
import { cureOf } from './base/cures.ts';
import type { Answer, Fetch, Logger, Now } from './base/ports.ts';
import { isProblem, Problem, type ProblemCode, problemCodes } from './base/problem.ts';
import { type Sentence, sentenceOf } from './base/sentences.ts';
import { dayOf } from './base/time.ts';
import { type Config, leastNodeVersion, readPoolSize } from './config.ts';
import { hash } from './crypto.ts';
import { type ClockOffset, decideAnswered } from './federation/check-peers.ts';
import {
  type Check,
  decideAgreementKey,
  decideCertificate,
  decideDisk,
  decideKeys,
  decideOpened,
  decidePending,
  decideRuntime,
  decideStore,
  type Subject,
  type Verdict,
} from './federation/check-up.ts';
import type { Client } from './federation/client.ts';
import { pinOf } from './http/certificate.ts';
import { unreadable } from './key-file.ts';
import { checkFolder, listKeyFiles } from './key-folder.ts';
import { chooseListed, runningUses } from './keys.ts';
import { type OpenKeys, openKeys } from './open-keys.ts';
import { createDiskProbe } from './probes.ts';
import { inspectDatabase } from './store/open.ts';
import { isPinned, loadTls } from './tls.ts';

const patienceMs = 10_000;

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
  const folders = [
    ...(database.startsWith('sqlite:') ? [dirname(database.slice('sqlite:'.length))] : []),
    dirname(erasures),
  ];
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
  if (!url.startsWith('sqlite:')) return {};
  const file = resolve(url.slice('sqlite:'.length));
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

/** What calling the other members takes. */
export interface CallNeeds {
  agreement: Agreement;
  /** Digest of the version that we go by. */
  digest: string;
  /** Our own member id. */
  me: string;
  fetch: Fetch;
  /** Undefined when we cannot sign. */
  clientOf: ((member: Member) => Client) | undefined;
  now: Now;
}

/** Calls every other member: the public page, then with our signature; its Date tells its clock. */
export async function examineMembers(needs: CallNeeds): Promise<{ checks: Check[]; offsets: ClockOffset[] }> {
  const others = needs.agreement.members.filter(({ id }) => id !== needs.me);
  const offsets: ClockOffset[] = [];
  const checks = await Promise.all(
    others.map((member) =>
      examine('calls-out', () => callMember(member, needs, (offset) => offsets.push(offset)), member.id),
    ),
  );
  const certificates = await Promise.all(others.map((member) => examineTheirs(member, needs.now)));
  return { checks: [...checks, ...certificates].flat(), offsets };
}

async function callMember(
  { id: member, name, endpoint, origin }: Member,
  { digest, fetch, clientOf, now, agreement }: CallNeeds,
  onOffset: (offset: ClockOffset) => void,
): Promise<Verdict[]> {
  const { says, answer, sentAt, cameAt } = await readPublicPage({ member, endpoint, fetch, now });
  const offset = offsetOf(answer, sentAt, cameAt);
  if (offset) onOffset({ member, name, ...offset });
  const verdict = decideAnswered({ member, name, says, wanted: { endpoint, origin, agreement: digest } });
  if (verdict.grade === 'problem') return [verdict];
  if (!clientOf)
    return [
      verdict,
      {
        grade: 'unknown',
        found: { zh: '我方无法签名，不知其是否认得我们', en: 'we cannot sign, so whether it knows us is not known' },
      },
    ];
  const owner = agreement.members.find(({ id }) => id === member) as Member; // it is one of them
  await clientOf(owner).checkpoints();
  return [verdict];
}

interface PublicPage {
  says: { member?: unknown; origin?: unknown; agreement?: unknown };
  answer: Answer;
  sentAt: Date;
  cameAt: Date;
}

/** What the node at that address says of itself. @throws {Problem} peer/unreachable, peer/bad-answer */
export async function readPublicPage({
  member,
  endpoint,
  fetch,
  now,
}: {
  member: string;
  endpoint: string;
  fetch: Fetch;
  now: Now;
}): Promise<PublicPage> {
  const path = '/.well-known/huxin';
  const sentAt = now();
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await fetch(`${endpoint}${path}`, { method: 'GET', headers: {}, signal }).catch((cause: unknown) => {
    if (isProblem(cause)) throw cause;
    const { code, name } = cause as { code?: unknown; name?: unknown };
    throw new Problem('peer/unreachable', { member, reason: String(code ?? name) }, { cause });
  });
  const cameAt = now();
  const says = answer.status === 200 ? parseObject(answer.body) : undefined;
  if (!says) throw new Problem('peer/bad-answer', { member, path, status: answer.status });
  return { says, answer, sentAt, cameAt };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 §6.6.1: whole seconds, somewhere between the request and its answer. */
function offsetOf({ headers }: Answer, sentAt: Date, cameAt: Date): { seconds: number; within: number } | undefined {
  const said = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(said)) return undefined;
  const [sent, came] = [sentAt.getTime(), cameAt.getTime()];
  return { seconds: (said + 500 - (sent + came) / 2) / 1000, within: (came - sent) / 2000 + 0.5 };
}

/** When the certificate at its address ends, as it is shown there; through a proxy nothing is looked at. */
async function examineTheirs({ id, endpoint, certificatePins = [] }: Member, now: Now): Promise<Check[]> {
  const { protocol, hostname, port } = new URL(endpoint);
  if (protocol !== 'https:') return [];
  const shown = await seeCertificate(hostname, Number(port || 443)).catch(() => undefined); // unreachable: said already
  if (!shown) return [];
  const verdict = decideCertificate(
    shown,
    now(),
    certificatePins.length === 0 ? undefined : certificatePins.includes(shown.pin),
  );
  const tell = { zh: '请告知该成员的运维人员', en: 'tell its operator' };
  return [{ about: 'certificate', member: id, ...verdict, ...(verdict.cure && { cure: tell }) }];
}

/** Looks and hangs up; nothing is said, so nobody needs to be trusted. */
function seeCertificate(
  host: string,
  port: number,
): Promise<{ notBefore: string; notAfter: string; pin: string } | undefined> {
  return new Promise((done, fail) => {
    const socket = connect({
      host,
      port,
      servername: /^[\d.:[\]]+$/.test(host) ? '' : host,
      rejectUnauthorized: false,
    });
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (!certificate) return done(undefined);
      const [notBefore, notAfter] = [certificate.validFrom, certificate.validTo].map((text) =>
        new Date(text).toISOString(),
      );
      done({ notBefore: notBefore as string, notAfter: notAfter as string, pin: pinOf(certificate, hash) });
    });
  });
}
