/** @file What an effort of 1 … 9 buys; seconds and rate of each are measured in docs/results.md. */

export interface PyramidEffort {
  /** Training steps of the main stretch. */
  readonly steps: number;
  /** Rounds over all tensors in search of their quantization steps. */
  readonly sweeps: number;
  /** Rounds over all weights in search of better levels. */
  readonly refinements: number;
}

export const PYRAMID_EFFORTS: readonly PyramidEffort[] = [
  { steps: 170, sweeps: 1, refinements: 0 },
  { steps: 300, sweeps: 1, refinements: 0 },
  { steps: 500, sweeps: 1, refinements: 0 },
  { steps: 850, sweeps: 2, refinements: 0 },
  { steps: 1200, sweeps: 2, refinements: 0 },
  { steps: 2600, sweeps: 2, refinements: 0 },
  { steps: 5000, sweeps: 2, refinements: 1 },
  { steps: 9000, sweeps: 2, refinements: 1 },
  { steps: 18000, sweeps: 2, refinements: 1 },
];
