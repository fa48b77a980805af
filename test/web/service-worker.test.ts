/** @file Plain images and backgrounds of CSS, by the service worker. */

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { decode } from '../../src/decode.ts';
import type { LoecError } from '../../src/errors.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, type Served, serve } from './browser.ts';
import { canvasPixels } from './canvas-pixels.ts';

const vector = (name: string): Promise<Buffer<ArrayBuffer>> =>
  readFile(new URL(`../../formats/vectors/${name}`, import.meta.url)) as Promise<Buffer<ArrayBuffer>>;

const pyramid = await vector('pyramid.loe');
const flat = await vector('flat.loe');
const png = await readFile(new URL('../../corpus/badge.png', import.meta.url));

const PAGE = `<!doctype html>
<style>div { width: 71px; height: 50px; background: url(/a.loe) }</style>
<img id=a src=/a.loe><img id=wide src="/a.loe?loec-width=40"><img id=missing src=/missing.loe>
<img id=damaged src=/damaged.loe><img id=huge src="/a.loe?loec-scale=1e9"><img id=png src=/a.png><div></div>
<script type=module>
  import { registerLoe } from '/loec/web.js';
  await registerLoe('/sw.js');
  document.body.id = 'registered';
</script>`;

/** With a listener of the site's own. */
const SCRIPT = `importScripts('/loec/service-worker.js');
addEventListener('fetch', (event) => {
  if (event.request.url.endsWith('/own')) event.respondWith(new Response('own'));
});`;

/** Loads the page, and waits for its images and service worker. */
async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('#registered');
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
}

/** The pixels of an image, null where it is missing. */
function pixelsOf(page: Page, id: string): Promise<number[] | null> {
  return page.evaluate((wanted) => {
    const image = document.getElementById(wanted) as HTMLImageElement;
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width === 0) return null;
    const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, width, height).data];
  }, id);
}

/** The pixels that Node gives. */
async function decoded(file: Uint8Array, options = {}): Promise<number[]> {
  return [...canvasPixels(await decode(file, options))];
}

const browser = await openBrowser();
if (browser) {
  const test = suite('web: service worker');
  let served: Uint8Array = pyramid;
  const asked: string[] = [];
  const files: Readonly<Record<string, () => Served>> = {
    '/': () => ({ body: PAGE }),
    '/sw.js': () => ({ body: SCRIPT }),
    '/below/sw.js': () => ({ body: '' }),
    '/empty': () => ({ body: '<!doctype html>' }),
    '/a.png': () => ({ body: png }),
    '/a.loe': () => ({ body: served, headers: { 'cache-control': 'no-cache' } }),
    '/damaged.loe': () => ({ body: pyramid.subarray(0, 200) }),
  };
  const server = await serve((path, { url, headers }) => {
    if (headers.accept?.startsWith('image/x-loe,')) asked.push(url as string);
    return files[path]?.() ?? null;
  });
  const page = await browser.newPage();
  await page.goto(`${server.origin}/empty`);

  test('a page is told that the service worker is for others', async () => {
    const error = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { registerLoe } = await import(web);
      return registerLoe('/below/sw.js').catch(({ code, message }: LoecError) => `${code} ${message}`);
    });
    assert.match(error, /^E_USAGE .* for pages below .*\/below\/:/);
    await visit(page, server.origin);
  });

  test('images of the first visit come once there is a service worker', async () => {
    assert.equal(await pixelsOf(page, 'a'), await decoded(pyramid));
    assert.equal(await pixelsOf(page, 'wide'), await decoded(pyramid, { width: 40 }));
  });

  test('what is missing, damaged or too large stays missing', async () => {
    for (const id of ['missing', 'damaged', 'huge']) assert.is(await pixelsOf(page, id), null);
    const status = await page.evaluate(
      () =>
        performance
          .getEntriesByType('resource')
          .findLast(({ name }) => name.endsWith('/missing.loe'))
          ?.toJSON().responseStatus,
    );
    assert.is(status, 404);
  });

  test('other requests are not touched', async () => {
    assert.ok((await pixelsOf(page, 'png')) !== null);
    const [own, bytes] = await page.evaluate(async () => {
      const file = await (await fetch('/a.loe')).arrayBuffer();
      return [await (await fetch('/own')).text(), [...new Uint8Array(file)]] as const;
    });
    assert.is(own, 'own');
    assert.equal(bytes, [...pyramid]);
  });

  test('a second visit takes images and backgrounds from the cache', async () => {
    await page.evaluate(async () => {
      const cache = await caches.open('loec-images-1');
      // What is kept is shown: this image is another one.
      const kept = (await cache.match('/a.loe')) as Response;
      await cache.put(
        '/a.loe',
        new Response(await (await fetch('/a.png')).blob(), { headers: kept.headers }),
      );
    });
    await visit(page, server.origin);
    assert.is((await pixelsOf(page, 'a'))?.length, 4 * 96 * 96);
    assert.ok(asked.every((url) => !url.includes('?')));
  });

  test('a file that has changed is decoded again', async () => {
    served = flat;
    await visit(page, server.origin);
    assert.equal(await pixelsOf(page, 'a'), await decoded(flat));
    served = pyramid;
    await visit(page, server.origin);
    assert.equal(await pixelsOf(page, 'a'), await decoded(pyramid));
  });

  test('a background has the pixels of Node', async () => {
    const { data } = PNG.sync.read(await page.locator('div').screenshot());
    assert.equal([...data], await decoded(pyramid));
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: service worker', 'there is no Chromium at /usr/bin/chromium');
}
