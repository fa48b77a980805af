/** @file The integers of a coordinate field's layers, those that are final and those to come. */

import type { QuantizedWeights } from '../../container/contents.ts';
import { encodeWeights } from '../../entropy/weights.ts';
import { dequantize, quantize, stepOf } from '../../field/quantizer.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../../field/spec.ts';
import type { Curvature } from '../weights/curvature.ts';
import { isShorterFromStart } from '../weights/shorter-from-start.ts';
import { AffineMapRounding } from '../weights/weight-rounding.ts';
import { relativeStepIndices, stepIndicesForSize } from './quantization-steps.ts';

export class LayerIntegers {
  readonly #spec: FieldSpec;
  readonly #tensors: readonly Tensor[];
  /** Of all tensors, and the integers of those whose layer has been rounded: zeros for the others. */
  #stepIndices: readonly number[];
  readonly #integers: readonly Int32Array[];
  readonly #start: Float32Array;
  /** By tensor: whether its integers are differences from the start. */
  readonly #fromStart: boolean[];

  /** @param start of the field's fit */
  constructor(spec: FieldSpec, start: Float32Array) {
    this.#spec = spec;
    this.#start = start;
    this.#tensors = tensorsOf(spec);
    this.#stepIndices = this.#tensors.map(() => 0);
    this.#integers = this.#tensors.map(({ length }) => new Int32Array(length));
    this.#fromStart = this.#tensors.map(() => false);
  }

  get codedBytes(): number {
    return encodeWeights(this.#tensors, this.#integers).length;
  }

  /**
   * Rounds a layer to quantization steps at which all weights, those of layers behind it rounded as they are now, take no more than `room`.
   * @param parameters of the field; those of the layer become what a decoder has
   * @param curvatures by affine map and expert, at the parameters; those of layers in front of this one are not used
   * @param room in bytes
   */
  roundLayer(
    layer: number,
    parameters: Float32Array,
    curvatures: readonly (readonly Curvature[])[],
    room: number,
  ): void {
    const differences = parameters.map((value, k) => value - (this.#start[k] as number));
    this.#stepIndices = this.#stepIndicesFor(layer, parameters, differences, curvatures, room);
    const [weight, bias] = [2 * layer, 2 * layer + 1];
    const values = parameters.slice();
    for (const i of [weight, bias]) {
      const { offset, length } = this.#tensors[i] as Tensor;
      this.#fromStart[i] = this.#isShorterFromStart(i, parameters, this.#stepOf(i));
      if (this.#fromStart[i]) values.set(differences.subarray(offset, offset + length), offset);
    }
    const rounding = new AffineMapRounding(
      this.#tensors[weight] as Tensor,
      this.#tensors[bias] as Tensor,
      curvatures[layer] as readonly Curvature[],
    );
    const steps = { weight: this.#stepOf(weight), bias: this.#stepOf(bias) };
    const integers = rounding.round(values, steps);
    this.#set(weight, integers.weight, parameters);
    this.#set(bias, integers.bias, parameters);
  }

  contents(): QuantizedWeights {
    return {
      kind: 'quantized',
      stepIndices: this.#stepIndices,
      integers: this.#integers,
      fromStart: this.#fromStart,
    };
  }

  /** Those of rounded layers stay; the others keep the ratios at which the error rises least. */
  #stepIndicesFor(
    layer: number,
    parameters: Float32Array,
    differences: Float32Array,
    curvatures: readonly (readonly Curvature[])[],
    room: number,
  ): number[] {
    const first = 2 * layer;
    const ratios = relativeStepIndices(this.#spec, curvatures).slice(first);
    const open = this.#tensors.slice(first);
    const sizeOf = (stepIndices: readonly number[]): number => {
      const rounded = open.map((tensor, i) => {
        const step = stepOf(stepIndices[i] as number);
        const isDifference = this.#isShorterFromStart(first + i, parameters, step);
        return quantize(isDifference ? differences : parameters, tensor, step);
      });
      return encodeWeights(this.#tensors, [...this.#integers.slice(0, first), ...rounded]).length;
    };
    // What may be coded of each parameter at most.
    const largest = parameters.map((value, k) =>
      Math.max(Math.abs(value), Math.abs(differences[k] as number)),
    );
    return [...this.#stepIndices.slice(0, first), ...stepIndicesForSize(largest, open, ratios, sizeOf, room)];
  }

  #isShorterFromStart(i: number, parameters: Float32Array, step: number): boolean {
    return isShorterFromStart(parameters, this.#start, this.#tensors[i] as Tensor, step);
  }

  #set(i: number, integers: Int32Array, parameters: Float32Array): void {
    (this.#integers[i] as Int32Array).set(integers);
    const origin = this.#fromStart[i] ? this.#start : undefined;
    dequantize(integers, this.#tensors[i] as Tensor, this.#stepOf(i), parameters, origin);
  }

  #stepOf(i: number): number {
    return stepOf(this.#stepIndices[i] as number);
  }
}
