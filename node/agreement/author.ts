/**
 * From the page that people write to the document that members sign: YAML is read, each schema's name gives way to the
 * digest of what that schema says, the result is checked. The page has no bytes of its own to sign; the document has
 * (RFC 8785).
 */

import type { Hash } from '../base/ports.ts';
import { parseYaml } from '../base/yaml.ts';
import type { Agreement } from './agreement.ts';
import { type CheckContext, checkAgreement } from './check.ts';
import type { Contradiction } from './contradiction-words.ts';
import type { Unsigned } from './contradictions.ts';
import { type Mistake, mistakeAt } from './mistakes.ts';
import { schemaDigest } from './schema-digest.ts';

/** JSON Schemas by name, such as `bulletin/penalty`. */
export type Schemas = ReadonlyMap<string, object>;

/** A mistake and where on the page it is. Line and column count from 1; a mistake of the YAML itself has the code `yaml`. */
export interface PlacedMistake extends Omit<Mistake, 'code'> {
  code: Mistake['code'] | Contradiction['code'] | 'yaml';
  line: number;
  column: number;
}

/** How a page is read: with which schemas, and where it contradicts itself (`contradictions.ts`), when that is to be told. */
export interface AuthorContext extends CheckContext {
  schemas: Schemas;
  review?: (agreement: Unsigned) => Contradiction[];
}

/** The agreement of a page, or all its mistakes; beside either what it should not say. All from top to bottom. */
export type Authored = { warnings: PlacedMistake[] } & (
  | { agreement: Agreement; mistakes: [] }
  | { agreement?: undefined; mistakes: PlacedMistake[] }
);

export function readAuthored(text: string, { schemas, review = () => [], ...context }: AuthorContext): Authored {
  const page = parseYaml(text);
  if (page.mistakes.length > 0) {
    const mistakes = page.mistakes.map(
      ({ message, ...rest }) => ({ ...rest, pointer: '', code: 'yaml', en: message }) as const,
    );
    return { mistakes, warnings: [] };
  }
  const pinned = pinSchemas(page.value, schemas, context.hash);
  const named = new Set(pinned.mistakes.map(({ pointer }) => pointer));
  const others = checkAgreement(pinned.value, context).filter(({ pointer }) => !named.has(pointer));
  const wrong = [...pinned.mistakes, ...others];
  const isFormed = wrong.every(({ code }) => code !== 'form' && code !== 'id-not-text' && code !== 'unknown-schema');
  const said = new Set(wrong.map(({ pointer }) => pointer));
  const reviewed = isFormed ? review(pinned.value as Unsigned) : []; // its form was just checked
  const contradictions = reviewed.filter(({ pointer }) => !said.has(pointer));
  const start = { line: 1, column: 1 };
  const place = (found: readonly (Mistake | Contradiction)[]): PlacedMistake[] =>
    found
      .map(({ pointer, code, zh, en }) => ({ pointer, code, zh, en, ...(page.positionOf(pointer) ?? start) }))
      .sort((a, b) => a.line - b.line || a.column - b.column);
  const mistakes = place([...wrong, ...contradictions.filter(({ level }) => level === 'error')]);
  const warnings = place(contradictions.filter(({ level }) => level === 'warning'));
  if (mistakes.length > 0) return { mistakes, warnings };
  return { agreement: pinned.value as Agreement, mistakes: [], warnings }; // every member was just checked
}

/**
 * The page's value with each catalogue entry's schema as digest. A name is replaced; a digest is kept when it is the
 * one of `bulletin/<type>`, or when that schema is not here to compare.
 */
export function pinSchemas(authored: unknown, schemas: Schemas, hash: Hash): { value: unknown; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  if (!isObject(authored) || !Array.isArray(authored.catalogue)) return { value: authored, mistakes };
  const catalogue = authored.catalogue.map((entry: unknown, i) => {
    if (!isObject(entry) || typeof entry.schema !== 'string') return entry;
    const { schema, type } = entry;
    const pointer = `/catalogue/${i}/schema`;
    const isDigest = schema.startsWith('sha-256:');
    const name = isDigest ? `bulletin/${type}` : schema;
    const found = schemas.get(name);
    if (!found) {
      if (!isDigest) mistakes.push(mistakeAt(pointer, 'unknown-schema', { value: schema }));
      return entry;
    }
    const digest = schemaDigest(found, hash);
    if (isDigest && schema !== digest) mistakes.push(mistakeAt(pointer, 'schema-differs', { name, expected: digest }));
    return { ...entry, schema: digest };
  });
  return { value: { ...authored, catalogue }, mistakes };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
