/** How every version of the agreement that this node knows stands: who signed, who refused, whose logs it governs. */

import type { Bilingual } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import { decideEnough } from '../agreement/amendment.ts';
import { canStillBind } from '../agreement/refusal.ts';
import { decideInForce, type SignedAgreement } from '../agreement/signatures.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import type { LogStore } from '../log/ports.ts';
import type { Circulation } from './circulate.ts';
import type { Laws } from './law.ts';

/** `current` binds today, `to-come` from its first day on; `refused` can get its signatures no more, `overtaken` follows no version in force. */
export type VersionState = 'superseded' | 'current' | 'to-come' | 'open' | 'refused' | 'overtaken';

export interface VersionReport {
  digest: string;
  id: string;
  version: number;
  title: Bilingual;
  from: string;
  until?: string;
  state: VersionState;
  signedBy: string[];
  /** Whose signatures are asked for and lacking, and how many of these it takes. */
  missing: string[];
  lacking: number;
  refusals: { member: string; reason: string; iat: number }[];
  /** Members whose logs it governs, as far as we have read them. */
  governs: string[];
}

export function createVersionReports({
  store,
  agreements,
  circulation,
  laws,
}: {
  store: { log: LogStore };
  agreements: Agreements;
  circulation: Pick<Circulation, 'refusalsOf'>;
  laws: Laws;
}) {
  async function governedLogs(): Promise<{ member: string; digest: string }[]> {
    const logs = await store.log.listLogs();
    const found = await Promise.all(
      logs.map(async (log) => ({ member: log.member, digest: (await laws.governing(store.log, log))?.digest ?? '' })),
    );
    return found.filter(({ digest }) => digest !== '');
  }

  async function report(
    version: Verified<SignedAgreement>,
    governed: readonly { member: string; digest: string }[],
  ): Promise<VersionReport> {
    const { agreement, digest, predecessor, signedBy } = version;
    const refusals = await circulation.refusalsOf(digest);
    const enough = decideEnough(agreement, predecessor?.agreement, signedBy);
    return {
      ...{ digest, id: agreement.id, version: agreement.version, title: agreement.title, ...agreement.effective },
      state: stateOf(
        version,
        refusals.map(({ member }) => member),
      ),
      signedBy,
      ...(enough.enough ? { missing: [], lacking: 0 } : { missing: enough.missing, lacking: enough.lacking }),
      refusals: refusals.map(({ member, reason, iat }) => ({ member, reason, iat })),
      governs: governed
        .filter((one) => one.digest === digest)
        .map(({ member }) => member)
        .sort(),
    };
  }

  function stateOf(version: Verified<SignedAgreement>, refusedBy: readonly string[]): VersionState {
    const chain = agreements.inForce();
    const place = chain.findIndex(({ digest }) => digest === version.digest);
    const current = chain.findIndex(({ digest }) => digest === agreements.live.digest);
    if (place >= 0) return place < current ? 'superseded' : place === current ? 'current' : 'to-come';
    if (version.agreement.previous !== chain.at(-1)?.digest || decideInForce(version).inForce) return 'overtaken';
    return canStillBind(version, refusedBy) ? 'open' : 'refused';
  }

  /** Oldest version first. */
  return async function reportVersions(): Promise<VersionReport[]> {
    await agreements.refresh();
    const governed = await governedLogs();
    const all = [...agreements.all()].sort((a, b) => a.agreement.version - b.agreement.version);
    return Promise.all(all.map((one) => report(one, governed)));
  };
}

export type VersionReports = ReturnType<typeof createVersionReports>;
