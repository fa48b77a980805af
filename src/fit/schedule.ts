/** @file The course of a fit as data: phases in order, each a share of the steps. */

export interface Phase {
  /** Share of all steps. */
  readonly share: number;
  /** Learning rate at the phase's first and last step; cosine in between. */
  readonly learningRate: { readonly from: number; readonly to: number };
}

/**
 * Float parameters first; then the loss sees the quantized ones (straight-through), so that the weights settle where
 * rounding hurts least; the final phase follows each correction of the steps to the asked size.
 */
export const SCHEDULE = {
  float: { share: 0.7, learningRate: { from: 4e-3, to: 2e-4 } },
  quantized: { share: 0.25, learningRate: { from: 5e-4, to: 1e-5 } },
  final: { share: 0.05, learningRate: { from: 5e-5, to: 1e-6 } },
} as const satisfies Record<string, Phase>;

/** Learning rate at step `i` of `steps`. */
export function learningRateAt({ learningRate: { from, to } }: Phase, i: number, steps: number): number {
  return to + ((from - to) * (1 + Math.cos((Math.PI * i) / steps))) / 2;
}
