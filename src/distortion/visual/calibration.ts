/** @file The numbers of the visual distortion that tuning sets (docs/experiments.md, "A distortion that sees as people do"). */

/** A component of colour, and how much of it is compared at which scale. */
export interface ComponentWeights {
  /** What is in it of red, green and blue, or of grey: values in [0, 1]. */
  readonly coefficients: readonly number[];
  /** At 1:1 and, one after the other, at scales halved once more: six at most. At a scale of weight 0 nothing is compared. */
  readonly scales: readonly number[];
  /** γ of d + γd². */
  readonly emphasis: number;
}

/** D = errorShare · MSE + differenceShare · Σ scales · mean(d + emphasis · d²) */
export interface VisualWeights {
  /** α */
  readonly errorShare: number;
  /** β */
  readonly differenceShare: number;
  readonly components: readonly ComponentWeights[];
}

/** Y, Cb and Cr of JFIF (ITU-R BT.601). */
const COLOUR: VisualWeights = {
  errorShare: 0.15,
  differenceShare: 0.0045,
  components: [
    { coefficients: [0.299, 0.587, 0.114], scales: [1, 1, 1, 1], emphasis: 0 },
    { coefficients: [-0.1687, -0.3313, 0.5], scales: [0, 1, 1], emphasis: 0 },
    { coefficients: [0.5, -0.4187, -0.0813], scales: [0, 1, 1], emphasis: 0 },
  ],
};

const GREY: VisualWeights = {
  errorShare: 0.15,
  differenceShare: 0.0045,
  components: [{ coefficients: [1], scales: [1, 1, 1, 1], emphasis: 0 }],
};

/** @param channels of colour: 1 or 3 */
export function visualWeights(channels: number): VisualWeights {
  return channels === 1 ? GREY : COLOUR;
}

/** C₂ of SSIM for values in [0, 1]: 0.03². */
export const STABILITY = 9e-4;

/** Standard deviation of a window in positions. */
export const WINDOW_SIGMA = 1.5;

/** How much of its curvature a position hands on to each of the four of the finer scale it is the mean of. */
export const INHERITANCE = 0.25;

/** From the curvature that is worked out to the weights of a local model. */
export const CURVATURE_SCALE = 1;
