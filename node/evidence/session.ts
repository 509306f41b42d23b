/** What one export goes by from its beginning to its end: the versions, who may sign, the logs as they were. */

import type { Agreement } from '../agreement/agreement.ts';
import type { Agreements } from '../agreement/agreements.ts';
import type { Strikes } from '../agreement/amendment.ts';
import type { GeneralJws } from '../agreement/signatures.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { Laws } from '../federation/law.ts';
import type { HeldLog } from '../log/ports.ts';
import type { Part } from './evidence.ts';
import { type ListedSigners, listSigners } from './listed-signers.ts';
import { type LogView, viewLog } from './log-view.ts';
import type { EvidenceStore } from './ports.ts';

export interface ExportNeeds {
  store: EvidenceStore;
  agreements: Pick<Agreements, 'load' | 'strikes'>;
  laws: Pick<Laws, 'governing'>;
  /** The program's schemas of bulletins, by the digest with which agreements pin them. */
  schemas: ReadonlyMap<string, object>;
  /** Our own member id. */
  me: string;
  hash: Hash;
}

export interface Session extends ExportNeeds {
  versions: readonly Agreement[];
  /** Digest of the newest version in force, which the claim names. */
  digest: string;
  strikes: Strikes;
  signers: ListedSigners;
  /** Every log that is held, as it was at the beginning. */
  logs: readonly HeldLog[];
  /** @throws {Problem} log/unknown */
  view(origin: string): LogView;
  /** The versions as they stand in a file, oldest first. */
  agreementParts(): Part[];
  /** The schemas of these digests as they stand in a file. @throws {Problem} agreement/unknown-schema */
  schemaParts(digests: ReadonlySet<string>): Part[];
}

export async function openSession(needs: ExportNeeds): Promise<Session> {
  const signed = await needs.agreements.load();
  const strikes = needs.agreements.strikes();
  const versions = signed.map(({ agreement }) => agreement);
  const last = signed.at(-1);
  if (!last) throw new Problem('agreement/not-in-force');
  const logs = await needs.store.log.listLogs();
  const views = new Map<string, LogView>();
  return {
    ...needs,
    ...{ versions, digest: last.digest, strikes, logs },
    signers: listSigners(versions, strikes, needs.hash),
    view(origin) {
      const log = logs.find((one) => one.origin === origin);
      if (!log) throw new Problem('log/unknown', { origin });
      const view = views.get(origin) ?? viewLog(needs, log);
      views.set(origin, view);
      return view;
    },
    agreementParts: () => signed.map(({ jws }) => ({ section: 'agreements', value: ordered(jws) })),
    schemaParts: (digests) =>
      [...digests].sort().map((digest) => {
        const value = needs.schemas.get(digest);
        if (!value) throw new Problem('agreement/unknown-schema', { schemas: [digest] });
        return { section: 'schemas', value };
      }),
  };
}

function ordered({ payload, signatures }: GeneralJws): GeneralJws {
  return { payload, signatures: [...signatures].sort((a, b) => (a.protected < b.protected ? -1 : 1)) };
}
