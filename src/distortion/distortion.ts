/**
 * @file What a fit holds the field's outputs ŷ against a picture by. D is in units of the mean squared error of values in [0, 1], so
 * that λ of D + λR means the same for every distortion. All samples are planar, [channel][row][column], with values in [−1, 1].
 */

import type { Scalar, Tensor3D } from '@tensorflow/tfjs';
import type { Picture } from '../image/raster.ts';
import type { SharedMemory } from '../wasm/shared-memory.ts';

export interface Distortion {
  readonly name: string;
  /**
   * Prepares what depends on the picture alone.
   * @throws LoecError E_LIMIT where the machine has not the memory
   */
  of(picture: Picture, place?: Place): Promise<PictureDistortion>;
  /**
   * The forms in which engines and trials measure the squared error themselves; null for every other distortion. With them D and its
   * gradient are worked out as soon as outputs are there. Without them engines evaluate all outputs first, then D, then go backward from ∂D/∂ŷ.
   */
  readonly fused: FusedForms | null;
}

/** Where a distortion works. */
export interface Place {
  /** Outputs that lie in this memory are not copied. The distortion maps what it needs there too. @default one of its own */
  readonly shared?: SharedMemory | undefined;
  /** At most; results do not depend on it. @default the machine's cores */
  readonly threads?: number | undefined;
}

/** Used until `dispose`. */
export interface PictureDistortion {
  /**
   * D of the outputs, which are not clipped. It may depend on samples at any distance.
   * @param gradient gets ∂D/∂ŷ of every sample where it is not null; it may be `outputs` itself
   */
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number | Promise<number>;
  /**
   * What D is like near these outputs, which it may overwrite, and return where they are not in the memory that it works in.
   * @param reach how far targets are, over the way to the least of the model @default 1
   */
  localModel(outputs: Float32Array, reach?: number): LocalModel;
  /** Ends its threads and gives back its memory. */
  dispose(): Promise<void>;
}

/** D ≈ c + Σ wᵢ (ŷᵢ − tᵢ)²: what trials of latents go by. */
export interface LocalModel {
  /** wᵢ ≥ 0 of every sample. */
  readonly weights: Float32Array;
  /** tᵢ of every sample. */
  readonly targets: Float32Array;
}

/** The form for the kernels of wasm and of trials is AssemblyScript: `kernels/squared-error.ts`. */
export interface FusedForms {
  /** D of outputs. @param targets the picture's values */
  readonly tfjs: (outputs: Tensor3D, targets: Tensor3D) => Scalar;
  /** `fn measure(output: f32, wanted: f32) -> vec2f`: what a sample adds to D, and its derivative, both times the number of samples. */
  readonly wgsl: string;
}
