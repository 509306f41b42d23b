/** The auditing program itself, twice: from nothing, and again when there is nothing new. */

import { join } from 'node:path';
import { runAudit } from '../../dist/node/audit.js';
import { readKeyFile } from '../../dist/node/key-file.js';

const [, , folder, keyFile] = process.argv;
const key = await readKeyFile(keyFile, 'auditor');
const options = {
  ...{ agreement: join(folder, 'agreement.json'), key, folder: join(folder, 'mirror'), nodes: [] },
  now: () => new Date(),
};

const started = performance.now();
let looked = 0;
const report = await runAudit({
  ...options,
  onProgress() {
    looked ||= performance.now();
  },
});
const ended = performance.now();
await runAudit(options);
process.send({
  leaves: report.logs.reduce((sum, { size }) => sum + size, 0),
  receipts: report.logs.reduce((sum, { receipts }) => sum + receipts, 0),
  findings: report.findings.map(({ code }) => code),
  mirrorMs: looked - started,
  lookMs: ended - looked,
  againMs: performance.now() - ended,
  maxRssKb: process.resourceUsage().maxRSS,
});
process.disconnect();
