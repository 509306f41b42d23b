/**
 * What the checks of one file share: whom to believe, the schemas, the logs as they come up, and the report
 * (docs/evidence.md, Verifying).
 */

import { findEntry } from '../agreement/agreement.ts';
import type { VerifyPorts } from '../agreement/ports.ts';
import { schemaDigest } from '../agreement/schema-digest.ts';
import { Problem } from '../base/problem.ts';
import { type Check, compileSchema } from '../base/schema.ts';
import { endOfDay, fromNumericDate } from '../base/time.ts';
import { findType } from '../bulletin/catalogue.ts';
import { createLaws } from '../federation/law.ts';
import type { Claim, ShownEntry } from './evidence.ts';
import type { Reporter } from './reporter.ts';
import { createShownLog, type Judged, type Opened, type ShownLog } from './shown-log.ts';
import { originOfProof } from './shown-note.ts';
import type { Trust } from './trust.ts';

export type Verification = ReturnType<typeof createVerification>;

export interface VerificationNeeds {
  claim: Claim;
  trust: Trust;
  /** As they stand in the file. */
  schemas: readonly object[];
  reporter: Reporter;
  ports: VerifyPorts;
  quorum?: number;
  at?: string;
  onOpened?: (entry: Opened) => void;
  onCheckpoint?: (log: string, note: string) => void;
}

/** @throws {Problem} evidence/surplus for a schema that no version pins, or out of order */
export function createVerification(needs: VerificationNeeds) {
  const { claim, trust, schemas, reporter, ports, quorum, at, onOpened, onCheckpoint } = needs;
  const { hash, verifySignature } = ports;
  const checks = compilePinned(schemas, trust, ports);
  const needed = new Set<string>();
  const logs = new Map<string, ShownLog>();
  const latest = new Map<string, { index: number; iat: number }>();
  const laws = createLaws({ agreements: trust.agreements, checks: { has: () => true, get: getCheck } });

  /** The check of a pinned schema; no type has none. */
  function getCheck(digest: string): Check | undefined {
    if (digest === '') return undefined;
    const check = checks.get(digest);
    if (!check) throw new Problem('evidence/missing', { what: `schema ${digest}` });
    return check;
  }

  /** Remembers which schema an entry needs, whatever the verdict on it. */
  function need({ governing: { agreement }, verdict }: Opened): void {
    const event = 'good' in verdict ? verdict.good.type.event : verdict.event;
    const type = event === undefined ? undefined : findType(event);
    const digest = type && findEntry(agreement, type.name)?.schema;
    if (digest !== undefined) needed.add(digest);
  }

  const verification = {
    claim,
    trust,
    reporter,
    hash,
    verifySignature,
    laws,
    logs,

    /** The log of that name: of one of the agreement's members. */
    log(origin: string): ShownLog {
      const known = logs.get(origin);
      if (known) return known;
      const log = createShownLog(origin, {
        trust,
        laws,
        hash,
        verifySignature,
        onVerdict(opened) {
          need(opened);
          onOpened?.(opened);
        },
        ...(quorum !== undefined && { quorum }),
      });
      logs.set(origin, log);
      return log;
    },

    /** Opens, includes and judges an entry shown. */
    async judge(entry: ShownEntry): Promise<Judged> {
      const log = verification.log(originOfProof(entry.tlogProof));
      const judged = await log.judge(entry);
      if ('good' in judged.verdict) verification.noteSigned(log.origin, judged.index, judged.verdict.good.claims.iat);
      return judged;
    },

    /** Keeps the latest time at which an entry of a log says that it was signed. */
    noteSigned(origin: string, index: number, iat: number): void {
      if (iat > (latest.get(origin)?.iat ?? Number.NEGATIVE_INFINITY)) latest.set(origin, { index, iat });
    },

    /** What all logs of the file have to show once their entries were judged: a quorum, and in time. */
    settleLogs(): void {
      for (const log of [...logs.values()].sort((x, y) => (x.origin < y.origin ? -1 : 1))) settle(log);
      const surplus = [...checks.keys()].find((digest) => !needed.has(digest));
      if (surplus !== undefined) throw new Problem('evidence/surplus', { what: `schema ${surplus}` });
      if (at !== undefined) reporter.checked('times', { day: at });
      reporter.notChecked('clocks');
      reporter.notChecked('unknown-versions', { version: trust.versions.at(-1)?.agreement.version });
    },

    /** @throws {Problem} evidence/claim-mismatch */
    expectClaim(member: string, said: unknown, found: unknown): void {
      if (String(said) !== String(found))
        throw new Problem('evidence/claim-mismatch', { member, said: String(said), found: String(found) });
    },
  };

  function settle(log: ShownLog): void {
    const shown = log.requireQuorum();
    const { quorumAt, need, ...checkpoint } = shown;
    const { origin } = log;
    if (at !== undefined && quorumAt > endOfDay(at))
      throw new Problem('evidence/too-late', { log: origin, day: at, at: quorumAt });
    const last = latest.get(origin);
    const signedAt = last && fromNumericDate(last.iat);
    if (signedAt && signedAt > quorumAt)
      reporter.tell('evidence/signed-later', { log: origin, index: last.index, signedAt, quorumAt });
    reporter.checkpoint({ ...checkpoint, quorumAt });
    onCheckpoint?.(origin, log.note);
    reporter.checked('checkpoint', { log: origin, size: checkpoint.size });
    const counted = checkpoint.cosignatures.filter(({ counts }) => counts);
    reporter.checked('quorum', { log: origin, have: counted.length, need, quorumAt });
    if (log.governanceShown > 0) reporter.checked('governance', { log: origin, entries: log.governanceShown });
    const agreed = log.agreedQuorum;
    if (need < agreed) reporter.notChecked('quorum', { agreed, need });
    for (const { who, at: time } of checkpoint.cosignatures) {
      reporter.story({
        at: time,
        what: 'witnessed',
        who,
        log: origin,
        zh: `见证日志 ${origin} 至大小 ${checkpoint.size}`,
        en: `witnessed ${origin} up to size ${checkpoint.size}`,
      });
    }
  }

  return verification;
}

/** Compiled, by digest: only what a version of the agreement pins is ever run. */
function compilePinned(schemas: readonly object[], trust: Trust, { hash }: VerifyPorts): ReadonlyMap<string, Check> {
  const pinned = new Set(trust.versions.flatMap(({ agreement }) => agreement.catalogue.map(({ schema }) => schema)));
  const checks = new Map<string, Check>();
  let last = '';
  for (const schema of schemas) {
    const digest = schemaDigest(schema, hash);
    if (!pinned.has(digest) || digest <= last) throw new Problem('evidence/surplus', { what: `schema ${digest}` });
    checks.set(digest, compileOnce(digest, schema));
    last = digest;
  }
  return checks;
}

/** Compiling takes longer than all else in a small file, and a digest has one meaning. */
const compiled = new Map<string, Check>();
const mostCompiled = 200;

function compileOnce(digest: string, schema: object): Check {
  const check = compiled.get(digest) ?? compileSchema(schema);
  if (compiled.size < mostCompiled) compiled.set(digest, check);
  return check;
}
