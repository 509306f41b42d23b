/**
 * Evidence made from what this node holds: claims and parts, for `write.ts` to put into words (docs/evidence.md). What a
 * node can show is what it said, what it was told, and the receipts on both; nothing is asked of others.
 */

import { readClaims } from '../bulletin/read.ts';
import { recordIn } from '../federation/find-document.ts';
import { formatRecordId, parseRecordId } from '../registry/record.ts';
import type { Evidence } from './evidence.ts';
import { exportBulletin, exportRefusal, exportWithheld, type Named } from './export-bulletin.ts';
import { exportCompleteness, type RangeAsked } from './export-completeness.ts';
import { exportFinding, type ListedFinding, listFindings } from './export-finding.ts';
import { exportRecord } from './export-record.ts';
import { type ExportNeeds, openSession } from './session.ts';

/** Evidence, and whose records of which types its content is about: who takes it must be allowed to use them. */
export interface Exported extends Evidence {
  uses: readonly Use[];
}

export interface Use {
  /** Member id of the issuer. */
  from: string;
  /** Bare name. */
  type: string;
}

export type Exporter = ReturnType<typeof createExport>;

export function createExport(needs: ExportNeeds) {
  return {
    /** The subject of a record, as far as it is known here. */
    async subjectOfRecord(record: string): Promise<{ uscc?: string }> {
      const id = parseRecordId(record);
      const steps = id ? await needs.store.registry.listStepsOf([id]) : [];
      const uscc = steps.map((step) => step.uscc).find((text) => text !== '');
      return uscc === undefined ? {} : { uscc };
    },

    /** What a bulletin is about, as far as it can be read: a record's id, its subject. */
    async subjectOf(jti: string): Promise<{ record?: string; uscc?: string }> {
      const found = await needs.store.log.findByJti(jti);
      const claims = found?.entry.content && readClaims(found.entry.content.jws);
      const record = claims && recordIn(claims, found.log.member);
      const { uscc } = (claims?.sub_id ?? {}) as { uscc?: unknown }; // of what was refused, anything
      return { ...(record && { record: formatRecordId(record) }), ...(typeof uscc === 'string' && { uscc }) };
    },

    bulletin: async (jti: string): Promise<Exported> => exportBulletin(await openSession(needs), jti),
    refusal: async (named: Named, receiver?: string): Promise<Exported> =>
      exportRefusal(await openSession(needs), named, receiver),
    withheld: async (asked: { issuer: string; index: number; receiver: string }): Promise<Exported> =>
      exportWithheld(await openSession(needs), asked),
    record: async (record: string): Promise<Exported> => exportRecord(await openSession(needs), record),
    finding: async (id: string): Promise<Exported> => exportFinding(await openSession(needs), id),
    findings: async (): Promise<ListedFinding[]> => listFindings(await openSession(needs)),
    completeness: async (asked: RangeAsked): Promise<Exported> => exportCompleteness(await openSession(needs), asked),
  };
}
