/** @file Pyramid encodes end to end: targets, odd pictures, damaged files. */

import { readFileSync } from 'node:fs';
import { decode } from '../src/decode.ts';
import { type EncodeOptions, type EncodeResult, encode as encodeAny } from '../src/encode.ts';
import { LoecError } from '../src/errors.ts';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import type { BitDepth, ChannelCount, Raster } from '../src/image/raster.ts';
import { inspect } from '../src/inspect.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { ssimulacra2 } from '../src/metrics/ssimulacra2.ts';
import { assert, suite } from './harness.ts';
import { noiseRaster, rasterOf } from './image/rasters.ts';

const test = suite('encode, pyramids');

/** Also of pictures that would be kept as maps of their colours. */
function encode(raster: Raster, options: EncodeOptions = {}): Promise<EncodeResult> {
  return encodeAny(raster, { preset: 'pyramid', ...options });
}

const png = readFileSync(new URL('../corpus/harbour.png', import.meta.url));
const harbour = (await readPng(png, { name: 'harbour.png' })).raster;
/** A third of it: enough of a photograph where sizes do not count, in a third of the time. */
const bay = cropRaster(harbour, 30, 20, 96, 80);

function smooth(width: number, height: number, channels: ChannelCount = 3, depth: BitDepth = 8): Raster {
  return rasterOf(
    width,
    height,
    channels,
    depth,
    (x, y, c) => 0.5 + 0.4 * Math.sin(x / 5 + c) * Math.cos(y / 7),
  );
}

test('a size is never exceeded, and nearly filled', async () => {
  const bytes = 2458;
  const { file, bpp } = await encode(harbour, { size: bytes, steps: 170 });
  assert.ok(file.length <= bytes && file.length >= 0.93 * bytes, `${file.length} of ${bytes} bytes`);
  assert.is(bpp, (8 * file.length) / (harbour.width * harbour.height));
});

test('bits per pixel are met within 5 %, the size of a tiny picture within 15 %', async () => {
  const tune = 'psnr';
  for (const bpp of [0.5, 0.8]) {
    const { bpp: got } = await encode(harbour, { bpp, tune, steps: 170 });
    assert.ok(got <= bpp && got >= 0.95 * bpp, `${got} of ${bpp} bits per pixel`);
  }
  for (const size of [600, 700, 800]) {
    const { file } = await encode(cropRaster(harbour, 60, 40, 64, 48), { size, tune, steps: 80 });
    assert.ok(file.length <= size && file.length >= 0.85 * size, `${file.length} of ${size} bytes`);
  }
});

test('a tiny picture never takes more than its size', async () => {
  const pictures = [smooth(48, 36), smooth(20, 31, 1, 16), noiseRaster(16, 16, 3, 8)];
  for (const [i, raster] of pictures.entries()) {
    for (const size of [450, 700, 1000]) {
      const { length } = await fileOrNothing(raster, { size, tune: 'psnr', steps: 40 });
      assert.ok(length <= size, `picture ${i}: ${length} of ${size} bytes`);
    }
  }
});

test('a PSNR is reached, and not by much more than asked', async () => {
  for (const asked of [24, 32]) {
    const { file, psnr: figure } = await encode(bay, { psnr: asked, steps: 170 });
    assert.ok(figure >= asked && figure <= asked + 1, `${figure} dB`);
    assert.is(figure, psnr(bay, await decode(file)));
  }
});

test('an SSIMULACRA2 is reached, and not by much more than asked, for either tune', async () => {
  for (const tune of ['visual', 'psnr'] as const) {
    const asked = 65;
    const {
      file,
      ssimulacra2: figure = 0,
      ...result
    } = await encode(bay, { ssimulacra2: asked, tune, steps: 120 });
    assert.ok(figure >= asked && figure <= asked + 4, `${figure} for ${asked}`);
    assert.is(figure, ssimulacra2(bay, await decode(file)));
    assert.is(result.tune, tune);
  }
});

test('pictures of grey, with alpha and of 16 bits have an SSIMULACRA2 to reach', async () => {
  for (const raster of [smooth(60, 50, 1, 16), smooth(60, 50, 2), smooth(60, 50, 4)]) {
    const { file, ssimulacra2: figure = 0 } = await encode(raster, { ssimulacra2: 60, steps: 60 });
    assert.ok(figure >= 60, `${raster.channels} x ${raster.depth} bit: ${figure}`);
    assert.is(figure, ssimulacra2(raster, await decode(file)));
  }
});

