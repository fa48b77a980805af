/**
 * @file What an engine does for pyramid fields: fits latents, field and context model together to one picture by gradient
 * descent on D + λR, D the distortion of the picture and R the bits of the latents per pixel.
 */

import type { Distortion, LocalModel } from '../distortion/distortion.ts';
import type { Model } from '../field/model.ts';
import type { Parameters } from '../field/parameters.ts';
import { type Latents, MAX_LATENT } from '../field/pyramid.ts';
import type { Tensor } from '../field/spec.ts';
import type { Picture } from '../image/raster.ts';
import { LATENT_BETA1, LATENT_BETA2, LATENT_EPSILON } from './constants.ts';
import type { SoapState } from './soap.ts';

export interface PyramidProblem {
  /** Of a picture of the raster's size. */
  readonly model: Model;
  readonly raster: Picture;
  /** D of D + λR. */
  readonly distortion: Distortion;
  /** [height, width]: the experts of each pixel (`Samples.tuples`); null where every layer has one expert. */
  readonly tuples: Uint32Array | null;
  /** Where the fit begins or goes on; copied. Latents that are null are zeros. */
  readonly start: PyramidWeights & { readonly latents: PyramidState['latents'] | null };
  /** What `readOptimizers` has told, where a fit goes on; engines that tell nothing don't look at it. */
  readonly optimizers?: PyramidOptimizers | null;
  /** Parameters that steps change; the others stay as they begin. @default all */
  readonly trained?: TrainedTensors;
  /** β₁ and β₂ of the weights' SOAP. @default SOAP.beta */
  readonly weightBeta?: number;
}

/** Tensors of a model, weights and biases in turn. */
export interface TrainedTensors {
  readonly field: readonly Tensor[];
  readonly context: readonly Tensor[];
}

/** The parameters that steps of a problem change. */
export function trainedTensors({ model, trained }: PyramidProblem): TrainedTensors {
  return trained ?? { field: model.field.tensors, context: model.context.tensors };
}

export type PyramidWeights = Parameters;

/** A fit without its optimizers. */
export interface PyramidState extends PyramidWeights {
  /** Real-valued latents in units of the integers they become: one array per plane, [height, width]. */
  readonly latents: readonly Float32Array[];
}

/** What the optimizers of a fit remember. */
export interface PyramidOptimizers {
  /** Moments of the latents' Adam, in units of the engine: one array per plane, [height, width]. */
  readonly firstMoments: readonly Float32Array[];
  readonly secondMoments: readonly Float32Array[];
  /** Adam steps that made the moments. */
  readonly latentSteps: number;
  /** SOAP of the affine maps that are trained. */
  readonly field: readonly SoapState[];
  readonly context: readonly SoapState[];
}

/**
 * How latents become the integers that loss and rate see: s(s(x) + n), s the soft rounding of `temperature` and n Gaussian
 * noise of standard deviation `sigma` (C3, Kim et al. 2024); temperature 0 rounds and adds no noise.
 *
 *     s(x) = ⌊x⌋ + ½ + tanh((x − ⌊x⌋ − ½)/T) / (2 tanh(1/(2T)))
 */
export interface LatentNoise {
  readonly temperature: number;
  readonly sigma: number;
  /** Any 32-bit integer; the noise is a function of it, the plane and the latent's index. */
  readonly seed: number;
}

/** Rounds latents, adds no noise. */
export const ROUNDED: LatentNoise = { temperature: 0, sigma: 0, seed: 0 };

export interface PyramidStep extends LatentNoise {
  /** λ of D + λR. */
  readonly lambda: number;
  /** Learning rate of the latents' Adam, in units of the integers; 0 leaves them. */
  readonly latentRate: number;
  /** Learning rate of the weights' SOAP; 0 leaves them. */
  readonly weightRate: number;
}

/** The integers that real-valued latents become. */
export function integersOf(latents: Float32Array): Int16Array {
  const integers = new Int16Array(latents.length);
  for (let i = 0; i < latents.length; i++) {
    const rounded = Math.floor((latents[i] as number) + 0.5);
    integers[i] = Math.max(-MAX_LATENT, Math.min(MAX_LATENT, rounded));
  }
  return integers;
}

export interface PyramidLoss {
  /** D, of outputs that are not clipped. */
  readonly distortion: number;
  /** Bits of all latents by the context model. */
  readonly bits: number;
}

/** What `loss` works out; the other part is 0. */
export type LossPart = 'both' | 'distortion' | 'bits';

/** @param gradient of a row of a plane's latents; the next row may overwrite it */
export type RowVisitor = (plane: number, row: number, gradient: Float32Array) => void;

/** D of a session's picture, which the host measures. */
export interface HostDistortion {
  /** D of outputs, planar and not clipped. */
  of(outputs: Float32Array): Promise<number>;
  /** What D is like near the session's outputs from rounded latents. */
  localModel(): Promise<LocalModel>;
}

export interface PyramidSession {
  /** null for the squared error, which the engine measures itself. */
  readonly host: HostDistortion | null;
  /** Takes the steps in order. @returns per step the loss before its update */
  train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]>;
  /** The loss at rounded latents. */
  loss(part?: LossPart): Promise<PyramidLoss>;
  /** The gradient of D + λR at noisy or rounded latents, with respect to the weights. */
  weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights>;
  /**
   * The same with respect to the latents, a row at a time: of a large picture the whole would be a sixth of the fit's memory.
   * @param at how the session's latents are seen, or integers that stand in for them
   */
  latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void>;
  /** The field's outputs at the pixels from rounded latents: [height, width, channels] in [−1, 1], not clipped. */
  outputs(): Promise<Float32Array>;
  /** The latents, rounded. */
  readLatents(): Promise<Latents>;
  readState(): Promise<PyramidState>;
  /** null where the engine keeps no copy: a fit that goes on gathers its moments anew, within some ten steps. */
  readOptimizers(): Promise<PyramidOptimizers | null>;
  readWeights(): Promise<PyramidWeights>;
  /** Replaces the weights; optimizers' states stay. */
  writeWeights(weights: PyramidWeights): void;
  /** Replaces the latents; their optimizer's state stays. @param latents as in `PyramidState` */
  writeLatents(latents: PyramidState['latents']): void;
  /** Replaces the classes of the pixels. */
  writeTuples(tuples: Uint32Array): void;
  dispose(): void;
}

export const LATENT_ADAM = { beta1: LATENT_BETA1, beta2: LATENT_BETA2, epsilon: LATENT_EPSILON } as const;
