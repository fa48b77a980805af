/** @file What the context model sees of a latent's surroundings. */

/** See `ContextInput` in `src/field/context.ts`. */
@unmanaged
export class ContextInput {
  levels: u32;
  dy: i32;
  dx: i32;
  /** 1 or 0 */
  towardsY: u32;
  towardsX: u32;

  /** Where the cell is for the latents of a row. */
  rowOf(row: i32): i32 {
    return placeOf(row, this.levels, this.towardsY) + this.dy;
  }

  /** Where it is for those of a column. */
  columnOf(column: i32): i32 {
    return placeOf(column, this.levels, this.towardsX) + this.dx;
  }
}

function placeOf(coordinate: i32, levels: u32, isTowards: u32): i32 {
  const place = coordinate >> levels;
  return isTowards ? place + 2 * ((coordinate >> (levels - 1)) & 1) - 1 : place;
}
