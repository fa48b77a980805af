/** @file The latent grids on the device: one buffer for all of them, and how each lies in it. */

import { gridSize } from '../../../field/pyramid.ts';

export interface PlacedGrid {
  readonly width: number;
  readonly height: number;
  /** Index of its first latent. */
  readonly first: number;
}

export interface PlacedGrids {
  readonly grids: readonly PlacedGrid[];
  /** Latents of all grids. */
  readonly latents: number;
  /** What grids from the second on have in cells of their width and the picture's height. */
  readonly across: number;
  /** `Grid` of the shaders, per grid. */
  readonly words: Uint32Array;
}

export function placeGrids(picture: { width: number; height: number }, count: number): PlacedGrids {
  const grids: PlacedGrid[] = [];
  const words: number[] = [];
  let [latents, across] = [0, 0];
  for (let level = 0; level < count; level++) {
    const { width, height } = gridSize(picture.width, picture.height, level);
    grids.push({ width, height, first: latents });
    words.push(latents, width, height, across);
    latents += width * height;
    if (level > 0) across += width * picture.height;
  }
  return { grids, latents, across, words: Uint32Array.from(words) };
}

/** All grids' values one after the other. */
export function joinGrids(
  { grids, latents }: PlacedGrids,
  values: readonly ArrayLike<number>[],
): Float32Array {
  const joined = new Float32Array(latents);
  for (const [level, { first }] of grids.entries()) joined.set(values[level] as ArrayLike<number>, first);
  return joined;
}

/** The inverse. */
export function partGrids({ grids }: PlacedGrids, joined: Float32Array): Float32Array[] {
  return grids.map(({ first, width, height }) => joined.slice(first, first + width * height));
}
