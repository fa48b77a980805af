/**
 * @file The numbers of the visual distortion that tuning sets (docs/experiments.md, "A distortion that sees as people do" and "Less squared
 * error, more structure at 1:4").
 */

/** Of what is compared at a scale. */
export interface ScaleWeights {
  /** Of the structural difference d. */
  readonly structure: number;
  /** Of the squared difference of local means, which nothing masks, in the place of SSIM's luminance term. Chroma has one too. */
  readonly luminance: number;
}

/** A component of colour, and how much of it is compared at which scale. */
export interface ComponentWeights {
  /** What is in it of red, green and blue, or of grey: values in [0, 1]. */
  readonly coefficients: readonly number[];
  /** At 1:1 and, one after the other, at scales halved once more: six at most. Where both weights are 0 nothing is compared. */
  readonly scales: readonly ScaleWeights[];
}

/** D = error · MSE + Σ mean(structure · d + luminance · μ_e²), the sum over all components and their scales. */
export interface VisualWeights {
  readonly error: number;
  readonly components: readonly ComponentWeights[];
}

const LUMA: readonly ScaleWeights[] = [
  { structure: 0.004, luminance: 0 },
  { structure: 0.003, luminance: 0.28 },
  { structure: 0.0044, luminance: 0.3 },
  { structure: 0.0028, luminance: 0.24 },
];

/** Eyes see colour half as sharp as light, so it is not compared at 1:1; but its means are, coarsely, so that small parts keep their colour. */
const CHROMA: readonly ScaleWeights[] = [
  { structure: 0, luminance: 0 },
  { structure: 0.001, luminance: 0.64 },
  { structure: 0.00072, luminance: 0.42 },
  { structure: 0.00024, luminance: 0.14 },
];

const ERROR = 0.22;

/** Y, Cb and Cr of JFIF (ITU-R BT.601). */
const COLOUR: VisualWeights = {
  error: ERROR,
  components: [
    { coefficients: [0.299, 0.587, 0.114], scales: LUMA },
    { coefficients: [-0.1687, -0.3313, 0.5], scales: CHROMA },
    { coefficients: [0.5, -0.4187, -0.0813], scales: CHROMA },
  ],
};

const GREY: VisualWeights = { error: ERROR, components: [{ coefficients: [1], scales: LUMA }] };

/** @param channels of colour: 1 or 3 */
export function visualWeights(channels: number): VisualWeights {
  return channels === 1 ? GREY : COLOUR;
}

/** C₂ of SSIM for values in [0, 1]: 0.03². */
export const STABILITY = 9e-4;

/** Standard deviation of a window in positions. */
export const WINDOW_SIGMA = 1.5;
