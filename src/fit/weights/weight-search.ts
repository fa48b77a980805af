/**
 * @file The search for the integers of fitted weights: every tensor gets the quantization step at which loss and bits together cost least, and
 * is coded as the difference from the start where that is shorter; then single weights may move by one.
 */

import { MAX_INTEGER, stepOf } from '../../field/quantizer.ts';
import { INWARD_SAVING, MOST_SAVED, STEP_GRAIN } from './calibration.ts';
import type { Choice, WeightIntegers } from './weight-integers.ts';
import type { WeightLoss } from './weight-loss.ts';
import type { CodedTensor } from './weight-part.ts';

/** Losses that a round takes about: in search of the quantization steps of one tensor; over single weights, for each, as one of two is worth it. */
export const LOSSES_PER_TENSOR = 6;
export const LOSSES_PER_WEIGHT = 1;

export interface SearchEffort {
  /** Rounds over all tensors in search of their quantization steps. */
  readonly sweeps: number;
  /** The search of a tensor's quantization step ends after so many tries in one direction without a gain. */
  readonly patience: number;
  /** Rounds over all weights in search of better integers. */
  readonly refinements: number;
}

/**
 * Searches for the tensors' quantization steps, then for better integers of single weights.
 * @param onLosses told of work in losses, about
 */
export async function searchIntegers(
  loss: WeightLoss,
  integers: WeightIntegers,
  { sweeps, patience, refinements }: SearchEffort,
  onLosses: (count: number) => void = () => {},
): Promise<void> {
  const search = new WeightSearch(loss, integers, onLosses);
  for (let sweep = 0; sweep < sweeps; sweep++) await search.searchSteps(patience);
  for (let round = 0; round < refinements; round++) await search.refineIntegers();
}

interface Cost {
  /** What depends on a tensor's part. */
  readonly loss: number;
  /** What the weights' own bits add. */
  readonly rate: number;
}

function isLess(a: Cost, b: Cost): boolean {
  return a.loss + a.rate < b.loss + b.rate;
}

class WeightSearch {
  readonly #loss: WeightLoss;
  readonly #integers: WeightIntegers;
  readonly #onLosses: (count: number) => void;
  /** What depends on each part as the integers are, where it is known. */
  readonly #known = new Map<number, number>();

  constructor(loss: WeightLoss, integers: WeightIntegers, onLosses: (count: number) => void) {
    this.#loss = loss;
    this.#integers = integers;
    this.#onLosses = onLosses;
  }

  /** One round over all tensors. */
  async searchSteps(patience: number): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#searchTensor(i, patience);
  }

  /**
   * One round over all weights: each may move by one where it pays, towards zero, which saves bits, or to the other side of what was
   * fitted. The gradient says which are worth a try.
   */
  async refineIntegers(): Promise<void> {
    for (const i of this.#integers.tensors.keys()) await this.#refineTensor(i);
  }

  /** Tries coarser quantization steps, then finer ones, while the cost falls. */
  async #searchTensor(i: number, patience: number): Promise<void> {
    this.#onLosses(LOSSES_PER_TENSOR);
    if (this.#integers.isOfStart(i)) return;
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
    if (this.#integers.hasStart(i)) {
      const tried = await this.#costOf(i, { ...best.choice, fromStart: !best.choice.fromStart });
      if (isLess(tried, best)) best = tried;
    }
    this.#integers.choose(i, best.choice);
    this.#known.set(this.#partOf(i), best.loss);
  }

  async #refineTensor(i: number): Promise<void> {
    const integers = this.#integers;
    const bit = this.#loss.priceOf(1);
    const quantizationStep = stepOf(integers.choiceOf(i).stepIndex);
    let best = await this.#costNow(i);
    const slopes = await this.#slopes(i);
    for (const [k, integer] of integers.integersOf(i).entries()) {
      this.#onLosses(LOSSES_PER_WEIGHT);
      const inward = integer < 0 ? 1 : -1;
      for (const way of [inward, -inward]) {
        if (Math.abs(integer + way) > MAX_INTEGER) continue;
        const saving =
          -(slopes[k] as number) * quantizationStep * way + (way === inward ? INWARD_SAVING * bit : 0);
        if (saving <= 0) continue;
        integers.setInteger(i, k, integer + way);
        const loss = await this.#lossOf(i);
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
    this.#known.set(this.#partOf(i), best.loss);
  }

  /** As the integers are. */
  async #costNow(i: number): Promise<Cost> {
    const loss = this.#known.get(this.#partOf(i)) ?? (await this.#lossOf(i));
    return { loss, rate: this.#rate() };
  }

  /** Codes tensor `i` otherwise. */
  async #costOf(i: number, choice: Choice): Promise<Cost & { choice: Choice }> {
    this.#integers.choose(i, choice);
    return { choice, loss: await this.#lossOf(i), rate: this.#rate() };
  }

  #lossOf(i: number): Promise<number> {
    return this.#loss.at(this.#partOf(i), this.#integers.decoded);
  }

  #rate(): number {
    return this.#loss.priceOf(this.#integers.bits);
  }

  #partOf(i: number): number {
    return (this.#integers.tensors[i] as CodedTensor).part;
  }

  /** The gradient at the weights of a tensor, as they are coded. */
  async #slopes(i: number): Promise<Float32Array> {
    const { tensor, part } = this.#integers.tensors[i] as CodedTensor;
    const gradient = await this.#loss.gradientAt(part, this.#integers.decoded);
    return gradient.subarray(tensor.offset, tensor.offset + tensor.length);
  }
}
