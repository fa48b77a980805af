/** @file The latent planes on the device: one buffer for all of them, and how each lies in it. */

import type { Model } from '../../../field/model.ts';
import { planeWords } from '../shaders/latents.ts';

export type PlaneLayout = ReturnType<typeof layOutPlanes>;

export function layOutPlanes(model: Model) {
  const words: number[] = [];
  /** Indices of the planes' first latents. */
  const firsts: number[] = [];
  let [latents, across] = [0, 0];
  for (const plane of model.planes) {
    const { width, height, reading } = plane;
    firsts.push(latents);
    words.push(...planeWords(plane, latents, across));
    latents += width * height;
    if (reading === 'spline') across += width * model.height;
  }
  return {
    firsts,
    /** Latents of all planes. */
    latents,
    /** What planes that are read by the spline have in cells of their width and the picture's height. */
    across,
    /** `LatentPlane` of the shaders, per plane. */
    words: Uint32Array.from(words),
  };
}

/** All planes' values one after the other. */
export function joinPlanes(
  { firsts, latents }: PlaneLayout,
  values: readonly ArrayLike<number>[],
): Float32Array {
  const joined = new Float32Array(latents);
  for (const [plane, first] of firsts.entries()) joined.set(values[plane] as ArrayLike<number>, first);
  return joined;
}

/** The inverse. */
export function splitPlanes({ firsts }: PlaneLayout, joined: Float32Array): Float32Array[] {
  return firsts.map((first, plane) => joined.slice(first, firsts[plane + 1]));
}
