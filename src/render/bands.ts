/** @file From a picture that can be evaluated anywhere to rows of pixels: a band of whole rows at a time, evaluated in pieces, as a row may be as long as a picture. */

import type { Cells } from '../field/grid.ts';
import type { TimeSlices } from '../time-slices.ts';
import type { Geometry } from './geometry.ts';
import { type PieceSize, pieceOf, rowsOfBand } from './pieces.ts';
import type { Scene } from './scene.ts';

type Samples = Uint8Array | Uint16Array;

/** Where the samples of a band go: zeroed, [count]. @param offset samples of the crop before them */
export type RoomFor = (count: number, offset: number) => Samples;

/** Output rows `row` … `row + rows − 1` of the crop. */
interface Band {
  readonly row: number;
  readonly rows: number;
}

/**
 * Yields successive groups of whole rows of the crop, top to bottom.
 * @param onProgress called with the share of pixels done, 0 … 1
 * @throws LoecError E_ABORTED or E_LIMIT
 */
export async function* renderBands(
  scene: Scene,
  geometry: Geometry,
  slices: TimeSlices,
  roomFor: RoomFor,
  onProgress?: (done: number) => void,
): AsyncGenerator<Samples> {
  const { width, height } = geometry.crop;
  const rowsPerBand = rowsOfBand(geometry);
  for (let row = 0; row < height; row += rowsPerBand) {
    const band = { row, rows: Math.min(rowsPerBand, height - row) };
    const samples = roomFor(width * band.rows * scene.channels, width * row * scene.channels);
    for await (const done of renderBand(scene, geometry, slices, band, samples)) {
      onProgress?.((row + band.rows * done) / height);
    }
    yield samples;
  }
}

/** Fills the band, some columns after the other. Yields the share of it that is done. */
async function* renderBand(
  scene: Scene,
  geometry: Geometry,
  slices: TimeSlices,
  band: Band,
  samples: Samples,
): AsyncGenerator<number> {
  const { crop, samplesX, samplesY } = geometry;
  const piece = pieceOf(scene.cost, geometry, band.rows);
  for (let column = 0; column < crop.width; column += piece.columns) {
    const count = Math.min(piece.columns, crop.width - column);
    const columns = cellsOf(crop.x + column, count, geometry.width, samplesX);
    const rows = cellsOf(crop.y + band.row, band.rows, geometry.height, samplesY);
    const values = await evaluate(scene, columns, rows, piece, slices);
    const means = averageCells(values, band.rows, count, scene.values, geometry);
    const part = scene.samplesOf(means);
    const run = count * scene.channels;
    for (let row = 0; row < band.rows; row++) {
      samples.set(part.subarray(run * row, run * (row + 1)), (crop.width * row + column) * scene.channels);
    }
    yield (column + count) / crop.width;
  }
}

/** What the scene gives at all crossings, some rows after the other: [rows, columns, values]. */
async function evaluate(
  scene: Scene,
  columns: Cells,
  rows: Cells,
  piece: PieceSize,
  slices: TimeSlices,
): Promise<Float32Array> {
  const run = columns.length * scene.values;
  const values = new Float32Array(run * rows.length);
  for (let row = 0; row < rows.length; row += piece.sampleRows) {
    await slices.pause();
    const length = Math.min(piece.sampleRows, rows.length - row);
    values.set(await scene.evaluate(columns, { ...rows, start: rows.start + row, length }), run * row);
  }
  return values;
}

/** Output pixels as cells of `samples` samples each. */
function cellsOf(start: number, length: number, count: number, samples: number): Cells {
  return { start: start * samples, length: length * samples, count: count * samples };
}

/** Means over samplesY × samplesX cells: [rows·samplesY, width·samplesX, count] to [rows, width, count]. */
function averageCells(
  values: Float32Array,
  rows: number,
  width: number,
  count: number,
  { samplesX, samplesY }: Geometry,
): Float32Array {
  if (samplesX * samplesY === 1) return values;
  const sums = new Float64Array(rows * width * count);
  let next = 0;
  for (let y = 0; y < rows * samplesY; y++) {
    const row = Math.floor(y / samplesY) * width;
    for (let x = 0; x < width * samplesX; x++) {
      const cell = (row + Math.floor(x / samplesX)) * count;
      for (let i = 0; i < count; i++, next++) {
        sums[cell + i] = (sums[cell + i] as number) + (values[next] as number);
      }
    }
  }
  return Float32Array.from(sums, (sum) => sum / (samplesX * samplesY));
}
