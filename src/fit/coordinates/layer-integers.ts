/** @file The integers of a coordinate field's layers, those that are final and those to come. */

import type { QuantizedWeights } from '../../container/contents.ts';
import { encodeWeights } from '../../entropy/weights.ts';
import { dequantize, quantize, stepOf } from '../../field/quantizer.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../../field/spec.ts';
import type { Curvature } from '../weights/curvature.ts';
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
   * @param curvatures by affine map and expert, at the parameters
   * @param room in bytes
   */
  roundLayer(
    layer: number,
    parameters: Float32Array,
    curvatures: readonly (readonly Curvature[])[],
    room: number,
  ): void {
    for (let i = 2 * layer; i < this.#tensors.length; i++) {
      this.#fromStart[i] = isNearStart(parameters, this.#start, this.#tensors[i] as Tensor);
    }
    const differences = this.#differences(parameters);
    this.#stepIndices = this.#stepIndicesFor(layer, differences, curvatures, room);
    const [weight, bias] = [2 * layer, 2 * layer + 1];
    const rounding = new AffineMapRounding(
      this.#tensors[weight] as Tensor,
      this.#tensors[bias] as Tensor,
      curvatures[layer] as readonly Curvature[],
    );
    const steps = { weight: this.#stepOf(weight), bias: this.#stepOf(bias) };
    const integers = rounding.round(differences, steps);
    this.#set(weight, integers.weight, parameters);
    this.#set(bias, integers.bias, parameters);
  }

  contents(): QuantizedWeights {
    const { stepIndices, integers, fromStart } = {
      stepIndices: this.#stepIndices,
      integers: this.#integers,
      fromStart: this.#fromStart,
    };
    return { kind: 'quantized', stepIndices, integers, fromStart };
  }

  /** Those of rounded layers stay; the others keep the ratios at which the error rises least. */
  #stepIndicesFor(
    layer: number,
    differences: Float32Array,
    curvatures: readonly (readonly Curvature[])[],
    room: number,
  ): number[] {
    const first = 2 * layer;
    const ratios = relativeStepIndices(this.#spec, curvatures).slice(first);
    const open = this.#tensors.slice(first);
    const sizeOf = (stepIndices: readonly number[]): number => {
      const rounded = open.map((tensor, i) =>
        quantize(differences, tensor, stepOf(stepIndices[i] as number)),
      );
      return encodeWeights(this.#tensors, [...this.#integers.slice(0, first), ...rounded]).length;
    };
    return [
      ...this.#stepIndices.slice(0, first),
      ...stepIndicesForSize(differences, open, ratios, sizeOf, room),
    ];
  }

  /** What integers stand for: parameters, or how far they are from the start. */
  #differences(parameters: Float32Array): Float32Array {
    const differences = parameters.slice();
    for (const [i, { offset, length }] of this.#tensors.entries()) {
      if (!this.#fromStart[i]) continue;
      for (let k = offset; k < offset + length; k++) {
        differences[k] = (parameters[k] as number) - (this.#start[k] as number);
      }
    }
    return differences;
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

/** Whether a tensor's differences from the start are smaller than its values, so that they take fewer bits. */
function isNearStart(parameters: Float32Array, start: Float32Array, { offset, length }: Tensor): boolean {
  let balance = 0;
  for (let k = offset; k < offset + length; k++) {
    const value = parameters[k] as number;
    balance += value * value - (value - (start[k] as number)) ** 2;
  }
  return balance > 0;
}
