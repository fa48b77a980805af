/** @file A fit by automatic differentiation. Every tensor made in a step is gone after it. */

import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { LocalModel } from '../../../distortion/distortion.ts';
import { interleavedOf, planarOf } from '../../../distortion/planar.ts';
import { dealBlocks } from '../../../field/mini-batches.ts';
import type { Samples } from '../../../field/selectors.ts';
import { outputWidth } from '../../../field/spec.ts';
import { AdamSession, type LossAndGradient } from '../../adam-session.ts';
import type {
  AdamCoordinateState,
  CoordinateProblem,
  CoordinateSession,
  CoordinateStep,
} from '../../coordinates.ts';
import type { TensorFlow } from '../backend.ts';
import { applyLayers, disposeInputs, type Inputs, uploadInputs } from '../model.ts';
import { type AdamState, adamStep, disposeState, downloadState, uploadState } from '../optimizer.ts';

type Problem = CoordinateProblem<AdamCoordinateState>;

/** Positions with their target colours. */
interface Batch {
  /** The positions' indices in the problem. */
  readonly chosen: Uint32Array;
  readonly inputs: Inputs;
  /** [count, channels] */
  readonly targets: Tensor2D;
  /** [count, channels]; null where all are 1. */
  readonly weights: Tensor2D | null;
  readonly count: number;
}

export class TfjsCoordinateSession extends AdamSession implements CoordinateSession {
  readonly #tf: TensorFlow;
  readonly #problem: Problem;
  #data: readonly Batch[];
  #state: AdamState;
  #stepsTaken: number;

  constructor(tf: TensorFlow, problem: Problem) {
    super();
    this.#tf = tf;
    this.#problem = problem;
    this.#data = uploadBatches(tf, problem);
    this.#state = uploadState(tf, problem.start);
    this.#stepsTaken = problem.start.stepsTaken;
  }

  get batches(): number {
    return this.#data.length;
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

  protected aimAt(model: LocalModel): void {
    const channels = outputWidth(this.#problem.spec);
    const targets = interleavedOf(model.targets, channels);
    const weights = interleavedOf(model.weights, channels);
    this.#data = this.#data.map((data) => {
      disposeTargets(data);
      return {
        ...data,
        ...uploadTargets(this.#tf, { targets, targetWeights: weights }, data.chosen, channels),
      };
    });
  }

  async outputs(): Promise<Float32Array> {
    const channels = outputWidth(this.#problem.spec);
    const outputs = new Float32Array(channels * positionsOf(this.#data));
    for (const { chosen, inputs } of this.#data) {
      const tensor = this.#tf.tidy(() => this.#outputsAt(this.#state.theta, inputs));
      const values = await tensor.data();
      tensor.dispose();
      for (const [i, sample] of chosen.entries()) {
        outputs.set(values.subarray(channels * i, channels * (i + 1)), channels * sample);
      }
    }
    return planarOf(outputs, channels);
  }

  async loss(batch?: number): Promise<number> {
    const chosen = this.#chosen(batch);
    let sum = 0;
    for (const data of chosen) {
      const value = this.#tf.tidy(() => this.#meanSquaredError(this.#state.theta, data));
      sum += data.count * (await readScalar(value));
    }
    return sum / positionsOf(chosen);
  }

  override async lossAndGradient(batch?: number): Promise<LossAndGradient> {
    const tf = this.#tf;
    const chosen = this.#chosen(batch);
    const total = positionsOf(chosen);
    const [loss, gradient] = tf.tidy(() => {
      const parts = chosen.map((data) => ({ ...this.#lossAndGradient(data), share: data.count / total }));
      return [
        tf.addN(parts.map(({ value, share }) => value.mul<Scalar>(share))),
        tf.addN(parts.map(({ gradient, share }) => gradient.mul<Tensor1D>(share))),
      ];
    }) as [Scalar, Tensor1D];
    const values = (await gradient.data()) as Float32Array;
    gradient.dispose();
    return { loss: await readScalar(loss), gradient: values };
  }

  /** All batches where there is no number. */
  #chosen(batch?: number): readonly Batch[] {
    return batch === undefined ? this.#data : [this.#data[batch % this.batches] as Batch];
  }

  async readParameters(): Promise<Float32Array> {
    return this.#state.theta.dataSync() as Float32Array;
  }

  writeParameters(parameters: Float32Array): void {
    this.#state.theta.dispose();
    this.#state = { ...this.#state, theta: this.#tf.tensor1d(parameters.slice()) };
  }

  async readState(): Promise<AdamCoordinateState> {
    return downloadState(this.#state, this.#stepsTaken);
  }

  dispose(): void {
    disposeState(this.#state);
    for (const data of this.#data) {
      disposeInputs(data.inputs);
      disposeTargets(data);
    }
  }

  #outputsAt(parameters: Tensor1D, { coordinates, masks }: Inputs): Tensor2D {
    return applyLayers(this.#tf, this.#problem.spec, parameters, coordinates, masks);
  }

  #meanSquaredError(parameters: Tensor1D, { inputs, targets, weights }: Batch): Scalar {
    const squares = this.#outputsAt(parameters, inputs).sub(targets).square();
    return (weights ? squares.mul(weights) : squares).mean();
  }

  #lossAndGradient(batch: Batch): { value: Scalar; gradient: Tensor1D } {
    const lossOf = (parameters: Tensor1D): Scalar => this.#meanSquaredError(parameters, batch);
    const { value, grad } = this.#tf.valueAndGrad(lossOf as never)(this.#state.theta);
    return { value: value as Scalar, gradient: grad as Tensor1D };
  }
}

function positionsOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0);
}

async function readScalar(scalar: Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value as number;
}

/** The same deal as the other engines', so that batches agree. */
function uploadBatches(tf: TensorFlow, problem: Problem): Batch[] {
  const { spec, samples, batches } = problem;
  const channels = outputWidth(spec);
  const { order, blocks, batchStarts } = dealBlocks(samples.tuples, batches);
  const firstOf = (block: number): number => blocks[block]?.first ?? order.length;
  return batchStarts.slice(1).map((end, batch) => {
    const chosen = order.subarray(firstOf(batchStarts[batch] as number), firstOf(end));
    return {
      chosen,
      inputs: uploadInputs(tf, spec, pickSamples(samples, chosen)),
      ...uploadTargets(tf, problem, chosen, channels),
      count: chosen.length,
    };
  });
}

function uploadTargets(
  tf: TensorFlow,
  { targets, targetWeights }: Pick<Problem, 'targets' | 'targetWeights'>,
  chosen: Uint32Array,
  channels: number,
): Pick<Batch, 'targets' | 'weights'> {
  const upload = (values: Float32Array): Tensor2D =>
    tf.tensor2d(pickRows(values, chosen, channels), [chosen.length, channels]);
  return { targets: upload(targets), weights: targetWeights ? upload(targetWeights) : null };
}

function disposeTargets({ targets, weights }: Batch): void {
  targets.dispose();
  weights?.dispose();
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
