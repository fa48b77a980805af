/** @file What an effort of 1 … 9 buys; seconds and rate of each are measured in docs/results.md. */

export interface PyramidEffort {
  /** Training steps of the main stretch. */
  readonly steps: number;
  /** Rounds over all tensors in search of their quantization steps. */
  readonly sweeps: number;
}

export const PYRAMID_EFFORTS: readonly PyramidEffort[] = [
  { steps: 80, sweeps: 1 },
  { steps: 150, sweeps: 1 },
  { steps: 300, sweeps: 1 },
  { steps: 500, sweeps: 2 },
  { steps: 900, sweeps: 2 },
  { steps: 1800, sweeps: 2 },
  { steps: 3500, sweeps: 2 },
  { steps: 7000, sweeps: 2 },
  { steps: 14000, sweeps: 2 },
];
