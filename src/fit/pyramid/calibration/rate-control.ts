/** @file How λ is led to a size or a score. Sections are those of docs/experiments.md; pictures are of the Kodak set. */

/**
 * "Forecast of size and error": six pictures at five λ each, 1,200 steps, tune psnr. Tune visual has about the same bits at a λ, and no
 * forecast of its own.
 */
export const FORECAST = {
  /** ln bits per pixel of the latents is slope · ln (bits per pixel of the transform) + offset; standard deviation 9 %. */
  rateSlope: 0.89,
  rateOffset: 0.28,
  /** The fit's distortion over that of the transform; standard deviation 0.3 dB. */
  distortion: 1.25,
  /**
   * A fit of so many steps would have twice the bits, and twice the distortion, of a long one: at 140 steps three whole pictures have 1.07
   * to 1.14 times the bits, and 1.05 to 1.17 times the distortion, that they have at 1,200.
   */
  shortFitSteps: 45,
} as const;

/** "λ during a fit with a target": harbour, and parts of 05 and 23, at efforts 1 and 2. */
export const LAMBDA_CONTROL = {
  /** λ changes between these shares of the steps: before, a fit says little of where it will end; after, latents answer no more. */
  from: 0.3,
  to: 0.85,
  /** The loss is measured, which costs a third of a step, once in this share of the steps, and in so many steps at least. */
  intervalShare: 0.01,
  leastInterval: 4,
  /** Latents have followed a change of λ by 1 − 1/e after about this share of the steps, and not before so many steps. */
  lagShare: 0.1,
  leastLag: 30,
  /** λ goes this part of the way, in ln λ, at each measurement. */
  gain: 0.3,
  /** And no further than by this factor from where it began. */
  maxChange: 4,
} as const;

/**
 * An SSIMULACRA2 that is asked for is measured once in this share of the steps, and in so many steps at least, as that takes as long as some
 * ten of them.
 */
export const SCORE_INTERVAL = { share: 0.1, least: 25 } as const;

/** What a file is expected to have less than the SSIMULACRA2 of the session it is made of: 0.1 on average, standard deviation 0.2. */
export const EXPECTED_SCORE_LOSS = 0.2;

/**
 * Shares of bits and distortion that trials of the latents save: share · (140/steps)^steps · (λ/λ₀)^±lambda, `max` at most. The more a bit
 * is worth, the more bits they save and the less distortion; the longer a fit, the less of both. Crops of four pictures at λ of 0.0005 and
 * 0.0057, 140 to 1,200 steps: within 0.02 of it.
 */
export const TRIALS_SAVE = {
  bits: { max: 0.1, share: 0.033, steps: 0.35, lambda: 0.4, at: 0.001 },
  distortion: { max: 0.06, share: 0.045, steps: 0.85, lambda: 0.6, at: 0.0005 },
} as const;

/**
 * What a file of small networks has over training: perOctave · log₂(pixels/λ) + offset bytes within `min` and `max`, as weights are finer
 * where there are more pixels, and where a bit is worth less. Files of 0.02 to 0.4 megapixels after 170 to 1,200 steps were within 25 % of
 * it.
 */
export const EXPECTED_OVERHEAD = {
  min: 250,
  max: 1000,
  perOctave: 55,
  offset: -690,
  /** Large networks have so many times the weights. */
  large: 2,
  /** Share of it where fewer weights are trained: "Weights of small pictures". */
  part: { colours: 0.25, layers: 0.5, all: 1 },
} as const;

/** From half a fit to its end the overhead grows: factor on its bits and power of its factor on the distortion; mean over twelve fits. */
export const OVERHEAD_GROWTH = { bits: 1.15, distortion: 0.65 } as const;

/** Where weights take more than this share of the latents' bits, half a fit is made a file to measure the overhead. */
export const MEASURE_OVERHEAD_FROM = 0.1;

/**
 * A correction goes on from the end of the main training at another λ, with rounding soft enough for latents to move, and not so soft that
 * it undoes what slow cooling has gained. "Corrections after a fit": 256×256 parts of pictures, 50 and 90 steps after 300.
 */
export const COARSE_CORRECTION = {
  name: 'coarse',
  /** Share of the main training's steps, and steps at least. */
  share: 0.3,
  steps: 50,
  temperature: { from: 0.2, to: 0.08 },
  sigma: { from: 0.2, to: 0.15 },
  latentRate: 0.05,
  weightRate: 0.005,
} as const;

/** For the last few per cent. */
export const FINE_CORRECTION = {
  name: 'fine',
  share: 0.1,
  steps: 40,
  temperature: { from: 0.15, to: 0.08 },
  sigma: { from: 0.18, to: 0.15 },
  latentRate: 0.03,
  weightRate: 0.003,
} as const;

/** Factor on λ of one correction at most. */
export const MAX_CORRECTION_FACTOR = 5;

/** Where a file turned out on the other side of its target, further corrections expect elasticities larger by this factor. */
export const OVERSHOOT_FACTOR = 1.5;

/**
 * Corrections together take this share of the main training's steps at most, so that an encode takes less than twice its main training; or
 * so many steps, without which a fit of few steps would not reach anything.
 */
export const CORRECTIONS = { share: 0.9, steps: 150 } as const;

/** The last resort of sizes, by the weights alone: factors on the λ that their quantization steps are chosen at. */
export const LAST_FACTORS = [1.4, 2, 3, 4, 6, 8, 16, 32] as const;

/** A file this much under its bytes, as a share of them, or this far above its PSNR, in dB, or its SSIMULACRA2, is good enough. */
export const TOLERANCE = { bytes: 0.018, psnr: 0.1, ssimulacra2: 1 } as const;

/** After corrections of this share of the main training's steps an SSIMULACRA2 may be above what is asked for by so many times its tolerance. */
export const SCORE_IN_TIME = { share: 0.25, tolerance: 2 } as const;
