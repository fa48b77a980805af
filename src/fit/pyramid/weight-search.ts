/**
 * @file The weights of a fitted pyramid become integers: every tensor gets the step at which distortion, latents' bits and its own bits
 * together cost least, and is coded as the difference from the start where that is shorter.
 */

import { type PyramidSession, ROUNDED } from '../../engine/pyramid.ts';
import { throwIfAborted } from '../../errors.ts';
import { MAX_INTEGER, stepOf } from '../../field/quantizer.ts';
import { Breaks } from '../time-slices.ts';
import { deriveClasses } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import type { Choice, CodedTensor, WeightIntegers } from './weight-integers.ts';
import { type OnWork, STEPS_PER_TENSOR, STEPS_PER_WEIGHT } from './work.ts';

/** Steps are tried at half octaves. */
const GRAIN = 8;

/**
 * Bits that a step towards zero is trusted to save before it is tried: where the gradient is against it by more, it would hardly ever pay. Half of all
 * steps are left out so, and with them a tenth of what all of them gain.
 */
const INWARD_PROMISE = 2;

/** Bits that a step saves at most, but for a few: where the rest of the loss rises by more, the weights are not coded to see. */
const MOST_SAVED = 8;

/** Parts of D + λR. */
interface Cost {
  /** What depends on a tensor: the field's make distortion, the context model's make bits. */
  readonly loss: number;
  /** What the weights' own bits add. */
  readonly price: number;
}

function isLess(a: Cost, b: Cost): boolean {
  return a.loss + a.price < b.loss + b.price;
}

export class WeightSearch {
  readonly #session: PyramidSession;
  readonly #job: PyramidJob;
  readonly #lambda: number;
  readonly #integers: WeightIntegers;
  readonly #onWork: OnWork;
  readonly #breaks = new Breaks();
  /** What depends on a part, of D + λR, as the integers are; null before it is known. */
  readonly #losses: Record<CodedTensor['part'], number | null> = { field: null, context: null };
  /** The layers that the session's classes were derived from. */
  #derivedFrom: Float32Array | null = null;

  /** @param lambda the λ that the fit ended with */
  constructor(
    session: PyramidSession,
    job: PyramidJob,
    lambda: number,
    integers: WeightIntegers,
    onWork: OnWork,
  ) {
    this.#session = session;
    this.#job = job;
    this.#lambda = lambda;
    this.#integers = integers;
    this.#onWork = onWork;
  }

  /** One round over all tensors in search of their steps. @throws LoecError E_ABORTED */
  async searchSteps(): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#searchTensor(i);
  }

  /**
   * One round over all weights: each may move by a integer where it pays, towards zero, which saves bits, or to the other side of what
   * was fitted. The gradient says which are worth a try.
   * @throws LoecError E_ABORTED
   */
  async refineLevels(): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#refineTensor(i);
  }

  /** Walks to coarser steps, then to finer ones, while it pays. */
  async #searchTensor(i: number): Promise<void> {
    await this.#turn(STEPS_PER_TENSOR);
    const start = this.#integers.choiceOf(i);
    let best = { choice: start, ...(await this.#costNow(i)) };
    for (const direction of [GRAIN, -GRAIN]) {
      let failures = 0;
      for (let index = start.index + direction; failures < this.#job.effort.patience; index += direction) {
        const tried = await this.#costOf(i, { ...start, index });
        if (isLess(tried, best)) best = tried;
        else failures++;
      }
      // A gain on the coarse side leaves nothing for the fine one.
      if (best.choice.index > start.index) break;
    }
    if (this.#integers.hasStart) {
      const tried = await this.#costOf(i, { ...best.choice, fromStart: !best.choice.fromStart });
      if (isLess(tried, best)) best = tried;
    }
    this.#integers.choose(i, best.choice);
    this.#losses[this.#partOf(i)] = best.loss;
  }

  async #refineTensor(i: number): Promise<void> {
    const integers = this.#integers;
    const bit = this.#lambda / this.#pixels;
    const step = stepOf(integers.choiceOf(i).index);
    let best = await this.#costNow(i);
    const slopes = await this.#slopes(i);
    for (const [k, integer] of integers.integersOf(i).entries()) {
      await this.#turn(STEPS_PER_WEIGHT);
      const inward = integer < 0 ? 1 : -1;
      for (const way of [inward, -inward]) {
        if (Math.abs(integer + way) > MAX_INTEGER) continue;
        const promise = -(slopes[k] as number) * step * way + (way === inward ? INWARD_PROMISE * bit : 0);
        if (promise <= 0) continue;
        integers.setInteger(i, k, integer + way);
        const loss = await this.#loss(i);
        if (loss < best.loss + MOST_SAVED * bit) {
          const tried = { loss, price: this.#price() };
          if (isLess(tried, best)) {
            best = tried;
            break;
          }
        }
        integers.setInteger(i, k, integer);
      }
    }
    this.#losses[this.#partOf(i)] = best.loss;
  }

  /** Lets others have their turn. @param steps of work that begin @throws LoecError E_ABORTED */
  async #turn(steps: number): Promise<void> {
    this.#onWork(steps);
    await this.#breaks.take();
    throwIfAborted(this.#job.signal);
  }

  get #pixels(): number {
    return this.#job.raster.width * this.#job.raster.height;
  }

  /** As the integers are. */
  async #costNow(i: number): Promise<Cost> {
    const loss = this.#losses[this.#partOf(i)] ?? (await this.#loss(i));
    return { loss, price: this.#price() };
  }

  /** Codes tensor `i` otherwise. */
  async #costOf(i: number, choice: Choice): Promise<Cost & { choice: Choice }> {
    this.#integers.choose(i, choice);
    return { choice, loss: await this.#loss(i), price: this.#price() };
  }

  async #loss(i: number): Promise<number> {
    this.#session.writeWeights(this.#integers.decoded);
    const isField = this.#partOf(i) === 'field';
    if (isField) await this.#derive();
    const { distortion, bits } = await this.#session.loss(isField ? 'distortion' : 'bits');
    return distortion + (this.#lambda * bits) / this.#pixels;
  }

  #partOf(i: number): CodedTensor['part'] {
    return (this.#integers.tensors[i] as CodedTensor).part;
  }

  #price(): number {
    return (this.#lambda * this.#integers.bits) / this.#pixels;
  }

  /** The gradient of D + λR at the weights of a tensor, as they are coded. */
  async #slopes(i: number): Promise<Float32Array> {
    const { tensor, part } = this.#integers.tensors[i] as CodedTensor;
    this.#session.writeWeights(this.#integers.decoded);
    const gradient = (await this.#session.weightGradient(this.#lambda, ROUNDED))[part];
    return gradient.subarray(tensor.offset, tensor.offset + tensor.length);
  }

  /** Classes depend on the layers, which may have moved, and not on the filters behind them. */
  async #derive(): Promise<void> {
    const { segmentation, model } = this.#job;
    const layers = this.#integers.decoded.field.slice(0, model.field.layerParameters);
    if (segmentation === null || this.#derivedFrom?.every((value, k) => value === layers[k])) return;
    await deriveClasses(this.#session, this.#job);
    this.#derivedFrom = layers;
  }
}
