/** @file A pyramid's weights as the integers of a file: each tensor with a quantization step of its own, perhaps as the difference from the start. */

import type { QuantizedWeights } from '../../container/contents.ts';
import type { PyramidWeights } from '../../engine/pyramid.ts';
import { WeightMeter } from '../../entropy/weights.ts';
import { dequantize, stepOf } from '../../field/quantizer.ts';
import { pairs, type Tensor } from '../../field/spec.ts';
import { FIRST_STEP_INDEX } from './calibration/quantization.ts';
import { curvaturesOf } from './curvature.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { AffineMapRounding } from './weight-rounding.ts';

/** Bits of one tensor's step index and flag in the header. */
const STEP_BITS = 8;

/** A tensor of the field or of the context model with its place in the file. */
export interface CodedTensor {
  readonly tensor: Tensor;
  readonly part: 'field' | 'context';
}

/** How a tensor is coded. */
export interface Choice {
  readonly stepIndex: number;
  readonly fromStart: boolean;
}

export class WeightIntegers {
  /** Weights and biases in turn, one affine map after the other. */
  readonly tensors: readonly CodedTensor[];
  readonly #start: PyramidWeights | null;
  /** One per affine map. */
  readonly #roundings: readonly AffineMapRounding[];
  readonly #fitted: PyramidWeights;
  readonly #decoded: PyramidWeights;
  readonly #choices: Choice[];
  readonly #integers: Int32Array[];
  readonly #meter: WeightMeter;

  /** @param gradients that say what rounding costs (`sampleGradients`) */
  constructor(job: PyramidJob, fitted: PyramidWeights, gradients: readonly PyramidWeights[]) {
    this.tensors = [
      ...job.model.field.tensors.map((tensor) => ({ tensor, part: 'field' as const })),
      ...job.model.context.tensors.map((tensor) => ({ tensor, part: 'context' as const })),
    ];
    this.#start = job.start.id > 0 ? job.start : null;
    this.#fitted = copyOf(fitted);
    this.#decoded = copyOf(fitted);
    this.#choices = this.tensors.map(({ part }) => ({
      stepIndex: FIRST_STEP_INDEX[part],
      fromStart: this.#start !== null,
    }));
    const tensors = this.tensors.map(({ tensor }) => tensor);
    this.#integers = tensors.map(({ length }) => new Int32Array(length));
    this.#meter = new WeightMeter(tensors, this.#integers);
    this.#roundings = pairs(tensors).map(([weight, bias], affineMap) => {
      const { part } = this.#tensorAt(2 * affineMap);
      const samples = gradients.map((gradient) => gradient[part]);
      return new AffineMapRounding(weight, bias, curvaturesOf(weight, bias, samples));
    });
    for (const affineMap of this.#roundings.keys()) this.#round(affineMap);
  }

  /** The parameters as a decoder will have them. */
  get decoded(): PyramidWeights {
    return this.#decoded;
  }

  /** Whether there is a start to be coded as the difference from. */
  get hasStart(): boolean {
    return this.#start !== null;
  }

  /** Whether a tensor is the start's as it was fitted, so that it has residuals of 0 whatever its step. */
  isOfStart(i: number): boolean {
    const { tensor, part } = this.#tensorAt(i);
    const start = this.#start?.[part];
    if (!start) return false;
    for (let k = tensor.offset; k < tensor.offset + tensor.length; k++) {
      if (start[k] !== this.#fitted[part][k]) return false;
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

  /** Makes the integers of an affine map anew, by the choices of its tensors. */
  #round(affineMap: number): void {
    const [weight, bias] = [2 * affineMap, 2 * affineMap + 1];
    const { part } = this.#tensorAt(weight);
    const difference = this.#fitted[part].slice();
    for (const i of [weight, bias]) {
      const { offset, length } = this.#tensorAt(i).tensor;
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

  contents(): QuantizedWeights {
    return {
      kind: 'quantized',
      stepIndices: this.#stepIndices(),
      fromStart: this.#choices.map(({ fromStart }) => fromStart),
      integers: this.#integers,
    };
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
    const { tensor, part } = this.#tensorAt(i);
    const integers = this.#integers[i] as Int32Array;
    dequantize(integers, tensor, this.#stepOf(i), this.#decoded[part], this.#originOf(i));
  }

  #tensorAt(i: number): CodedTensor {
    return this.tensors[i] as CodedTensor;
  }

  #stepOf(i: number): number {
    return stepOf(this.choiceOf(i).stepIndex);
  }

  /** What the tensor is coded as a difference from. */
  #originOf(i: number): Float32Array | undefined {
    return this.choiceOf(i).fromStart ? this.#start?.[this.#tensorAt(i).part] : undefined;
  }
}

function copyOf({ field, context }: PyramidWeights): PyramidWeights {
  return { field: field.slice(), context: context.slice() };
}
