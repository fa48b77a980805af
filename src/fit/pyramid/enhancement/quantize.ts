/**
 * @file The latents of an enhancement layer: rate-distortion optimised quantization, in closed form. Where magnitudes have the mean m, a
 * two-sided geometric distribution has the ratio θ = (√(1 + m²) − 1)/m, and one unit more costs −log₂ θ bits; it pays where it
 * lowers the squared error by more than that.
 */

import { type Enhancement, MAX_ENHANCEMENT } from '../../../field/enhancement.ts';
import { stepOf } from '../../../field/quantizer.ts';
import { BIT_IN_SQUARED_STEPS, FIRST_THRESHOLD, WINDOW } from '../calibration/enhancement.ts';
import type { Missing } from './missing.ts';

export interface Quantized {
  readonly enhancement: Enhancement;
  /** Mean squared error that is left, in the unit of the missing values. */
  readonly error: number;
}

export function quantizeMissing(missing: Missing, stepIndex: number): Quantized {
  const step = stepOf(stepIndex);
  const quantized = missing.planes.map((plane) => quantizePlane(plane, missing.width, step));
  const planes = quantized.map(({ latents }) => latents);
  const values = missing.planes.length * missing.width * missing.height;
  return {
    enhancement: { stepIndex, planes },
    error: quantized.reduce((sum, { error }) => sum + error, 0) / values,
  };
}

/** @returns the latents, and the sum of the squared errors */
function quantizePlane(
  plane: Float32Array,
  width: number,
  step: number,
): { latents: Int16Array; error: number } {
  const first = Int16Array.from(plane, (value) => rounded(value / step, FIRST_THRESHOLD));
  const means = localMeans(first, width);
  const latents = new Int16Array(plane.length);
  let error = 0;
  for (let i = 0; i < plane.length; i++) {
    const value = (plane[i] as number) / step;
    const latent = rounded(value, thresholdAt(means[i] as number));
    latents[i] = latent;
    error += (value - latent) ** 2;
  }
  return { latents, error: error * step ** 2 };
}

/** The integer below the magnitude, or the one above it from this fraction on. */
function rounded(value: number, threshold: number): number {
  const magnitude = Math.min(MAX_ENHANCEMENT, Math.floor(Math.abs(value) + 1 - threshold));
  return value < 0 ? -magnitude : magnitude;
}

/** The fraction from which on a unit more is worth its bits: f² > (1 − f)² + bit · −log₂ θ. @param mean of the magnitudes around */
function thresholdAt(mean: number): number {
  const ratio = (Math.sqrt(1 + mean ** 2) - 1) / mean;
  return (1 - BIT_IN_SQUARED_STEPS * Math.log2(ratio)) / 2;
}

/** Mean magnitudes in a window around each latent, itself left out, and as if a little more had been there than was. */
function localMeans(latents: Int16Array, width: number): Float32Array {
  const height = latents.length / width;
  const reach = WINDOW.reach;
  const columns = new Float64Array(width);
  const means = new Float32Array(latents.length);
  const addRow = (y: number, sign: number): void => {
    if (y < 0 || y >= height) return;
    for (let x = 0; x < width; x++) {
      columns[x] = (columns[x] as number) + sign * Math.abs(latents[y * width + x] as number);
    }
  };
  for (let y = 0; y < reach; y++) addRow(y, 1);
  const count = (2 * reach + 1) ** 2 - 1;
  for (let y = 0; y < height; y++) {
    addRow(y + reach, 1);
    addRow(y - reach - 1, -1);
    let sum = 0;
    for (let x = 0; x < Math.min(width, reach); x++) sum += columns[x] as number;
    for (let x = 0; x < width; x++) {
      if (x + reach < width) sum += columns[x + reach] as number;
      if (x > reach) sum -= columns[x - reach - 1] as number;
      const around = sum - Math.abs(latents[y * width + x] as number);
      means[y * width + x] = (around + WINDOW.prior) / count;
    }
  }
  return means;
}
