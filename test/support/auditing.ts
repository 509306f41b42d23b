/** A network of nodes and the auditor that its agreement lists: its mirror, and what it finds. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditOptions, runAudit } from '../../node/audit.ts';
import { createAuditorKey } from '../../node/keys.ts';
import type { AuditReport } from '../../node/report/audit.ts';
import { type Network, type NetworkOptions, openNetwork } from './network.ts';

export interface Auditing {
  network: Network;
  /** The auditor's own, its mirror below it. */
  folder: string;
  audit(more?: Partial<AuditOptions>): Promise<AuditReport>;
  close(): Promise<void>;
}

/** Makes the auditor first, because the agreement has to list it. */
export async function openAuditing(options: NetworkOptions = {}): Promise<Auditing> {
  const { now = () => new Date(), change } = options;
  const folder = await mkdtemp(join(tmpdir(), 'huxin-audit-'));
  const key = await createAuditorKey(join(folder, 'auditor.json'));
  const name = { zh: '审计办公室', en: 'Audit office' };
  const network = await openNetwork({
    ...options,
    change(agreement) {
      agreement.auditors = [{ id: 'audit-office', name, key: key.signer.publicKey }];
      change?.(agreement);
    },
  });
  return {
    ...{ network, folder },
    async audit(more = {}) {
      const [one] = network.nodes.values();
      const agreement = one?.config.agreement ?? '';
      return runAudit({ agreement, key, folder: join(folder, 'mirror'), nodes: [], now, ...more });
    },
    async close() {
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Codes of what was found. */
export function codesOf(report: AuditReport): string[] {
  return report.findings.map(({ code }) => code);
}