test('a size that no field fits in is refused', async () => {
  await rejects(encode(harbour, { size: 40, steps: 20 }), 'E_TARGET');
  await rejects(
    encode(
      rasterOf(40, 30, 3, 8, () => 0.4),
      { size: 40, steps: 20 },
    ),
    'E_TARGET',
  );
});

test('every number of channels and both depths: the figure is that of what comes back', async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const depth of [8, 16] as const) {
      const raster = smooth(31, 22, channels, depth);
      const { file, psnr: figure } = await encode(raster, { steps: 40, quality: 60 });
      const decoded = await decode(file);
      assert.equal([decoded.channels, decoded.depth], [channels, depth]);
      assert.is(psnr(raster, decoded), figure);
      assert.ok(figure > 15, `${channels} x ${depth} bit: ${figure} dB`);
    }
  }
});

test('a PSNR that a high quality reaches is never missed', async () => {
  // Pictures unlike photographs, of whose fits forecasts know little.
  const blocks = rasterOf(
    32,
    32,
    3,
    8,
    (x, y, c) => ((((x >> 1) * 7 + (y >> 1) * 13 + c * 5) ^ (x >> 2)) % 5) / 4,
  );
  const narrow = rasterOf(48, 40, 1, 16, (x, y) => 0.5 + 0.004 * Math.sin(x / 3) * Math.cos(y / 5));
  for (const raster of [blocks, narrow]) {
    const options = { preset: 'pyramid', steps: 60 } as const;
    const { psnr: high } = await encode(raster, { ...options, quality: 90 });
    for (const below of [0.1, 8]) {
      const asked = high - below;
      const { psnr: reached } = await encode(raster, { ...options, psnr: asked });
      assert.ok(reached >= asked, `${reached} for ${asked} of ${high} dB`);
    }
  }
});

test('where a target is out of reach, the message says what is in reach', async () => {
  const raster = noiseRaster(24, 20, 3, 8);
  const reachable = async (target: EncodeOptions, pattern: RegExp): Promise<number> => {
    const message = await encode(raster, { ...target, steps: 20 }).then(
      () => 'reached',
      (error: LoecError) => error.message,
    );
    assert.match(message, pattern);
    return Number(pattern.exec(message)?.[1]);
  };
  const bytes = await reachable({ size: 30 }, /smallest file has (\d+)/);
  assert.ok(bytes > 30 && bytes < 300);
  assert.ok((await encode(raster, { size: 2 * bytes, steps: 20 })).file.length <= 2 * bytes);
  const fewer = await reachable({ psnr: 99, preset: 'siren' }, /best file has ([0-9.]+) dB/);
  assert.ok(fewer > 5 && fewer < 99);
});

test('no score is out of reach: in the end nothing is missing', async () => {
  const raster = noiseRaster(24, 20, 3, 8);
  for (const target of [{ psnr: 99 }, { ssimulacra2: 100 }]) {
    const { file } = await encode(raster, { ...target, steps: 20 });
    assert.equal((await decode(file)).data, raster.data);
  }
});

test('the same seed gives the same file for any number of threads; another seed another one', async () => {
  const options = { size: 700, steps: 40 } as const;
  const { file } = await encode(bay, { ...options, threads: 1 });
  assert.equal((await encode(bay, { ...options, threads: 2 })).file, file);
  assert.not.equal((await encode(bay, { ...options, seed: 2 })).file, file);
});

test('progress goes on through the search of single weights and is about right', async () => {
  const shares: number[] = [];
  const quantizing: number[] = [];
  await encode(smooth(40, 30), {
    effort: 7,
    steps: 400,
    onProgress: ({ phase, done }) => {
      shares.push(done);
      if (phase === 'quantize') quantizing.push(done);
    },
  });
  assert.equal(
    shares,
    shares.toSorted((a, b) => a - b),
  );
  assert.ok(quantizing.length > 1000, `${quantizing.length} reports`);
  const [first, last] = [quantizing[0] as number, quantizing.at(-1) as number];
  assert.ok(first > 0.4 && first < 0.65 && last > 0.9 && last <= 1, `from ${first} to ${last}`);
});

