/**
 * @file Resampling to any size by separable kernels: what enlarging and shrinking by ordinary means looks like, beside a
 * field evaluated at another scale.
 */

import { optionError } from '../errors.ts';
import { LANCZOS_RADIUS, lanczos3 } from './lanczos.ts';
import { allocateSamples, hasAlpha, peakOf, type Raster } from './raster.ts';

/** `cubic`: Keys 1981, a = −1/2. */
export type Kernel = 'cubic' | 'lanczos3';

interface KernelShape {
  /** Zero from this distance on. */
  readonly radius: number;
  /** Weight at a distance of 0 … radius samples. */
  readonly at: (distance: number) => number;
}

const KERNELS: Readonly<Record<Kernel, KernelShape>> = {
  cubic: { radius: 2, at: (d) => (d < 1 ? 1 + d * d * (1.5 * d - 2.5) : 2 + d * (-4 + d * (2.5 - 0.5 * d))) },
  lanczos3: { radius: LANCZOS_RADIUS, at: lanczos3 },
};

/**
 * The picture at another size. Samples beyond an edge repeat the edge's; shrinking widens the kernel by the factor, so that
 * fine detail is averaged away; alpha weighs the colours, so that those of transparent pixels don't show.
 * @throws LoecError E_USAGE for a size that is not a positive integer
 */
export function resample(raster: Raster, width: number, height: number, kernel: Kernel): Raster {
  checkSize('width', width);
  checkSize('height', height);
  const { channels, depth } = raster;
  const columns = tapsOf(raster.width, width, KERNELS[kernel]);
  const rows = tapsOf(raster.height, height, KERNELS[kernel]);
  const narrowed = alongAxis(premultiplied(raster), raster.height, channels, columns);
  const values = alongAxis(narrowed, 1, width * channels, rows);
  const data = allocateSamples(depth, values.length);
  unpremultiply(values, raster);
  const peak = peakOf(depth);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.min(peak, Math.max(0, Math.floor((values[i] as number) + 0.5)));
  }
  return { ...raster, width, height, data };
}

function checkSize(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1)) throw optionError(name, 'a positive integer', value);
}

/** How the outputs along an axis are made of its inputs. */
interface Taps {
  readonly inputs: number;
  readonly outputs: number;
  /** Inputs that each output takes. */
  readonly count: number;
  /** [outputs][count]: indices of inputs. */
  readonly indices: Int32Array;
  /** [outputs][count]: their weights, of sum 1. */
  readonly weights: Float64Array;
}

function tapsOf(inputs: number, outputs: number, { radius, at }: KernelShape): Taps {
  const stretch = Math.max(1, inputs / outputs);
  const count = 2 * Math.ceil(radius * stretch);
  const indices = new Int32Array(outputs * count);
  const weights = new Float64Array(outputs * count);
  for (let output = 0; output < outputs; output++) {
    const centre = ((output + 0.5) * inputs) / outputs - 0.5;
    const first = Math.floor(centre) + 1 - count / 2;
    const row = weights.subarray(output * count, (output + 1) * count);
    for (let tap = 0; tap < count; tap++) {
      const distance = Math.abs(first + tap - centre) / stretch;
      row[tap] = distance < radius ? at(distance) : 0;
      indices[output * count + tap] = Math.min(inputs - 1, Math.max(0, first + tap));
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < count; tap++) row[tap] = (row[tap] as number) / sum;
  }
  return { inputs, outputs, count, indices, weights };
}

/** [outer, inputs, inner] to [outer, outputs, inner]. */
function alongAxis(values: Float64Array, outer: number, inner: number, taps: Taps): Float64Array {
  const { inputs, outputs, count, indices, weights } = taps;
  const result = new Float64Array(outer * outputs * inner);
  for (let i = 0; i < outer * outputs; i++) {
    const output = i % outputs;
    const plane = Math.floor(i / outputs) * inputs;
    for (let tap = output * count; tap < (output + 1) * count; tap++) {
      const weight = weights[tap] as number;
      const from = (plane + (indices[tap] as number)) * inner;
      for (let k = 0; k < inner; k++) {
        result[i * inner + k] = (result[i * inner + k] as number) + weight * (values[from + k] as number);
      }
    }
  }
  return result;
}

/** Samples as they are, but colours times their pixel's opacity. */
function premultiplied({ data, channels, depth }: Raster): Float64Array {
  const values = Float64Array.from(data);
  if (hasAlpha({ channels })) scaleColours(values, channels, (alpha) => alpha / peakOf(depth));
  return values;
}

function unpremultiply(values: Float64Array, { channels, depth }: Raster): void {
  if (hasAlpha({ channels }))
    scaleColours(values, channels, (alpha) => (alpha > 0 ? peakOf(depth) / alpha : 0));
}

/** Multiplies the colours of each pixel by a function of its alpha, the last channel. */
function scaleColours(values: Float64Array, channels: number, factorOf: (alpha: number) => number): void {
  for (let pixel = 0; pixel < values.length; pixel += channels) {
    const factor = factorOf(values[pixel + channels - 1] as number);
    for (let i = pixel; i < pixel + channels - 1; i++) values[i] = (values[i] as number) * factor;
  }
}
