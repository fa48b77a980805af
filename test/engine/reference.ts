/**
 * @file The field in float64 plain TypeScript, position by position, with a backward pass by hand: the oracle that engines
 * are held against. Clarity before speed.
 */

import { ADAM } from '../../src/engine/coordinates.ts';
import { expertOf, type Samples } from '../../src/field/selectors.ts';
import { type FieldSpec, type LayerSpec, outputWidth, type Tensor, tensorsOf } from '../../src/field/spec.ts';

type Vector = number[];

interface Trace {
  /** Inputs of the layer. */
  readonly z: Vector;
  /** Its affine map, before the activation. */
  readonly affine: Vector;
}

function tensorsOfLayer(spec: FieldSpec, layer: number): [weight: Tensor, bias: Tensor] {
  return tensorsOf(spec).filter((tensor) => tensor.layer === layer) as [Tensor, Tensor];
}

function affineOf(
  spec: FieldSpec,
  layer: number,
  expert: number,
  parameters: Float64Array,
  z: Vector,
): Vector {
  const [weight, bias] = tensorsOfLayer(spec, layer);
  return Array.from({ length: weight.rows }, (_, row) => {
    let sum = parameters[bias.offset + expert * bias.rows + row] as number;
    for (let column = 0; column < weight.columns; column++) {
      const at = weight.offset + (expert * weight.rows + row) * weight.columns + column;
      sum += (parameters[at] as number) * (z[column] as number);
    }
    return sum;
  });
}

function omegaOf({ activation }: LayerSpec): number | null {
  return activation.kind === 'sine' ? activation.omega : null;
}

function forwardOne(
  spec: FieldSpec,
  parameters: Float64Array,
  position: Vector,
  tuple: number,
): [Trace[], Vector] {
  const traces: Trace[] = [];
  let z = position;
  for (const [layer, layerSpec] of spec.layers.entries()) {
    const affine = affineOf(spec, layer, expertOf(tuple, layer), parameters, z);
    traces.push({ z, affine });
    const omega = omegaOf(layerSpec);
    z = omega === null ? affine : affine.map((u) => Math.sin(omega * u));
  }
  return [traces, z];
}

function positionOf({ coordinates }: Samples, i: number): Vector {
  return [coordinates[2 * i] as number, coordinates[2 * i + 1] as number];
}

/** [count, channels] */
export function referenceOutputs(spec: FieldSpec, parameters: Float64Array, samples: Samples): Vector {
  return Array.from(samples.tuples).flatMap(
    (tuple, i) => forwardOne(spec, parameters, positionOf(samples, i), tuple)[1],
  );
}

/** Weighted mean squared error over all positions and channels. */
export function referenceLoss(
  spec: FieldSpec,
  parameters: Float64Array,
  samples: Samples,
  targets: Float32Array,
  weights = ones(targets),
): number {
  const outputs = referenceOutputs(spec, parameters, samples);
  const errorAt = (i: number): number => (outputs[i] as number) - (targets[i] as number);
  return outputs.reduce((sum, _, i) => sum + (weights[i] as number) * errorAt(i) ** 2, 0) / outputs.length;
}

function ones({ length }: Float32Array): Float32Array {
  return new Float32Array(length).fill(1);
}

/** The gradient of `referenceLoss`. */
export function referenceGradient(
  spec: FieldSpec,
  parameters: Float64Array,
  samples: Samples,
  targets: Float32Array,
  weights = ones(targets),
): Float64Array {
  const gradient = new Float64Array(parameters.length);
  const channels = outputWidth(spec);
  for (const [i, tuple] of samples.tuples.entries()) {
    const [traces, outputs] = forwardOne(spec, parameters, positionOf(samples, i), tuple);
    let delta = outputs.map((value, c) => {
      const at = i * channels + c;
      return (2 * (weights[at] as number) * (value - (targets[at] as number))) / targets.length;
    });
    for (let layer = spec.layers.length - 1; layer >= 0; layer--) {
      delta = backwardLayer(
        spec,
        layer,
        expertOf(tuple, layer),
        parameters,
        traces[layer] as Trace,
        delta,
        gradient,
      );
    }
  }
  return gradient;
}

/** Adds the layer's gradient and returns the gradient at its inputs. */
function backwardLayer(
  spec: FieldSpec,
  layer: number,
  expert: number,
  parameters: Float64Array,
  { z, affine }: Trace,
  delta: Vector,
  gradient: Float64Array,
): Vector {
  const [weight, bias] = tensorsOfLayer(spec, layer);
  const omega = omegaOf(spec.layers[layer] as LayerSpec);
  const atAffine = delta.map((d, row) =>
    omega === null ? d : d * omega * Math.cos(omega * (affine[row] as number)),
  );
  const atInputs = z.map(() => 0);
  for (const [row, d] of atAffine.entries()) {
    const biasAt = bias.offset + expert * bias.rows + row;
    gradient[biasAt] = (gradient[biasAt] as number) + d;
    for (const [column, value] of z.entries()) {
      const at = weight.offset + (expert * weight.rows + row) * weight.columns + column;
      gradient[at] = (gradient[at] as number) + d * value;
      atInputs[column] = (atInputs[column] as number) + d * (parameters[at] as number);
    }
  }
  return atInputs;
}

/** Adam, algorithm 1 of Kingma and Ba 2015, on float64. */
export class ReferenceAdam {
  readonly #constants: { beta1: number; beta2: number; epsilon: number };
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(length: number, constants: { beta1: number; beta2: number; epsilon: number } = ADAM) {
    this.#constants = constants;
    this.#first = new Float64Array(length);
    this.#second = new Float64Array(length);
  }

  step(parameters: Float64Array, gradient: Float64Array, learningRate: number): void {
    const { beta1, beta2, epsilon } = this.#constants;
    this.#steps++;
    for (const [i, g] of gradient.entries()) {
      const m = beta1 * (this.#first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (this.#second[i] as number) + (1 - beta2) * g * g;
      this.#first[i] = m;
      this.#second[i] = v;
      const mean = m / (1 - beta1 ** this.#steps);
      const deviation = Math.sqrt(v / (1 - beta2 ** this.#steps));
      parameters[i] = (parameters[i] as number) - (learningRate * mean) / (deviation + epsilon);
    }
  }
}
