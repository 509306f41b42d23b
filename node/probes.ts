/** What the machine under a node says when asked: how full its disks are, and how long its certificate lasts. */

import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Config } from './config.ts';
import { sqlitePathOf } from './store/url.ts';
import type { Tls } from './tls.ts';

/** Space below a folder, in bytes, as the node's user may use it. */
export interface Disk {
  /** What lies there: `database` or `erasures`. */
  name: string;
  freeBytes: number;
  sizeBytes: number;
}

/** The disks that the node writes to; a database on another machine is that machine's. */
export function createDiskProbe({ database, erasures }: Pick<Config, 'database' | 'erasures'>): () => Promise<Disk[]> {
  const file = sqlitePathOf(database);
  const folders = new Map<string, string>();
  if (file !== undefined) folders.set('database', dirname(file));
  folders.set('erasures', dirname(erasures));
  return () =>
    Promise.all(
      [...folders].map(async ([name, folder]) => {
        const { bavail, blocks, bsize } = await statfs(folder);
        return { name, freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
      }),
    );
}

/** A certificate of the node's own, and the instant at which it ends. */
export interface Ending {
  /** Its file. */
  name: string;
  until: string;
}

/** The certificate in use, if the node has one. */
export function createCertificateProbe(tls: Tls | undefined): () => Promise<Ending[]> {
  return async () => {
    const certificate = tls?.current().certificate;
    return certificate ? [{ name: basename(certificate.file), until: certificate.notAfter }] : [];
  };
}
