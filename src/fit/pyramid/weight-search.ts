/**
 * @file The weights of a fitted pyramid become integers: every tensor gets the quantization step at which distortion, latents' bits and its
 * own bits together cost least, and is coded as the difference from the start where that is shorter.
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import { type PyramidSession, ROUNDED } from '../../engine/pyramid.ts';
import { MAX_INTEGER, stepOf } from '../../field/quantizer.ts';
import { INWARD_SAVING, MOST_SAVED, STEP_GRAIN } from './calibration/quantization.ts';
import { sampleGradients } from './curvature.ts';
import { deriveClasses } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Choice, type CodedTensor, WeightIntegers } from './weight-integers.ts';
import { type OnWork, STEPS_PER_TENSOR, STEPS_PER_WEIGHT } from './work.ts';

/** Parts of D + λR. */
interface Cost {
  /** What depends on a tensor: the field's make distortion, the context model's make bits. */
  readonly loss: number;
  /** What the weights' own bits add. */
  readonly rate: number;
}

function isLess(a: Cost, b: Cost): boolean {
  return a.loss + a.rate < b.loss + b.rate;
}

/**
 * From fitted weights to integers: a search for the tensors' quantization steps, then one for better integers of single weights. Leaves the
 * session with the decoder's parameters.
 * @param lambda the λ that the fit ended with
 */
export async function quantizeWeights(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  onWork: OnWork = () => {},
): Promise<QuantizedWeights> {
  const { sweeps, refinements } = job.effort;
  const gradients = await sampleGradients(session, job, lambda, onWork);
  const integers = new WeightIntegers(job, await session.readWeights(), gradients);
  const search = new WeightSearch(session, job, lambda, integers, onWork);
  for (let sweep = 0; sweep < sweeps; sweep++) await search.searchSteps();
  for (let round = 0; round < refinements; round++) await search.refineIntegers();
  session.writeWeights(integers.decoded);
  return integers.contents();
}

/** Losses and gradients are the session's own, which are exact for every distortion: nothing here goes by a local model. */
class WeightSearch {
  readonly #session: PyramidSession;
  readonly #job: PyramidJob;
  readonly #lambda: number;
  readonly #integers: WeightIntegers;
  readonly #onWork: OnWork;
  /** What depends on a part, of D + λR, as the integers are; null before it is known. */
  readonly #losses: Record<CodedTensor['part'], number | null> = { field: null, context: null };
  /** The layers that the session's classes were derived from. */
  #derivedFrom: Float32Array | null = null;

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

  /** One round over all tensors. */
  async searchSteps(): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#searchTensor(i);
  }

  /**
   * One round over all weights: each may move by one where it pays, towards zero, which saves bits, or to the other side of what was
   * fitted. The gradient says which are worth a try.
   */
  async refineIntegers(): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#refineTensor(i);
  }

  /** Tries coarser quantization steps, then finer ones, while the cost falls. */
  async #searchTensor(i: number): Promise<void> {
    this.#onWork(STEPS_PER_TENSOR);
    if (this.#integers.isOfStart(i)) return;
    const { patience } = this.#job.effort;
    const start = this.#integers.choiceOf(i);
    let best = { choice: start, ...(await this.#costNow(i)) };
    for (const direction of [STEP_GRAIN, -STEP_GRAIN]) {
      let failures = 0;
      for (let stepIndex = start.stepIndex + direction; failures < patience; stepIndex += direction) {
        const tried = await this.#costOf(i, { ...start, stepIndex });
        if (isLess(tried, best)) best = tried;
        else failures++;
      }
      // A gain on the coarse side leaves nothing for the fine one.
      if (best.choice.stepIndex > start.stepIndex) break;
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
    const quantizationStep = stepOf(integers.choiceOf(i).stepIndex);
    let best = await this.#costNow(i);
    const slopes = await this.#slopes(i);
    for (const [k, integer] of integers.integersOf(i).entries()) {
      this.#onWork(STEPS_PER_WEIGHT);
      const inward = integer < 0 ? 1 : -1;
      for (const way of [inward, -inward]) {
        if (Math.abs(integer + way) > MAX_INTEGER) continue;
        const saving =
          -(slopes[k] as number) * quantizationStep * way + (way === inward ? INWARD_SAVING * bit : 0);
        if (saving <= 0) continue;
        integers.setInteger(i, k, integer + way);
        const loss = await this.#loss(i);
        if (loss < best.loss + MOST_SAVED * bit) {
          const tried = { loss, rate: this.#rate() };
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

  get #pixels(): number {
    return this.#job.raster.width * this.#job.raster.height;
  }

  /** As the integers are. */
  async #costNow(i: number): Promise<Cost> {
    const loss = this.#losses[this.#partOf(i)] ?? (await this.#loss(i));
    return { loss, rate: this.#rate() };
  }

  /** Codes tensor `i` otherwise. */
  async #costOf(i: number, choice: Choice): Promise<Cost & { choice: Choice }> {
    this.#integers.choose(i, choice);
    return { choice, loss: await this.#loss(i), rate: this.#rate() };
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

  #rate(): number {
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
