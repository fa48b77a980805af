/**
 * @file What `<loec-img>` costs a page in Chromium: the longest task of its thread while pictures load, how much of a file is there when its first
 * preview is shown, and the memory that is left after a hundred were shown and removed. On a quiet machine:
 *
 *     npx loec encode corpus/kodak --effort 1 -q 60 --out-dir out/web
 *     npx loec encode photo-of-two-megapixels.png --effort 1 -q 60 -o out/large.loe
 *     npm run bench:web -- out/web out/large.loe
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openBrowser, openPage, serve, throttled } from '../../test/web/browser.ts';
import { describeTask, tasksDuring } from './main-thread.ts';

const BYTES_PER_SECOND = 1.6e6 / 8;
const PAGE = '<!doctype html><script type="module" src="/loec/element.js"></script><body>';

const [folder, large] = process.argv.slice(2);
if (!folder || !large) throw new Error('usage: npm run bench:web -- FOLDER_OF_LOE_FILES LARGE.loe');
const pictures = readdirSync(folder)
  .filter((name) => name.endsWith('.loe'))
  .map((name) => readFileSync(join(folder, name)));
const photograph = readFileSync(large);

async function loadTwenty(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const images = Array.from({ length: 20 }, (_, i) => {
      const image = document.createElement('loec-img');
      image.src = `${i}.loe`;
      image.style.width = '18vw';
      return image;
    });
    document.body.append(...images);
    await Promise.all(images.map((image) => image.decode()));
  });
}

/** Share of the file that the server had sent when the first preview was shown. */
async function shareAtPreview(page: Page, sent: () => number): Promise<number> {
  await page.evaluate(async () => {
    const image = document.createElement('loec-img');
    image.src = 'large.loe';
    document.body.replaceChildren(image);
    await new Promise((resolve) => {
      for (const type of ['preview', 'load']) image.addEventListener(type, resolve);
    });
  });
  return sent() / photograph.length;
}

/** Megabytes of all processes that draw pages, after their garbage is collected. */
async function memory(browser: CDPSession, page: CDPSession): Promise<number> {
  // A worker without pictures ends after five seconds.
  await setTimeout(8000);
  await page.send('HeapProfiler.collectGarbage');
  await setTimeout(1000);
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const kilobytes = processInfo.map(({ id }) => {
    const [, pss] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')) ?? [];
    return Number(pss);
  });
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1e3;
}

async function showAHundred(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 100; i++) {
      const image = document.createElement('loec-img');
      image.src = `${i}.loe`;
      document.body.append(image);
    }
    for (const image of document.querySelectorAll('loec-img')) {
      image.scrollIntoView();
      await image.decode();
    }
    document.body.replaceChildren();
    scrollTo(0, 0);
  });
}

async function measure(browser: Browser): Promise<void> {
  let sent = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of throttled(photograph, BYTES_PER_SECOND)) {
      sent += part.length;
      yield part;
    }
  }
  const server = await serve((path) => {
    if (path === '/') return { body: PAGE };
    if (path === '/large.loe') return { body: counted() };
    return { body: pictures[parseInt(path.slice(1), 10) % pictures.length] as Uint8Array };
  });
  const page = await openPage(browser, server.origin);
  const tasks = await tasksDuring(browser, page, () => loadTwenty(page));
  console.log('longest tasks of the main thread while 20 load:');
  for (const task of tasks.slice(0, 5)) console.log(`  ${describeTask(task)}`);
  console.log(
    `share of the bytes at the first preview: ${(await shareAtPreview(page, () => sent)).toFixed(2)}`,
  );
  await page.evaluate(() => document.body.replaceChildren());
  const sessions = [await browser.newBrowserCDPSession(), await page.context().newCDPSession(page)] as const;
  // What the first hundred leave are caches of the browser.
  await showAHundred(page);
  const before = await memory(...sessions);
  await showAHundred(page);
  const after = await memory(...sessions);
  console.log(`memory before and after a hundred: ${before.toFixed(0)} and ${after.toFixed(0)} MB`);
  await server.close();
}

const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium');
try {
  await measure(browser);
} finally {
  await browser.close();
}
