/** @file A tile of cells in the kernels' memory, see `../kernels/tile.ts`. */

import { type Span, spanLength, widened } from '../../field/grid.ts';
import type { Size } from '../../image/raster.ts';
import type { Arena } from '../../wasm/arena.ts';
import { roundUp } from '../../wasm/pages.ts';
import { PATCH, TILE } from '../kernels/built/records.ts';
import { type TileAxis, type TilePlane, writePatch } from './patch.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Columns of a row are filled up to a multiple of this. */
export const COLUMN_QUANTUM = 8;
const CHANNEL_QUANTUM = 4;
/** Taps of a filter per channel. */
const FILTER_TAPS = 9;
/** Bytes beside a row of values, left and right together. */
const MARGINS = 32;

export interface TilePicture extends Size {
  readonly channels: number;
  readonly planes: readonly TilePlane[];
}

/** A field's weights in memory, for all tiles. */
export interface TileField {
  readonly layers: number;
  readonly filterRecords: number;
  readonly filters: number;
}

/** Where a tile's outputs go. */
export interface TileOutputs {
  readonly address: number;
  /** Bytes from one column, and from one row, to the next. */
  readonly step: number;
  readonly pitch: number;
}

/** With a halo: a pixel more for each filter, but none beyond the edges. */
export function withHalo<Axis extends { readonly pixels: Span }>(
  axis: Axis,
  filters: number,
  count: number,
): Axis {
  return { ...axis, pixels: widened(axis.pixels, filters, count) };
}

/**
 * @param across, down the pixels whose cells are wanted
 * @param tuples the experts of the tile with its halo: [rows, columns]; null where no layer has several
 * @returns the tile's address
 */
export function writeTile(
  arena: Arena,
  picture: TilePicture,
  field: TileField,
  across: TileAxis,
  down: TileAxis,
  tuples: Uint32Array | null,
  outputs: TileOutputs,
): number {
  const [wide, high] = [
    withHalo(across, field.filters, picture.width),
    withHalo(down, field.filters, picture.height),
  ];
  const [cellColumns, rows] = [spanLength(wide.pixels), spanLength(high.pixels)];
  const columns = roundUp(cellColumns, COLUMN_QUANTUM);
  const planes = picture.planes.length;
  const planeBytes = (FLOAT * columns + MARGINS) * rows;
  const takeValues = () => arena.take(roundUp(picture.channels, CHANNEL_QUANTUM) * planeBytes);
  const patches = picture.planes.map((plane) => writePatch(arena, plane, wide, high, columns));
  const values = {
    ...field,
    planes,
    patches: arena.putRecords(PATCH, patches),
    columns,
    cellColumns,
    rows,
    atLeft: Number(wide.pixels.first === 0),
    atRight: Number(wide.pixels.last === picture.width - 1),
    atTop: Number(high.pixels.first === 0),
    atBottom: Number(high.pixels.last === picture.height - 1),
    features: arena.take(FLOAT * planes * columns),
    tuples: tuples ? writeTuples(arena, tuples, cellColumns, rows, columns) : 0,
    channels: picture.channels,
    even: takeValues(),
    odd: takeValues(),
    planeBytes,
    pointers: arena.take(Uint32Array.BYTES_PER_ELEMENT * Math.max(FILTER_TAPS * picture.channels, planes)),
    firstColumn: across.pixels.first - wide.pixels.first,
    firstRow: down.pixels.first - high.pixels.first,
    outputColumns: spanLength(across.pixels),
    outputRows: spanLength(down.pixels),
    outputs: outputs.address,
    outputStep: outputs.step,
    outputPitch: outputs.pitch,
  };
  return arena.putRecords(TILE, [values]);
}

/** Fillers have the experts of the last column. */
function writeTuples(
  arena: Arena,
  tuples: Uint32Array,
  columns: number,
  rows: number,
  pitch: number,
): number {
  const address = arena.take(Uint32Array.BYTES_PER_ELEMENT * rows * pitch);
  const written = new Uint32Array(arena.memory.buffer, address, rows * pitch);
  for (let row = 0; row < rows; row++) {
    written.set(tuples.subarray(row * columns, (row + 1) * columns), row * pitch);
    written.fill(tuples[(row + 1) * columns - 1] as number, row * pitch + columns, (row + 1) * pitch);
  }
  return address;
}
