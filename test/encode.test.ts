/** @file The verb end to end: real fits of small pictures, their files, sizes, figures and failures. */

import { readFileSync } from 'node:fs';
import { decode } from '../src/decode.ts';
import { type EncodeOptions, type EncodeProgress, encode } from '../src/encode.ts';
import { LoecError } from '../src/errors.ts';
import { COORDINATE_PRESETS, isSegmented, PYRAMID_PRESETS } from '../src/field/presets.ts';
import { THRESHOLD_METHODS, thresholdsOf } from '../src/field/thresholds.ts';
import { lumaOf } from '../src/image/colour.ts';
import { readPng } from '../src/image/png/read.ts';
import type { BitDepth, ChannelCount, Raster } from '../src/image/raster.ts';
import { inspect } from '../src/inspect.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { ssimulacra2 } from '../src/metrics/ssimulacra2.ts';
import { fieldContentsOf } from './container/read-file.ts';
import { assert, suite } from './harness.ts';
import { noiseRaster, rasterOf } from './image/rasters.ts';

const test = suite('encode');

async function corpusPicture(name: string): Promise<Raster> {
  const bytes = readFileSync(new URL(`../corpus/${name}.png`, import.meta.url));
  return (await readPng(bytes, { name })).raster;
}

const harbour = await corpusPicture('harbour');
const smooth = (width: number, height: number, channels: ChannelCount, depth: BitDepth): Raster =>
  rasterOf(width, height, channels, depth, (x, y, c) => 0.5 + 0.4 * Math.sin(x / 5 + c) * Math.cos(y / 7));

/** PSNR of the picture's mean colour: what no fit may fall below. */
function flatPsnr(raster: Raster): number {
  const sums = new Float64Array(raster.channels);
  raster.data.forEach((value, i) => {
    sums[i % raster.channels] = (sums[i % raster.channels] as number) + value;
  });
  const pixels = raster.width * raster.height;
  const data = raster.data.map((_, i) => Math.round((sums[i % raster.channels] as number) / pixels));
  return psnr(raster, { ...raster, data });
}

for (const preset of COORDINATE_PRESETS) {
  test(`${preset}: the size is met within 2 %, the PSNR is the decoded file's`, async () => {
    const { file, psnr: figure, bpp } = await encode(harbour, { preset, bpp: 1.1, steps: 60 });
    assert.ok(bpp <= 1.1 && bpp >= 1.1 * 0.98, `${bpp}`);
    assert.is(bpp, (8 * file.length) / (harbour.width * harbour.height));
    assert.is(figure, psnr(harbour, await decode(file)));
    assert.ok(figure > flatPsnr(harbour) + 1, `${figure}`);
    assert.is(inspect(file).preset, preset);
  });
}

test('a coordinate field has no more bytes than the samples of a picture, and a plain field besides, whatever it may have', async () => {
  const raster = smooth(8, 8, 3, 8);
  const { file } = await encode(raster, { preset: 'siren', size: 5000, steps: 1, threads: 1 });
  assert.ok(file.length < raster.data.length + 400, `${file.length}`);
});

for (const preset of PYRAMID_PRESETS) {
  test(`${preset}: the PSNR is the decoded file's, and threads do not matter`, async () => {
    const options = { preset, quality: 40, steps: 45 } as const;
    const { file, psnr: figure } = await encode(harbour, { ...options, threads: 2 });
    assert.is(figure, psnr(harbour, await decode(file)));
    assert.ok(figure > flatPsnr(harbour) + 3, `${figure}`);
    const { preset: stored, sections } = inspect(file);
    assert.is(stored, preset);
    const { segmentation } = await fieldContentsOf(file);
    assert.is(segmentation?.kind, isSegmented(preset) ? 'derived' : undefined);
    assert.not(sections.some(({ type }) => type === 'labels'));
    assert.equal((await encode(harbour, { ...options, threads: 1 })).file, file);
  });
}

test('pyramids with experts: a pixel, a line, one colour, grey with alpha', async () => {
  const pictures = [
    smooth(1, 1, 3, 8),
    smooth(1, 200, 1, 16),
    rasterOf(30, 20, 3, 8, () => 0.3),
    smooth(30, 20, 2, 8),
  ];
  for (const raster of pictures) {
    for (const preset of ['pyramid-loe', 'pyramid-seg'] as const) {
      const { file, psnr: figure } = await encode(raster, { preset, steps: 25 });
      assert.is(figure, psnr(raster, await decode(file)), preset);
    }
  }
});

test('classes are cut where they are asked to be', async () => {
  const options = { preset: 'pyramid-seg', steps: 5 } as const;
  const luma = lumaOf(harbour);
  for (const thresholds of THRESHOLD_METHODS) {
    const { file } = await encode(harbour, { ...options, thresholds });
    const { segmentation } = await fieldContentsOf(file);
    assert.equal(segmentation?.thresholds, thresholdsOf(luma, thresholds));
  }
});

test('every number of channels and both depths come back as they went in', async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const depth of [8, 16] as const) {
      const raster = smooth(31, 22, channels, depth);
      const { file, psnr: figure } = await encode(raster, { size: 700, steps: 400 });
      const decoded = await decode(file);
      assert.equal(
        [decoded.channels, decoded.depth, decoded.data.length],
        [channels, depth, raster.data.length],
      );
      assert.ok(figure > flatPsnr(raster) + 3, `${channels} x ${depth} bit: ${figure}`);
    }
  }
});

