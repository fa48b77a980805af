/**
 * @file Which positions along an axis a field with filters is evaluated at. A filter sees three pixels around a position,
 * those beyond the picture's edges being the edge's, so every filter adds its neighbours to the positions that are asked
 * for. Where positions are a whole number of pixels apart, neighbours mostly coincide with them.
 */

/** Offsets from a position to what a filter sees along an axis, clamped to the picture's pixel centres. */
const OFFSETS = [-1, 0, 1];

/**
 * The positions of every stage of the evaluation: those of the layers first, then what each filter makes of the stage before;
 * `positions` last. All rise.
 * @param pixels of the picture along the axis
 */
export function stagesOf(positions: Float64Array, filters: number, pixels: number): Float64Array[] {
  const stages = [positions];
  for (let filter = 0; filter < filters; filter++) {
    stages.unshift(unionOf(tapsOf(stages[0] as Float64Array, pixels)));
  }
  return stages;
}

/** All positions that are in one of the lists, each once, rising. */
function unionOf(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const list of lists) {
    all.set(list, next);
    next += list.length;
  }
  return all.sort().filter((position, i) => position !== all[i - 1]);
}

/** Where a stage has the positions of the next one and what a filter sees around them: [4][positions]. */
export function tapIndices(before: Float64Array, positions: Float64Array, pixels: number): Uint32Array[] {
  return tapsOf(positions, pixels).map((taps) => indicesIn(before, taps));
}

/** The positions themselves and their clamped neighbours at each of OFFSETS. */
function tapsOf(positions: Float64Array, pixels: number): Float64Array[] {
  const clamped = OFFSETS.map((offset) =>
    positions.map((p) => Math.min(pixels - 1, Math.max(0, p + offset))),
  );
  return [positions, ...clamped];
}

/** Index of each wanted position, all of which are there. */
export function indicesIn(positions: Float64Array, wanted: Float64Array): Uint32Array {
  const index = new Map(Array.from(positions, (position, i) => [position, i]));
  return Uint32Array.from(wanted, (position) => index.get(position) as number);
}

/** A run of an axis that is evaluated at once. */
export interface AxisPiece {
  /** Index of its first position. */
  readonly start: number;
  /** See `stagesOf`. */
  readonly stages: readonly Float64Array[];
}

/** Halves an axis until no stage has more than `most` positions. Pieces are made when they are asked for, as an axis may be long. */
export function* cutAxis(
  positions: Float64Array,
  filters: number,
  pixels: number,
  most: number,
  start = 0,
): Generator<AxisPiece> {
  const stages = positions.length > most ? [positions] : stagesOf(positions, filters, pixels);
  if ((stages[0] as Float64Array).length <= most || positions.length === 1) {
    yield { start, stages };
    return;
  }
  const middle = positions.length >> 1;
  yield* cutAxis(positions.subarray(0, middle), filters, pixels, most, start);
  yield* cutAxis(positions.subarray(middle), filters, pixels, most, start + middle);
}
