/** Certificates made on the spot by the node's own writer: no tool of the machine is needed, none ever ends. */

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSelfSigned } from '../../node/certificate.ts';
import { random } from '../../node/crypto.ts';
import type { TlsFiles } from '../../node/tls.ts';

const day = 86_400_000;

/** A self-signed certificate with its key, PEM. */
export function makePair({
  hosts = ['localhost', '127.0.0.1'],
  key = makeKey(),
  from = new Date(Date.now() - day),
  until = new Date(Date.now() + 365 * day),
}: {
  hosts?: [string, ...string[]];
  key?: ReturnType<typeof makeKey>;
  from?: Date;
  until?: Date;
} = {}) {
  const cert = createSelfSigned({ key, hosts, from, until, serial: random(16) });
  return { cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

export function makeKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** Writes (over) `certificate.pem` and `key.pem` of the folder. */
export async function writePair(folder: string, { cert, key }: { cert: string; key: string }): Promise<TlsFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.certificate, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  return files;
}
