/** @file Cells of coarser latent planes as planes of a block, and their gradients back. */

/**
 * Twice as many cells: plane[2i] = before[i], plane[2i + 1] = after[i]. The source may be the plane itself.
 * @param cells rounded up to a multiple of 4
 */
export function spread(before: usize, after: usize, plane: usize, cells: u32): void {
  // From the end, so that nothing is overwritten before it is read.
  for (let at = <usize>((cells + 3) / 4) * 16; at > 0; ) {
    at -= 16;
    const even = v128.load(before + at), odd = v128.load(after + at);
    v128.store(plane + 2 * at, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
    v128.store(plane + 2 * at, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
  }
}

/**
 * Half as many cells: plane[i] ← plane[2i] + plane[2i + 1].
 * @param cells how many there will be, rounded up to a multiple of 4
 */
export function merge(plane: usize, cells: u32): void {
  let from = plane;
  for (const end = plane + 4 * <usize>cells; plane < end; plane += 16, from += 32) {
    const low = v128.load(from), high = v128.load(from, 16);
    const even = v128.shuffle<f32>(low, high, 0, 2, 4, 6), odd = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
    v128.store(plane, f32x4.add(even, odd));
  }
}

/** evens[i] += plane[2i] */
export function addEvens(evens: usize, plane: usize, cells: u32): void {
  for (const end = evens + 4 * <usize>cells; evens < end; evens += 16, plane += 32) {
    const even = v128.shuffle<f32>(v128.load(plane), v128.load(plane, 16), 0, 2, 4, 6);
    v128.store(evens, f32x4.add(v128.load(evens), even));
  }
}

/** odds[i] += plane[2i + 1] */
export function addOdds(odds: usize, plane: usize, cells: u32): void {
  for (const end = odds + 4 * <usize>cells; odds < end; odds += 16, plane += 32) {
    const odd = v128.shuffle<f32>(v128.load(plane), v128.load(plane, 16), 1, 3, 5, 7);
    v128.store(odds, f32x4.add(v128.load(odds), odd));
  }
}
