/** @file A tile of cells in the kernels' memory, see `../kernels/tile.ts`. */

import { type Span, spanLength, widened } from '../../field/grid.ts';
import type { Arena } from '../../wasm/arena.ts';
import { roundUp } from '../../wasm/pages.ts';
import { writeRecord } from '../../wasm/records.ts';
import { PATCH, TILE } from '../kernels/built/records.ts';
import type { TileAxis } from './axis.ts';
import { type TilePlane, writePatch } from './patch.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

const CHANNEL_QUANTUM = 4;
/** Taps of a filter per channel. */
const FILTER_TAPS = 9;
/** Bytes beside a row of values, left and right together. */
const MARGINS = 32;

/** A field in memory, for all tiles. */
export interface TileField {
  readonly layers: number;
  readonly filterRecords: number;
  readonly filters: number;
  readonly channels: number;
}

/** The cells of a tile, with its halo. */
export interface TileCells {
  readonly across: TileAxis;
  readonly down: TileAxis;
  readonly planes: readonly TilePlane[];
  /** [rows, columns]; null where no layer has several experts. */
  readonly tuples: Uint32Array | null;
  /** How the tile ends. */
  readonly ends: Sides<TileEnd>;
  /** Addresses of the tiles at the centres of the edges' pixels; 0 for none. */
  readonly edges: Sides<number>;
}

/** Inside the picture; at an edge of it, with cells that are no farther than the centres of the edge's pixels, or beyond these. */
export type TileEnd = 'inside' | 'edge' | 'beyond';

/** As kernels have them. */
const ENDS: Readonly<Record<TileEnd, number>> = { inside: 0, edge: 1, beyond: 2 };

export interface Sides<Value> {
  readonly left: Value;
  readonly right: Value;
  readonly top: Value;
  readonly bottom: Value;
}

/** The cells of a tile that are wanted, and where their outputs go. */
export interface TileOutputs {
  readonly columns: Span;
  readonly rows: Span;
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

/** A tile whose outputs are wanted. @returns its address */
export function writeTile(arena: Arena, field: TileField, cells: TileCells, outputs: TileOutputs): number {
  // Two areas take turns.
  const areas = takeAreas(arena, field, cells, 2);
  const values = Uint32Array.from({ length: field.filters + 1 }, (_, i) => areas[i % 2] as number);
  const { columns, rows, address, step, pitch } = outputs;
  return putTile(arena, field, cells, values, field.filters, {
    firstColumn: columns.first - cells.across.pixels.first,
    firstRow: rows.first - cells.down.pixels.first,
    outputColumns: spanLength(columns),
    outputRows: spanLength(rows),
    outputs: address,
    outputStep: step,
    outputPitch: pitch,
  });
}

/** A tile of which others see what the layers give, and what all filters but the last make of it. @returns its address */
export function writeEdge(arena: Arena, field: TileField, cells: TileCells): number {
  const areas = takeAreas(arena, field, cells, field.filters);
  return putTile(arena, field, cells, Uint32Array.from(areas), field.filters - 1, NO_OUTPUTS);
}

const NO_OUTPUTS = {
  firstColumn: 0,
  firstRow: 0,
  outputColumns: 0,
  outputRows: 0,
  outputs: 0,
  outputStep: 0,
  outputPitch: 0,
};

function takeAreas(arena: Arena, { channels }: TileField, cells: TileCells, count: number): number[] {
  const bytes = roundUp(channels, CHANNEL_QUANTUM) * planeBytes(cells);
  return Array.from({ length: count }, () => arena.take(bytes));
}

function planeBytes({ across, down }: TileCells): number {
  return (FLOAT * across.columns + MARGINS) * spanLength(down.pixels);
}

/** @param values addresses of what the layers give and of what each of `filters` makes of it */
function putTile(
  arena: Arena,
  field: TileField,
  cells: TileCells,
  values: Uint32Array,
  filters: number,
  outputs: typeof NO_OUTPUTS,
): number {
  const { across, down, planes, tuples, ends, edges } = cells;
  const { columns } = across;
  const [cellColumns, rows] = [spanLength(across.pixels), spanLength(down.pixels)];
  const pointers = Math.max(FILTER_TAPS * field.channels, planes.length);
  const patches = planes.map((plane) => writePatch(arena, plane, across, down));
  const own = {
    filters,
    fieldFilters: field.filters,
    planes: planes.length,
    patches: arena.putRecords(PATCH, patches),
    columns,
    cellColumns,
    rows,
    atLeft: ENDS[ends.left],
    atRight: ENDS[ends.right],
    atTop: ENDS[ends.top],
    atBottom: ENDS[ends.bottom],
    features: arena.take(FLOAT * planes.length * columns),
    tuples: tuples ? writeTuples(arena, tuples, cellColumns, rows, columns) : 0,
    values: arena.put(values),
    planeBytes: planeBytes(cells),
    covered: arena.take(2 * FLOAT * field.channels * rows),
    pointers: arena.take(Uint32Array.BYTES_PER_ELEMENT * pointers),
  };
  const tile = arena.take(TILE.bytes);
  // Spread into one object they would take longer than small tiles.
  for (const fields of [field, outputs, edges, own]) writeRecord(arena.memory, tile, TILE, fields);
  return tile;
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
