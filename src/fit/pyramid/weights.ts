/**
 * @file The weights of a fitted pyramid as integers: every tensor gets the step at which distortion, latents' bits and its own bits
 * together cost least, and is coded as the difference from the start where that is shorter. Rounding feeds errors back (rounding.ts).
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import type { PyramidSession, PyramidWeights } from '../../engine/pyramid.ts';
import { encodeWeights } from '../../entropy/weights.ts';
import { throwIfAborted } from '../../errors.ts';
import { contextTensors } from '../../field/context.ts';
import { dequantize, MAX_LEVEL, stepOf } from '../../field/quantizer.ts';
import { type Tensor, tensorsOf } from '../../field/spec.ts';
import { nextTurn } from '../pacer.ts';
import { curvatureOf, sampleGradients } from './curvature.ts';
import { deriveClasses } from './experts.ts';
import type { PyramidJob } from './job.ts';
import { MapRounding } from './rounding.ts';

/** Steps are tried at half octaves. */
const GRAIN = 8;

/** 2⁻⁸ and 2⁻⁵: where the search begins. */
const FIRST_INDEX = { field: -8 * 16, context: -5 * 16 } as const;

/** The search of a tensor ends after so many steps without a gain. */
const PATIENCE = 2;

/** Bits of one tensor's step and flag in the header. */
const STEP_BITS = 8;

/** A tensor of the field or of the context model with its place in the file. */
interface CodedTensor {
  readonly tensor: Tensor;
  readonly part: 'field' | 'context';
}

/** How a tensor is coded. */
interface Choice {
  readonly index: number;
  readonly fromStart: boolean;
}

/**
 * Finds steps, then single levels, and leaves the session with the decoder's parameters.
 * @param lambda the λ that the fit ended with
 * @throws LoecError E_ABORTED
 */
export async function searchWeights(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
): Promise<QuantizedWeights> {
  const gradients = await sampleGradients(session, lambda, job.seed);
  return new WeightSearch(session, job, lambda, gradients).search();
}

type Parameters = Record<'field' | 'context', Float32Array>;

class WeightSearch {
  readonly #session: PyramidSession;
  readonly #job: PyramidJob;
  readonly #lambda: number;
  /** Weights and biases in turn, map after map. */
  readonly #tensors: readonly CodedTensor[];
  /** One per map. */
  readonly #roundings: readonly MapRounding[];
  /** As they were fitted. */
  readonly #fitted: Parameters;
  /** As a decoder will have them. */
  readonly #decoded: Parameters;
  readonly #choices: Choice[];
  readonly #levels: Int32Array[] = [];
  /** Whether layers, and with them perhaps classes, are not those that the session's classes were derived from. */
  #layersMoved = true;

