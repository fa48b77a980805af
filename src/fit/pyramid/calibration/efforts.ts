/** @file What an effort of 1 … 9 buys, and where large networks pay; seconds and rate of each effort are in docs/quality.md. */

import type { PyramidSize } from '../../../field/presets.ts';
import type { SearchEffort } from '../../weights/weight-search.ts';

export interface PyramidEffort extends SearchEffort {
  /** Training steps of the main training, a head start included. */
  readonly steps: number;
  /** Gradients that say what rounding a weight costs (`sampleGradients`). */
  readonly samples: number;
  /** Rounds of trials of the latents. */
  readonly trials: number;
  /** Of field and context model, at most: a short file goes without large ones. */
  readonly size: PyramidSize;
}

/**
 * Samples, sweeps, patience, refinements and trials: the sections "Rounding of weights", "Search of quantization steps", "Levels of single
 * weights" and "Trials of latents" of docs/experiments.md, on kodim03, 05 and 23; steps: "Long fits".
 */
export const PYRAMID_EFFORTS: readonly PyramidEffort[] = [
  { steps: 140, samples: 8, sweeps: 1, patience: 1, refinements: 0, trials: 1, size: 'small' },
  { steps: 300, samples: 8, sweeps: 1, patience: 1, refinements: 0, trials: 1, size: 'small' },
  { steps: 500, samples: 16, sweeps: 1, patience: 2, refinements: 0, trials: 2, size: 'small' },
  { steps: 850, samples: 16, sweeps: 2, patience: 2, refinements: 0, trials: 2, size: 'small' },
  { steps: 1200, samples: 16, sweeps: 2, patience: 2, refinements: 0, trials: 2, size: 'small' },
  { steps: 2600, samples: 32, sweeps: 2, patience: 2, refinements: 0, trials: 3, size: 'large' },
  { steps: 5000, samples: 32, sweeps: 2, patience: 2, refinements: 1, trials: 3, size: 'large' },
  { steps: 9000, samples: 32, sweeps: 2, patience: 2, refinements: 1, trials: 3, size: 'large' },
  { steps: 15000, samples: 32, sweeps: 2, patience: 2, refinements: 1, trials: 3, size: 'large' },
];

/**
 * λ of quality 0; every 10 points halve it, up to `from`, where enhancement layers begin. From there on it falls faster, to errors that nobody
 * sees of samples of 8 bits and to those of instruments of 16: halvings to quality 100. The table is in docs/quality.md.
 */
export const LARGEST_LAMBDA = 0.032;
export const FINE_QUALITY = { from: 80, halvings: { 8: 5, 16: 15.5 } } as const;

/**
 * Predicted bytes of latents from which on large networks, which take some 800 bytes more, pay; whole pictures and crops of kodim05 and 23,
 * 1,200 and 5,000 steps (docs/experiments.md, "Large networks").
 */
export const LARGE_NETWORKS_FROM = 7000;

/**
 * Of a picture of so many pixels at most few weights are trained: of predicted bytes of latents from 0 on the last layer's, from 700 on both
 * layers', from 4,000 on all. From 300 on a second fit trains all of them, as drawings may need. "Weights of small pictures"; crops of eight
 * training pictures and two drawings at q 15 to 100, efforts 1 and 5.
 */
export const FEW_WEIGHTS = {
  pixels: 2 ** 15,
  secondFitFrom: 300,
  bothLayersFrom: 700,
  allFrom: 4000,
} as const;
