/** A member's signature on a version, made where its agreement key lies: on a laptop or in a hardware module, not in a node. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Agreement } from '../agreement/agreement.ts';
import { signatoriesOf } from '../agreement/amendment.ts';
import { type GeneralJws, type SignedAgreement, signAgreement } from '../agreement/signatures.ts';
import { thumbprint } from '../base/jws.ts';
import type { Logger } from '../base/ports.ts';
import { Problem } from '../base/problem.ts';
import { verifySignature } from '../crypto.ts';
import { readSignerEnvironment } from '../environment.ts';
import type { NodeKey } from '../key-file.ts';
import { loadKeysFor } from '../keys.ts';
import { openSigner } from '../signer.ts';
import type { Context } from './command.ts';
import { passphraseOption } from './keys.ts';
import { Misuse, type Terminal } from './terminal.ts';

/** Whose key signs, and where it is: in a folder, or with a program. */
export interface SignerOptions {
  keys?: string;
  signer?: string;
  member: string;
  passphraseFile?: string;
}

type Surroundings = Pick<Context, 'passphrase' | 'now' | 'terminal'>;

const patienceMs = 120_000; // somebody may have to press a button on the card

/** The options of whatever command signs for a member. */
export function withSigner(command: Command): Command {
  return command
    .option('--keys <folder>', '密钥文件夹 · folder of the keys')
    .option(
      '--signer <program>',
      '持有协议密钥的外部程序，代替 --keys · a program that holds the agreement key, instead of --keys',
    )
    .requiredOption('--member <id>', '以哪个成员的名义 · for which member')
    .option(...passphraseOption);
}

/**
 * The key with which that member signs that version: of a member of the version before the one which that one lists.
 *
 * @throws {Misuse} unless it is said where the key is
 * @throws {Problem} agreement/unknown-member, key/…
 */
export async function loadSigner(
  document: Agreement,
  predecessor: Pick<SignedAgreement, 'agreement'> | undefined,
  options: SignerOptions,
  surroundings: Surroundings,
): Promise<NodeKey> {
  const held = await findKeys(options, surroundings);
  const asked = signatoriesOf(document, predecessor?.agreement).get(options.member);
  const listed = asked && (await thumbprint(asked));
  const key = held.find(({ kid }) => kid === listed);
  if (!key) throw new Problem('agreement/unknown-member', { member: options.member, kid: held[0]?.kid });
  return key;
}

/** The version signed by that member alone. Throws as {@link loadSigner} does. */
export async function signAs(
  document: Agreement,
  predecessor: Pick<SignedAgreement, 'agreement'> | undefined,
  options: SignerOptions,
  surroundings: Surroundings,
): Promise<GeneralJws> {
  const { signer } = await loadSigner(document, predecessor, options, surroundings);
  return signAgreement(document, signer, predecessor?.agreement);
}

async function findKeys(
  { keys: folder, signer: program, passphraseFile }: SignerOptions,
  surroundings: Surroundings,
): Promise<readonly NodeKey[]> {
  if (folder !== undefined && program === undefined)
    return loadKeysFor(folder, 'agreement', await surroundings.passphrase(passphraseFile));
  if (folder !== undefined || program === undefined)
    throw new Misuse({ zh: '请给出 --keys 或 --signer 之一', en: 'say where the key is: --keys or --signer' });
  return [await borrowKey(resolve(program), surroundings)];
}

/** A key that a program holds, which is started for each use and ended after it. */
async function borrowKey(program: string, { now, terminal }: Surroundings): Promise<NodeKey> {
  const needs = { environment: readSignerEnvironment(), timeoutMs: patienceMs, verifySignature, now };
  const use = async <T>(work: (key: NodeKey) => Promise<T>): Promise<T> => {
    const open = await openSigner({ use: 'agreement', command: [program], ...needs, logger: tell(terminal) });
    try {
      return await work(open.key);
    } finally {
      await open.close();
    }
  };
  const key = await use(async (held) => held);
  return { ...key, signer: { ...key.signer, sign: (data) => use(({ signer }) => signer.sign(data)) } };
}

/** What the program says, on the terminal. */
function tell(terminal: Terminal): Logger {
  const note = (facts: { said?: string }) => {
    if (facts.said !== undefined) terminal.note({ zh: facts.said, en: facts.said });
  };
  return { debug: note, info: note, warn: note, error: note };
}
