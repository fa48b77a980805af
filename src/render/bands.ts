/** @file From a field to rows of pixels, a band at a time. */

import { throwIfAborted } from '../errors.ts';
import { centres, gridSamples } from '../field/grid.ts';
import type { Segmentation } from '../field/segmentation.ts';
import type { Samples } from '../field/selectors.ts';
import { type FieldSpec, outputWidth } from '../field/spec.ts';
import type { BitDepth } from '../image/raster.ts';
import { valuesToSamples } from '../image/values.ts';
import type { Geometry } from './geometry.ts';

/** Positions evaluated at once: bounds the memory of a decode whatever the size of its output. */
const BAND_POSITIONS = 65536;

/** A picture that can be evaluated anywhere. */
export interface Scene {
  readonly spec: FieldSpec;
  readonly segmentation: Segmentation | null;
  readonly depth: BitDepth;
  /** The field at positions: [count, channels], not clipped. */
  readonly evaluate: (samples: Samples) => Float32Array;
}

/**
 * Yields successive groups of whole rows of the crop, top to bottom.
 * @throws LoecError E_ABORTED
 */
export async function* renderBands(
  scene: Scene,
  geometry: Geometry,
  signal: AbortSignal | undefined,
  onProgress: ((done: number) => void) | undefined,
): AsyncGenerator<Uint8Array | Uint16Array> {
  const { crop, samplesX, samplesY } = geometry;
  const rowsPerBand = Math.max(1, Math.floor(BAND_POSITIONS / (crop.width * samplesX * samplesY)));
  const xs = centres(crop.x * samplesX, crop.width * samplesX, geometry.width * samplesX);
  for (let row = 0; row < crop.height; row += rowsPerBand) {
    throwIfAborted(signal);
    const rows = Math.min(rowsPerBand, crop.height - row);
    const ys = centres((crop.y + row) * samplesY, rows * samplesY, geometry.height * samplesY);
    const values = scene.evaluate(gridSamples(scene.spec, scene.segmentation, xs, ys));
    const means = averageCells(values, rows, crop.width, outputWidth(scene.spec), geometry);
    yield valuesToSamples(means, scene.depth);
    onProgress?.((row + rows) / crop.height);
    // Gives timers and signals a turn between bands.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Means over samplesY × samplesX cells: [rows·samplesY, width·samplesX, channels] to [rows, width, channels]. */
function averageCells(
  values: Float32Array,
  rows: number,
  width: number,
  channels: number,
  { samplesX, samplesY }: Geometry,
): Float32Array {
  if (samplesX * samplesY === 1) return values;
  const sums = new Float64Array(rows * width * channels);
  let next = 0;
  for (let y = 0; y < rows * samplesY; y++) {
    const row = Math.floor(y / samplesY) * width;
    for (let x = 0; x < width * samplesX; x++) {
      const cell = (row + Math.floor(x / samplesX)) * channels;
      for (let channel = 0; channel < channels; channel++, next++) {
        sums[cell + channel] = (sums[cell + channel] as number) + (values[next] as number);
      }
    }
  }
  return Float32Array.from(sums, (sum) => sum / (samplesX * samplesY));
}
