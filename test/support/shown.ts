/** Records and answers as they are shown, for tests that need no node. */

import type { ProvinceAnswer, SubjectAnswer } from '../../node/registry/answer.ts';
import type { ShownRecord } from '../../node/registry/shown-record.ts';
import { company } from './sheets.ts';

/** A penalty of Shanghai in force, changed as told. */
export function shownRecord(changes: Partial<ShownRecord> = {}): ShownRecord {
  return {
    ...{ record: '310000.x', type: 'penalty', state: 'publicised', isInForce: true, decidedOn: '2026-01-02' },
    ...{ objection: 'none', lineage: { openedBy: 'x' }, packs: { publicity: 'NDRC-2026-36' }, dates: [] },
    history: [],
    ...changes,
  };
}

/** What Shanghai answers of its own records. */
export function shownAnswer(records: ShownRecord[], changes: Partial<ProvinceAnswer> = {}): SubjectAnswer {
  const name = { zh: '上海市', en: 'Shanghai' };
  const own = { member: '310000', name, origin: 'credit.sh.example/log', isOwn: true, isStale: false };
  return {
    ...{ uscc: company, purpose: 'supervision', agreement: 'sha-256:x', at: '2026-03-01T00:00:00.000Z' },
    asker: { role: 'clerk', authority: '11310000HX31000006' },
    summary: { zh: '综述。', en: 'Summary.' },
    notice: { zh: '说明。', en: 'Note.' },
    provinces: [{ ...own, records, ...changes }],
  };
}
