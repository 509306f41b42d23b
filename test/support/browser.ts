/** Chromium for tests, as it is on the machine: where it is, `HUXIN_BROWSER` says (`scripts/test` finds it). */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Opens it; no page of it reaches anything but this machine. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.HUXIN_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

export interface Seat {
  context: BrowserContext;
  page: Page;
  /** What the browser complained of: scripts that failed, and what the page's policy held back. */
  complaints: string[];
}

/** A person at a screen of that width. */
export async function takeSeat(
  browser: Browser,
  { language = 'zh-CN', width = 1280, script = true }: { language?: string; width?: number; script?: boolean } = {},
): Promise<Seat> {
  const viewport = { width, height: 900 };
  const context = await browser.newContext({
    locale: language,
    viewport,
    javaScriptEnabled: script,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(150_000); // as long as `until` waits: a browser on a busy machine is slow
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isAnswer = message.text().startsWith('Failed to load resource'); // a refusal has a status of its own
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  return { context, page, complaints };
}
