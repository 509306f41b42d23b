/**
 * Evidence verified as an auditor does it: by the command in a process of its own, in this process, and in a browser where
 * there is one; beside it, nothing but the signatures.
 */

import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBase64url, utf8 } from '../../dist/node/base/bytes.js';
import { evidencePorts } from '../../dist/node/cli/verify.js';
import { verifySignature } from '../../dist/node/crypto.js';
import { verifyEvidence } from '../../dist/node/evidence/verify.js';
import { makeLogs, writeBulletin, writeCompleteness } from './verify-file.mjs';
import { makeWorld, round } from './world.mjs';

const small = 300;
const opened = 20;
const atOnce = 1_000;

export async function benchVerify({ bulletins }, say) {
  const folder = await mkdtemp(join(tmpdir(), 'huxin-bench-'));
  try {
    await makeWorld(folder);
    say(`${bulletins} bulletins are made up`);
    const logs = await makeLogs(folder, bulletins);
    const [one, all] = ['bulletin.json', 'completeness.json'].map((name) => join(folder, name));
    await writeBulletin(one, logs);
    await writeCompleteness(all, logs);
    const { agreement, signed, issuer } = logs;
    const rawMs = await timeSignatures(issuer.entries, agreement.members[0].keys.bulletin[0]);
    logs.issuer.entries.length = 0;
    say('the command verifies them');
    const whole = await run(folder, all);
    const first = await run(folder, one);
    const ports = evidencePorts();
    const started = performance.now();
    for (let i = 0; i < small; i++) await verifyOnce(one, signed, ports);
    return {
      bulletins,
      file_mb: Math.round((await stat(all)).size / 1e6),
      signatures_s: round(rawMs / 1000),
      completeness_s: round(whole.ms / 1000),
      times_signatures: round(whole.ms / rawMs),
      completeness_peak_rss_mb: whole.rssMb,
      one_bulletin_command_ms: Math.round(first.ms),
      one_bulletin_peak_rss_mb: first.rssMb,
      bulletins_per_s_in_process: Math.round((small * 1000) / (performance.now() - started)),
      ...(await inBrowser(one, join(folder, 'agreement.json'), say)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyOnce(file, agreement, ports) {
  const { ok, findings } = await verifyEvidence(createReadStream(file), { agreement }, ports);
  if (!ok) throw new Error(JSON.stringify(findings));
}

/** Only the signatures, over the pool, as many at a time as a page holds. */
async function timeSignatures(entries, key) {
  const started = performance.now();
  for (let at = 1; at < entries.length; at += atOnce) {
    const right = await Promise.all(
      entries.slice(at, at + atOnce).map(({ jws }) => {
        const end = jws.lastIndexOf('.');
        return verifySignature(key, utf8(jws.slice(0, end)), parseBase64url(jws.slice(end + 1)));
      }),
    );
    if (!right.every(Boolean)) throw new Error('a signature is wrong');
  }
  return performance.now() - started;
}

/** The command, from its start to its end, and the memory at its highest. */
async function run(folder, file) {
  const started = performance.now();
  const child = fork(
    fileURLToPath(new URL('verify-run.mjs', import.meta.url)),
    [file, join(folder, 'agreement.json')],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  let rssMb;
  child.once('message', (message) => {
    rssMb = Math.round(message.maxRssKb / 1024);
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  return { ms: performance.now() - started, rssMb };
}

/** From the second file to the verdict, in a page that was just opened. */
async function inBrowser(file, agreement, say) {
  const executablePath = process.env.HUXIN_BROWSER;
  if (!executablePath) {
    say('no browser: HUXIN_BROWSER names none');
    return {};
  }
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
  try {
    return await timePage(browser, file, agreement);
  } finally {
    await browser.close();
  }
}

async function timePage(browser, file, agreement) {
  const times = [];
  for (let i = 0; i <= opened; i++) {
    const page = await browser.newPage();
    await page.goto(new URL('../../dist/verify.html', import.meta.url).href);
    await page.locator('#agreement').setInputFiles(agreement);
    const started = performance.now();
    await page.locator('#evidence').setInputFiles(file); // it begins by itself once both are there
    await page.locator('.verdict.good').waitFor();
    times.push(performance.now() - started);
    await page.close();
  }
  const total = times.slice(1).reduce((a, b) => a + b, 0); // the first warms up
  return { bulletins_per_s_in_browser: round((opened * 1000) / total) };
}
