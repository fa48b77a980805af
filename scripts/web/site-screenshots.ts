/**
 * @file Screenshots of the built demo site, in three widths, light and dark: `npm run site:build`, then
 * `npm run site:screenshots -- --out out/site`. Chromium must be installed (`apt-get install chromium`).
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import type {} from '../../src/viewer.ts';
import { openBrowser } from '../../test/web/browser.ts';
import { serveSite } from '../../test/web/site-server.ts';

const VIEWS = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;

const PAGES = { home: '/', try: '/try.html', docs: '/docs/quality.html', api: '/api/web.html' } as const;

/** Milliseconds for a fit and the comparisons, at most. */
const PATIENCE = 120_000;

const { values } = parseArgs({ options: { out: { type: 'string', default: 'out/site' } } });

async function take(page: Page, path: string, file: string): Promise<void> {
  await page.goto(path);
  await page.evaluate(async () => {
    const pictures = [...document.querySelectorAll<HTMLImageElement>('loec-img')];
    await Promise.all(pictures.map((picture) => picture.decode()));
  });
  await page.screenshot({ path: file });
}

/** A fit that has come to its end, compared with AVIF. */
async function takeFit(page: Page, file: string): Promise<void> {
  await page.goto('/try.html');
  await page.click('[data-sample="gallery/harbour.png"]');
  await page.click('#fit:enabled');
  await page.waitForFunction(() => document.querySelector('#rivals tr:nth-child(4) input:enabled'));
  await page.click('#rivals tr:nth-child(4) input');
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp);
  await page.screenshot({ path: file, fullPage: true });
}

await mkdir(values.out, { recursive: true });
const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium');
const server = await serveSite();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of VIEWS) {
      const page = await browser.newPage({ baseURL: server.origin, viewport, colorScheme });
      page.setDefaultTimeout(PATIENCE);
      for (const [name, path] of Object.entries(PAGES))
        await take(page, path, join(values.out, `${name}-${viewport.width}-${colorScheme}.png`));
      await takeFit(page, join(values.out, `fit-${viewport.width}-${colorScheme}.png`));
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
