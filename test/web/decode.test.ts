/** @file Pictures in pages have the pixels that Node gives. */

import { readFile } from 'node:fs/promises';
import { decode } from '../../src/decode.ts';
import { assert, skipped, suite } from '../harness.ts';
import { openBrowser, openPage, serve } from './browser.ts';
import { canvasPixels } from './canvas-pixels.ts';

/** Of 8 and of 16 bits, grey, with alpha, and of colours without a field. */
const FILES = ['pyramid', 'range16', 'pyramid-grey16', 'soft-alpha', 'mask', 'flat', 'flat-soft'];
const WANTED = [
  { scale: 1 },
  { scale: 2 },
  { scale: 1.37 },
  { scale: 3.7, crop: { x: 5, y: 7, width: 31, height: 22 } },
];

const files = new Map<string, Uint8Array>();
for (const name of FILES) {
  files.set(`/${name}.loe`, await readFile(new URL(`../../formats/vectors/${name}.loe`, import.meta.url)));
}

const browser = await openBrowser();
if (browser) {
  const test = suite('web: decode');
  const server = await serve((path) => {
    const body = files.get(path) ?? (path === '/' ? '<!doctype html>' : null);
    return body === null ? null : { body };
  });
  const page = await openPage(browser, server.origin);

  for (const [path, file] of files) {
    test(`${path} has the pixels of Node at scales 1, 2, 1.37 and in a crop`, async () => {
      const images = await page.evaluate(
        async ({ path, wanted }) => {
          const web = '/loec/web.js';
          const { openPicture } = await import(web);
          const picture = await openPicture(await fetch(path));
          const images: ImageData[] = await Promise.all(
            wanted.map((options) => picture.toImageData(options)),
          );
          picture.close();
          return images.map(({ data, colorSpace }) => ({ data: [...data], colorSpace }));
        },
        { path, wanted: WANTED },
      );
      for (const [i, options] of WANTED.entries()) {
        const expected = canvasPixels(await decode(file, options));
        assert.equal(images[i], { data: [...expected], colorSpace: 'srgb' });
      }
    });
  }

  test('a bitmap has the pixels of the picture', async () => {
    const { pixels, bitmap } = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBitmap, decodeToImageData } = await import(web);
      const bitmap = await decodeToBitmap(await fetch('/pyramid.loe'), { width: 50 });
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(bitmap, 0, 0);
      const drawn = context.getImageData(0, 0, bitmap.width, bitmap.height);
      const image = await decodeToImageData(await fetch('/pyramid.loe'), { width: 50 });
      return { pixels: [...image.data], bitmap: [...drawn.data] };
    });
    assert.equal(bitmap, pixels);
  });

  test('a file for an <img> is of the type that is asked for, or an error', async () => {
    const results = await page.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBlob } = await import(web);
      const made = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'].map(async (type) =>
        decodeToBlob(await fetch('/pyramid.loe'), type, { quality: 0.8 }).then(
          (blob: Blob) => blob.type,
          (error: { code: string }) => error.code,
        ),
      );
      return Promise.all(made);
    });
    assert.equal(results, ['image/png', 'image/jpeg', 'image/webp', 'E_UNSUPPORTED']);
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: decode', 'there is no Chromium at /usr/bin/chromium');
}
