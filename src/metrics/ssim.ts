/**
 * @file Structural similarity of Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
 * structural similarity", 2004: means, variances and covariance of two pictures under a sliding Gaussian window. Like the
 * authors' script it looks at luma and at full windows only; unlike the script's later versions it never shrinks the picture.
 */

import { assert } from '../errors.ts';
import { peakOf, type Raster, type Size } from '../image/raster.ts';

/** Width of the window in samples, and its standard deviation (section III-C). */
export const WINDOW = 11;
const SIGMA = 1.5;

/** C₁ = (K₁L)² and C₂ = (K₂L)² for a peak L of 1, K₁ = 0.01 and K₂ = 0.03: they bound the quotients on flat ground. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/** Red, green and blue in luma: Rec. ITU-R BT.601. */
const BT601 = [0.299, 0.587, 0.114];

/** One value per pixel, 0 … 1. */
export interface Plane extends Size {
  /** [height, width], row-major. */
  readonly data: Float64Array;
}

/** Means over all windows. */
interface Similarity {
  /** Of l·cs, luminance times contrast and structure: −1 … 1. */
  readonly ssim: number;
  /** Of cs = (2σ_ab + C₂) / (σ_a² + σ_b² + C₂) alone: −1 … 1. */
  readonly contrastStructure: number;
}

/** SSIM of two pictures of one size, −1 … 1, and 1 for equal ones. Alpha doesn't count. */
export function ssim(a: Raster, b: Raster): number {
  return similarity(lumaOf(a), lumaOf(b)).ssim;
}

/** Luma as a share of the peak, not rounded; a grey picture is its own luma. */
export function lumaOf(raster: Raster): Plane {
  return mixed(raster, raster.channels < 3 ? [1] : BT601);
}

/** Red, green and blue, or grey alone, as shares of the peak. */
export function colourPlanesOf(raster: Raster): Plane[] {
  const mixes = raster.channels < 3 ? [[1]] : [[1], [0, 1], [0, 0, 1]];
  return mixes.map((mix) => mixed(raster, mix));
}

/** The sum of the first channels by these weights. */
function mixed({ width, height, channels, depth, data }: Raster, mix: readonly number[]): Plane {
  const weights = mix.map((weight) => weight / peakOf(depth));
  const values = new Float64Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel++) {
    let sum = 0;
    for (let channel = 0; channel < weights.length; channel++) {
      sum += (weights[channel] as number) * (data[pixel * channels + channel] as number);
    }
    values[pixel] = sum;
  }
  return { width, height, data: values };
}

/**
 * SSIM (eq. 13) and its second factor. Where a side is shorter than the window, the window is the largest of odd width that
 * fits, with σ as it was; a window of one sample has no variance, and only luminance is compared.
 */
export function similarity(a: Plane, b: Plane): Similarity {
  assert(a.width === b.width && a.height === b.height, 'pictures of different shapes are compared');
  const window = gaussian(Math.min(WINDOW, a.width, a.height));
  const meansOf = (of: (x: number, y: number) => number) => windowMeans(combined(a, b, of), window);
  const meansA = meansOf((x) => x);
  const meansB = meansOf((_x, y) => y);
  const products = meansOf((x, y) => x * y);
  const squares = meansOf((x, y) => x * x + y * y);
  let sum = 0;
  let sumOfContrastStructure = 0;
  for (let i = 0; i < meansA.length; i++) {
    const product = (meansA[i] as number) * (meansB[i] as number);
    const square = (meansA[i] as number) ** 2 + (meansB[i] as number) ** 2;
    const luminance = (2 * product + C1) / (square + C1);
    const contrastStructure =
      (2 * ((products[i] as number) - product) + C2) / ((squares[i] as number) - square + C2);
    sum += luminance * contrastStructure;
    sumOfContrastStructure += contrastStructure;
  }
  return { ssim: sum / meansA.length, contrastStructure: sumOfContrastStructure / meansA.length };
}

/** One axis of the window: weights of sum 1, as many as the largest odd number up to `limit`. */
function gaussian(limit: number): Float64Array {
  const radius = Math.floor((limit - 1) / 2);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function combined(a: Plane, b: Plane, of: (x: number, y: number) => number): Plane {
  return { ...a, data: a.data.map((x, i) => of(x, b.data[i] as number)) };
}

/** The weighted mean in every full window: [height − n + 1, width − n + 1] for a window of n × n. */
function windowMeans({ width, height, data }: Plane, window: Float64Array): Float64Array {
  const narrowed = alongAxis(data, height, 1, window);
  return alongAxis(narrowed, 1, width - window.length + 1, window);
}

/** [outer, inputs, inner] to [outer, inputs − n + 1, inner] for a window of n weights, which is symmetric. */
function alongAxis(values: Float64Array, outer: number, inner: number, window: Float64Array): Float64Array {
  const stride = values.length / outer;
  const kept = stride - (window.length - 1) * inner;
  const result = new Float64Array(outer * kept);
  for (let i = 0; i < result.length; i++) {
    const from = Math.floor(i / kept) * stride + (i % kept);
    let sum = 0;
    for (let tap = 0; tap < window.length; tap++) {
      sum += (window[tap] as number) * (values[from + tap * inner] as number);
    }
    result[i] = sum;
  }
  return result;
}
