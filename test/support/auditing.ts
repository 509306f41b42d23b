/** An auditor beside a network of nodes: its key, its mirror, and what it finds. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auditor } from '../../node/agreement/agreement.ts';
import { type AuditOptions, runAudit } from '../../node/audit.ts';
import type { Now } from '../../node/base/ports.ts';
import type { NodeKey } from '../../node/key-file.ts';
import { createAuditorKey } from '../../node/keys.ts';
import type { AuditReport } from '../../node/report/audit.ts';
import type { Network } from './network.ts';

export interface Auditing {
  folder: string;
  keyFile: string;
  key: NodeKey<'auditor'>;
  /** What the agreement says of it. */
  listed: Auditor;
  audit(network: Network, more?: Partial<AuditOptions>): Promise<AuditReport>;
  close(): Promise<void>;
}

/** Makes the auditor before the network, whose agreement has to list it. */
export async function openAuditing(now: Now = () => new Date()): Promise<Auditing> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-audit-'));
  const keyFile = join(folder, 'auditor.json');
  const key = await createAuditorKey(keyFile);
  const name = { zh: '审计办公室', en: 'Audit office' };
  return {
    ...{ folder, keyFile, key, listed: { id: 'audit-office', name, key: key.signer.publicKey } },
    async audit(network, more = {}) {
      const [one] = network.nodes.values();
      const agreement = one?.config.agreement ?? '';
      return runAudit({ agreement, key, folder: join(folder, 'mirror'), nodes: [], now, ...more });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Codes of what was found. */
export function codesOf(report: AuditReport): string[] {
  return report.findings.map(({ code }) => code);
}
