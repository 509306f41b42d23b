/** The files of an agreement as commands read them: the page that people write, and the document that members have signed. */

import type { Agreement } from '../agreement/agreement.ts';
import { type PlacedMistake, readAuthored } from '../agreement/author.ts';
import { findContradictions, type Unsigned } from '../agreement/contradictions.ts';
import type { VerifyPorts } from '../agreement/ports.ts';
import { type GeneralJws, type SignedAgreement, verifyAgreement } from '../agreement/signatures.ts';
import { Problem } from '../base/problem.ts';
import { compileSchema } from '../base/schema.ts';
import type { Sentence } from '../base/sentences.ts';
import { dayOf } from '../base/time.ts';
import type { Verified } from '../bulletin/bulletin.ts';
import { loadSchemas, shippedSchemas } from '../config.ts';
import { hash, verifySignature } from '../crypto.ts';
import { movesOf } from '../registry/effects.ts';
import type { Context } from './command.ts';
import { readText } from './files.ts';
import { Misuse } from './terminal.ts';

type Words = Pick<Context, 'terminal' | 'now'>;

/** The agreement in a signed file, each signature verified. */
export async function readSigned(file: string): Promise<Agreement> {
  return (await verifyAgreement(parseSigned(file, await readText(file)), verifyPorts())).agreement;
}

/** The newest of a file that may hold every version, oldest first. */
export async function readNewest(file: string, words: Words): Promise<EitherFile> {
  const text = await readText(file);
  if (!text.trimStart().startsWith('[')) return readEither(file, words, 'optional');
  const versions = parseSigned(file, text);
  const signed = await verifyAgreement(Array.isArray(versions) ? versions.at(-1) : versions, verifyPorts());
  return { document: signed.agreement, signed, jws: signed.jws, warnings: [] };
}

/** What a file says, whichever kind it is. A page has no signatures, a signed file no warnings. */
export interface EitherFile {
  document: Agreement;
  signed?: Verified<SignedAgreement>;
  jws?: GeneralJws;
  warnings: PlacedMistake[];
}

/** A page or a signed file: the one begins as YAML does, the other as JSON. A page may be asked to have its keys. */
export async function readEither(
  file: string,
  words: Words,
  keys: 'required' | 'optional' = 'required',
): Promise<EitherFile> {
  const text = await readText(file);
  if (!/^\s*[[{]/.test(text)) return readPage(file, keys, words);
  const signed = await verifyAgreement(parseSigned(file, text), verifyPorts());
  return { document: signed.agreement, signed, jws: signed.jws, warnings: [] };
}

/** The agreement of a page. @throws {Problem} agreement/invalid with every mistake; beside it, warnings are said */
export async function readPage(
  file: string,
  keys: 'required' | 'optional',
  { terminal, now }: Words,
): Promise<{ document: Agreement; warnings: (PlacedMistake & { file: string })[] }> {
  const schemas = loadSchemas(shippedSchemas());
  const context = { today: dayOf(now()), schemas, hash, movesOf };
  const review = (agreement: Unsigned) => findContradictions(agreement, context);
  const page = readAuthored(await readText(file), { ...verifyPorts(), schemas, keys, review });
  const warnings = page.warnings.map((warning) => ({ file, ...warning }));
  if (page.agreement) return { document: page.agreement, warnings };
  for (const warning of warnings) terminal.note(sayWarning(warning));
  const mistakes = page.mistakes.map((mistake) => ({ file, ...mistake }));
  throw new Problem('agreement/invalid', { mistakes, ...(warnings.length > 0 && { warnings }) });
}

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
