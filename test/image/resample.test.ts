import sharp from 'sharp';
import { LoecError } from '../../src/errors.ts';
import { peakOf, type Raster } from '../../src/image/raster.ts';
import { type Kernel, resample } from '../../src/image/resample.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from './rasters.ts';

const test = suite('resample');
const KERNELS: readonly Kernel[] = ['cubic', 'lanczos3'];

/** Smooth with a hard edge: what pictures are made of. */
const scene = (x: number, y: number, channel: number): number => {
  const wave = 0.5 + 0.4 * Math.sin(x / 5 + channel) * Math.cos(y / 7);
  return 3 * x + y > 80 ? wave : 0.7 * wave;
};

/** Differences of two pictures: the largest and the mean. */
function differences(a: ArrayLike<number>, b: ArrayLike<number>): [max: number, mean: number] {
  const all = Array.from(a, (value, i) => Math.abs(value - (b[i] ?? Number.NaN)));
  return [Math.max(...all), all.reduce((sum, d) => sum + d, 0) / all.length];
}

async function shrunkBySharp(
  { data, width, height, channels }: Raster,
  w: number,
  h: number,
  kernel: Kernel,
) {
  const image = sharp(data as Uint8Array, { raw: { width, height, channels } });
  return image.resize(w, h, { kernel, fit: 'fill' }).raw().toBuffer();
}

for (const kernel of KERNELS) {
  test(`shrinking agrees with libvips to 3 levels, half a level on average: ${kernel}`, async () => {
    const raster = rasterOf(67, 45, 3, 8, scene);
    for (const [w, h] of [
      [33, 20],
      [20, 27],
    ] as const) {
      const ours = resample(raster, w, h, kernel).data;
      const [max, mean] = differences(ours, await shrunkBySharp(raster, w, h, kernel));
      assert.ok(max <= 3 && mean <= 0.5, `${w}×${h}: ${max}, ${mean}`);
    }
  });
}

/** Without the outermost columns and rows, where libvips' affine map fades into a background. */
function interior({ data, width, height, channels }: Raster, margin: number): number[] {
  return Array.from(data).filter((_, i) => {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    return Math.min(x, width - 1 - x, y, height - 1 - y) >= margin;
  });
}

test('enlarging agrees with libvips’ bicubic interpolator to 1 level', async () => {
  const raster = rasterOf(67, 45, 3, 8, scene);
  const { data, width, height, channels } = raster;
  for (const factor of [2, 3, 4]) {
    // Its resize is half a pixel off when it enlarges; the affine map says where pixel centres lie.
    const shift = (1 - 1 / factor) / 2;
    const theirs = await sharp(data as Uint8Array, { raw: { width, height, channels } })
      .affine([factor, 0, 0, factor], { interpolator: 'bicubic', idx: shift, idy: shift })
      .raw()
      .toBuffer();
    const ours = resample(raster, factor * width, factor * height, 'cubic');
    const [max] = differences(
      interior(ours, 3 * factor),
      interior({ ...ours, data: Uint8Array.from(theirs) }, 3 * factor),
    );
    assert.ok(max <= 1, `${factor}: ${max}`);
  }
});

test('alpha weighs the colours as in libvips', async () => {
  const soft = (x: number, y: number, c: number): number =>
    c === 3 ? Math.min(1, Math.max(0, (x + y) / 30 - 0.3)) : scene(x, y, c);
  const raster = rasterOf(40, 30, 4, 8, soft);
  const theirs = Uint8Array.from(await shrunkBySharp(raster, 20, 17, 'cubic'));
  // Where a pixel is nearly transparent its colour is a quotient of small numbers.
  const shown = (_: number, i: number): boolean => (theirs[i | 3] ?? 0) > 128;
  const ours = Array.from(resample(raster, 20, 17, 'cubic').data).filter(shown);
  const [max] = differences(ours, theirs.filter(shown));
  assert.ok(ours.length > 500 && max <= 4, `${max} over ${ours.length}`);
});

/** Keys' cubic and Lanczos-3 as their papers write them. */
const WEIGHTS: Readonly<Record<Kernel, (s: number) => number>> = {
  cubic: (s) => {
    const d = Math.abs(s);
    if (d >= 2) return 0;
    return d <= 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2;
  },
  lanczos3: (s) => {
    if (Math.abs(s) >= 3) return 0;
    return s === 0 ? 1 : (3 * Math.sin(Math.PI * s) * Math.sin((Math.PI * s) / 3)) / (Math.PI * s) ** 2;
  },
};

/** One output sample as a double sum over the whole plane, extended beyond its edges. */
function slowSample(raster: Raster, w: number, h: number, x: number, y: number, kernel: Kernel): number {
  const { width, height, data } = raster;
  const [sx, sy] = [Math.max(1, width / w), Math.max(1, height / h)];
  const [cx, cy] = [((x + 0.5) * width) / w - 0.5, ((y + 0.5) * height) / h - 0.5];
  const margin = Math.ceil(3 * Math.max(sx, sy)) + 1;
  let [sum, total] = [0, 0];
  for (let j = -margin; j < height + margin; j++) {
    for (let i = -margin; i < width + margin; i++) {
      const weight = WEIGHTS[kernel]((i - cx) / sx) * WEIGHTS[kernel]((j - cy) / sy);
      const at = Math.min(height - 1, Math.max(0, j)) * width + Math.min(width - 1, Math.max(0, i));
      sum += weight * (data[at] ?? 0);
      total += weight;
    }
  }
  return Math.min(peakOf(raster.depth), Math.max(0, Math.round(sum / total)));
}

test('every sample is the double sum over the extended plane', () => {
  const raster = noiseRaster(9, 7, 1, 16);
  for (const kernel of KERNELS) {
    for (const [w, h] of [
      [9, 15],
      [4, 3],
      [23, 1],
      [1, 20],
    ] as const) {
      const { data } = resample(raster, w, h, kernel);
      const slow = Array.from(data, (_, i) => slowSample(raster, w, h, i % w, Math.floor(i / w), kernel));
      assert.ok(differences(data, slow)[0] <= 1, `${kernel} ${w}×${h}`);
    }
  }
});

test('the same size gives the same picture; flat pictures stay flat; one pixel fills any size', () => {
  for (const kernel of KERNELS) {
    for (const channels of [1, 3] as const) {
      const raster = noiseRaster(13, 8, channels, 8);
      assert.equal(resample(raster, 13, 8, kernel).data, raster.data);
    }
    const flat = rasterOf(7, 5, 2, 16, () => 0.4);
    for (const [w, h] of [
      [3, 2],
      [19, 23],
    ] as const) {
      assert.ok(resample(flat, w, h, kernel).data.every((sample) => sample === flat.data[0]));
    }
    assert.equal(
      resample(
        rasterOf(1, 1, 1, 8, () => 0.2),
        2,
        2,
        kernel,
      ).data,
      new Uint8Array(4).fill(51),
    );
  }
});

test('a size must be a positive integer', () => {
  for (const [w, h] of [
    [0, 1],
    [1, 1.5],
    [Number.NaN, 1],
  ] as const) {
    assert.throws(
      () => resample(noiseRaster(2, 2, 1, 8), w, h, 'cubic'),
      (error: unknown) => error instanceof LoecError && error.code === 'E_USAGE',
    );
  }
});

test.run();
