/** @file Where a pyramid fit begins: weights that ship with the code, or a structured start. */

import { newestStart, startOf } from '../../entropy/starts.ts';
import type { Model } from '../../field/model.ts';
import type { Parameters } from '../../field/parameters.ts';
import type { Tensor } from '../../field/spec.ts';
import { structuredStart } from '../../field/structured-start.ts';
import { LATENT_GAIN, LOG_SCALE_OFFSET } from './calibration/training.ts';

/** Weights that a file is coded against. */
export interface PyramidStart extends Parameters {
  /** The start's number in the file; 0 for one that decoders do not know. */
  readonly id: number;
}

/** The newest start of a field, or a structured one where none fits it. @param seed of the structured start */
export function chooseStart(model: Model, seed: number): PyramidStart {
  const id = newestStart(model);
  return { ...(startOf(id, model) ?? structuredStart(model, seed)), id };
}

/** A learned context model as a fit begins with it, with larger scales; a structured one predicts nothing with certainty. */
export function lessConfident(model: Model, context: Float32Array): Float32Array {
  const widened = context.slice();
  const bias = model.context.tensors.at(-1) as Tensor;
  const logScale = bias.offset + 1;
  widened[logScale] = (widened[logScale] as number) + LOG_SCALE_OFFSET;
  return widened;
}

/**
 * How much a step of the latents should change a colour at λ, over how much it does in a learned start: where bits cost little, steps
 * should be finer. A start never gets coarser ones, which a fit finds soon enough.
 */
export function latentGain(lambda: number): number {
  return Math.min(1, (lambda / LATENT_GAIN.lambda) ** LATENT_GAIN.power);
}

/** The field with its first layer's weights times `gain`. */
export function withGain(model: Model, field: Float32Array, gain: number): Float32Array {
  const scaled = field.slice();
  const { offset, length } = model.field.tensors[0] as Tensor;
  for (let i = offset; i < offset + length; i++) scaled[i] = (scaled[i] as number) * gain;
  return scaled;
}
