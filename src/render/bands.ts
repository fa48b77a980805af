/** @file From a picture that can be evaluated anywhere to rows of pixels: a band of whole rows at a time, evaluated in pieces, as a row may be as long as a picture. */

import type { Cells } from '../field/grid.ts';
import { allocateSamples, type BitDepth } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import type { Geometry } from './geometry.ts';
import { type PieceSize, pieceOf, rowsOfBand } from './pieces.ts';
import type { Scene } from './scene.ts';

export type Samples = Uint8Array | Uint16Array;

/** Where the samples of a band go: zeroed, [count]. @param offset samples of the crop before them */
export type RoomFor = (count: number, offset: number) => Samples;

/** Output rows `row` … `row + rows − 1` of the crop. */
export interface Band {
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
  for (const band of bandsOf(geometry)) {
    const samples = roomFor(width * band.rows * scene.channels, width * band.row * scene.channels);
    for await (const done of renderBand(scene, geometry, slices, band, samples)) {
      onProgress?.((band.row + band.rows * done) / height);
    }
    yield samples;
  }
}

/** All samples of a crop, of so many in all: [height, width, channels]. @throws LoecError as the bands do, and E_LIMIT without the memory */
export async function wholeOf(
  render: (roomFor: RoomFor) => AsyncIterable<Samples>,
  depth: BitDepth,
  count: number,
): Promise<Samples> {
  const data = allocateSamples(depth, count);
  for await (const _ of render((length, offset) => data.subarray(offset, offset + length)));
  return data;
}

export function bandCount(geometry: Geometry): number {
  return Math.ceil(geometry.crop.height / rowsOfBand(geometry));
}

/** The bands of an output, top to bottom. */
export function* bandsOf(geometry: Geometry): Generator<Band> {
  const { height } = geometry.crop;
  const rowsPerBand = rowsOfBand(geometry);
  for (let row = 0; row < height; row += rowsPerBand)
    yield { row, rows: Math.min(rowsPerBand, height - row) };
}

/** Fills the band, piece by piece. Yields the share of it that is done. */
export async function* renderBand(
  scene: Scene,
  geometry: Geometry,
  slices: TimeSlices,
  band: Band,
  samples: Samples,
): AsyncGenerator<number> {
  const { crop, samplesX, samplesY } = geometry;
  const piece = pieceOf(scene.cost, geometry, band.rows);
  const pieceRows = Math.max(1, Math.floor(piece.sampleRows / samplesY));
  for (let column = 0; column < crop.width; column += piece.columns) {
    const count = Math.min(piece.columns, crop.width - column);
    const columns = cellsOf(crop.x + column, count, geometry.width, samplesX);
    for (let row = 0; row < band.rows; row += pieceRows) {
      const length = Math.min(pieceRows, band.rows - row);
      const rows = cellsOf(crop.y + band.row + row, length, geometry.height, samplesY);
      const values = await evaluate(scene, columns, rows, piece, slices);
      const part = scene.samplesOf(averageCells(values, length, count, scene.values, geometry));
      copyRows(part, count * scene.channels, samples, crop.width * row + column, crop.width, scene.channels);
      yield (column + (count * (row + length)) / band.rows) / crop.width;
    }
  }
}

/** Copies rows of `run` samples to those of a picture. @param pixel of the picture, the first one's place */
function copyRows(
  part: Samples,
  run: number,
  samples: Samples,
  pixel: number,
  width: number,
  channels: number,
): void {
  for (let from = 0, to = pixel; from < part.length; from += run, to += width)
    samples.set(part.subarray(from, from + run), to * channels);
}

/** What the scene gives at all crossings, if need be some rows after the other: [rows, columns, values]. */
async function evaluate(
  scene: Scene,
  columns: Cells,
  rows: Cells,
  { sampleRows }: PieceSize,
  slices: TimeSlices,
): Promise<Float32Array> {
  await slices.pause();
  if (rows.length <= sampleRows) return scene.evaluate(columns, rows);
  const run = columns.length * scene.values;
  const values = new Float32Array(run * rows.length);
  for (let row = 0; row < rows.length; row += sampleRows) {
    const length = Math.min(sampleRows, rows.length - row);
    values.set(await scene.evaluate(columns, { ...rows, start: rows.start + row, length }), run * row);
    await slices.pause();
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
  const run = width * count;
  let next = 0;
  for (let y = 0; y < rows * samplesY; y++) {
    const start = Math.floor(y / samplesY) * run;
    for (let cell = start; cell < start + run; cell += count) {
      for (let x = 0; x < samplesX; x++) {
        for (let i = cell; i < cell + count; i++, next++)
          sums[i] = (sums[i] as number) + (values[next] as number);
      }
    }
  }
  const samples = samplesX * samplesY;
  const means = new Float32Array(sums.length);
  for (let i = 0; i < means.length; i++) means[i] = (sums[i] as number) / samples;
  return means;
}
