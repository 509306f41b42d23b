/** Where evidence and agreement come from: a file that somebody chose or dropped, or the page itself. */

import { agreementDigest } from '../agreement/signatures.ts';
import { parseBase64, parseBase64url, parseUtf8 } from '../base/bytes.ts';
import { parsePayload } from '../base/jws.ts';
import type { Hash } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import type { AgreementShown } from './report-view.ts';

export interface EvidenceSource {
  name: string;
  sizeBytes: number;
  /** The bytes from the beginning, each time anew. Between two chunks the browser may draw. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface AgreementSource {
  name: string;
  /** Whether it came with the page instead of from the reader. */
  isFromPage: boolean;
  text: string;
}

const chunkBytes = 128 * 1024; // a tenth of a second's work
const greatestAgreementBytes = 16 * 1024 * 1024; // of all versions together; whatever is larger is surely something else

/** A file of any size is read a piece at a time. */
export function evidenceFrom(blob: Blob, name: string): EvidenceSource {
  return {
    name,
    sizeBytes: blob.size,
    async *chunks() {
      for (let at = 0; at < blob.size; at += chunkBytes) {
        yield new Uint8Array(await blob.slice(at, at + chunkBytes).arrayBuffer());
      }
    },
  };
}

/** What `embed.ts` put into the page; undefined when there is nothing. */
export function readEmbedded(document: Document): { evidence: EvidenceSource; agreement: AgreementSource } | undefined {
  const read = (id: string) => parseBase64(document.getElementById(id)?.textContent ?? '');
  const [evidence, agreement] = [read('embedded-evidence'), read('embedded-agreement')];
  if (!evidence?.length || !agreement?.length) return undefined;
  const blob = new Blob([new Uint8Array(evidence)]);
  return {
    evidence: evidenceFrom(blob, ''),
    agreement: { name: '', isFromPage: true, text: parseUtf8(agreement) ?? '' },
  };
}

/** Whether a file that was dropped anywhere is an agreement; all others are taken for evidence. */
export async function isAgreement(file: File): Promise<boolean> {
  if (file.size > greatestAgreementBytes) return false;
  const value = parseJson(await file.text());
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'payload' in value);
}

/** @throws {Problem} agreement/invalid when it is no JSON */
export function parseAgreement({ text }: AgreementSource): unknown {
  const value = parseJson(text);
  if (value === undefined) throw new Problem('agreement/invalid', { reason: 'no JSON' });
  return value;
}

/** Title, version and digest of each version; nothing is verified here. What cannot be read is left out. */
export function describeAgreement(value: unknown, hash: Hash): AgreementShown[] {
  return [value].flat().flatMap((one) => {
    const payload = (one as { payload?: unknown } | null)?.payload;
    if (typeof payload !== 'string') return [];
    const reading = parsePayload(payload);
    const bytes = parseBase64url(payload);
    if ('flaw' in reading || !bytes) return [];
    const { title, version } = reading.value as unknown as AgreementShown; // shown only after it was verified
    if (typeof version !== 'number' || typeof title?.zh !== 'string' || typeof title.en !== 'string') return [];
    return [{ title: { zh: title.zh, en: title.en }, version, digest: agreementDigest(bytes, hash) }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
