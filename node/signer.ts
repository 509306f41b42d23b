/**
 * A key that another program holds: a hardware module behind PKCS#11, a service of the province, a signer on another
 * machine. The program reads one JSON object a line and answers each with a line, in the order of the questions, until
 * its input ends (docs/keys.md, A key in other hands):
 *
 *     {"op":"public"}              → {"public":{"kty":"OKP","crv":"Ed25519","x":"…"}}
 *     {"op":"sign","data":"…"}     → {"signature":"…"}    base64url; ES256 as r || s, EdDSA
 *     anything that it cannot do   → {"error":"…"}
 *
 * It is started once and watched: when it ends, keeps silent or answers nonsense, it is stopped and the next question
 * starts it anew. No signature leaves here unproved.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { formatBase64url, parseBase64url } from './base/bytes.ts';
import { thumbprint, toPublicJwk } from './base/jws.ts';
import type { Logger, Now, PublicJwk, VerifySignature } from './base/ports.ts';
import { isProblem, Problem } from './base/problem.ts';
import type { KeyUse, NodeKey } from './key-file.ts';

export interface SignerNeeds {
  use: KeyUse;
  /** Absolute path of the program, and its arguments. */
  command: readonly string[];
  /** How long an answer may take once it is its turn. */
  timeoutMs: number;
  /** The program's whole environment. */
  environment: Readonly<Record<string, string>>;
  verifySignature: VerifySignature;
  now: Now;
  logger: Logger;
}

export interface OpenSigner {
  key: NodeKey;
  /** Ends the program's input, and the program when it does not end by itself. */
  close(): Promise<void>;
}

type Answer = Record<string, unknown>;

/** A program that runs, or has ended for the reason in `failure`. */
interface Running {
  /** @param withinMs once it is its turn */
  ask(question: object, withinMs: number): Promise<Answer>;
  failure(): Problem | undefined;
  /** Stops it because its answer was wrong. */
  fail(reason: string): Problem;
  close(): Promise<void>;
}

const greatestAnswerLength = 64 * 1024;
const greatestSaidLength = 300;
const graceMs = 2_000;
/** For the first answer: a module may take its time to open. */
const startMs = 30_000;
const longestPauseMs = 30_000;

/**
 * Starts the program and asks for its public key.
 *
 * @throws {Problem} key/signer-failed with `use`, `reason` (`cannot-start`, `ended`, `silent`, `bad-answer`, `declined`,
 *   `wrong-kind`); `sign` throws it too, with `bad-signature` and `other-key` besides
 */
export async function openSigner(needs: SignerNeeds): Promise<OpenSigner> {
  const { use, timeoutMs, verifySignature, now, logger } = needs;
  let running = start(needs);
  const publicKey = await askPublic(running, use);
  let restarting: Promise<void> | undefined;
  let pauseMs = 0;
  let notBefore = 0;

  /** One restart at once, then with longer and longer pauses, in which `sign` fails as the program did. */
  async function restart(failure: Problem): Promise<void> {
    if (now().getTime() < notBefore) throw failure;
    pauseMs = Math.min(longestPauseMs, pauseMs * 2 || 500);
    notBefore = now().getTime() + pauseMs;
    running = start(needs);
    const key = await askPublic(running, use);
    if (!isSame(key, publicKey)) throw running.fail('other-key');
    logger.warn({ use }, 'the signer was started anew');
  }

  async function sign(data: Uint8Array): Promise<Uint8Array> {
    const failure = running.failure();
    if (failure) {
      restarting ??= restart(failure).finally(() => {
        restarting = undefined;
      });
    }
    await restarting;
    const { signature } = await running.ask({ op: 'sign', data: formatBase64url(data) }, timeoutMs);
    const bytes = typeof signature === 'string' ? parseBase64url(signature) : undefined;
    if (!bytes || !(await verifySignature(publicKey, data, bytes))) throw running.fail('bad-signature');
    pauseMs = 0;
    return bytes;
  }

  return {
    key: {
      use,
      kid: await thumbprint(publicKey),
      signer: {
        publicKey,
        sign: (data) =>
          sign(data).catch((error: unknown) => {
            if (isProblem(error) && error.facts.reason === 'ended') return sign(data); // it may just have been replaced
            throw error;
          }),
      },
    },
    close: () => running.close(),
  };
}

async function askPublic(running: Running, use: KeyUse): Promise<PublicJwk> {
  const { public: said } = await running.ask({ op: 'public' }, startMs);
  const key = toPublicJwk(Object(said));
  if (!key) throw running.fail('bad-answer');
  if ((use === 'log' || use === 'witness') && key.crv !== 'Ed25519') throw running.fail('wrong-kind');
  return key;
}

function start({ use, command, environment, logger }: SignerNeeds): Running {
  const [program = '', ...args] = command;
  const waiting: { withinMs: number; resolve: (answer: Answer) => void; reject: (problem: Problem) => void }[] = [];
  let failure: Problem | undefined;
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;

  const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: environment, stdio: 'pipe' });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  function fail(reason: string, facts: object = {}): Problem {
    if (failure) return failure;
    failure = new Problem('key/signer-failed', { use, reason, ...facts });
    clearTimeout(timer);
    for (const one of waiting.splice(0)) one.reject(failure);
    child.kill('SIGKILL');
    if (!isClosing) logger.error({ code: failure.code, facts: failure.facts }, 'the signer failed');
    return failure;
  }

  /** The clock runs for the question whose turn it is. */
  function watch(): void {
    clearTimeout(timer);
    const withinMs = waiting[0]?.withinMs;
    if (withinMs) timer = setTimeout(() => fail('silent', { seconds: withinMs / 1000 }), withinMs);
  }

  function receive(line: string): void {
    const answer = parseAnswer(line);
    const asked = waiting[0];
    if (!answer || !asked) {
      fail('bad-answer');
      return;
    }
    waiting.shift();
    watch();
    if (typeof answer.error === 'string') {
      logger.error({ use, said: shorten(answer.error) }, 'the signer declined'); // its words are not for whoever called
      asked.reject(new Problem('key/signer-failed', { use, reason: 'declined' }));
    } else asked.resolve(answer);
  }

  child.once('error', () => fail('cannot-start', { program }));
  child.once('close', (status, signal) => fail('ended', { status: status ?? signal }));
  child.stdin.on('error', () => {}); // its end says why
  eachLine(child.stdout, receive, () => fail('bad-answer'));
  eachLine(
    child.stderr,
    (line) => logger.warn({ use, said: shorten(line) }, 'the signer says'),
    () => {},
  );

  return {
    ask: (question, withinMs) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ withinMs, resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
        if (waiting.length === 1) watch();
      }),
    failure: () => failure,
    fail,
    async close() {
      isClosing = true;
      child.stdin.end();
      const patience = setTimeout(() => fail('ended'), graceMs);
      if (child.pid !== undefined) await closed;
      clearTimeout(patience);
    },
  };
}

/** Line by line; `onTooLong` once for a line that does not end. */
function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void, onTooLong: () => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length <= greatestAnswerLength) return;
    rest = '';
    onTooLong();
  });
}

function parseAnswer(line: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function isSame(a: PublicJwk, b: PublicJwk): boolean {
  return a.crv === b.crv && a.x === b.x && ('y' in a ? a.y : '') === ('y' in b ? b.y : '');
}

function shorten(text: string): string {
  return text.length > greatestSaidLength ? `${text.slice(0, greatestSaidLength)}…` : text;
}
