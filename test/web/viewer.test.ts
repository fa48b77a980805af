/** @file `<loec-viewer>` in Chromium: what hands, wheels and keys do, what is heard, and that its pixels are those of Node. */

import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { decode } from '../../src/decode.ts';
import type { LoecViewerElement } from '../../src/viewer.ts';
import { canvasPixels } from '../../src/web/pictures/canvas-pixels.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, serve } from './browser.ts';

const PAGE = `<!doctype html><style>body { margin: 0 } loec-viewer { width: 400px; height: 300px }</style>
<loec-viewer src="/a.loe" alt="A harbour"></loec-viewer><script type="module" src="/loec/viewer.js"></script>`;

const file = await readFile(new URL('../../formats/vectors/pyramid-large.loe', import.meta.url));
const other = await readFile(new URL('../../corpus/moon.png', import.meta.url));
const browser = await openBrowser();

/** What the tests ask the element, in the page. */
function viewerOf(): LoecViewerElement {
  return document.querySelector('loec-viewer') as LoecViewerElement;
}

async function openViewer(origin: string): Promise<Page> {
  const page = await (browser as NonNullable<typeof browser>).newPage({ reducedMotion: 'reduce' });
  await page.goto(origin);
  await untilSharp(page);
  return page;
}

async function untilSharp(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('loec-viewer')?.isSharp);
}

const zoomOf = (page: Page) => page.evaluate(() => document.querySelector('loec-viewer')?.zoom as number);
const centreOf = (page: Page) =>
  page.evaluate(() => document.querySelector('loec-viewer')?.centre as { x: number; y: number });
