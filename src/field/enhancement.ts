/**
 * @file The enhancement layer: a latent for every sample of the picture, which says what the field leaves out. The field is a picture's base
 * layer: it describes what it can with few bits, and however long it is fitted, a sample in three or four of each pixel is all that
 * its finest plane reaches (docs/experiments.md, "Enhancement layer").
 *
 *     y = clip(field(p)) + Δ · Σ Cₖ rₖ(p)
 *
 * r are the planes, read as a plane that is read directly is; Δ is their step, Cₖ what a unit of plane k means for each channel.
 */

import type { Size } from '../image/raster.ts';
import { type ContextSpec, LOG_SCALE } from './context.ts';
import { type LatentModel, latentModelOf } from './model.ts';
import type { Latents, PlaneSpec } from './pyramid.ts';

export interface Enhancement {
  /** Δ of values in [−1, 1], as the index of a quantization step (`quantizer.ts`). */
  readonly stepIndex: number;
  /** One plane per output of the field, [height, width]. */
  readonly planes: Latents;
}

/** What the contexts see: what a field leaves out is noise, of which only the strength is predicted, by its neighbours. */
const CONTEXT: ContextSpec = { neighbours: 4, coarser: 0, width: 8 };

/** What 16 bits hold: with it what the worst of fits leaves out has errors of some two samples of 16 bits. */
export const MAX_ENHANCEMENT = 32767;

const PLANE: PlaneSpec = { level: 0, reading: 'direct' };

/** The planes of a picture. */
export function enhancementModel(outputs: number, size: Size): LatentModel {
  return latentModelOf(Array<PlaneSpec>(outputs).fill(PLANE), CONTEXT, size, MAX_ENHANCEMENT);
}

/** Of its context model: all are 0 but the last bias, which makes the scale of all Laplace distributions 1. */
export function enhancementParameters({ context }: LatentModel): Float32Array {
  return new Float32Array(context.parameters).fill(LOG_SCALE.shift, -1);
}

/** Luminance, red against blue, green against both: orthonormal up to rounding to float32. */
const OPPONENT: readonly (readonly number[])[] = [
  [0.57735026, 0.57735026, 0.57735026],
  [0.70710677, 0, -0.70710677],
  [0.4082483, -0.8164966, 0.4082483],
];

/** Cₖ of each plane k, one number per output: planes of three colours are opponent ones, all others an output's own. */
export function meanings(outputs: number): Float32Array[] {
  const opponents = outputs < 3 ? [] : OPPONENT;
  return Array.from({ length: outputs }, (_, plane) =>
    Float32Array.from({ length: outputs }, (_, output) => {
      const row = opponents[plane];
      return row ? (row[output] ?? 0) : Number(plane === output);
    }),
  );
}
