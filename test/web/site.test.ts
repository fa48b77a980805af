/** @file The built demo site in Chromium: its gallery, a fit, and what narrow screens and screen readers need. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { inspect } from '../../src/inspect.ts';
import { writePng } from '../../src/png.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser } from './browser.ts';
import { serveSite, siteIsBuilt } from './site-server.ts';

const AXE = fileURLToPath(new URL('../../site/node_modules/axe-core/axe.min.js', import.meta.url));

/** One of each kind. */
const PAGES = ['/index.html', '/try.html', '/docs/overview.html', '/api/web.html'];

/** What a test may take, in milliseconds, on a busy machine. */
const PATIENCE = 60_000;

const missing = !existsSync(AXE)
  ? 'the packages of the site are not installed: npm ci --prefix site'
  : siteIsBuilt()
    ? null
    : 'the site is not built: npm run site:build';
const axe = missing ? '' : await readFile(AXE, 'utf8');
const browser = missing ? null : await openBrowser();

if (browser) {
  const test = suite('web: site');
  const server = await serveSite();

  async function inPage(
    options: { width?: number; colorScheme?: 'light' | 'dark' },
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { width = 1280, colorScheme = 'light' } = options;
    const viewport = { width, height: 800 };
    const page = await browser?.newPage({ baseURL: server.origin, viewport, colorScheme });
    page?.setDefaultTimeout(PATIENCE);
    try {
      await use(page as Page);
    } finally {
      await page?.close();
    }
  }

  for (const width of [360, 1280, 3840]) {
    test(`no page is wider than a window of ${width} pixels`, () =>
      inPage({ width }, async (page) => {
        for (const path of PAGES) {
          await page.goto(path);
          assert.ok((await overflowOf(page)) <= 0, `${path} is ${await overflowOf(page)} pixels wider`);
        }
      }));
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`nothing to be said about accessibility, ${colorScheme}`, () =>
      inPage({ colorScheme }, async (page) => {
        for (const path of PAGES) {
          await page.goto(path);
          assert.equal(await violations(page), [], path);
        }
      }));
  }

  test('the gallery shows its pictures, and opens them in the viewer', () =>
    inPage({}, async (page) => {
      await page.goto('/');
      const widths = await page.evaluate(async () => {
        const pictures = [...document.querySelectorAll<HTMLImageElement>('loec-img')];
        await Promise.all(pictures.map((picture) => picture.decode()));
        return pictures.map(({ naturalWidth }) => naturalWidth);
      });
      assert.equal(widths, [192, 192, 160, 128, 96]);
      await page.click('[data-title="Badge"]');
      await page.waitForFunction(
        () => document.querySelector<HTMLElement & { isSharp: boolean }>('dialog loec-viewer')?.isSharp,
      );
      assert.equal(await violations(page), []);
      await page.keyboard.press('Escape');
      assert.is(await page.locator('dialog').count(), 0);
    }));

  test('a picture that is dropped is fitted, compared and downloaded, in a narrow window', () =>
    inPage({ width: 360 }, async (page) => {
      await page.goto('/try.html');
      await page.setInputFiles('#file', {
        name: 'tiny.png',
        mimeType: 'image/png',
        buffer: await tinyPng(),
      });
      await page.click('#fit:enabled');
      await page.waitForSelector('#results:not([hidden])');
      const download = page.waitForEvent('download');
      await page.click('#download');
      const file = await readFile(await (await download).path());
      assert.is((await download).suggestedFilename(), 'tiny.loe');
      assert.is(inspect(file).width, 24);
      await page.waitForFunction(() => !document.querySelector('#rivals')?.textContent?.includes('…'));
      const rows = await page.locator('#rivals tbody tr').allTextContents();
      assert.is(rows.length, 5);
      assert.match(rows[3] as string, /^AVIF\d+/);
      assert.ok((await overflowOf(page)) <= 0);
    }));

  test('a fit is cancelled', () =>
    inPage({}, async (page) => {
      await page.goto('/try.html');
      await page.click('[data-sample="gallery/marble.png"]');
      await page.click('#fit:enabled');
      await page.click('#cancel');
      await page.waitForSelector('text=Cancelled.');
    }));

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: site', missing ?? 'there is no Chromium at /usr/bin/chromium');
}

/** Pixels that the page is wider than its window. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** What axe-core finds, by its rules. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Of 24 × 16 pixels: a gradient of colours, whose fit is short. */
async function tinyPng(): Promise<Buffer> {
  const [width, height] = [24, 16];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [10 * x, 15 * y, 128 + 40 * Math.sin(x * y)][i % 3] as number;
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of writePng({ width, height, channels: 3, depth: 8, data })) pieces.push(piece);
  return Buffer.concat(pieces);
}
