/** @file Pictures whose outputs are not their channels, there and back: grey in RGB, small ranges, alpha of every kind. */

import { existsSync, readFileSync } from 'node:fs';
import { decode } from '../src/decode.ts';
import { type EncodeOptions, encode } from '../src/encode.ts';
import { readPng } from '../src/image/png/read.ts';
import { allocateSamples, type ChannelCount, peakOf, type Raster } from '../src/image/raster.ts';
import { inspect } from '../src/inspect.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { assert, skipped, suite } from './harness.ts';
import { rasterOf } from './image/rasters.ts';

const test = suite('encode, samples');
const CASES = new URL('../../shared/cases/', import.meta.url);
/** A fit, also of what a map of colours would say with fewer bytes. */
const QUICK: EncodeOptions = { effort: 1, steps: 30, preset: 'pyramid' };

/** A test of files of the folder. */
function testFiles(
  names: readonly string[],
  what: string,
  check: (...pictures: Raster[]) => Promise<void>,
): void {
  const urls = names.map((name) => new URL(`${name}.png`, CASES));
  if (!urls.every((url) => existsSync(url))) skipped(names.join(), '../shared/cases is not there');
  else {
    test(`${names.join(', ')}: ${what}`, async () => {
      const read = (url: URL) => readPng(Uint8Array.from(readFileSync(url)), { name: url.pathname });
      await check(...(await Promise.all(urls.map(read))).map(({ raster }) => raster));
    });
  }
}

/** Some of the channels, in this order. */
function channelsOf(raster: Raster, channels: readonly number[]): Raster {
  const pixels = raster.width * raster.height;
  const data = allocateSamples(raster.depth, channels.length * pixels);
  for (let i = 0; i < data.length; i++) {
    const channel = channels[i % channels.length] as number;
    data[i] = raster.data[raster.channels * Math.floor(i / channels.length) + channel] as number;
  }
  return { ...raster, channels: channels.length as ChannelCount, data };
}

/** Waves of colour with such an alpha, 0 … 1. */
function wavesWith(
  alphaAt: (x: number, y: number) => number,
  channels: ChannelCount = 4,
  depth: 8 | 16 = 8,
): Raster {
  return rasterOf(36, 28, channels, depth, (x, y, c) =>
    c === channels - 1 ? alphaAt(x, y) : 0.5 + 0.3 * Math.sin(x / 6 + 2 * c) * Math.cos(y / 5),
  );
}

const alphaOf = ({ data, channels }: Raster): number[] =>
  Array.from(data).filter((_, i) => i % channels === channels - 1);

async function thereAndBack(raster: Raster, options: EncodeOptions = QUICK) {
  const { file, psnr: figure } = await encode(raster, options);
  const decoded = await decode(file);
  assert.is(figure, psnr(raster, decoded));
  return { file, figure, decoded };
}

async function greyComesBack(grey: Raster): Promise<void> {
  const { file, decoded } = await thereAndBack(grey);
  assert.is(decoded.channels, 3);
  for (let i = 0; i < decoded.data.length; i += 3) {
    assert.ok(decoded.data[i] === decoded.data[i + 1] && decoded.data[i] === decoded.data[i + 2]);
  }
  const alone = await encode(channelsOf(grey, [0]), QUICK);
  assert.ok(file.length <= alone.file.length + 2, `${file.length} and ${alone.file.length}`);
}

test('grey in RGB is grey, with alpha too', async () => {
  const grey = rasterOf(40, 30, 3, 8, (x, y) => 0.5 + 0.4 * Math.sin(x / 5) * Math.cos(y / 6));
  await greyComesBack(grey);
  const { samples } = inspect(
    (
      await encode(
        wavesWith(() => 0.4, 2),
        QUICK,
      )
    ).file,
  );
  assert.equal(samples, { colours: 1, low: 0, high: 255, alpha: { kind: 'constant', value: 102 } });
  const soft = channelsOf(
    wavesWith((x) => x / 35, 2),
    [0, 0, 0, 1],
  );
  const { decoded } = await thereAndBack(soft);
  for (let i = 0; i < decoded.data.length; i += 4) {
    assert.ok(decoded.data[i] === decoded.data[i + 1] && decoded.data[i] === decoded.data[i + 2]);
  }
});
testFiles(['grey_as_rgb'], 'equal channels, no more bytes than grey', greyComesBack);

