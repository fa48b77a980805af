/**
 * @file Measures `<loec-viewer>` in Chromium: how long tasks take the main thread while a picture is panned and zoomed, and how long after the
 * last move the screen is sharp. `npx tsx scripts/web/bench-viewer.ts PICTURE.loe [WIDTHxHEIGHT]`
 */

import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser, openPage, serve } from '../../test/web/browser.ts';
import { cpuOf, describeTask, tasksDuring } from './main-thread.ts';

const [path, size = '1280x800'] = process.argv.slice(2);
if (path === undefined) throw new Error('which .loe file?');
const [width = 1280, height = 800] = size.split('x').map(Number);

const PAGE = `<!doctype html><style>body { margin: 0 } loec-viewer { width: 100vw; height: 100vh }</style>
<loec-viewer src="/a.loe" alt="A picture"></loec-viewer><script type="module" src="/loec/viewer.js"></script>`;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Seconds of movement in all. */
const SECONDS = 3;

async function moveAbout(page: Page): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  await page.mouse.move(width / 2, height / 2);
  for (let round = 0; performance.now() < end; round++) {
    for (let i = 0; i < 8; i++) await page.mouse.wheel(0, round % 2 === 0 ? -120 : 120);
    await page.mouse.down();
    for (let i = 0; i < 20; i++) await page.mouse.move(width / 2 - 12 * i, height / 2 - 6 * i);
    await page.mouse.up();
    await page.mouse.move(width / 2, height / 2);
  }
}

/**
 * From a jump to a part that has not been seen until all of it is sharp: milliseconds, and those of CPU in all processes, which others on the machine
 * change little.
 */
async function timeToSharp(page: Page, session: CDPSession, view: Place): Promise<string> {
  const before = await cpuOf(session);
  const time = await page.evaluate(async (wanted) => {
    const viewer = document.querySelector('loec-viewer') as HTMLElementTagNameMap['loec-viewer'];
    const started = performance.now();
    const sharp = new Promise((resolve) => viewer.addEventListener('sharp', resolve, { once: true }));
    viewer.show(wanted);
    await sharp;
    return performance.now() - started;
  }, view);
  return `${time.toFixed(0)} (${((await cpuOf(session)) - before).toFixed(0)})`;
}

const file = await readFile(path);
const browser = await openBrowser();
if (!browser) throw new Error('there is no Chromium');
const server = await serve((name) =>
  name === '/' ? { body: PAGE } : name === '/a.loe' ? { body: file } : null,
);
try {
  const page = await openPage(browser, 'about:blank');
  const session = await browser.newBrowserCDPSession();
  await page.exposeFunction('tell', console.log);
  await page.addInitScript(() => {
    const tell = (event: Event) =>
      (globalThis as unknown as { tell(text: string): void }).tell((event as ErrorEvent).message);
    document.addEventListener('error', tell, true);
  });
  await page.setViewportSize({ width, height });
  await page.goto(server.origin);
  const started = performance.now();
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp, null, {
    timeout: 120_000,
  });
  console.log(
    `sharp for the first time after ${(performance.now() - started).toFixed(0)} ms (${(await cpuOf(session)).toFixed(0)} of CPU)`,
  );

  const { x, y } = await page.evaluate(() => ({ ...document.querySelector('loec-viewer')?.centre }));
  const centre = { x: x as number, y: y as number };
  for (const zoom of [0.5, 0.7, 1.1, 2, 3, 8, 64]) {
    const times: string[] = [];
    // Each time a place of its own.
    for (const part of [0.4, 0.9, 1.4]) {
      const place = { x: (part + zoom / 40) * centre.x, y: part * centre.y, zoom };
      times.push(await timeToSharp(page, session, place));
    }
    console.log(`zoom ${zoom}: sharp after ${times.join(', ')} ms (of CPU)`);
  }

  await page.evaluate(() => document.querySelector('loec-viewer')?.show({ zoom: 1 }));
  const tasks = await tasksDuring(browser, page, () => moveAbout(page));
  const moved = performance.now();
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp, null, { polling: 'raf' });
  console.log(
    `sharp ${(performance.now() - moved).toFixed(0)} ms after the last move, and the end of the trace`,
  );
  const long = tasks.filter(({ clock }) => clock > 34).length;
  console.log(
    `longest tasks of the main thread in ${SECONDS} s of movement; above 34 ms by the clock: ${long}`,
  );
  for (const task of tasks.slice(0, 5)) console.log(`  ${describeTask(task)}`);
} finally {
  await browser.close();
  await server.close();
}
