/**
 * @file What a pyramid fit aims at, and the λ that leads there. Where a size or a PSNR is asked for, λ follows the fit: a fit at a
 * fixed λ and one whose λ arrived at it late end alike.
 */

import type { PyramidLoss } from '../../engine/pyramid.ts';

export type Aim =
  /** The trade of the whole fit. */
  | { readonly kind: 'lambda'; readonly lambda: number }
  /** Bytes of the file. */
  | { readonly kind: 'bytes'; readonly bytes: number }
  /** PSNR of the decoded file in dB. */
  | { readonly kind: 'psnr'; readonly psnr: number };

export const LAMBDA_RANGE = { min: 1e-7, max: 1 } as const;

/** How bits and distortion answer to λ: −d ln R/d ln λ and d ln D/d ln λ, mean over pictures and rates. */
const RATE_RESPONSE = 0.55;
const DISTORTION_RESPONSE = 0.7;

/** λ follows up to this share of the steps, ... */
const FOLLOW_TO = 0.7;

/** ... closing the distance within about this share, but not faster than latents answer. */
const TIME_CONSTANT = { share: 0.04, steps: 12 } as const;

/** λ of a first guess where a size is asked for: at 1 bit per pixel, and its power of the bits per pixel. */
const LAMBDA_AT_ONE_BPP = 1e-3;

/** λ to begin with. @param pixels of the picture */
export function firstLambda(aim: Aim, pixels: number): number {
  switch (aim.kind) {
    case 'lambda':
      return aim.lambda;
    case 'bytes':
      return clampLambda(LAMBDA_AT_ONE_BPP * ((8 * aim.bytes) / pixels) ** (-1 / RATE_RESPONSE));
    case 'psnr':
      // 36 dB and λ = 0.001 go together in the middle of the range.
      return clampLambda(1e-3 * 10 ** ((36 - aim.psnr) / (10 * DISTORTION_RESPONSE)));
  }
}

/**
 * The factor that takes λ from where a fit stands to where it shall end.
 * @param bits of the whole file
 */
export function correction(aim: Aim, { bits, distortion }: PyramidLoss): number {
  switch (aim.kind) {
    case 'lambda':
      return 1;
    case 'bytes':
      return (bits / (8 * aim.bytes)) ** (1 / RATE_RESPONSE);
    case 'psnr':
      return (10 ** (-aim.psnr / 10) / Math.max(distortion, 1e-12)) ** (1 / DISTORTION_RESPONSE);
  }
}

/** Keeps λ on the way to the aim during a stretch of training. */
export class LambdaControl {
  readonly #aim: Aim;
  readonly #otherBits: number;
  readonly #from: number;
  #lambda: number;

  /**
   * @param otherBits of the file beside the latents'
   * @param from the share of the steps from which on λ follows: a fit that begins at zeros says little at first
   */
  constructor(aim: Aim, lambda: number, otherBits: number, from: number) {
    this.#aim = aim;
    this.#lambda = lambda;
    this.#otherBits = otherBits;
    this.#from = from;
  }

  get lambda(): number {
    return this.#lambda;
  }

  /** @param loss of step `i` of `of` */
  follow(loss: PyramidLoss, i: number, of: number): void {
    if (i < this.#from * of || i > FOLLOW_TO * of) return;
    const whole = { ...loss, bits: loss.bits + this.#otherBits };
    const share = 1 / Math.max(TIME_CONSTANT.steps, TIME_CONSTANT.share * of);
    this.#lambda = clampLambda(this.#lambda * correction(this.#aim, whole) ** share);
  }
}

export function clampLambda(lambda: number): number {
  return Math.min(LAMBDA_RANGE.max, Math.max(LAMBDA_RANGE.min, lambda));
}
