/**
 * A backup of a node while it runs: all tables as of one moment, the agreement and the settings without secrets, in one
 * encrypted file. It is read back and put into a store of its own, every entry of which is hashed against the signed
 * checkpoints, before anybody is told that there is a backup. Never in it: private keys, and the ledger of erasures, which
 * must not grow old with it.
 */

import { link, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BackupHead, type BackupPart, writeBackupTo } from './backup-file.ts';
import { formatBase64 } from './base/bytes.ts';
import type { Now } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { formatInstant } from './base/time.ts';
import type { Config } from './config.ts';
import { type CheckedStore, checkConfiguredStore, type OnProgress, putBack } from './restore.ts';
import { programVersion } from './shipped.ts';
import { countRows, dumpTables } from './store/dump.ts';
import { logStore } from './store/log.ts';
import { openSnapshot, readSchemaOf } from './store/open.ts';
import { createPutMany } from './store/put-many.ts';
import type { Database } from './store/tables.ts';
import { withoutSecret } from './store/url.ts';

export interface BackupOptions {
  config: Config;
  /** Where it is to lie; never overwritten. */
  file: string;
  passphrase: string;
  now: Now;
  onProgress?: OnProgress;
}

/** What was written, and what came of looking at it. */
export interface Backup {
  file: string;
  bytes: number;
  head: BackupHead;
  /** Of the store that was made from it. */
  checked: CheckedStore;
}

/**
 * Writes a backup and verifies it.
 *
 * @throws {Problem} backup/exists, backup/not-verified when what was read back is not what was written: then there is none;
 *   store/…
 */
export async function writeBackup(options: BackupOptions): Promise<Backup> {
  const { file } = options;
  if (await stat(file).catch(() => undefined)) throw new Problem('backup/exists', { file });
  const draft = `${file}.part`;
  try {
    const head = await writeDraft(draft, options);
    const checked = await verify(draft, head, options);
    const { size } = await stat(draft);
    await link(draft, file).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST' ? new Problem('backup/exists', { file }) : cause; // somebody was faster
    });
    await syncFolder(dirname(file));
    return { file, bytes: size, head, checked };
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, { config, passphrase, now, onProgress }: BackupOptions): Promise<BackupHead> {
  const { applied } = await readSchemaOf(config.database);
  const snapshot = await openSnapshot(config.database);
  const handle = await open(draft, 'w', 0o600);
  try {
    const head = await buildHead(
      snapshot.db,
      config,
      now,
      applied.map(({ name }) => name),
    );
    const writeAll = async (bytes: AsyncIterable<Uint8Array>) => {
      for await (const piece of bytes) await handle.writeFile(piece);
      await handle.sync();
    };
    await writeBackupTo(writeAll, partsOf(head, snapshot.db, config, onProgress), passphrase);
    return head;
  } finally {
    await handle.close();
    await snapshot.close();
  }
}

async function buildHead(db: Database, config: Config, now: Now, migrations: string[]): Promise<BackupHead> {
  const logs = await logStore(db, createPutMany()).listLogs();
  const counts = await countRows(db);
  return {
    huxinBackup: 1,
    member: config.member,
    at: formatInstant(now()),
    program: programVersion(),
    migrations,
    heads: logs.map(({ origin, size, root }) => ({ origin, size, root: formatBase64(root) })),
    rows: [...counts.values()].reduce((sum, n) => sum + n, 0),
  };
}

async function* partsOf(
  head: BackupHead,
  db: Database,
  config: Config,
  onProgress: OnProgress = () => {},
): AsyncGenerator<BackupPart> {
  yield { head };
  yield { file: 'agreement.json', text: await readFile(config.agreement, 'utf8') };
  const settings = { ...config, database: withoutSecret(config.database) };
  yield { file: 'configuration.json', text: `${JSON.stringify(settings, null, 2)}\n` };
  let done = 0;
  for await (const page of dumpTables(db)) {
    yield page;
    done += page.rows.length;
    onProgress('writing', done, head.rows);
  }
}

/** Puts it into a store of its own, on this machine, and looks at every entry there. */
async function verify(
  file: string,
  written: BackupHead,
  { config, passphrase, now, onProgress }: BackupOptions,
): Promise<CheckedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-backup-')); // for its owner's eyes only
  const database = `sqlite:${join(folder, 'verified.db')}`;
  try {
    const head = await putBack({ file, passphrase, database, member: config.member, onProgress });
    const checked = await checkConfiguredStore({ ...config, database }, now, onProgress);
    const same =
      JSON.stringify(head) === JSON.stringify(written) && JSON.stringify(checked.heads) === JSON.stringify(head.heads);
    if (!same) throw new Problem('backup/not-verified', { file, reason: 'heads' });
    return checked;
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'backup/unreadable')
      throw new Problem('backup/not-verified', { file, reason: cause.facts.reason }, { cause });
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
