/**
 * The text of an evidence file → claim and parts, one line at a time, so that a statement over a hundred thousand bulletins
 * needs no more memory than one over ten (docs/evidence.md, The file). One spelling only: whatever else is refused with
 * its line.
 */

import { utf8 } from '../base/bytes.ts';
import { canonicalText } from '../base/canonical.ts';
import { findUnsaid, isPlain } from '../base/jws.ts';
import { type MalformedReason, Problem } from '../base/problem.ts';
import { type Check, compileSchema } from '../base/schema.ts';
import {
  type Claim,
  type Evidence,
  mediaType,
  type Part,
  type SectionName,
  sectionsOf,
  singleSections,
} from './evidence.ts';

/** Says what is wrong with a value of a section, or with the claim. */
export type EvidenceChecks = Readonly<Record<SectionName | 'claim', Check>>;

const greatestLineBytes = 4 * 1024 * 1024;
const firstLine = `{"mediaType":${JSON.stringify(mediaType)},`;

/**
 * The checks of `schemas/evidence.json`, by section.
 *
 * @param schema that file, parsed
 */
export function compileEvidenceSchema(schema: { $defs: object }): EvidenceChecks {
  const names = [...new Set(Object.values(sectionsOf).flat()), 'claim'] as const;
  const checks = names.map((name) => [name, compileSchema({ $ref: `#/$defs/${name}`, $defs: schema.$defs })]);
  return Object.fromEntries(checks) as EvidenceChecks; // every name has just been given one
}

/**
 * Reads claim and form; the parts are read, and complained of, as they are asked for.
 *
 * @param chunks the file's bytes
 * @throws {Problem} evidence/malformed with `line` and `reason`, evidence/unknown-version; the parts throw the former too
 */
export async function readEvidence(chunks: AsyncIterable<Uint8Array>, checks: EvidenceChecks): Promise<Evidence> {
  const lines = createLines(chunks);
  const first = await lines.next();
  if (first !== firstLine) throw notEvidence(first);
  const claim = (await readMember(lines, 'claim', ',', checks)) as Claim; // its check names every member
  return { claim, parts: readParts(lines, claim, checks) };
}

type Lines = ReturnType<typeof createLines>;

async function* readParts(lines: Lines, { kind }: Claim, checks: EvidenceChecks): AsyncGenerator<Part> {
  const sections = sectionsOf[kind];
  for (const [at, section] of sections.entries()) {
    const end = at < sections.length - 1 ? ',' : '';
    if (singleSections.includes(section)) yield partOf(section, await readMember(lines, section, end, checks));
    else yield* readList(lines, section, end, checks);
  }
  if ((await lines.next()) !== '}') throw lines.malformed('no-end');
  if ((await lines.next()) !== undefined) throw lines.malformed('after-end');
}

async function readMember(
  lines: Lines,
  name: SectionName | 'claim',
  end: string,
  checks: EvidenceChecks,
): Promise<unknown> {
  const line = await lines.next();
  const start = `"${name}":`;
  if (!line?.startsWith(start)) throw lines.malformed('expected', name);
  if (!line.endsWith(end)) throw lines.malformed('no-comma');
  return readValue(lines, line.slice(start.length, line.length - end.length), name, checks);
}

async function* readList(
  lines: Lines,
  section: SectionName,
  end: string,
  checks: EvidenceChecks,
): AsyncGenerator<Part> {
  if ((await lines.next()) !== `"${section}":[`) throw lines.malformed('expected', section);
  const close = `]${end}`;
  let isLast = false; // whether the line before ended without a comma
  for (let count = 0; ; count++) {
    const line = await lines.next();
    if (line === undefined) throw lines.malformed('cut-off');
    if (line === close) {
      if (count > 0 && !isLast) throw lines.malformed('comma');
      return;
    }
    if (isLast) throw lines.malformed('no-comma');
    isLast = !line.endsWith(',');
    yield partOf(section, readValue(lines, isLast ? line : line.slice(0, -1), section, checks));
  }
}

function readValue(lines: Lines, text: string, name: SectionName | 'claim', checks: EvidenceChecks): unknown {
  const value = parseJson(text);
  if (value === undefined) throw lines.malformed('no-json');
  if (typeof value !== 'object' || value === null || !isPlain(value, text)) {
    const unsaid = findUnsaid(value);
    if (unsaid) throw lines.malformed('unsaid', unsaid);
    if (canonicalText(value) !== text) throw lines.malformed('not-canonical');
  }
  const [complaint] = checks[name](value);
  if (complaint) throw lines.malformed('shape', complaint.pointer || '/');
  return value;
}

function partOf(section: SectionName, value: unknown): Part {
  return { section, value } as Part; // the section's check has just passed it
}

function notEvidence(first: string | undefined): Problem {
  const named = /^\{"mediaType":"(application\/vnd\.huxin\.evidence\+json;version=[^"]*)",$/.exec(first ?? '')?.[1];
  if (named) return new Problem('evidence/unknown-version', { mediaType: named });
  let reason: MalformedReason = 'not-evidence';
  if (first?.startsWith('\ufeff')) reason = 'byte-order-mark';
  else if (first?.endsWith('\r')) reason = 'carriage-return';
  else if (/^\[?\{"payload":/.test(first ?? '')) reason = 'agreement';
  return new Problem('evidence/malformed', { line: 1, reason });
}

/** The lines of a UTF-8 text, without their line feed; the number of the last one is kept for complaints. */
function createLines(chunks: AsyncIterable<Uint8Array>) {
  let number = 0;
  const malformed = (reason: MalformedReason, detail?: string) =>
    new Problem('evidence/malformed', { line: Math.max(number, 1), reason, ...(detail !== undefined && { detail }) });
  const malformedNext = (reason: MalformedReason) => new Problem('evidence/malformed', { line: number + 1, reason });

  async function* split(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let rest = '';
    for await (const chunk of chunks) {
      const found = (rest + decode(decoder, chunk)).split('\n');
      rest = found.pop() as string; // split gives one at least
      yield* found;
      if (rest.length > greatestLineBytes) throw malformedNext('too-long');
    }
    if (rest + decode(decoder) !== '') throw malformedNext('no-line-feed');
  }

  function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw malformedNext('not-utf8');
    }
  }

  const lines = split();
  return {
    malformed,

    /** The next line; undefined after the last. */
    async next(): Promise<string | undefined> {
      const { value, done } = await lines.next();
      number++;
      if (done) return undefined;
      if (value.length * 3 > greatestLineBytes && utf8(value).length > greatestLineBytes) throw malformed('too-long');
      return value;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
