/**
 * @file What a pyramid fit aims at, and the λ that leads there. Where a size or a PSNR is asked for, λ begins at what the picture's spectrum
 * foretells and follows the fit a little: a fit whose λ was far too large for a while does not recover.
 */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { PyramidSize } from '../../field/presets.ts';
import type { Forecast } from './forecast.ts';

export type Target =
  /** The trade of the whole fit. */
  | { readonly kind: 'lambda'; readonly lambda: number }
  /** Bytes of the file. */
  | { readonly kind: 'bytes'; readonly bytes: number }
  /** PSNR of the decoded file in dB. */
  | { readonly kind: 'psnr'; readonly psnr: number };

export const LAMBDA_RANGE = { min: 1e-7, max: 1 } as const;

/** Halvings of the range of ln λ. */
const ROUNDS = 30;

/** How bits and distortion answer to λ: −d ln R/d ln λ and d ln D/d ln λ. */
export interface Elasticity {
  readonly rate: number;
  readonly distortion: number;
}

/** Of whole fits, mean over pictures and rates. */
export const FIT_ELASTICITY: Elasticity = { rate: 0.55, distortion: 0.7 };

/** λ follows between these shares of the steps: before, a fit says little of where it will end, after, latents answer no more. */
const FOLLOW = { from: 0.3, to: 0.85 } as const;

/** Latents have taken in a change of λ by 1 − 1/e after about this share of the steps, and not before so many steps. */
const LAG = { share: 0.1, steps: 30 } as const;

/** λ goes this part of the way at a look. */
const GAIN = 0.3;

/**
 * At rounded latents bits and distortion are about so many times what they end at: eight fits of three pictures, 170 to 500 steps, between 0.15
 * and 1 bits per pixel; from half of the way on they were within 12 % of it.
 * @param done share of the steps
 */
function yetToFall(done: number): PyramidLoss {
  const left = 1 - done;
  return { bits: 1 + 1.1 * left ** 2 + 4.5 * left ** 8, distortion: 1 + 1.4 * left ** 3 + 3 * left ** 8 };
}

/**
 * Trials of the latents leave about so much of bits and distortion: the more a bit is worth, the more of them they save, and the longer a fit, the
 * less. Fits of crops of four pictures at λ of 0.0005 and 0.0057, 140 to 1,200 steps: within 0.02 of it.
 */
export function afterTrials(lambda: number, steps: number): PyramidLoss {
  return {
    bits: 1 - Math.min(0.1, 0.033 * (140 / steps) ** 0.35 * (lambda / 0.001) ** 0.4),
    distortion: 1 - Math.min(0.06, 0.045 * (140 / steps) ** 0.85 * (0.0005 / lambda) ** 0.6),
  };
}

/**
 * From half a fit to its end weights come to take more bits and to spoil less: factor on the overhead's bits and power of its distortion, mean
 * over twelve fits.
 */
const OVERHEAD_GROWTH = { bits: 1.15, distortion: 0.65 } as const;

/** λ goes no further than by this factor from where it began. */
const MAX_LAMBDA_CHANGE = 4;

/** λ looks at the loss, which costs a third of a step, once in so many steps. */
const LOOK_EVERY = { share: 0.01, steps: 4 } as const;

/** Far below half a level of 16 bits: nothing divides by less. */
const LEAST_DISTORTION = 1e-12;

/** What a file has over what training sees at rounded latents. */
export interface Overhead {
  /** Bits of weights, header and frames, less what the adaptive coder saves. */
  readonly bits: number;
  /** Factor on the distortion: weights on integers, samples on levels. */
  readonly distortion: number;
}

/**
 * What files have over training, about: weights are finer where there are more pixels, and the less a bit is worth, and of large networks there are
 * twice as many. Files of 0.02 to 0.4 megapixels after 170 to 1,200 steps were within 25 % of it.
 */
export function usualOverhead(lambda: number, pixels: number, size: PyramidSize = 'small'): Overhead {
  const bytes = Math.min(1000, Math.max(250, 55 * Math.log2(pixels / lambda) - 690));
  return { bits: 8 * bytes * (size === 'large' ? 2 : 1), distortion: 1.03 };
}

/** What a file has over what training saw of the same latents. @param seen at rounded latents */
export function overheadOf(file: PyramidLoss, seen: PyramidLoss): Overhead {
  const ratio = file.distortion / Math.max(seen.distortion, LEAST_DISTORTION);
  return { bits: file.bits - seen.bits, distortion: Math.min(10, Math.max(0.5, ratio)) };
}