test('what shapes a coordinate field is refused', async () => {
  const wrong: EncodeOptions[] = [
    { width: 16 },
    { depth: 3 },
    { segmentLayer: 1 },
    { thresholds: 'equal-bin' },
    { weights: 'float32' },
  ];
  for (const options of wrong) {
    await rejects(encode(harbour, options), 'E_USAGE');
    await rejects(encode(harbour, { ...options, preset: 'pyramid' }), 'E_USAGE');
  }
});

test('quality trades bits for error', async () => {
  const results = [];
  for (const quality of [10, 40, 70]) results.push(await encode(bay, { quality, steps: 60 }));
  for (const [i, { file, psnr: figure }] of results.slice(1).entries()) {
    assert.ok(file.length > 1.3 * (results[i]?.file.length ?? 0));
    assert.ok(figure > 1 + (results[i]?.psnr ?? 0));
  }
});

test('at a high effort networks are large where the file is long enough to carry them', async () => {
  for (const [raster, quality, start] of [
    [noiseRaster(192, 160, 3, 8), 60, 2],
    [noiseRaster(192, 160, 3, 8), 0, 1],
    [smooth(192, 160), 60, 1],
  ] as const) {
    const { file, psnr: printed } = await encode(raster, { quality, steps: 2, effort: 6 });
    assert.is(inspect(file).pyramid?.start, start);
    assert.ok(Math.abs(psnr(raster, await decode(file)) - printed) < 1e-9);
  }
});

test('odd pictures: a pixel, lines, flat ones, two colours, noise', async () => {
  const pictures = [
    smooth(1, 1),
    smooth(1, 3000),
    smooth(3, 1000),
    smooth(3000, 3),
    rasterOf(40, 30, 4, 8, () => 1),
    rasterOf(40, 30, 2, 16, (_x, _y, c) => (c === 0 ? 0.25 : 1)),
    rasterOf(40, 30, 3, 8, (x) => (x < 13 ? 0 : 1)),
    noiseRaster(40, 30, 3, 8),
  ];
  for (const raster of pictures) {
    const { file, psnr: figure } = await encode(raster, { steps: 30 });
    const decoded = await decode(file);
    assert.is(psnr(raster, decoded), figure);
    const { width, height } = await decode(file, { scale: 2 });
    assert.equal([width, height], [2 * raster.width, 2 * raster.height]);
  }
});

test('a flat picture costs next to nothing, however large', async () => {
  const { file, psnr: figure } = await encode(rasterOf(2000, 1500, 3, 8, (_x, _y, c) => c / 4 + 0.2));
  assert.ok(file.length < 120, `${file.length} bytes`);
  assert.is(figure, Number.POSITIVE_INFINITY);
});

test('detail that a file keeps is worth its bits: more steps, less of both', async () => {
  const options = { quality: 50, tune: 'psnr', engine: 'wasm' } as const;
  const cost = async (steps: number): Promise<number> => {
    const { psnr: figure, bpp } = await encode(bay, { ...options, steps });
    return 10 ** (-figure / 10) + 0.001 * bpp;
  };
  assert.ok((await cost(200)) < 0.9 * (await cost(30)));
});

test('damaged files are refused, whatever is cut or changed', async () => {
  const { file } = await encode(smooth(24, 20), { steps: 20, quality: 30 });
  for (let length = 0; length < file.length; length++) {
    await rejects(decode(file.subarray(0, length)), 'E_FORMAT');
  }
  for (let at = 0; at < file.length; at++) {
    const changed = file.slice();
    changed[at] = (changed[at] as number) ^ (1 << (at % 8));
    await rejects(decode(changed));
  }
});

test('info says what a pyramid is', async () => {
  const { file } = await encode(smooth(24, 20), { steps: 5 });
  const { pyramid, sections, macPerPixel } = inspect(file);
  assert.is(pyramid?.grids, 7);
  assert.ok(macPerPixel <= 3000);
  assert.equal(
    sections.map(({ type }) => type),
    ['header', 'weights', 'latents'],
  );
});

/** An empty file where the size can't be reached. */
async function fileOrNothing(raster: Raster, options: EncodeOptions): Promise<Uint8Array> {
  try {
    return (await encode(raster, options)).file;
  } catch (error) {
    assert.ok(error instanceof LoecError && error.code === 'E_TARGET', String(error));
    return new Uint8Array(0);
  }
}

/** @param code any where it is not given */
async function rejects(promise: Promise<unknown>, code?: string): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LoecError, String(error));
  if (code !== undefined) assert.is(error.code, code);
}

test.run();
