/** The files of an agreement as commands read them: the page that people write, and the document that members have signed. */

import type { Agreement } from '../agreement/agreement.ts';
import { type PlacedMistake, readAuthored } from '../agreement/author.ts';
import { findContradictions, type Unsigned } from '../agreement/contradictions.ts';
import type { VerifyPorts } from '../agreement/ports.ts';
import { type SignedAgreement, verifyAgreement } from '../agreement/signatures.ts';
import { Problem } from '../base/problem.ts';
import { compileSchema } from '../base/schema.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { hash, verifySignature } from '../crypto.ts';
import { movesOf } from '../registry/effects.ts';
import { loadSchemas, shippedSchemas } from '../shipped.ts';
import type { Context } from './command.ts';
import { readText } from './files.ts';
import { Misuse } from './terminal.ts';

type Words = Pick<Context, 'terminal' | 'now'>;

/** The newest agreement of a signed file, each signature verified. */
export async function readSigned(file: string): Promise<Agreement> {
  return (await readNewestSigned(file)).agreement;
}

/** The newest version of a signed file; `previous` is a file with those before. */
export async function readNewestSigned(file: string, previous?: string): Promise<Verified<SignedAgreement>> {
  const versions = await readVersions(file, previous);
  return versions.at(-1) as Verified<SignedAgreement>; // one at least
}

/**
 * Every version of a signed file, which holds one General JWS or a list of them, oldest first.
 *
 * @param previous a file with the versions before those
 * @throws {Problem} as `verifyAgreement`, agreement/unknown-previous when a version before is in neither file
 */
async function readVersions(file: string, previous?: string): Promise<Verified<SignedAgreement>[]> {
  const before = previous === undefined ? [] : await readVersions(previous);
  return verifyVersions(parseSigned(file, await readText(file)), before);
}

/**
 * Verifies one version, or a list of them oldest first, each upon the one before; drafts without signatures too.
 *
 * @param before verified already
 * @returns those before, and these
 * @throws {Problem} as `verifyAgreement`, agreement/unknown-previous when a version before is not among them
 */
export async function verifyVersions(
  value: unknown,
  before: readonly Verified<SignedAgreement>[] = [],
): Promise<Verified<SignedAgreement>[]> {
  const versions = [...before];
  const findVersion = async (digest: string) => versions.find((version) => version.digest === digest);
  for (const one of [value].flat())
    versions.push(await verifyAgreement(one, verifyPorts(), { findVersion, mayBeDraft: true }));
  if (versions.length === before.length) throw new Problem('agreement/invalid', { reason: 'the list is empty' });
  return versions;
}

/** What a file says, whichever kind it is. A page has no signatures, a signed file no warnings. */
export interface EitherFile {
  document: Agreement;
  signed?: Verified<SignedAgreement>;
  /** The version before, where the document names one and it is at hand. */
  predecessor?: Verified<SignedAgreement>;
  /** Each with its file. */
  warnings: (PlacedMistake & { file: string })[];
}

/** How a file is read. */
export interface ReadOptions {
  /** Whether a page must have its keys already, as signing wants; by default it may be without. */
  keys?: 'required' | 'optional';
  /** A signed file with the versions before. */
  previous?: string;
}

/** A page or the newest version of a signed file: the one begins as YAML does, the other as JSON. */
export async function readEither(file: string, words: Words, options: ReadOptions = {}): Promise<EitherFile> {
  if (!isSignedText(await readText(file))) return readPage(file, words, options);
  const signed = await readNewestSigned(file, options.previous);
  const { agreement: document, predecessor } = signed;
  return { document, signed, ...(predecessor && { predecessor }), warnings: [] };
}

/** Whether a file's text is that of signed versions rather than of a page. */
export function isSignedText(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** The agreement of a page. @throws {Problem} agreement/invalid with every mistake; beside it, warnings are said */
export async function readPage(
  file: string,
  { terminal, now }: Words,
  { keys = 'optional', previous }: ReadOptions = {},
): Promise<EitherFile> {
  const schemas = loadSchemas(shippedSchemas());
  const before = previous === undefined ? undefined : await readNewestSigned(previous);
  const context = { today: dayOf(now()), schemas, hash, movesOf, ...(before && { before }) };
  const review = (agreement: Unsigned) => findContradictions(agreement, context);
  const page = readAuthored(await readText(file), { ...verifyPorts(), schemas, keys, review });
  const warnings = page.warnings.map((warning) => ({ file, ...warning }));
  if (page.agreement) return { document: page.agreement, ...(before && { predecessor: before }), warnings };
  for (const warning of warnings) terminal.note(sayWarning(warning));
  const mistakes = page.mistakes.map((mistake) => ({ file, ...mistake }));
  throw new Problem('agreement/invalid', { mistakes, ...(warnings.length > 0 && { warnings }) });
}

/** `--previous`, for commander's `option`. */
export const previousOption = [
  '--previous <file>',
  '此前各版的已签文件 · signed file with the versions before',
] as const;

/** A warning and where it stands on the page, on a line of its own. */
export function sayWarning({ file, line, column, zh, en }: PlacedMistake & { file: string }): Sentence {
  const at = `  ${file}:${line}:${column}`;
  return { zh: `${at}: 注意：${zh}`, en: `${at}: warning: ${en}` };
}

/** @throws {Misuse} when the text is no JSON */
export function parseSigned(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse({
      zh: `${file} 不是已签署的协议文件（General JWS）`,
      en: `${file} is no signed agreement (General JWS)`,
    });
  }
}

/** What checking and verifying needs, from the program's own files. */
export function verifyPorts(): VerifyPorts {
  const form = loadSchemas(shippedSchemas()).get('agreement');
  if (!form) throw new Error('schemas/agreement.json is missing');
  return { hash, verifySignature, form: compileSchema(form) };
}
