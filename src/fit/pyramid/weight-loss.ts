/** @file What a pyramid's weights cost: the field's make distortion, the context model's make bits of latents. */

import { type PyramidSession, type PyramidWeights, ROUNDED } from '../../engine/pyramid.ts';
import type { WeightLoss } from '../weights/weight-loss.ts';
import { deriveClasses } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** The parts of a pyramid's weights in the order of the file. */
export const WEIGHT_PARTS = ['field', 'context'] as const;

/** @param parts one vector for each of `WEIGHT_PARTS` */
export function weightsOf([field, context]: readonly Float32Array[]): PyramidWeights {
  return { field: field as Float32Array, context: context as Float32Array };
}

/** D + λR of a session, which gets the weights that are asked for. */
export class PyramidWeightLoss implements WeightLoss {
  readonly #session: PyramidSession;
  readonly #job: PyramidJob;
  readonly #lambda: number;
  /** The layers that the session's classes were derived from. */
  #derivedFrom: Float32Array | null = null;

  constructor(session: PyramidSession, job: PyramidJob, lambda: number) {
    this.#session = session;
    this.#job = job;
    this.#lambda = lambda;
  }

  priceOf(bits: number): number {
    const { width, height } = this.#job.raster;
    return (this.#lambda * bits) / (width * height);
  }

  async at(part: number, decoded: readonly Float32Array[]): Promise<number> {
    const weights = weightsOf(decoded);
    this.#session.writeWeights(weights);
    const isField = WEIGHT_PARTS[part] === 'field';
    if (isField) await this.#derive(weights);
    const { distortion, bits } = await this.#session.loss(isField ? 'distortion' : 'bits');
    return distortion + this.priceOf(bits);
  }

  async gradientAt(part: number, decoded: readonly Float32Array[]): Promise<Float32Array> {
    this.#session.writeWeights(weightsOf(decoded));
    const gradient = await this.#session.weightGradient(this.#lambda, ROUNDED);
    return gradient[WEIGHT_PARTS[part] as (typeof WEIGHT_PARTS)[number]];
  }

  /** Classes depend on the layers, which may have moved, and not on the filters behind them. */
  async #derive({ field }: PyramidWeights): Promise<void> {
    const { segmentation, model } = this.#job;
    const layers = field.slice(0, model.field.layerParameters);
    if (segmentation === null || this.#derivedFrom?.every((value, k) => value === layers[k])) return;
    await deriveClasses(this.#session, this.#job);
    this.#derivedFrom = layers;
  }
}
