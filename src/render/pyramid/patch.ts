/** @file The part of a latent plane that a tile sees, in the kernels' memory, and with which weights. */

import { assert } from '../../errors.ts';
import type { Plane } from '../../field/model.ts';
import { tapsAt } from '../../field/pyramid.ts';
import type { Arena } from '../../wasm/arena.ts';
import type { RecordValues } from '../../wasm/records.ts';
import type { PATCH } from '../kernels/built/records.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const TAPS = 4;

/** A latent plane as tiles read it. */
export interface TilePlane extends Plane {
  readonly latents: Int16Array;
  /** Of a plane that is read directly: those of the spline through its latents; null where all positions are pixel centres. */
  readonly coefficients: Int16Array | Float32Array | null;
}

/** What positions along an axis see of a plane; cells are counted from the first that any of them sees. */
interface SplineTaps {
  /** The plane's cell that is counted as 0, perhaps beyond its edge. */
  readonly low: number;
  /** Cells from `low` to the last that is seen. */
  readonly count: number;
  /** Per position the first of four cells. */
  readonly first: Uint32Array;
  /** [positions][4] */
  readonly weights: Float32Array;
}

/** @param positions rising pixel positions */
function splineTaps(positions: Float64Array, level: number): SplineTaps {
  const low = tapsAt(positions[0] as number, level).first;
  const first = new Uint32Array(positions.length);
  const weights = new Float32Array(TAPS * positions.length);
  for (const [i, position] of positions.entries()) {
    const taps = tapsAt(position, level);
    first[i] = taps.first - low;
    weights.set(taps.weights, TAPS * i);
  }
  return { low, count: (first.at(-1) as number) + TAPS, first, weights };
}

type PatchFields = Omit<RecordValues<typeof PATCH>, 'latents'>;

/** Where all crossings are pixel centres, of a plane that is read directly. */
export const NO_PATCH: PatchFields = {
  cells: 0,
  cellRows: 0,
  cellPitch: 0,
  columnTaps: 0,
  columnWeights: 0,
  rowTaps: 0,
  rowWeights: 0,
  lines: 0,
};

/**
 * Writes what the kernels need to interpolate a plane.
 * @param columns, rows rising pixel positions
 */
export function writePatch(
  arena: Arena,
  plane: TilePlane,
  columns: Float64Array,
  rows: Float64Array,
): PatchFields {
  const { level } = plane;
  const across = splineTaps(columns, level);
  const down = splineTaps(rows, level);
  return {
    cells: writeCells(arena, plane, across, down),
    cellRows: down.count,
    cellPitch: FLOAT * across.count,
    columnTaps: arena.put(across.first.map((cell) => FLOAT * cell)),
    columnWeights: arena.put(across.weights),
    rowTaps: arena.put(down.first),
    rowWeights: arena.put(down.weights),
    lines: arena.take(FLOAT * down.count * columns.length),
  };
}

/** Copies the cells that are seen; those beyond an edge are the edge's. */
function writeCells(
  arena: Arena,
  { width, height, reading, latents, coefficients }: TilePlane,
  across: SplineTaps,
  down: SplineTaps,
): number {
  const values = reading === 'spline' ? latents : coefficients;
  assert(values !== null, 'a position between pixel centres without coefficients');
  const address = arena.take(FLOAT * down.count * across.count);
  const patch = new Float32Array(arena.memory.buffer, address, down.count * across.count);
  const from = Math.max(0, across.low);
  const to = Math.min(width, across.low + across.count);
  for (let i = 0; i < down.count; i++) {
    const row = Math.min(height - 1, Math.max(0, down.low + i)) * width;
    const line = patch.subarray(i * across.count, (i + 1) * across.count);
    line.set(values.subarray(row + from, row + to), from - across.low);
    line.fill(values[row] as number, 0, from - across.low);
    line.fill(values[row + width - 1] as number, to - across.low);
  }
  return address;
}
