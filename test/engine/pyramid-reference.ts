/**
 * @file A pyramid field's loss in float64 plain TypeScript, pixel by pixel and latent by latent, with a backward pass by hand:
 * the oracle that engines are held against. Clarity before speed.
 */

import type { LatentNoise, PyramidLoss, PyramidProblem, PyramidState } from '../../src/engine/pyramid.ts';
import { at, type Vector } from './pyramid-reference/affine.ts';
import { type Bounds, bitsOf } from './pyramid-reference/context.ts';
import { measured } from './pyramid-reference/distortion.ts';
import { fieldBackward, fieldForward } from './pyramid-reference/field.ts';
import { seenLatents } from './pyramid-reference/rounding.ts';

export { seenLatents };

/** Rounds and adds no noise. */
export const ROUNDED: LatentNoise = { temperature: 0, sigma: 0, seed: 0 };

/** A state, or its gradient, in float64. */
export interface ReferencePoint {
  readonly latents: readonly Float64Array[];
  readonly field: Float64Array;
  readonly context: Float64Array;
}

export function referencePoint({ latents, field, context }: PyramidState): ReferencePoint {
  return {
    latents: latents.map((grid) => Float64Array.from(grid)),
    field: Float64Array.from(field),
    context: Float64Array.from(context),
  };
}

/** [height, width, channels] at rounded latents. */
export function referenceOutputs(problem: PyramidProblem, { latents, field }: ReferencePoint): number[] {
  return referenceOutputsAt(problem, seenLatents(latents, ROUNDED).values, field);
}

/** The same, @param q latents as the loss sees them */
export function referenceOutputsAt(
  problem: PyramidProblem,
  q: readonly Float64Array[],
  field: Float64Array,
): number[] {
  return outputsOf(fieldForward(problem, q, field)).flatMap((colour) => [...colour]);
}

const outputsOf = ({ planes }: ReturnType<typeof fieldForward>): Vector[] => planes.at(-1) as Vector[];

/** @param q latents as the loss sees them */
export function referenceLossAt(
  problem: PyramidProblem,
  q: readonly Float64Array[],
  { field, context }: Pick<ReferencePoint, 'field' | 'context'>,
  bounds: Bounds = { masses: 0, scales: 0 },
): PyramidLoss {
  return {
    distortion: measured(problem, outputsOf(fieldForward(problem, q, field))).value,
    bits: bitsOf(problem.model, q, context, bounds),
  };
}

export function referenceLoss(
  problem: PyramidProblem,
  point: ReferencePoint,
  noise: LatentNoise,
): PyramidLoss {
  return referenceLossAt(problem, seenLatents(point.latents, noise).values, point);
}

/** The gradient of D + λR, with D and R. */
export function referenceGradient(
  problem: PyramidProblem,
  point: ReferencePoint,
  lambda: number,
  noise: LatentNoise,
): ReferencePoint & { readonly loss: PyramidLoss } {
  const { values, slopes } = seenLatents(point.latents, noise);
  const atSeen: ReferencePoint = {
    latents: point.latents.map((grid) => new Float64Array(grid.length)),
    field: new Float64Array(point.field.length),
    context: new Float64Array(point.context.length),
  };
  const { width, height } = problem.raster;
  const pixels = width * height;
  const trace = fieldForward(problem, values, point.field);
  const distortion = measured(problem, outputsOf(trace));
  fieldBackward(problem, point.field, trace, distortion.deltas, atSeen);
  const costs = { cost: lambda / pixels, ...atSeen };
  const bits = bitsOf(problem.model, values, point.context, { masses: 0, scales: 0 }, costs);
  const latents = atSeen.latents.map((grid, level) =>
    grid.map((value, i) => value * at(slopes[level] as Float64Array, i)),
  );
  return { ...atSeen, latents, loss: { distortion: distortion.value, bits } };
}
