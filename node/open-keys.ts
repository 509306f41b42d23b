/**
 * The keys of a running node, wherever they lie: in the folder, encrypted or plain, or with programs that sign
 * (signer.ts). Built by compose.ts, closed with the node.
 */

import type { Logger, Now } from './base/ports.ts';
import type { Config } from './config.ts';
import { verifySignature } from './crypto.ts';
import { readSignerEnvironment } from './environment.ts';
import { type KeyUse, type NodeKey, readKeyFile } from './key-file.ts';
import { listKeyFiles } from './key-folder.ts';
import { addKey, type Curve, loadKeys, type NodeKeys, type RunningUse, runningUses } from './keys.ts';
import { findPassphrase } from './passphrase.ts';
import { type OpenSigner, openSigner } from './signer.ts';

export interface OpenKeys {
  /** The newest first; one that a program holds before those in the folder. */
  readonly keys: NodeKeys;
  /** Makes the next key of a use in the folder, under the passphrase of the others. Throws as `addKey` of keys.ts does. */
  add(use: RunningUse, curve?: Curve): Promise<NodeKey>;
  /** Takes up bulletin keys that a command, or another process of this node, has put into the folder meanwhile. */
  refresh(): Promise<void>;
  /** Ends the programs. */
  close(): Promise<void>;
}

/**
 * Opens what the configuration names; says in the log which files lie unencrypted.
 *
 * @throws {Problem} key/unreadable, key/no-passphrase, key/wrong-passphrase, key/unusable-passphrase, key/signer-failed
 */
export async function openKeys(
  { keys: folder, keyPassphraseFile, signers }: Pick<Config, 'keys' | 'keyPassphraseFile' | 'signers'>,
  { now, logger }: { now: Now; logger: Logger },
): Promise<OpenKeys> {
  const passphrase = await findPassphrase(keyPassphraseFile);
  const open = new Map<KeyUse, OpenSigner>();
  const close = async () => {
    await Promise.all([...open.values()].map((signer) => signer.close()));
  };
  try {
    for (const use of runningUses) {
      const command = signers[use];
      if (!command) continue;
      const surroundings = { environment: readSignerEnvironment(), verifySignature, now, logger };
      open.set(use, await openSigner({ use, command, timeoutMs: signers.timeoutMs, ...surroundings }));
    }
    const held: Partial<Record<KeyUse, NodeKey>> = Object.fromEntries([...open].map(([use, { key }]) => [use, key]));
    let keys = await loadKeys(folder, passphrase, held);
    const known = new Map(runningUses.flatMap((use) => keys[use].map((key) => [key.kid, key] as const)));
    const reread = async (use: RunningUse) => {
      const files = await listKeyFiles(folder, [use]);
      for (const { file, kid } of files) {
        if (!known.has(kid)) known.set(kid, await readKeyFile(file, use, passphrase));
      }
      const found = [held[use]?.kid, ...files.map(({ kid }) => kid)].flatMap((kid) => known.get(kid ?? '') ?? []);
      if (found.length > 0) keys = { ...keys, [use]: found };
    };
    await warnOfPlain(folder, logger);
    return {
      get keys() {
        return keys;
      },
      async add(use, curve) {
        const added = await addKey(folder, use, { passphrase, ...(curve && { curve }) });
        known.set(added.kid, added);
        await reread(use);
        return added;
      },
      refresh: () => reread('bulletin'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function warnOfPlain(folder: string, logger: Logger): Promise<void> {
  const files = (await listKeyFiles(folder, runningUses)).filter(({ encrypted }) => !encrypted).map(({ file }) => file);
  if (files.length > 0) logger.warn({ files }, 'private keys lie unencrypted: huxin keys encrypt');
}
