/** @file The schedule of a fit as data: phases in order, each a share of the steps. */

import type { FieldSpec } from '../../field/spec.ts';

export interface Phase {
  /** For progress. */
  readonly name: string;
  /** Share of all steps. */
  readonly share: number;
  /** Learning rate at the phase's first and last step, over the field's base rate; cosine in between. */
  readonly learningRate: { readonly from: number; readonly to: number };
  /** Share of the steps, and steps at most, from where an optimizer begins, in which the rate rises linearly. */
  readonly warmUp: { readonly share: number; readonly most: number };
}

/** Of a phase in which the optimizer goes on, or needs none. */
const NO_WARM_UP = { share: 0, most: 0 };

/**
 * Float parameters first; then layers are rounded one after the other, and those behind each recover what it lost: `recovery` is all of that
 * together, its rates those after each layer (docs/experiments.md, "Rounding layer by layer").
 */
export const SCHEDULE = {
  float: { name: 'fit', share: 0.8, learningRate: { from: 1, to: 0.02 }, warmUp: { share: 0.04, most: 50 } },
  recovery: { name: 'quantize', share: 0.2, learningRate: { from: 0.1, to: 0.01 }, warmUp: NO_WARM_UP },
} as const satisfies Record<string, Phase>;

/**
 * Where in the float phase the label map is simplified: when the field knows what each class is worth to a pixel, and early enough for it to
 * follow the map.
 */
export const RELABEL_AT: readonly number[] = [0.25, 0.5];

/** The only phase of float32 weights, by Adam. */
export const ADAM_PHASE: Phase = {
  name: 'fit',
  share: 1,
  learningRate: { from: 1, to: 0.05 },
  warmUp: NO_WARM_UP,
};

/**
 * The largest learning rate that a field bears. A step moves every weight by about the rate, so a unit's input moves by ω · rate ·
 * width; narrow fields are limited by the steps' noise instead (docs/experiments.md, "Learning rate, ω and precision").
 */
export function baseLearningRate({ layers }: FieldSpec): number {
  const widest = Math.max(...layers.map(({ width }) => width));
  return Math.min(3e-3, 0.1 / widest);
}

/** Share of the base rate at step `i` of `steps`. */
export function learningRateAt({ learningRate: { from, to } }: Phase, i: number, steps: number): number {
  return to + ((from - to) * (1 + Math.cos((Math.PI * i) / steps))) / 2;
}

/** Share of the rate at step `i` of an optimizer's in a phase of `steps`, 1 after the warm-up. */
export function warmth({ warmUp: { share, most } }: Phase, i: number, steps: number): number {
  return Math.min(1, (i + 1) / Math.max(1, Math.min(most, share * steps)));
}
