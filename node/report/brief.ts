/** What an answer shows of a body where it is one among many; the record's own page and `huxin record` show the rest. */

import type { Labels, Line } from '../bulletin/labels.ts';
import type { ShownRecord } from '../registry/shown-record.ts';

const shown: Readonly<Record<string, readonly string[]>> = {
  penalty: ['subject.name', 'violation', 'categories', 'fine', 'confiscation', 'document.authority', 'validUntil'],
  dishonesty: ['subject.name', 'conduct', 'form', 'measures', 'document.authority'],
  'serious-list': ['subject.name', 'ground', 'measures', 'document.authority'],
  permit: [
    ...['subject.name', 'documentName', 'category', 'licenceNumber', 'document.authority'],
    ...['validFrom', 'validUntil', 'status'],
  ],
  grade: ['subject.name', 'scheme', 'grade', 'score', 'authority', 'validUntil'],
  commendation: ['subject.name', 'honour', 'level', 'document.authority', 'validUntil'],
  warning: ['subject.name', 'matter', 'level', 'authority', 'dueOn'],
};

/** Beside its document, which stands in the record's title. */
export function briefLines({ type, body = {} }: ShownRecord, labels: Labels): Line[] {
  const paths = [...(shown[type] ?? []), 'severity'];
  return labels.linesOf(type, body).filter(({ path }) => paths.includes(path));
}
