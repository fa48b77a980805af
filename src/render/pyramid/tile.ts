/** @file A tile of crossings in the kernels' memory, see `../kernels/tile.ts`. */

import type { Arena } from '../../wasm/arena.ts';
import { roundUp } from '../../wasm/pages.ts';
import { PATCH, STAGE, TILE } from '../kernels/built/records.ts';
import { NO_PATCH, type TilePlane, writePatch } from './patch.ts';
import { tapIndices } from './stages.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Columns of a row are filled up to a multiple of this. */
export const COLUMN_QUANTUM = 8;
const CHANNEL_QUANTUM = 4;
/** Taps of a filter per channel. */
const FILTER_TAPS = 9;

export interface TilePicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly planes: readonly TilePlane[];
}

/** A field's weights in memory, for all tiles. */
export interface TileField {
  readonly layers: number;
  readonly filterRecords: number;
  readonly filters: number;
}

export interface TileAxes {
  /** Pixel positions of each stage, see `stagesOf`. */
  readonly columns: readonly Float64Array[];
  readonly rows: readonly Float64Array[];
  /** Experts of the first stage: [rows, columns]; null where no layer has several. */
  readonly tuples: Uint32Array | null;
}

/** @returns the tile's address and that of its outputs, [rows, columns, channels] of the last stage */
export function writeTile(
  arena: Arena,
  picture: TilePicture,
  field: TileField,
  axes: TileAxes,
): { tile: number; outputs: number } {
  const [columns, rows] = [filledUp(axes.columns[0] as Float64Array), axes.rows[0] as Float64Array];
  const lastColumns = axes.columns.at(-1) as Float64Array;
  const lastRows = axes.rows.at(-1) as Float64Array;
  const planes = picture.planes.length;
  const widest = Math.max(field.filters > 0 ? FILTER_TAPS * picture.channels : 0, planes);
  const values = {
    ...field,
    planes,
    patches: writePatches(arena, picture.planes, columns, rows),
    wholeColumns: arena.put(Uint32Array.from(columns, (x) => (Number.isInteger(x) ? 0xffffffff : 0))),
    wholeRows: arena.put(Uint32Array.from(rows, (y) => Number(Number.isInteger(y)))),
    features: arena.take(FLOAT * planes * columns.length),
    tuples: axes.tuples ? writeTuples(arena, axes.tuples, rows.length, columns.length) : 0,
    stages: writeStages(arena, picture, axes),
    channels: picture.channels,
    pointers: arena.take(Uint32Array.BYTES_PER_ELEMENT * widest),
    taps: arena.take(FLOAT * FILTER_TAPS * picture.channels * columns.length),
    outputColumns: lastColumns.length,
    outputs: arena.take(FLOAT * lastRows.length * lastColumns.length * picture.channels),
  };
  return { tile: arena.putRecords(TILE, [values]), outputs: values.outputs };
}

/** With copies of the last element up to a multiple of COLUMN_QUANTUM. */
function filledUp<T extends Float64Array | Uint32Array>(list: T): T {
  const List = list.constructor as new (length: number) => T;
  const result = new List(roundUp(list.length, COLUMN_QUANTUM));
  result.set(list);
  result.fill(list.at(-1) as number, list.length);
  return result;
}

function writePatches(
  arena: Arena,
  planes: readonly TilePlane[],
  columns: Float64Array,
  rows: Float64Array,
): number {
  const isNative = columns.every(Number.isInteger) && rows.every(Number.isInteger);
  const patches = planes.map((plane) => {
    const isDirect = plane.reading === 'direct';
    const latents = isDirect ? writeLatents(arena, plane, columns, rows) : 0;
    return { latents, ...(isDirect && isNative ? NO_PATCH : writePatch(arena, plane, columns, rows)) };
  });
  return arena.putRecords(PATCH, patches);
}

/** A direct plane's latents at pixel centres: [rows, columns], anything elsewhere. */
function writeLatents(
  arena: Arena,
  { width, latents }: TilePlane,
  columns: Float64Array,
  rows: Float64Array,
): number {
  const address = arena.take(FLOAT * rows.length * columns.length);
  const values = new Float32Array(arena.memory.buffer, address, rows.length * columns.length);
  for (const [i, y] of rows.entries()) {
    if (!Number.isInteger(y)) continue;
    for (let j = 0, at = i * columns.length; j < columns.length; j++, at++) {
      const x = columns[j] as number;
      if (Number.isInteger(x)) values[at] = latents[y * width + x] as number;
    }
  }
  return address;
}

function writeTuples(arena: Arena, tuples: Uint32Array, rows: number, pitch: number): number {
  const address = arena.take(Uint32Array.BYTES_PER_ELEMENT * rows * pitch);
  const columns = tuples.length / rows;
  for (let row = 0; row < rows; row++) {
    const line = filledUp(tuples.slice(row * columns, (row + 1) * columns));
    new Uint32Array(arena.memory.buffer, address + line.byteLength * row).set(line);
  }
  return address;
}

/** Two areas of planes take turns. */
function writeStages(arena: Arena, picture: TilePicture, { columns, rows }: TileAxes): number {
  const planes = roundUp(picture.channels, CHANNEL_QUANTUM);
  const sizes = columns.map((list, stage) => {
    const filled = roundUp(list.length, COLUMN_QUANTUM);
    const count = (rows[stage] as Float64Array).length;
    return { columns: filled, rows: count, planeBytes: FLOAT * filled * count };
  });
  const areas = sizes.slice(0, 2).map(({ planeBytes }) => arena.take(planes * planeBytes));
  const stages = sizes.map((size, stage) => {
    const before = sizes[stage - 1];
    const tapsOf = (lists: readonly Float64Array[], pixels: number): Uint32Array[] =>
      tapIndices(lists[stage - 1] as Float64Array, lists[stage] as Float64Array, pixels);
    return {
      ...size,
      planes: areas[stage % 2] as number,
      columnTaps: before ? putOffsets(arena, tapsOf(columns, picture.width).map(filledUp), FLOAT) : 0,
      rowTaps: before ? putOffsets(arena, tapsOf(rows, picture.height), FLOAT * before.columns) : 0,
    };
  });
  return arena.putRecords(STAGE, stages);
}

function putOffsets(arena: Arena, lists: readonly Uint32Array[], bytes: number): number {
  return arena.put(Uint32Array.from(lists.flatMap((list) => Array.from(list, (index) => bytes * index))));
}
