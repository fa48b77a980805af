/** @file The part of a latent plane that a tile sees, in the kernels' memory, and with which weights. */

import { type Span, spanLength } from '../../field/grid.ts';
import type { Size } from '../../image/raster.ts';
import type { Arena } from '../../wasm/arena.ts';
import type { RecordValues } from '../../wasm/records.ts';
import type { PATCH } from '../kernels/built/records.ts';
import type { TileAxis } from './axis.ts';

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

export function writePatch(
  arena: Arena,
  { level, isDirect, cells }: TilePlane,
  across: TileAxis,
  down: TileAxis,
): RecordValues<typeof PATCH> {
  const { columns } = across;
  if (!cells) {
    return { ...NO_SPLINE, direct: writeZeros(arena, columns * spanLength(down.pixels)) };
  }
  if (isDirect) {
    return { ...NO_SPLINE, direct: writeCells(arena, cells, across.pixels, down.pixels, columns) };
  }
  const [x, y] = [across.columnTapsAt(level), down.tapsAt(level)];
  const cellRows = spanLength(y.cells);
  return {
    direct: 0,
    cells: writeCells(arena, cells, x.cells, y.cells, spanLength(x.cells)),
    cellRows,
    cellPitch: FLOAT * spanLength(x.cells),
    columnTaps: arena.put(x.offsets),
    columnWeights: arena.put(x.weights),
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

function writeZeros(arena: Arena, count: number): number {
  const address = arena.take(FLOAT * count);
  new Float32Array(arena.memory.buffer, address, count).fill(0);
  return address;
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
  const start = across.first - left;
  // Rows are short where a tile has few cells: a loop takes less time than views of them.
  for (let i = 0; i < spanLength(down); i++) {
    const row = width * clamped(down.first + i - top, height);
    for (let column = 0; column < columns; column++) {
      copies[i * pitch + column] = values[row + clamped(start + column, width)] as number;
    }
  }
}

function clamped(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
