/**
 * A backup put back: into an empty store only, all of it or nothing, with the ledger of erasures carried out before
 * anybody can ask. The node that starts on it asks its peers before it signs anything (federation/recover.ts).
 */

import { createAgreements } from './agreement/agreements.ts';
import { type BackupFile, type BackupHead, readBackup } from './backup-file.ts';
import { formatBase64 } from './base/bytes.ts';
import type { Logger, Now } from './base/ports.ts';
import { Problem } from './base/problem.ts';
import { compileSchema } from './base/schema.ts';
import type { Config } from './config.ts';
import { hash, verifySignature } from './crypto.ts';
import { openErasureLedger } from './erasure-ledger.ts';
import type { Fault } from './federation/fault.ts';
import { type Checked, checkStore } from './federation/fsck.ts';
import { replayErasures } from './federation/replay-erasures.ts';
import { loadSchemas } from './shipped.ts';
import { createLoader, isEmpty } from './store/dump.ts';
import { migrateStore, openDatabase, readSchemaOf } from './store/open.ts';
import { openStore, openStoreForReading } from './store/store.ts';
import type { Database } from './store/tables.ts';

/** Told how far a step is; `total` is 0 as long as nobody knows. */
export type OnProgress = (what: 'writing' | 'reading' | 'entries' | 'records', done: number, total: number) => void;

/** What a store holds, and what is wrong with it: the first thousand faults. */
export interface CheckedStore extends Checked {
  heads: BackupHead['heads'];
  found: Fault[];
}

const mostNamed = 1_000;

/** What was put back. */
export interface Restored {
  head: BackupHead;
  /** Entries that the ledger of erasures took out again. */
  erased: number;
  checked: CheckedStore;
}

/**
 * Puts a backup into the configured store, carries out the ledger of erasures, and looks at every entry.
 *
 * @throws {Problem} store/not-empty, store/newer-schema, backup/unreadable, backup/other-member; then the store is as it was
 */
export async function restoreBackup({
  config,
  file,
  passphrase,
  logger,
  now,
  onProgress,
}: {
  config: Config;
  file: string;
  passphrase: string;
  logger: Logger;
  now: Now;
  onProgress?: OnProgress;
}): Promise<Restored> {
  const { database, member } = config;
  const erasureLedger = await openErasureLedger(config.erasures, logger); // before anything that would have to be erased
  const head = await putBack({ file, passphrase, database, member, onProgress });
  await migrateStore(database, { dryRun: false });
  const store = await openStore(database);
  try {
    const erased = await replayErasures({ store, erasureLedger, me: member, hash, logger });
    await store.scrub();
    return { head, erased, checked: await checkConfiguredStore(config, now, onProgress) };
  } finally {
    await store.close();
  }
}

/** The files that lie in a backup beside the tables. @throws {Problem} backup/unreadable */
export function readBackupFiles(file: string, passphrase: string): Promise<BackupFile[]> {
  return readBackup(file, passphrase, async (parts) => {
    const files: BackupFile[] = [];
    for await (const part of parts) if ('file' in part) files.push(part);
    return files;
  });
}

/** Puts the tables of a backup into an empty store of the release that wrote them. Nothing stays when it fails. */
export async function putBack({
  file,
  passphrase,
  database,
  member,
  onProgress = () => {},
}: {
  file: string;
  passphrase: string;
  database: string;
  member: string;
  onProgress?: OnProgress | undefined;
}): Promise<BackupHead> {
  let db: Database | undefined;
  try {
    return await readBackup(file, passphrase, async (parts) => {
      const rest = parts[Symbol.asyncIterator]();
      const { value: first } = await rest.next();
      if (!first || !('head' in first)) throw new RangeError('a backup begins with its head');
      const { head } = first;
      if (head.member !== member) throw new Problem('backup/other-member', { member, backup: head.member });
      const opened = await openEmpty(database, head.migrations);
      db = opened;
      await opened.transaction().execute(async (within) => {
        const load = createLoader(within);
        let done = 0;
        for (let next = await rest.next(); !next.done; next = await rest.next()) {
          if (!('table' in next.value)) continue;
          await load(next.value);
          done += next.value.rows.length;
          onProgress('reading', done, head.rows);
        }
      });
      return head;
    });
  } finally {
    await db?.destroy();
  }
}

/** Looks at every entry of the configured store, as `huxin fsck` does. */
export async function checkConfiguredStore(
  config: Pick<Config, 'database' | 'schemas'>,
  now: Now,
  onProgress?: OnProgress,
): Promise<CheckedStore> {
  const store = await openStoreForReading(config.database);
  try {
    const form = compileSchema(loadSchemas(config.schemas).get('agreement') ?? {});
    const agreements = createAgreements({ store: store.agreements, hash, form, verifySignature, now });
    const found: Fault[] = [];
    const checked = await checkStore({
      ...{ store, agreements, hash, verifySignature },
      onFault: (fault) => {
        if (found.length < mostNamed) found.push(fault);
      },
      ...(onProgress && { onProgress }),
    });
    const logs = await store.log.listLogs();
    const heads = logs.map(({ origin, size, root }) => ({ origin, size, root: formatBase64(root) }));
    return { ...checked, heads, found };
  } finally {
    await store.close();
  }
}

/** @throws {Problem} store/not-empty, store/newer-schema */
async function openEmpty(database: string, wanted: readonly string[]): Promise<Database> {
  const before = await readSchemaOf(database).catch(() => undefined); // a file that is not there yet
  const applied = before?.applied.map(({ name }) => name) ?? [];
  const isOther = applied.length > 0 && String(applied) !== String(wanted);
  if (isOther) throw new Problem('store/not-empty', { reason: 'its tables are of another release' });
  const db = await openDatabase(database, wanted.at(-1));
  try {
    if (!(await isEmpty(db))) throw new Problem('store/not-empty');
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
