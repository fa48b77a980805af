/** @file A fit by automatic differentiation. Every tensor made in a step is gone after it. */

import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { dealBlocks } from '../../../field/blocks.ts';
import type { Samples } from '../../../field/selectors.ts';
import { outputWidth } from '../../../field/spec.ts';
import type {
  CoordinateProblem,
  CoordinateSession,
  CoordinateState,
  CoordinateStep,
} from '../../coordinates.ts';
import type { TensorFlow } from '../backend.ts';
import { applyLayers, disposeInputs, type Inputs, uploadInputs } from '../model.ts';
import {
  type AdamState,
  adamStep,
  disposeState,
  downloadState,
  Quantizer,
  uploadState,
} from '../optimizer.ts';

/** Positions with their target colours. */
interface Batch {
  readonly inputs: Inputs;
  /** [count, channels] */
  readonly targets: Tensor2D;
  readonly count: number;
}

export class TfjsCoordinateSession implements CoordinateSession {
  readonly #tf: TensorFlow;
  readonly #problem: CoordinateProblem;
  readonly #data: readonly Batch[];
  #quantizer: Quantizer | null = null;
  #state: AdamState;
  #stepsTaken: number;

  constructor(tf: TensorFlow, problem: CoordinateProblem) {
    this.#tf = tf;
    this.#problem = problem;
    this.#data = uploadBatches(tf, problem);
    this.#state = uploadState(tf, problem.start);
    this.#stepsTaken = problem.start.stepsTaken;
  }

  get batches(): number {
    return this.#data.length;
  }

  setQuantization(steps: Float32Array | null): void {
    this.#quantizer?.dispose();
    this.#quantizer = steps && new Quantizer(this.#tf, this.#problem.spec, steps);
  }

  async train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    const losses = new Float32Array(steps.length);
    for (const [i, step] of steps.entries()) losses[i] = await this.#trainStep(step);
    return losses;
  }

  async #trainStep({ learningRate, batch }: CoordinateStep): Promise<number> {
    const tf = this.#tf;
    this.#stepsTaken++;
    const before = this.#state;
    const [loss, theta, firstMoment, secondMoment] = tf.tidy(() => {
      const { value, gradient } = this.#lossAndGradient(this.#data[batch % this.batches] as Batch);
      const after = adamStep(before, gradient, learningRate, this.#stepsTaken);
      return [value, after.theta, after.firstMoment, after.secondMoment];
    }) as [Scalar, Tensor1D, Tensor1D, Tensor1D];
    disposeState(before);
    this.#state = { theta, firstMoment, secondMoment };
    return readScalar(loss);
  }

  async loss(batch?: number): Promise<number> {
    const chosen = batch === undefined ? this.#data : [this.#data[batch % this.batches] as Batch];
    let sum = 0;
    let count = 0;
    for (const data of chosen) {
      const value = this.#tf.tidy(() => this.#meanSquaredError(this.#seen(), data));
      sum += data.count * (await readScalar(value));
      count += data.count;
    }
    return sum / count;
  }

  async gradient(): Promise<Float32Array> {
    const total = this.#problem.samples.tuples.length;
    const gradient = this.#tf.tidy(() =>
      this.#tf.addN(
        this.#data.map((data) => this.#lossAndGradient(data).gradient.mul(data.count / total) as Tensor1D),
      ),
    );
    const values = (await gradient.data()) as Float32Array;
    gradient.dispose();
    return values;
  }

  async readParameters(): Promise<Float32Array> {
    return this.#state.theta.dataSync() as Float32Array;
  }

  writeParameters(parameters: Float32Array): void {
    this.#state.theta.dispose();
    this.#state = { ...this.#state, theta: this.#tf.tensor1d(parameters.slice()) };
  }

  async readState(): Promise<CoordinateState> {
    return downloadState(this.#state, this.#stepsTaken);
  }

  dispose(): void {
    this.setQuantization(null);
    disposeState(this.#state);
    for (const { inputs, targets } of this.#data) {
      disposeInputs(inputs);
      targets.dispose();
    }
  }

  /** What the loss sees: Q(θ). */
  #seen(): Tensor1D {
    return this.#quantizer ? this.#quantizer.apply(this.#state.theta) : this.#state.theta;
  }

  #meanSquaredError(parameters: Tensor1D, { inputs, targets }: Batch): Scalar {
    const { coordinates, masks } = inputs;
    const outputs = applyLayers(this.#tf, this.#problem.spec, parameters, coordinates, masks);
    return outputs.sub(targets).square().mean();
  }

  /** The gradient is that at Q(θ): the quantizer is outside of what is differentiated. */
  #lossAndGradient(batch: Batch): { value: Scalar; gradient: Tensor1D } {
    const lossOf = (parameters: Tensor1D): Scalar => this.#meanSquaredError(parameters, batch);
    const { value, grad } = this.#tf.valueAndGrad(lossOf as never)(this.#seen());
    return { value: value as Scalar, gradient: grad as Tensor1D };
  }
}

async function readScalar(scalar: Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value as number;
}

/** The same deal as the other engines', so that batches agree. */
function uploadBatches(tf: TensorFlow, { spec, samples, targets, batches }: CoordinateProblem): Batch[] {
  const channels = outputWidth(spec);
  const { order, blocks, batchStarts } = dealBlocks(samples.tuples, batches);
  const firstOf = (block: number): number => blocks[block]?.first ?? order.length;
  return batchStarts.slice(1).map((end, batch) => {
    const chosen = order.subarray(firstOf(batchStarts[batch] as number), firstOf(end));
    const picked = pickRows(targets, chosen, channels);
    return {
      inputs: uploadInputs(tf, spec, pickSamples(samples, chosen)),
      targets: tf.tensor2d(picked, [chosen.length, channels]),
      count: chosen.length,
    };
  });
}

function pickSamples({ coordinates, tuples }: Samples, chosen: Uint32Array): Samples {
  return {
    coordinates: pickRows(coordinates, chosen, 2),
    tuples: chosen.map((sample) => tuples[sample] as number),
  };
}

function pickRows(rows: Float32Array, chosen: Uint32Array, width: number): Float32Array {
  return Float32Array.from(
    { length: chosen.length * width },
    (_, i) => rows[(chosen[Math.floor(i / width)] as number) * width + (i % width)] as number,
  );
}
