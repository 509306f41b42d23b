/**
 * An auditor's mirror from nothing: one member's log of so many leaves, which no auditor may open, and the other's log with
 * a receipt for every page of them. The logs are made up in a process of their own; the auditing one is the real program.
 */

import { fork } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuditorKey } from '../../dist/node/keys.js';
import { makeWorld, round } from './world.mjs';

export async function benchAudit({ leaves }, say) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-bench-'));
  const keyFile = join(folder, 'auditor.json');
  const { signer } = await createAuditorKey(keyFile);
  const name = { zh: '审计办公室', en: 'Audit office' };
  await makeWorld(folder, (agreement) => {
    agreement.auditors = [{ id: 'audit-office', name, key: signer.publicKey }];
  });
  const server = await start('audit-server.mjs', [folder, String(leaves)]);
  try {
    say(`${leaves} leaves are made up and served`);
    const auditor = await start('audit-run.mjs', [folder, keyFile]);
    const { message } = auditor;
    await auditor.ended;
    const { size } = await stat(join(folder, 'mirror', 'mirror.db'));
    const held = message.leaves;
    return {
      leaves: held,
      receipts: message.receipts,
      findings: message.findings,
      mirrored_per_s: Math.round((held * 1000) / message.mirrorMs),
      looked_at_per_s: Math.round((2 * held * 1000) / message.lookMs),
      again_s: round(message.againMs / 1000, 1),
      peak_rss_mb: Math.round(message.maxRssKb / 1024),
      bytes_per_leaf_on_disk: Math.round(size / held),
    };
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves with its first message. */
async function start(script, given) {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), given, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const message = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    ended.then((code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return { child, ended, message };
}
