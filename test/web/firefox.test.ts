/** @file Firefox shows and gives the same pixels and files as Chromium and Node. */

import { readFile } from 'node:fs/promises';
import { decode } from '../../src/decode.ts';
import type {} from '../../src/element.ts';
import { encodePicture } from '../../src/encoder/encode-picture.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { checkedOptions, type EncodeOptions } from '../../src/fit/options.ts';
import type {} from '../../src/viewer.ts';
import { bestSimd } from '../../src/wasm/simd.ts';
import { assert, skipped, suite } from '../harness.ts';
import { noiseRaster } from '../image/rasters.ts';
import { canvasPixels } from './canvas-pixels.ts';
import { openFirefox } from './firefox.ts';

const WANTED = [
  { scale: 1 },
  { scale: 2 },
  { scale: 1.37 },
  { scale: 3.7, crop: { x: 5, y: 7, width: 31, height: 22 } },
];

// Of 8 bits, and with alpha.
const FILES = ['pyramid', 'soft-alpha', 'harbour'];
const files = new Map<string, Uint8Array>();
for (const name of FILES) {
  files.set(`/${name}.loe`, await readFile(new URL(`../../formats/vectors/${name}.loe`, import.meta.url)));
}

const firefox = openFirefox((path) => {
  const body = files.get(path);
  return body ? { body } : null;
});

if (firefox) {
  const test = suite('web: Firefox');

  for (const path of ['/pyramid.loe', '/soft-alpha.loe']) {
    test(`${path} has the pixels of Node`, async () => {
      const images = await firefox.evaluate(
        async ({ path, wanted }) => {
          const web = '/loec/web.js';
          const { decodeToImageData } = await import(web);
          const decoded = wanted.map(async (options) => decodeToImageData(await fetch(path), options));
          return (await Promise.all(decoded)).map(({ data }) => [...data] as number[]);
        },
        { path, wanted: WANTED },
      );
      const file = files.get(path) as Uint8Array;
      for (const [i, options] of WANTED.entries())
        assert.equal(images[i], [...canvasPixels(await decode(file, options))]);
    });
  }

  test('a PNG has them, too', async () => {
    const { type, pixels } = await firefox.evaluate(async () => {
      const web = '/loec/web.js';
      const { decodeToBlob } = await import(web);
      const blob: Blob = await decodeToBlob(await fetch('/pyramid.loe'), 'image/png', { scale: 2 });
      const bitmap = await createImageBitmap(blob);
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const { data = [] } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? {};
      return { type: blob.type, pixels: [...data] };
    }, null);
    assert.is(type, 'image/png');
    const expected = await decode(files.get('/pyramid.loe') as Uint8Array, { scale: 2 });
    assert.equal(pixels, [...canvasPixels(expected)]);
  });

  test('<loec-img> has its box, says load, and is drawn at the size of its box', async () => {
    const told = await firefox.evaluate(async () => {
      const element = '/loec/element.js';
      await import(element);
      document.body.innerHTML = '<loec-img alt="A harbour" style="width:96px"></loec-img>';
      const image = document.querySelector('loec-img') as HTMLElementTagNameMap['loec-img'];
      image.src = '/harbour.loe';
      await new Promise((resolve) => image.addEventListener('load', resolve));
      const { width, height } = image.getBoundingClientRect();
      const canvas = image.shadowRoot?.querySelector('canvas');
      return {
        box: [width, height],
        natural: [image.naturalWidth, image.naturalHeight],
        canvas: [canvas?.width, canvas?.height].map((side = 0) => side / devicePixelRatio),
      };
    }, null);
    assert.equal(told, { box: [96, 64], natural: [192, 128], canvas: [96, 64] });
  });

  test('<loec-viewer> is sharp, with the pixels of Node', async () => {
    const { pixels, zoom } = await firefox.evaluate(async () => {
      const viewer = '/loec/viewer.js';
      await import(viewer);
      document.body.innerHTML =
        '<loec-viewer src="/harbour.loe" alt="A harbour" style="width:384px;height:256px"></loec-viewer>';
      const shown = document.querySelector('loec-viewer') as HTMLElementTagNameMap['loec-viewer'];
      await new Promise((resolve) => shown.addEventListener('sharp', resolve));
      const canvas = shown.shadowRoot?.querySelector('[part=canvas]') as HTMLCanvasElement;
      const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return { pixels: [...data], zoom: shown.zoom };
    }, null);
    const expected = await decode(files.get('/harbour.loe') as Uint8Array, { scale: zoom });
    assert.equal(pixels, [...canvasPixels(expected)]);
  });

  test('encode gives a file of Node', async () => {
    const { width, height, data } = noiseRaster(28, 20, 3, 8);
    const fit: EncodeOptions = { engine: 'wasm', effort: 1, steps: 12 };
    const file = await firefox.evaluate(
      async ({ fit, samples, ...size }) => {
        const web = '/loec/web.js';
        const { encode } = await import(web);
        const { file } = await encode({ ...size, data: Uint8Array.from(samples) }, fit);
        return [...file] as number[];
      },
      { fit, width, height, samples: [...data] },
    );
    // Allows Node 20 what Firefox may have.
    bestSimd();
    const expected = await Promise.all(
      (['plain', 'relaxed'] as const).map(async (simd) => {
        const choose = () => createWasmEngine({ simd, threads: 1 });
        return (await encodePicture(noiseRaster(28, 20, 3, 8), checkedOptions(fit), choose)).file;
      }),
    );
    assert.ok(expected.some((bytes) => Buffer.from(file).equals(bytes)));
  });

  test.after(() => firefox.close());
  test.run();
} else {
  skipped('web: Firefox', 'there is no Firefox at /usr/bin/firefox-esr');
}
