/** @file The part of a latent plane that a tile sees, in the kernels' memory, and with which weights. */

import { type Span, spanLength } from '../../field/grid.ts';
import type { Size } from '../../image/raster.ts';
import type { Arena } from '../../wasm/arena.ts';
import type { RecordValues } from '../../wasm/records.ts';
import type { PATCH } from '../kernels/built/records.ts';
import type { PhaseCells } from './phases.ts';
import { PhaseTaps, type SplineTaps, TAPS } from './taps.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Cells of a plane, all of them or those from (left, top) on that are needed. */
export interface PlaneCells extends Size {
  readonly left: number;
  readonly top: number;
  /** [height, width] */
  readonly values: Int16Array | Float32Array;
}

/** A plane as the tiles of a phase read it. */
export interface TilePlane {
  readonly level: number;
  /** Whether a pixel's feature is its cell's value, or that of the spline whose coefficients the cells are. */
  readonly isDirect: boolean;
  /** null for zeros. */
  readonly cells: PlaneCells | null;
}

/** An axis of a tile. */
export interface TileAxis {
  /** The pixels whose cells they are. */
  readonly pixels: Span;
  readonly taps: PhaseTaps;
}

/** Makes axes of tiles; those of a phase share their taps. */
export function tileAxes(): (cells: PhaseCells) => TileAxis {
  const phases = new Map<number, PhaseTaps>();
  return ({ pixels, shift }) => {
    const taps = phases.get(shift) ?? new PhaseTaps(shift);
    phases.set(shift, taps);
    return { pixels, taps };
  };
}

/** @param columns of the tile, with fillers */
export function writePatch(
  arena: Arena,
  { level, isDirect, cells }: TilePlane,
  across: TileAxis,
  down: TileAxis,
  columns: number,
): RecordValues<typeof PATCH> {
  if (!cells) {
    return { ...NO_SPLINE, direct: arena.put(new Float32Array(columns * spanLength(down.pixels))) };
  }
  if (isDirect) {
    return { ...NO_SPLINE, direct: writeCells(arena, cells, across.pixels, down.pixels, columns) };
  }
  const [x, y] = [across.taps.at(across.pixels, level), down.taps.at(down.pixels, level)];
  const cellRows = spanLength(y.cells);
  return {
    direct: 0,
    cells: writeCells(arena, cells, x.cells, y.cells, spanLength(x.cells)),
    cellRows,
    cellPitch: FLOAT * spanLength(x.cells),
    ...writeColumns(arena, x, columns),
    rowTaps: arena.put(y.first),
    rowWeights: arena.put(y.weights),
    lines: arena.take(FLOAT * cellRows * columns),
  };
}

const NO_SPLINE = {
  cells: 0,
  cellRows: 0,
  cellPitch: 0,
  columnTaps: 0,
  columnWeights: 0,
  rowTaps: 0,
  rowWeights: 0,
  lines: 0,
};

/** Fillers see what the first column does. */
function writeColumns(arena: Arena, { first, weights }: SplineTaps, columns: number) {
  const offsets = new Uint32Array(columns);
  for (const [i, cell] of first.entries()) offsets[i] = FLOAT * cell;
  const columnTaps = arena.put(offsets);
  const columnWeights = arena.take(FLOAT * TAPS * columns);
  new Float32Array(arena.memory.buffer, columnWeights, weights.length).set(weights);
  return { columnTaps, columnWeights };
}

/** @param pitch cells from one row to the next @returns the address of [rows, pitch] */
function writeCells(arena: Arena, plane: PlaneCells, across: Span, down: Span, pitch: number): number {
  const count = pitch * spanLength(down);
  const address = arena.take(FLOAT * count);
  copyCells(plane, across, down, pitch, new Float32Array(arena.memory.buffer, address, count));
  return address;
}

/**
 * Copies cells; those beyond an edge are the edge's.
 * @param pitch cells from one row to the next
 * @param copies [rows, pitch]
 */
export function copyCells(
  { left, top, width, height, values }: PlaneCells,
  across: Span,
  down: Span,
  pitch: number,
  copies: Float32Array,
): void {
  const columns = spanLength(across);
  const from = Math.max(0, across.first - left);
  const to = Math.min(width, across.last + 1 - left);
  const start = from - (across.first - left);
  for (let i = 0; i < spanLength(down); i++) {
    const row = Math.min(height - 1, Math.max(0, down.first + i - top)) * width;
    const line = copies.subarray(i * pitch, i * pitch + columns);
    line.set(values.subarray(row + from, row + to), start);
    line.fill(values[row] as number, 0, start);
    line.fill(values[row + width - 1] as number, start + to - from);
  }
}