test('constant alpha is exact and next to free', async () => {
  const waves = wavesWith(() => 1);
  const plain = await thereAndBack(channelsOf(waves, [0, 1, 2]));
  const opaque = await thereAndBack(waves);
  assert.equal(channelsOf(opaque.decoded, [0, 1, 2]).data, plain.decoded.data);
  assert.ok(alphaOf(opaque.decoded).every((alpha) => alpha === 255));
  assert.ok(opaque.file.length <= plain.file.length + 4, `${opaque.file.length} and ${plain.file.length}`);
  const half = await thereAndBack(wavesWith(() => 0.5, 4, 16));
  assert.ok(alphaOf(half.decoded).every((alpha) => alpha === 32768));
});
testFiles(['ui_opaque_rgba'], 'alpha is 255 everywhere, for 4 bytes', async (picture) => {
  const { file, decoded } = await thereAndBack(picture);
  assert.ok(alphaOf(decoded).every((alpha) => alpha === 255));
  const { file: without } = await encode(channelsOf(picture, [0, 1, 2]), QUICK);
  assert.ok(file.length <= without.length + 4, `${file.length} and ${without.length}`);
});

test('nothing is seen of a picture that is transparent', async () => {
  const { file, decoded } = await thereAndBack(wavesWith(() => 0));
  assert.ok(decoded.data.every((sample) => sample === 0));
  assert.ok(file.length < 110, `${file.length}`);
});

test('masks are exact, at one pixel too; what they hide costs nothing', async () => {
  const masks = [
    (x: number, y: number) => Number(Math.hypot(x - 17, y - 13) < 10),
    (x: number, y: number) => Number(x === 5 && y === 9),
    (x: number, y: number) => (x + y) % 2,
  ];
  for (const mask of masks) {
    for (const channels of [2, 4] as const) {
      const raster = wavesWith(mask, channels, channels === 2 ? 16 : 8);
      const { file, decoded } = await thereAndBack(raster);
      assert.equal(alphaOf(decoded), alphaOf(raster));
      const cleared = raster.data.map((sample, i) => {
        const alphaAt = i - (i % channels) + channels - 1;
        return raster.data[alphaAt] === 0 ? 0 : sample;
      });
      assert.equal((await encode({ ...raster, data: cleared }, QUICK)).file, file);
    }
  }
});
testFiles(['sprite_hard', 'sprite_hidden_noise'], 'the same mask, pixels and bytes', async (hard, noisy) => {
  const [first, second] = [await thereAndBack(hard as Raster), await thereAndBack(noisy as Raster)];
  assert.equal(alphaOf(first.decoded), alphaOf(hard as Raster));
  assert.equal(second.file, first.file);
});

test('of soft alpha what is transparent, opaque or between stays so', async () => {
  const alphas = [
    (x: number, y: number) => Math.min(1, Math.max(0, (13 - Math.hypot(x - 17, y - 13)) / 4)),
    (x: number) => 0.502 * (Math.floor(x / 9) % 2),
    (x: number, y: number) => (x + y) / 80 + 0.1,
    (x: number, y: number) => ((x * 7 + y * 13) % 11) / 10,
  ];
  for (const [i, alphaAt] of alphas.entries()) {
    const raster = wavesWith(alphaAt, i % 2 === 0 ? 4 : 2, i === 0 ? 16 : 8);
    const peak = peakOf(raster.depth);
    const classOf = (alpha: number): number => (alpha === 0 ? 0 : alpha === peak ? 1 : 2);
    const { file, decoded } = await thereAndBack(raster);
    const classes = alphaOf(raster).map(classOf);
    assert.equal(alphaOf(decoded).map(classOf), classes);
    assert.is(
      inspect(file).sections.some(({ type }) => type === 'alpha'),
      classes.some((label) => label < 2),
    );
  }
});

