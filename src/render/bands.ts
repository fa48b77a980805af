/** @file From a field to rows of pixels, a band at a time. */

import { throwIfAborted } from '../errors.ts';
import type { Cells } from '../field/grid.ts';
import { valuesToSamples } from '../image/values.ts';
import type { Geometry } from './geometry.ts';
import type { Scene } from './scene.ts';

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
  const rowsPerBand = Math.max(1, Math.floor(scene.bandPositions / (crop.width * samplesX * samplesY)));
  const columns = cellsOf(crop.x, crop.width, geometry.width, samplesX);
  for (let row = 0; row < crop.height; row += rowsPerBand) {
    throwIfAborted(signal);
    const rows = Math.min(rowsPerBand, crop.height - row);
    const values = scene.evaluate(columns, cellsOf(crop.y + row, rows, geometry.height, samplesY));
    const means = averageCells(values, rows, crop.width, scene.channels, geometry);
    yield valuesToSamples(means, scene.depth);
    onProgress?.((row + rows) / crop.height);
    // Gives timers and signals a turn between bands.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Output pixels as cells of `samples` samples each. */
function cellsOf(start: number, length: number, count: number, samples: number): Cells {
  return { start: start * samples, length: length * samples, count: count * samples };
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
