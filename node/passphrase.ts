/**
 * The passphrase under which private keys lie encrypted: from a file that only its owner may read, or from the
 * environment (`HUXIN_KEY_PASSPHRASE`); never from the configuration or a command line, which others can read.
 */

import { readFile, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { Problem } from './base/problem.ts';
import { type KeyEnvironment, readKeyEnvironment } from './environment.ts';

/** Fewer can be tried through by whoever has a copy of the files. */
const fewestCharacters = 12;

/**
 * The passphrase that the caller's environment says, else that of the file; undefined when there is neither.
 *
 * @throws {Problem} key/unusable-passphrase as {@link readPassphrase}
 */
export async function findPassphrase(
  file?: string,
  environment: KeyEnvironment = readKeyEnvironment(),
): Promise<string | undefined> {
  return environment.passphrase ?? (file === undefined ? undefined : readPassphrase(file, environment));
}

/**
 * Reads a passphrase: the file's text without the line feed at its end.
 *
 * @throws {Problem} key/unusable-passphrase with `file`, `reason` (`missing`, `forbidden`, `too-open`, `empty`) and, where there is
 *   one, the command that cures it
 */
export async function readPassphrase(file: string, { credentials }: KeyEnvironment): Promise<string> {
  const found = await stat(file).catch((cause: Error) => {
    throw unusable({ file, reason: 'missing' }, cause);
  });
  if ((found.mode & forbiddenBits(file, credentials)) !== 0) {
    throw unusable({ file, reason: 'too-open', cure: `chmod 600 ${file}` });
  }
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw unusable({ file, reason: 'forbidden' }, cause);
  });
  const passphrase = text.replace(/\r?\n$/, '');
  if (passphrase === '') throw unusable({ file, reason: 'empty' });
  return passphrase;
}

/**
 * That a new passphrase is worth having.
 *
 * @throws {Problem} key/unusable-passphrase with `reason` `too-short`
 */
export function checkNewPassphrase(passphrase: string): void {
  if (passphrase.length < fewestCharacters) throw unusable({ reason: 'too-short', least: fewestCharacters });
}

/** Systemd lets a service read its credentials by an access list, whose mask shows as the group's right to read. */
function forbiddenBits(file: string, credentials: string | undefined): number {
  const isCredential = credentials !== undefined && resolve(file).startsWith(`${resolve(credentials)}${sep}`);
  return isCredential ? 0o037 : 0o077;
}

function unusable(facts: Record<string, unknown>, cause?: Error): Problem {
  return new Problem('key/unusable-passphrase', facts, cause && { cause });
}