/** By how much at most a channel over white falls below what is white and this colour. */
function darkest({ data }: Raster, colour: readonly number[]): number {
  let most = 0;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = (data[at + 3] as number) / 255;
    for (const [c, whole] of colour.entries()) {
      most = Math.max(most, whole - ((data[at + c] as number) * alpha + 255 * (1 - alpha)));
    }
  }
  return most;
}

async function hasNoRings(raster: Raster, colour: readonly number[], options: EncodeOptions): Promise<void> {
  const { file } = await encode(raster, options);
  for (const scale of [2, 4]) {
    const found = darkest(await decode(file, { scale }), colour);
    assert.ok(found <= 6, `${scale}: ${found}`);
  }
}

test('soft edges on transparent black have no dark rings', async () => {
  const colour = [230, 200, 250];
  const disc = rasterOf(44, 40, 4, 8, (x, y, c) => {
    const alpha = Math.min(1, Math.max(0, (15 - Math.hypot(x - 21, y - 19)) / 2));
    return c === 3 ? alpha : alpha > 0 ? (colour[c] as number) / 255 : 0;
  });
  await hasNoRings(disc, colour, { preset: 'pyramid', effort: 1, quality: 80 });
});
testFiles(['sprite_aa'], 'no dark rings', (sprite) =>
  hasNoRings(sprite as Raster, [250, 240, 60], { effort: 1, preset: 'pyramid' }),
);

test('small ranges of 16 bits keep their precision', async () => {
  const heights = rasterOf(40, 30, 1, 16, (x, y) => (1500 + 300 * Math.sin(x / 9) * Math.cos(y / 8)) / 65535);
  const { figure, file } = await thereAndBack(heights, { preset: 'pyramid', effort: 1, quality: 80 });
  assert.ok(figure > 80, `${figure}`);
  assert.is(inspect(file).samples?.high, Math.max(...heights.data));
  const asked = await thereAndBack(heights, { preset: 'pyramid', effort: 1, psnr: 75 });
  assert.ok(asked.figure >= 75 && asked.file.length < file.length, `${asked.figure}`);
  const two = rasterOf(20, 20, 3, 16, (x, y) => (40000 + Number(x > y)) / 65535);
  assert.equal(
    (await thereAndBack(two, { preset: 'pyramid', effort: 1, quality: 60 })).decoded.data,
    two.data,
  );
  const one = rasterOf(20, 20, 1, 16, () => 0.123);
  assert.equal((await thereAndBack(one)).decoded.data, one.data);
});

test('coordinate fields map samples too', async () => {
  const options = { preset: 'loe', quality: 90, steps: 60 } as const;
  const disc = (x: number, y: number): number => Math.hypot(x - 17, y - 13);
  const mask = wavesWith((x, y) => Number(disc(x, y) < 10));
  assert.equal(alphaOf((await thereAndBack(mask, options)).decoded), alphaOf(mask));
  const soft = wavesWith((x, y) => Math.min(1, Math.max(0, (13 - disc(x, y)) / 4)));
  const { decoded } = await thereAndBack(soft, options);
  assert.equal(
    alphaOf(decoded).map((a) => a % 255 === 0),
    alphaOf(soft).map((a) => a % 255 === 0),
  );
  const heights = rasterOf(30, 30, 1, 16, (x, y) => (900 + x + y) / 65535);
  const { figure } = await thereAndBack(heights, {
    preset: 'siren',
    weights: 'float32',
    width: 12,
    steps: 400,
  });
  assert.ok(figure > 65, `${figure}`);
});

test.run();