test('odd pictures: a pixel, a line, a flat one, two colours, noise', async () => {
  const pictures = [
    smooth(1, 1, 3, 8),
    smooth(1, 3000, 3, 8),
    smooth(3000, 1, 1, 16),
    rasterOf(40, 30, 4, 8, () => 1),
    rasterOf(40, 30, 3, 8, (x) => (x < 13 ? 0 : 1)),
    noiseRaster(40, 30, 3, 8),
  ];
  for (const raster of pictures) {
    for (const preset of ['loe', 'seg-loe'] as const) {
      const { file, psnr: figure } = await encode(raster, { preset, size: 900, steps: 40 });
      assert.ok(file.length <= 900 && !Number.isNaN(figure), `${file.length} bytes, ${figure} dB`);
      const { width, height } = await decode(file, { scale: 2 });
      assert.equal([width, height], [2 * raster.width, 2 * raster.height]);
    }
  }
});

test('the same seed gives the same file for any number of threads; another seed another one', async () => {
  const options = { preset: 'seg-loe', bpp: 0.8, steps: 30 } as const;
  const [one, three, other] = await Promise.all([
    encode(harbour, { ...options, threads: 1 }),
    encode(harbour, { ...options, threads: 3 }),
    encode(harbour, { ...options, seed: 2 }),
  ]);
  assert.equal(three.file, one.file);
  assert.not.equal(other.file, one.file);
});

test('a PSNR is reached, and not by much more than asked', async () => {
  const raster = smooth(64, 48, 3, 8);
  const { psnr: figure, file } = await encode(raster, { psnr: 30, steps: 200 });
  assert.ok(figure >= 30, `${figure}`);
  assert.ok(file.length < (64 * 48 * 3) / 2, `${file.length} bytes`);
});

test('coordinate fields reach scores of either kind, of the decoded file', async () => {
  const raster = rasterOf(32, 32, 3, 8, (x, y, c) => 0.5 + 0.4 * Math.sin(x / 30 + c / 4) * Math.cos(y / 30));
  const options = { preset: 'siren', steps: 200, threads: 1 } as const;
  const byPsnr = await encode(raster, { ...options, psnr: 18 });
  assert.is(byPsnr.psnr, psnr(raster, await decode(byPsnr.file)));
  assert.ok(byPsnr.psnr >= 18, `${byPsnr.psnr}`);
  const { file, ssimulacra2: figure = 0 } = await encode(raster, { ...options, ssimulacra2: 60 });
  assert.is(figure, ssimulacra2(raster, await decode(file)));
  assert.ok(figure >= 60, `${figure}`);
  assert.is(byPsnr.ssimulacra2, undefined);
});

test('float32 weights are stored as fitted', async () => {
  const { file } = await encode(harbour, { preset: 'seg-loe', width: 16, steps: 20, weights: 'float32' });
  const { weights, parameters, sections } = inspect(file);
  assert.is(weights, 'float32');
  assert.ok((sections.find(({ type }) => type === 'weights')?.bytes ?? 0) > 4 * parameters);
});

test('tfjs makes files too', async () => {
  const raster = smooth(24, 16, 3, 8);
  const { engine, psnr: figure } = await encode(raster, { engine: 'tfjs', size: 600, steps: 120 });
  assert.is(engine, 'tfjs');
  assert.ok(figure > flatPsnr(raster) + 3, `${figure}`);
});

// The time left follows from the speed of steps, which test/fit/progress.test.ts has in its hand.
test('progress runs from 0 to 1 with the PSNR so far', async () => {
  const seen: EncodeProgress[] = [];
  const onProgress = (progress: EncodeProgress): unknown => seen.push(progress);
  await encode(harbour, { tune: 'psnr', bpp: 0.5, steps: 40, onProgress });
  assert.ok(seen.length > 5);
  assert.ok(seen.every(({ done }, i) => done >= (seen[i - 1]?.done ?? 0) && done <= 1));
  assert.is(seen.at(-1)?.done, 1);
  assert.is(seen.at(-1)?.phase, 'write');
  assert.ok(seen.some(({ psnr: sofar = 0 }) => sofar > 0));
});

test('an abort ends the encode where it stands', async () => {
  const controller = new AbortController();
  const aborting = encode(harbour, {
    steps: 1e8,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await rejects(aborting, 'E_ABORTED');
  await rejects(encode(harbour, { steps: 1e8, signal: AbortSignal.abort() }), 'E_ABORTED');
});

test('wrong options are refused before any work', async () => {
  const wrong: EncodeOptions[] = [
    { bpp: 1, size: 1 },
    { effort: 0 },
    { effort: 2.5 },
    { bpp: Number.NaN },
    { width: 0 },
    { preset: 'none' as 'loe' },
    { engine: 'abacus' as 'wasm' },
    { weights: 'float32', bpp: 1 },
    { preset: 'siren', segmentLayer: 1 },
    { preset: 'loe-ftc', thresholds: 'equal-bin' },
    { preset: 'loe', segmentLayer: 8 },
    { preset: 'pyramid', thresholds: 'equal-bin' },
    { preset: 'pyramid-loe', thresholds: 'equal-bin' },
    { preset: 'pyramid-seg', segmentLayer: 2 },
    { preset: 'pyramid-seg', width: 32 },
    { preset: 'pyramid-loe', depth: 3 },
    { preset: 'pyramid-seg', weights: 'float32' },
    { preset: 'seg-loe', segmentLayer: 5 },
  ];
  for (const options of wrong) await rejects(encode(harbour, options), 'E_USAGE');
});

async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof LoecError, String(error));
    assert.is(error.code, code);
    return;
  }
  assert.unreachable(`expected ${code}`);
}

test.run();
