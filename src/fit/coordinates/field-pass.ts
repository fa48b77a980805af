/** @file A coordinate field on the host, one sample at a time: forward to its outputs, backward from one of them. Allocates nothing on the way. */

import { expertOf } from '../../field/selectors.ts';
import { type Activation, type Field, outputWidth, pairs, type Tensor, tensorsOf } from '../../field/spec.ts';

export class FieldPass {
  readonly layers: readonly LayerPass[];
  /** [channels] */
  readonly outputs: Float64Array;

  constructor({ spec, parameters }: Field) {
    this.layers = pairs(tensorsOf(spec)).map(
      ([weight, bias], i) =>
        new LayerPass(weight, bias, spec.layers[i]?.activation as Activation, parameters),
    );
    this.outputs = new Float64Array(outputWidth(spec));
  }

  /** To the outputs at (x, y). @param tuple of experts */
  forward(x: number, y: number, tuple: number): void {
    const { layers } = this;
    const [first] = layers as [LayerPass];
    first.inputs[0] = x;
    first.inputs[1] = y;
    for (const [i, layer] of layers.entries()) {
      layer.forward(expertOf(tuple, i), layers[i + 1]?.inputs ?? this.outputs);
    }
  }

  /** From a channel of the outputs to the gradient of every layer from `first` on. */
  backward(channel: number, first: number): void {
    const { layers } = this;
    const last = layers.length - 1;
    const atOutputs = (layers[last] as LayerPass).gradient;
    atOutputs.fill(0);
    atOutputs[channel] = 1;
    for (let i = last; i >= first; i--) {
      const before = i > first ? (layers[i - 1] as LayerPass).gradient : null;
      (layers[i] as LayerPass).backward(before);
    }
  }
}

/** A layer at the sample that was last gone through. */
export class LayerPass {
  readonly weight: Tensor;
  /** [columns + 1]: what the layer sees, and the constant 1 that the bias is the weight of. */
  readonly inputs: Float64Array;
  /** [rows]: of the channel with respect to the layer's affine outputs, before the activation. */
  readonly gradient: Float64Array;
  expert = 0;
  readonly #bias: Tensor;
  /** Of the sine; null where the layer is linear. Fields of coordinates have no other activation. */
  readonly #omega: number | null;
  readonly #parameters: Float32Array;
  /** [rows]: of the activation. */
  readonly #slopes: Float64Array;

  constructor(weight: Tensor, bias: Tensor, activation: Activation, parameters: Float32Array) {
    this.weight = weight;
    this.inputs = new Float64Array(weight.columns + 1).fill(1);
    this.gradient = new Float64Array(weight.rows);
    this.#bias = bias;
    this.#omega = activation.kind === 'sine' ? activation.omega : null;
    this.#parameters = parameters;
    this.#slopes = new Float64Array(weight.rows);
  }

  /** @param outputs are written, after the activation; they may be longer */
  forward(expert: number, outputs: Float64Array): void {
    this.expert = expert;
    const { rows, columns } = this.weight;
    const parameters = this.#parameters;
    let at = this.#weightsAt();
    for (let r = 0; r < rows; r++) {
      let sum = parameters[this.#bias.offset + expert * rows + r] as number;
      for (let k = 0; k < columns; k++) sum += (parameters[at++] as number) * (this.inputs[k] as number);
      outputs[r] = this.#activate(sum, r);
    }
  }

  /** From the gradient at the layer's activated outputs to that at its affine outputs. @param before gets the gradient at its inputs */
  backward(before: Float64Array | null): void {
    const { gradient } = this;
    for (let r = 0; r < gradient.length; r++) {
      gradient[r] = (gradient[r] as number) * (this.#slopes[r] as number);
    }
    if (!before) return;
    before.fill(0);
    let at = this.#weightsAt();
    for (let r = 0; r < gradient.length; r++) {
      const slope = gradient[r] as number;
      for (let k = 0; k < before.length; k++) {
        before[k] = (before[k] as number) + slope * (this.#parameters[at++] as number);
      }
    }
  }

  /** Where the expert's weights begin. */
  #weightsAt(): number {
    const { offset, rows, columns } = this.weight;
    return offset + this.expert * rows * columns;
  }

  /** φ(u), and keeps its slope for the way back. */
  #activate(u: number, row: number): number {
    const omega = this.#omega;
    this.#slopes[row] = omega === null ? 1 : omega * Math.cos(omega * u);
    return omega === null ? u : Math.sin(omega * u);
  }
}
