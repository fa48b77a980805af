/** @file The latent planes on the device: one buffer for all of them, and how each lies in it. */

import type { Model } from '../../../field/model.ts';
import { planeWords } from '../shaders/latents.ts';

export interface PlacedPlane {
  readonly width: number;
  readonly height: number;
  /** Index of its first latent. */
  readonly first: number;
}

export interface PlacedPlanes {
  readonly planes: readonly PlacedPlane[];
  /** Latents of all planes. */
  readonly latents: number;
  /** What planes that are read by the spline have in cells of their width and the picture's height. */
  readonly across: number;
  /** `Plane` of the shaders, per plane. */
  readonly words: Uint32Array;
}

export function placePlanes(model: Model): PlacedPlanes {
  const planes: PlacedPlane[] = [];
  const words: number[] = [];
  let [latents, across] = [0, 0];
  for (const plane of model.planes) {
    const { width, height, reading } = plane;
    planes.push({ width, height, first: latents });
    words.push(...planeWords(plane, latents, across));
    latents += width * height;
    if (reading === 'spline') across += width * model.height;
  }
  return { planes, latents, across, words: Uint32Array.from(words) };
}

/** All planes' values one after the other. */
export function joinPlanes(
  { planes, latents }: PlacedPlanes,
  values: readonly ArrayLike<number>[],
): Float32Array {
  const joined = new Float32Array(latents);
  for (const [plane, { first }] of planes.entries()) joined.set(values[plane] as ArrayLike<number>, first);
  return joined;
}

/** The inverse. */
export function partPlanes({ planes }: PlacedPlanes, joined: Float32Array): Float32Array[] {
  return planes.map(({ first, width, height }) => joined.slice(first, first + width * height));
}
