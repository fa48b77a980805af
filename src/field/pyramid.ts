/**
 * @file The latent pyramid: grids of integers at 1/1, 1/2, 1/4 … of the picture's resolution, read at any position. Grid l
 * is ⌈W/2ˡ⌉ × ⌈H/2ˡ⌉; its cell i covers the pixels i·2ˡ … (i + 1)·2ˡ − 1 and has its centre at (i + ½)·2ˡ − ½.
 *
 * Interpolation is separable. Grids from the second on are coefficients of a cubic B-spline: the value at u = f + t, f whole and
 * 0 ≤ t < 1, is Σ βⱼ(t)·q[f − 1 + j], j = 0 … 3, with cells beyond an edge equal to the edge's. The first grid's latents
 * are taken as they are at pixel centres; elsewhere they are interpolated by the spline that passes through them.
 */

/** Width and height of grid `level` of a picture. */
export function gridSize(width: number, height: number, level: number): { width: number; height: number } {
  return { width: Math.ceil(width / 2 ** level), height: Math.ceil(height / 2 ** level) };
}

/** Seven grids, one more from 1 megapixel on and another from 3. */
export function gridCount(width: number, height: number): number {
  const megapixels = (width * height) / 1e6;
  return 7 + Number(megapixels >= 1) + Number(megapixels >= 3);
}

/** Real-valued latents of a picture, all 0: one array per grid, [height, width]. */
export function zeroLatents(picture: { width: number; height: number }, grids: number): Float32Array[] {
  return Array.from({ length: grids }, (_, level) => {
    const { width, height } = gridSize(picture.width, picture.height, level);
    return new Float32Array(width * height);
  });
}

/** Visits the rows of a picture's grids. @param grids values of the grids, from the first on: one array per grid, [height, width] */
export function visitRows<Values extends Float32Array | Int8Array>(
  picture: { width: number; height: number },
  grids: readonly Values[],
  visit: (level: number, row: number, values: Values) => void,
): void {
  for (const [level, values] of grids.entries()) {
    const { width, height } = gridSize(picture.width, picture.height, level);
    for (let y = 0; y < height; y++) visit(level, y, values.subarray(width * y, width * (y + 1)) as Values);
  }
}

/** Grids that a file may have. */
export const MAX_GRIDS = 12;

/** Latents are within ±MAX_LATENT. */
export const MAX_LATENT = 2047;

/** Where a pixel position lies on a grid: pixel x is at (x + ½)/2ˡ − ½. */
function gridPosition(pixel: number, level: number): number {
  return (pixel + 0.5) / 2 ** level - 0.5;
}

/** The four weights of the cubic B-spline at t in [0, 1). */
export function splineWeights(t: number): [number, number, number, number] {
  const s = 1 - t;
  return [
    (s * s * s) / 6,
    (3 * t * t * t - 6 * t * t + 4) / 6,
    (3 * s * s * s - 6 * s * s + 4) / 6,
    (t * t * t) / 6,
  ];
}

/** What a pixel position along an axis sees of a grid: the first of four cells, perhaps beyond an edge, and their weights. */
export function tapsAt(pixel: number, level: number): { first: number; weights: readonly number[] } {
  const position = gridPosition(pixel, level);
  const cell = Math.floor(position);
  return { first: cell - 1, weights: splineWeights(position - cell) };
}

/** Latents of a picture: one array per grid, [height, width]. */
export type Latents = readonly Int16Array[];
