/** @file Fits in pages come to the files of Node with the same SIMD, with and without shared memory. */

import { decode } from '../../src/decode.ts';
import { encodePicture } from '../../src/encoder/encode-picture.ts';
import { createWasmEngine } from '../../src/engine/wasm/engine.ts';
import { checkedOptions, type EncodeOptions } from '../../src/fit/options.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { bestSimd } from '../../src/wasm/simd.ts';
import { assert, skipped, suite } from '../harness.ts';
import { noiseRaster } from '../image/rasters.ts';
import { openBrowser, serve } from './browser.ts';

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A GPU in software, which Chromium brings. */
const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const browser = await openBrowser(SOFTWARE_GPU);
if (browser) {
  const test = suite('web: encode');
  const server = await serve((path) => {
    if (path === '/isolated') return { body: '<!doctype html>', headers: ISOLATED };
    return path === '/' ? { body: '<!doctype html>' } : null;
  });
  const picture = noiseRaster(28, 20, 3, 8);
  const fit: EncodeOptions = { engine: 'wasm', effort: 1, steps: 12 };

  /** What a script comes to in a page, where it has `encode`, `input` and `fit`. */
  async function inPage(path: string, script: string): Promise<Record<string, unknown>> {
    const page = await browser?.newPage();
    await page?.goto(`${server.origin}${path}`);
    const { width, height, data } = picture;
    const samples = JSON.stringify([...data]);
    const found = await page?.evaluate(`(async () => {
      const { encode, rasterOf, setEncodeWorker } = await import('/loec/web.js');
      const input = { width: ${width}, height: ${height}, data: Uint8Array.from(${samples}) };
      const fit = ${JSON.stringify(fit)};
      ${script}
    })()`);
    await page?.close();
    return found as Record<string, unknown>;
  }

  /** By Chromium's vectors, whichever Node this is. */
  async function fileOfNode(): Promise<Uint8Array> {
    bestSimd();
    const choose = () => createWasmEngine({ simd: 'relaxed', threads: 1 });
    return (await encodePicture(picture, checkedOptions(fit), choose)).file;
  }

  const expected = fileOfNode();

  test('the file of Node on two threads, and on one where memory can not be shared', async () => {
    const script = `
      const seen = [];
      const { file } = await encode(input, {
        ...fit,
        threads: 2,
        onProgress: ({ done, bpp }) => seen.push(['progress', done, bpp]),
        onPreview: ({ width, height, data }) => seen.push(['preview', width, height, data.length]),
      });
      return { file: [...file], seen, isIsolated: crossOriginIsolated };`;
    for (const path of ['/isolated', '/']) {
      const { file, seen, isIsolated } = await inPage(path, script);
      assert.is(isIsolated, path === '/isolated');
      assert.equal(file, [...(await expected)], path);
      const reports = seen as (string | number | undefined)[][];
      const previews = reports.filter(([kind]) => kind === 'preview');
      assert.ok(previews.length > 0);
      for (const [, width, height, length] of previews)
        assert.is(length, 3 * (width as number) * (height as number));
      assert.ok(reports.some(([, , bpp]) => (bpp as number) > 0));
      assert.is(reports.at(-1)?.[1], 1);
    }
  });

  test('the same where WebAssembly has no shared memory', async () => {
    // A worker of the page's own, as some browsers would have it.
    const { file, asked } = await inPage(
      '/',
      `const source = \`import '\${location.origin}/loec/encode-worker.js';
        const { Memory } = WebAssembly;
        WebAssembly.Memory = function (size) {
          if (size.shared) throw new TypeError('no shared memory');
          return new Memory(size);
        };\`;
      let asked = 0;
      setEncodeWorker(() => {
        asked++;
        return new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
      });
      const { file } = await encode(input, fit);
      return { file: [...file], asked };`,
    );
    assert.is(asked, 1);
    assert.equal(file, [...(await expected)]);
  });

  const { hasGpu } = await inPage('/', 'return { hasGpu: Boolean(await navigator.gpu?.requestAdapter()) };');
  if (hasGpu) {
    test('the GPU of the page fits as well as the CPU', async () => {
      // A field with few kernels: software takes a minute for those of a pyramid.
      const coordinates: EncodeOptions = { preset: 'siren', bpp: 3, effort: 1, steps: 60 };
      const { file, notices } = await inPage(
        '/',
        `const notices = [];
        const onNotice = ({ text }) => notices.push(text);
        const { file } = await encode(input, { ...${JSON.stringify(coordinates)}, engine: 'webgpu', onNotice });
        return { file: [...file], notices };`,
      );
      assert.equal(notices, []);
      const choose = () => createWasmEngine({ simd: 'relaxed', threads: 1 });
      const ofCpu = await encodePicture(picture, checkedOptions(coordinates), choose);
      const [theirs, ours] = [await decode(Uint8Array.from(file as number[])), await decode(ofCpu.file)];
      assert.ok(Math.abs(psnr(picture, theirs) - psnr(picture, ours)) < 0.3);
    });
  } else {
    skipped('web: encode by webgpu', 'Chromium has no adapter in software');
  }

  test('a fit that is stopped goes on from its checkpoint to the same file', async () => {
    const { file, code, whole, notices } = await inPage(
      '/',
      `const controller = new AbortController();
      let checkpoint;
      const code = await encode(input, {
        ...fit,
        signal: controller.signal,
        onProgress: () => controller.abort(),
        onCheckpoint: (bytes) => { checkpoint = bytes; },
      }).catch((error) => error.code);
      const notices = [];
      const onNotice = ({ isAccepted }) => notices.push(isAccepted);
      const { file } = await encode(input, { ...fit, resume: checkpoint, onNotice });
      const whole = await encode(input, { ...fit, engine: 'auto' });
      return { code, file: [...file], whole: [...whole.file], notices };`,
    );
    assert.is(code, 'E_ABORTED');
    assert.equal(notices, [true]);
    assert.equal(file, whole);
  });

  test('samples of pictures are exact in sRGB, and in Display P3 where that is needed', async () => {
    const { plain, wide } = await inPage(
      '/',
      `const drawn = async (colorSpace, colours) => {
        const canvas = new OffscreenCanvas(colours.length, 1);
        const context = canvas.getContext('2d', { colorSpace });
        for (const [x, colour] of colours.entries()) {
          context.fillStyle = colour;
          context.fillRect(x, 0, 1, 1);
        }
        const { data, colour } = await rasterOf(await canvas.convertToBlob());
        const { data: same } = await rasterOf(canvas);
        if (same.join() !== data.join()) throw new Error('a canvas and its file differ');
        return { data: [...data], colour: colour.map(({ data }) => [...data]) };
      };
      return {
        plain: await drawn('srgb', ['rgb(1 2 3)', 'rgb(250 130 77)']),
        wide: await drawn('display-p3', ['color(display-p3 0 1 0)', 'color(display-p3 0.2 0.4 0.6)']),
      };`,
    );
    assert.equal(plain, { data: [1, 2, 3, 250, 130, 77], colour: [] });
    assert.equal(wide, { data: [0, 255, 0, 51, 102, 153], colour: [[12, 13, 0, 1]] });
  });

  test('bad input and engines that pages do not have are told by code', async () => {
    const { codes } = await inPage(
      '/',
      `const tries = [
        () => encode({ ...input, width: 1.5 }),
        () => encode(input, { quality: 101 }),
        () => encode(input, { ...fit, preset: 'pyramid', engine: 'tfjs' }),
        () => encode(input, { signal: AbortSignal.abort() }),
        () => rasterOf(new Blob(['no picture'])),
        () => {
          setEncodeWorker(() => { throw new DOMException('of another origin', 'SecurityError'); });
          return encode(input, fit).finally(() => setEncodeWorker(null));
        },
      ];
      const codes = [];
      for (const attempt of tries) codes.push(await attempt().then(() => 'none', (error) => error.code));
      return { codes };`,
    );
    assert.equal(codes, ['E_USAGE', 'E_USAGE', 'E_ENGINE', 'E_ABORTED', 'E_INPUT', 'E_ENGINE']);
  });

  test.after(async () => {
    await browser.close();
    await server.close();
  });
  test.run();
} else {
  skipped('web: encode', 'there is no Chromium at /usr/bin/chromium');
}