/** λ to begin with: where the forecast meets the target. @param predict looks at the whole picture, so only where there is an target to meet */
export function firstLambda(
  target: Target,
  predict: () => Pick<Forecast, 'at'>,
  pixels: number,
  size: PyramidSize = 'small',
): number {
  if (target.kind === 'lambda') return target.lambda;
  const forecast = predict();
  let [low, high] = [Math.log(LAMBDA_RANGE.min), Math.log(LAMBDA_RANGE.max)];
  for (let round = 0; round < ROUNDS; round++) {
    const lambda = Math.exp((low + high) / 2);
    const isTooSmall =
      lambdaFactor(target, asFile(forecast.at(lambda), usualOverhead(lambda, pixels, size))) > 1;
    if (isTooSmall) low = Math.log(lambda);
    else high = Math.log(lambda);
  }
  return Math.exp(low);
}

/** What training sees, as the file will have it. */
function asFile(seen: PyramidLoss, overhead: Overhead): PyramidLoss {
  return { bits: seen.bits + overhead.bits, distortion: seen.distortion * overhead.distortion };
}

/**
 * The factor that takes λ from where a fit stands to where it shall end.
 * @param bits of the whole file
 * @param distortion of the decoded file
 */
export function lambdaFactor(
  target: Target,
  { bits, distortion }: PyramidLoss,
  elasticity = FIT_ELASTICITY,
): number {
  switch (target.kind) {
    case 'lambda':
      return 1;
    case 'bytes':
      return (bits / (8 * target.bytes)) ** (1 / elasticity.rate);
    case 'psnr':
      return (
        (10 ** (-target.psnr / 10) / Math.max(distortion, LEAST_DISTORTION)) ** (1 / elasticity.distortion)
      );
  }
}

/** Keeps λ on the way to the target during the main schedule. */
export class LambdaControl {
  readonly #target: Target;
  #overhead: Overhead;
  readonly #steps: number;
  readonly #every: number;
  readonly #first: number;
  #lambda: number;
  /** The λ that latents have taken in. */
  #taken: number;

  /** @param lambda to begin with @param steps of the schedule */
  constructor(target: Target, lambda: number, overhead: Overhead, steps: number) {
    this.#target = target;
    this.#first = lambda;
    this.#lambda = lambda;
    this.#taken = lambda;
    this.#overhead = overhead;
    this.#steps = steps;
    this.#every = Math.max(LOOK_EVERY.steps, Math.round(LOOK_EVERY.share * steps));
  }

  get lambda(): number {
    return this.#lambda;
  }

  /** Replaces a guess by what a file of half a fit has shown. */
  knows({ bits, distortion }: Overhead): void {
    this.#overhead = {
      bits: bits * OVERHEAD_GROWTH.bits,
      distortion: distortion ** OVERHEAD_GROWTH.distortion,
    };
  }

  /** Whether to look at the loss before step `i`. */
  isDue(i: number): boolean {
    const { from, to } = FOLLOW;
    if (this.#target.kind === 'lambda' || i % this.#every > 0) return false;
    return i >= from * this.#steps && i <= to * this.#steps;
  }

  /** @param loss at rounded latents before step `i` */
  follow(loss: PyramidLoss, i: number): void {
    const toFall = yetToFall(i / this.#steps);
    const left = afterTrials(this.#lambda, this.#steps);
    const end = {
      bits: (loss.bits * left.bits) / toFall.bits,
      distortion: (loss.distortion * left.distortion) / toFall.distortion,
    };
    const lag = Math.max(LAG.steps, LAG.share * this.#steps);
    this.#taken *= (this.#lambda / this.#taken) ** (1 - Math.exp(-this.#every / lag));
    const wanted = this.#taken * lambdaFactor(this.#target, asFile(end, this.#overhead));
    const lambda = this.#lambda * (wanted / this.#lambda) ** GAIN;
    this.#lambda = clampLambda(
      Math.min(MAX_LAMBDA_CHANGE * this.#first, Math.max(this.#first / MAX_LAMBDA_CHANGE, lambda)),
    );
  }
}

export function clampLambda(lambda: number): number {
  return Math.min(LAMBDA_RANGE.max, Math.max(LAMBDA_RANGE.min, lambda));
}
