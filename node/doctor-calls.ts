/**
 * What `huxin doctor` learns by calling the other members: whether each answers at the agreement's address and knows our
 * signature, its clock, and until when its certificate is good.
 */

import { connect } from 'node:tls';
import type { Agreement, Member } from './agreement/agreement.ts';
import type { Answer, Fetch, Now } from './base/ports.ts';
import { isProblem, Problem } from './base/problem.ts';
import { hash } from './crypto.ts';
import { examine } from './doctor-probes.ts';
import { decideCertificate } from './federation/check-machine.ts';
import { type ClockOffset, decideAnswered } from './federation/check-peers.ts';
import type { Check, Verdict } from './federation/check-up.ts';
import type { Client } from './federation/client.ts';
import { pinOf } from './http/certificate.ts';

const patienceMs = 10_000;

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
