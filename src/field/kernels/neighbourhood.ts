/** @file What the context model sees of a latent's surroundings. */

/** From a latent to a causal neighbour. */
@unmanaged
export class Neighbour {
  rows: i32;
  columns: i32;
}

/** See `CoarserCell` in `src/field/context.ts`. */
@unmanaged
export class CoarserCell {
  levels: u32;
  towardsY: u32;
  towardsX: u32;

  /** Where the cell is for the latents of a row. */
  rowOf(row: i32): i32 {
    return placeOf(row, this.levels, this.towardsY);
  }

  /** Where it is for those of a column. */
  columnOf(column: i32): i32 {
    return placeOf(column, this.levels, this.towardsX);
  }
}

function placeOf(coordinate: i32, levels: u32, isTowards: u32): i32 {
  const half = coordinate >> (levels - 1);
  return (half >> 1) + (isTowards ? 2 * (half & 1) - 1 : 0);
}