  constructor(
    session: PyramidSession,
    job: PyramidJob,
    lambda: number,
    gradients: readonly PyramidWeights[],
  ) {
    const { field, context } = session.readWeights();
    this.#session = session;
    this.#job = job;
    this.#lambda = lambda;
    this.#fitted = { field, context };
    this.#decoded = { field: field.slice(), context: context.slice() };
    this.#tensors = [
      ...tensorsOf(job.spec).map((tensor) => ({ tensor, part: 'field' as const })),
      ...contextTensors(job.context).map((tensor) => ({ tensor, part: 'context' as const })),
    ];
    this.#roundings = this.#tensors
      .filter(({ tensor }) => tensor.kind === 'weight')
      .map(({ tensor: weight, part }, map) => {
        const { tensor: bias } = this.#tensors[2 * map + 1] as CodedTensor;
        return roundingOf(
          weight,
          bias,
          gradients.map((gradient) => gradient[part]),
        );
      });
    this.#choices = this.#tensors.map(({ part }) => ({
      index: FIRST_INDEX[part],
      fromStart: job.start.id > 0,
    }));
    for (const map of this.#roundings.keys()) this.#quantize(map);
  }

  async search(): Promise<QuantizedWeights> {
    const { sweeps, refinements } = this.#job.effort;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (let i = 0; i < this.#tensors.length; i++) await this.#searchTensor(i);
    }
    for (let round = 0; round < refinements; round++) {
      for (let i = 0; i < this.#tensors.length; i++) await this.#refineTensor(i);
    }
    this.#session.writeWeights(this.#decoded);
    return {
      kind: 'quantized',
      stepIndices: this.#choices.map(({ index }) => index),
      fromStart: this.#choices.map(({ fromStart }) => fromStart),
      levels: this.#levels,
    };
  }

  /** Walks to coarser steps, then to finer ones, while it pays. */
  async #searchTensor(i: number): Promise<void> {
    await this.#turn();
    let best = { choice: this.#choices[i] as Choice, cost: await this.#cost(i) };
    const start = best.choice;
    for (const direction of [GRAIN, -GRAIN]) {
      let failures = 0;
      for (let index = start.index + direction; failures < PATIENCE; index += direction) {
        const choice = { ...start, index };
        this.#choose(i, choice);
        const cost = await this.#cost(i);
        if (cost < best.cost) best = { choice, cost };
        else failures++;
      }
      // A gain on the coarse side leaves nothing for the fine one.
      if (best.choice.index > start.index) break;
    }
    this.#choose(i, best.choice);
    if (this.#job.start.id > 0) await this.#searchOrigin(i, best.cost);
  }

  async #searchOrigin(i: number, cost: number): Promise<void> {
    const choice = this.#choices[i] as Choice;
    this.#choose(i, { ...choice, fromStart: !choice.fromStart });
    if ((await this.#cost(i)) >= cost) this.#choose(i, choice);
  }

  /** Moves single weights by a level where it pays: towards zero, which saves bits, or to the other side of what was fitted. */
  async #refineTensor(i: number): Promise<void> {
    const levels = this.#levels[i] as Int32Array;
    let least = await this.#cost(i);
    for (const [k, level] of levels.entries()) {
      await this.#turn();
      const inward = level < 0 ? 1 : -1;
      for (const neighbour of [level + inward, level - inward]) {
        if (Math.abs(neighbour) > MAX_LEVEL) continue;
        levels[k] = neighbour;
        this.#decode(i);
        const cost = await this.#cost(i);
        if (cost < least) {
          least = cost;
          break;
        }
        levels[k] = level;
      }
      this.#decode(i);
    }
  }

  /** Lets others have their turn. @throws LoecError E_ABORTED */
  async #turn(): Promise<void> {
    await nextTurn();
    throwIfAborted(this.#job.signal);
  }

  #choose(i: number, choice: Choice): void {
    this.#choices[i] = choice;
    this.#quantize(i >> 1);
  }

  /** What depends on a tensor: the field's make distortion, the context model's make bits. */
  async #cost(i: number): Promise<number> {
    this.#session.writeWeights(this.#decoded);
    const pixels = this.#job.raster.width * this.#job.raster.height;
    const isField = (this.#tensors[i] as CodedTensor).part === 'field';
    if (isField && this.#layersMoved) {
      await deriveClasses(this.#session, this.#job);
      this.#layersMoved = false;
    }
    const { distortion, bits } = await this.#session.loss(isField ? 'distortion' : 'bits');
    return distortion + (this.#lambda * (bits + this.#weightBits())) / pixels;
  }

  #weightBits(): number {
    const tensors = this.#tensors.map(({ tensor }) => tensor);
    return 8 * encodeWeights(tensors, this.#levels).length + STEP_BITS * tensors.length;
  }

  /** A map's integers by the choices of its tensors; their values go to where a decoder has them. */
  #quantize(map: number): void {
    const [weight, bias] = [2 * map, 2 * map + 1];
    const { part } = this.#tensors[weight] as CodedTensor;
    const difference = this.#fitted[part].slice();
    for (const i of [weight, bias]) {
      const { offset, length } = (this.#tensors[i] as CodedTensor).tensor;
      const origin = this.#originOf(i);
      if (!origin) continue;
      for (let k = offset; k < offset + length; k++) {
        difference[k] = (difference[k] as number) - (origin[k] as number);
      }
    }
    const steps = { weight: this.#stepOf(weight), bias: this.#stepOf(bias) };
    const levels = (this.#roundings[map] as MapRounding).round(difference, steps);
    this.#levels[weight] = levels.weight;
    this.#levels[bias] = levels.bias;
    this.#decode(weight);
    this.#decode(bias);
  }

  /** Puts what the tensor's integers mean to where a decoder has it. */
  #decode(i: number): void {
    const { tensor, part } = this.#tensors[i] as CodedTensor;
    const { offset, length, layer } = tensor;
    if (part === 'field' && layer < this.#job.spec.layers.length) this.#layersMoved = true;
    const decoded = this.#decoded[part];
    dequantize(this.#levels[i] as Int32Array, tensor, this.#stepOf(i), decoded);
    const origin = this.#originOf(i);
    if (!origin) return;
    for (let k = offset; k < offset + length; k++) {
      decoded[k] = (decoded[k] as number) + (origin[k] as number);
    }
  }

  #stepOf(i: number): number {
    return stepOf((this.#choices[i] as Choice).index);
  }

  /** What the tensor is coded as a difference from. */
  #originOf(i: number): Float32Array | null {
    const { part } = this.#tensors[i] as CodedTensor;
    return this.#choices[i]?.fromStart ? this.#job.start[part] : null;
  }
}

function roundingOf(weight: Tensor, bias: Tensor, gradients: readonly Float32Array[]): MapRounding {
  const experts = Array.from({ length: weight.experts }, (_, expert) => expert);
  return new MapRounding(
    weight,
    bias,
    experts.map((expert) => curvatureOf(weight, bias, expert, gradients)),
  );
}
