/** @file Fitted weights as the integers of a file: each tensor with a quantization step of its own, perhaps as the difference from a start. */

import type { QuantizedWeights } from '../../container/contents.ts';
import { WeightMeter } from '../../entropy/weights.ts';
import { dequantize, stepOf } from '../../field/quantizer.ts';
import { pairs, type Tensor } from '../../field/spec.ts';
import type { Curvature } from './curvature.ts';
import type { CodedTensor, WeightPart } from './weight-part.ts';
import { AffineMapRounding } from './weight-rounding.ts';

/** Bits of one tensor's step index and flag in the header. */
const STEP_BITS = 8;

/** How a tensor is coded. */
export interface Choice {
  readonly stepIndex: number;
  readonly fromStart: boolean;
}

export class WeightIntegers {
  /** Those of all parts, in order. */
  readonly tensors: readonly CodedTensor[];
  readonly #parts: readonly WeightPart[];
  /** One per affine map. */
  readonly #roundings: readonly AffineMapRounding[];
  readonly #decoded: readonly Float32Array[];
  readonly #choices: Choice[];
  readonly #integers: Int32Array[];
  readonly #meter: WeightMeter;

  /** @param parts in the order of the file */
  constructor(parts: readonly WeightPart[]) {
    this.#parts = parts.map((part) => ({ ...part, fitted: part.fitted.slice() }));
    this.#decoded = parts.map(({ fitted }) => fitted.slice());
    this.tensors = parts.flatMap(({ tensors }, part) => tensors.map((tensor) => ({ tensor, part })));
    this.#choices = parts.flatMap(({ stepIndices, start }) =>
      stepIndices.map((stepIndex) => ({ stepIndex, fromStart: start !== null })),
    );
    const tensors = this.tensors.map(({ tensor }) => tensor);
    this.#integers = tensors.map(({ length }) => new Int32Array(length));
    this.#meter = new WeightMeter(tensors, this.#integers);
    this.#roundings = parts.flatMap(roundingsOf);
    for (const affineMap of this.#roundings.keys()) this.#round(affineMap);
  }

  /** Per part, the parameters as a decoder will have them: changed in place. */
  get decoded(): readonly Float32Array[] {
    return this.#decoded;
  }

  /** Whether there is a start that tensor `i` can be coded as the difference from. */
  hasStart(i: number): boolean {
    return this.#partOf(i).start !== null;
  }

  /** Whether a tensor is the start's as it was fitted, so that it has residuals of 0 whatever its step. */
  isOfStart(i: number): boolean {
    const { offset, length } = this.#tensorAt(i);
    const { start, fitted } = this.#partOf(i);
    if (!start) return false;
    for (let k = offset; k < offset + length; k++) {
      if (start[k] !== fitted[k]) return false;
    }
    return true;
  }

  /** In the file, header included. */
  get bits(): number {
    return this.#meter.bits + STEP_BITS * this.tensors.length;
  }

  choiceOf(i: number): Choice {
    return this.#choices[i] as Choice;
  }

  /** Codes tensor `i` otherwise. */
  choose(i: number, choice: Choice): void {
    this.#choices[i] = choice;
    this.#round(i >> 1);
  }

  integersOf(i: number): Readonly<Int32Array> {
    return this.#integers[i] as Int32Array;
  }

  setInteger(i: number, k: number, integer: number): void {
    (this.#integers[i] as Int32Array)[k] = integer;
    this.#meter.changed(i);
    this.#decode(i);
  }

  contents(): QuantizedWeights {
    return {
      kind: 'quantized',
      stepIndices: this.#stepIndices(),
      fromStart: this.#choices.map(({ fromStart }) => fromStart),
      integers: this.#integers,
    };
  }

  /** Makes the integers of an affine map anew, by the choices of its tensors. */
  #round(affineMap: number): void {
    const [weight, bias] = [2 * affineMap, 2 * affineMap + 1];
    const difference = this.#partOf(weight).fitted.slice();
    for (const i of [weight, bias]) {
      const { offset, length } = this.#tensorAt(i);
      const origin = this.#originOf(i);
      if (!origin) continue;
      for (let k = offset; k < offset + length; k++) {
        difference[k] = (difference[k] as number) - (origin[k] as number);
      }
    }
    const quantizationSteps = { weight: this.#stepOf(weight), bias: this.#stepOf(bias) };
    const integers = (this.#roundings[affineMap] as AffineMapRounding).round(difference, quantizationSteps);
    (this.#integers[weight] as Int32Array).set(integers.weight);
    (this.#integers[bias] as Int32Array).set(integers.bias);
    this.#meter.changed(weight);
    this.#decode(weight);
    this.#decode(bias);
  }

  /** Of all tensors; one of zeros, which any step suits, has that of the tensor before, as the header holds differences. */
  #stepIndices(): number[] {
    let before = 0;
    return this.#choices.map(({ stepIndex }, i) => {
      if (this.integersOf(i).some((integer) => integer !== 0)) before = stepIndex;
      return before;
    });
  }

  /** Puts what the tensor's integers mean to where a decoder has it. */
  #decode(i: number): void {
    const { part } = this.tensors[i] as CodedTensor;
    const integers = this.#integers[i] as Int32Array;
    const decoded = this.#decoded[part] as Float32Array;
    dequantize(integers, this.#tensorAt(i), this.#stepOf(i), decoded, this.#originOf(i));
  }

  #tensorAt(i: number): Tensor {
    return (this.tensors[i] as CodedTensor).tensor;
  }

  #partOf(i: number): WeightPart {
    return this.#parts[(this.tensors[i] as CodedTensor).part] as WeightPart;
  }

  #stepOf(i: number): number {
    return stepOf(this.choiceOf(i).stepIndex);
  }

  /** What the tensor is coded as a difference from. */
  #originOf(i: number): Float32Array | undefined {
    return (this.choiceOf(i).fromStart && this.#partOf(i).start) || undefined;
  }
}

function roundingsOf({ tensors, curvatures }: WeightPart): AffineMapRounding[] {
  return pairs(tensors).map(
    ([weight, bias], i) => new AffineMapRounding(weight, bias, curvatures[i] as readonly Curvature[]),
  );
}
