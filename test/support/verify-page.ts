/** The page that verifies, opened from a file in a browser that has no network, and what it says. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { shippedPage } from '../../node/shipped.ts';
import { type Seat, takeSeat } from './browser.ts';

export interface Reader extends Seat {
  /** Addresses that the page asked for, besides files of this machine. */
  asked: string[];
  close(): Promise<void>;
}

/** A reader who opened the page, or `html` in place of it. */
export async function openPage(
  browser: Browser,
  { html = shippedPage(), ...options }: Parameters<typeof takeSeat>[1] & { html?: string; before?: string } = {},
): Promise<Reader> {
  const seat = await takeSeat(browser, options);
  const asked: string[] = [];
  await seat.context.setOffline(true);
  seat.page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url());
  });
  if (options.before) await seat.page.addInitScript(options.before);
  const folder = mkdtempSync(join(tmpdir(), 'huxin-page-'));
  const file = join(folder, '验证 page.html');
  writeFileSync(file, html);
  await seat.page.goto(pathToFileURL(file).href);
  await seat.page.locator('#main').waitFor();
  async function close(): Promise<void> {
    await seat.context.close();
    rmSync(folder, { recursive: true });
  }
  return { ...seat, asked, close };
}

/** A file as somebody would choose it. */
export function fileOf(name: string, content: string | Uint8Array) {
  return { name, mimeType: 'application/json', buffer: Buffer.from(content) };
}

let given = 0;

/** Chooses both files and waits for what the page makes of them; an earlier result is gone by then. */
export async function give(page: Page, evidence: string, agreement: unknown): Promise<void> {
  const text = typeof agreement === 'string' ? agreement : JSON.stringify(agreement);
  await page.locator('#evidence').setInputFiles(fileOf('证据.json', evidence));
  const name = `agreement-${++given}.json`;
  await page.locator('#agreement').setInputFiles(fileOf(name, text));
  await page.locator('#agreement-chosen').getByText(name).waitFor();
  await verdictOf(page);
}

export type Verdict = 'good' | 'bad' | 'wait';

/** What the page says of what it was given. */
export async function verdictOf(page: Page): Promise<Verdict> {
  const look = await page.locator('.verdict').getAttribute('class');
  return look?.split(' ')[1] as Verdict; // the test compares it
}

/** The codes in a section, in order. */
export function codesIn(page: Page, id: 'findings' | 'checked' | 'not-checked' | 'verdict'): Promise<string[]> {
  return page.locator(`section[aria-labelledby="${id}"] p > span.code`).allTextContents();
}
