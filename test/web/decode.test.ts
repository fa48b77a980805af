/** @file Pictures in pages have the pixels that Node gives. */

import { readFile } from 'node:fs/promises';
import { decode } from '../../src/decode.ts';
import { canvasPixels } from '../../src/web/pictures/canvas-pixels.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, serve } from './browser.ts';

const browser = await openBrowser();
if (browser) {
  const test = suite('web: decode');
  const file = await readFile(new URL('../../formats/vectors/pyramid.loe', import.meta.url));
  const server = await serve((path) =>
    path === '/' ? { body: '<!doctype html>' } : path === '/a.loe' ? { body: file } : null,
  );
  const page = await browser.newPage();
  await page.goto(server.origin);

  for (const scale of [1, 2, 1.37]) {
    test(`the pixels of Node at scale ${scale}`, async () => {
      const pixels = await page.evaluate(async (wanted) => {
        const web = '/loec/web.js';
        const { decodeToImageData } = await import(web);
        const image = await decodeToImageData(await fetch('/a.loe'), { scale: wanted });
        return [...image.data];
      }, scale);
      assert.equal(pixels, [...canvasPixels(await decode(file, { scale }))]);
    });
  }

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: decode', 'there is no Chromium at /usr/bin/chromium');
}
