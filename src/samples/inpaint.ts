/**
 * @file Inpainting by a membrane: unknown pixels get the smoothest values that agree with the known ones around them, those that solve
 * Laplace's equation, nearly. Coarse versions of the picture give a first guess (push-pull: Gortler, Grzeszczuk, Szeliski, Cohen, "The
 * lumigraph", SIGGRAPH 1996), which relaxation makes smooth at each scale.
 */

import type { Size } from '../image/raster.ts';

/** A plane, [height, width], and which of its values are known: 1, else 0. */
interface PartlyKnown extends Size {
  readonly values: Float32Array;
  readonly known: Uint8Array;
}

/** Gauss-Seidel sweeps at each scale; errors that are left are those of the scale itself, which few sweeps remove. */
const SWEEPS = 8;

/** Fills what is not known in place; where nothing is, the values stay. @param known [height, width]: 1 for what stays */
export function inpaint(values: Float32Array, known: Uint8Array, { width, height }: Size): void {
  const plane = { width, height, values, known };
  if (!known.includes(0)) return;
  if (width > 1 || height > 1) {
    const half = halved(plane);
    inpaint(half.values, half.known, half);
    guess(plane, half);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) relax(plane);
}

/** Means of what is known in blocks of 2×2. */
function halved({ width, height, values, known }: PartlyKnown): PartlyKnown {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const sums = new Float32Array(half.width * half.height);
  const counts = new Uint8Array(sums.length);
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < width; x++, at++) {
      if (known[at] === 0) continue;
      const to = row + (x >> 1);
      sums[to] = (sums[to] as number) + (values[at] as number);
      counts[to] = (counts[to] as number) + 1;
    }
  }
  const means = sums.map((sum, i) => sum / Math.max(1, counts[i] as number));
  return { ...half, values: means, known: counts.map((count) => Math.min(1, count)) };
}

function guess({ width, height, values, known }: PartlyKnown, half: PartlyKnown): void {
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y >> 1) * half.width;
    for (let x = 0; x < width; x++, at++) {
      if (known[at] === 0) values[at] = half.values[row + (x >> 1)] as number;
    }
  }
}

/** Each unknown value becomes the mean of its neighbours; beyond the edges there are none. */
function relax({ width, height, values, known }: PartlyKnown): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (known[at] === 1) continue;
      const centre = values[at] as number;
      const left = x > 0 ? (values[at - 1] as number) : centre;
      const right = x < width - 1 ? (values[at + 1] as number) : centre;
      const above = y > 0 ? (values[at - width] as number) : centre;
      const below = y < height - 1 ? (values[at + width] as number) : centre;
      values[at] = (left + right + above + below) / 4;
    }
  }
}
