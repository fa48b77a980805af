/**
 * @file What the kernels look up: the Laplace distribution's decisions as logits of 256, and the logistic function. Every entry is a
 * real number rounded, and none of these numbers is so near to a half that the error of `exact.ts` could matter (the tests look).
 */

import {
  FRACTION_STEPS,
  FRACTIONS,
  MAX_LOGIT,
  MAX_SCALE,
  MEAN_ONE,
  MEMORY_EIGHTHS,
  PRIOR_EIGHTHS,
  SCALE_STEPS,
} from './constants.ts';
import { exponential, logarithm } from './exact.ts';

interface Tables {
  /** Probabilities of 65536 of the logits −MAX_LOGIT … MAX_LOGIT. */
  readonly squash: Uint16Array;
  /** [MAX_SCALE + 1][FRACTIONS]: whether the latent is another than the integer nearest to the mean, by their distance. */
  readonly nonzero: Int16Array;
  /** [MAX_SCALE + 1]: whether it is farther away, where it is as far as this: for any distance the same. */
  readonly more: Int16Array;
  /** [MAX_SCALE + 1]: 1/b, of 256. A latent above that integer and one below differ in their logits by 2·distance/b. */
  readonly sharpness: Int32Array;
  /** Steps of corrections by their information in eighths, of 4096. */
  readonly rates: Uint16Array;
}

let tables: Tables | undefined;

export function latentTables(): Tables {
  tables ??= {
    squash: Uint16Array.from({ length: 2 * MAX_LOGIT + 1 }, (_, i) => probability(i - MAX_LOGIT)),
    nonzero: Int16Array.from({ length: (MAX_SCALE + 1) * FRACTIONS }, (_, i) =>
      logit(nonzeroMass((i % FRACTIONS) / FRACTION_STEPS, sharpness(Math.floor(i / FRACTIONS)))),
    ),
    more: Int16Array.from({ length: MAX_SCALE + 1 }, (_, scale) => logit(exponential(-sharpness(scale)))),
    sharpness: Int32Array.from({ length: MAX_SCALE + 1 }, (_, scale) => round(MEAN_ONE * sharpness(scale))),
    rates: Uint16Array.from({ length: MEMORY_EIGHTHS + 1 }, (_, eighths) =>
      Math.floor(32768 / (PRIOR_EIGHTHS + eighths)),
    ),
  };
  return tables;
}

function round(value: number): number {
  return Math.floor(value + 0.5);
}

/** 1/b of an index. */
function sharpness(scale: number): number {
  return exponential(5 - scale / SCALE_STEPS);
}

/** What a Laplace distribution leaves outside of (k − ½, k + ½) around an integer k, `distance` away from its mean. */
function nonzeroMass(distance: number, sharpness: number): number {
  return (exponential((distance - 0.5) * sharpness) + exponential((-0.5 - distance) * sharpness)) / 2;
}

function logit(probability: number): number {
  const exact = 256 * (logarithm(probability) - logarithm(1 - probability));
  return Math.min(MAX_LOGIT, Math.max(-MAX_LOGIT, round(exact)));
}

function probability(logit: number): number {
  return Math.min(65535, Math.max(1, round(65536 / (1 + exponential(-logit / 256)))));
}
