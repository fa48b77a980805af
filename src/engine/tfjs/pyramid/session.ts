/** @file A pyramid fit by automatic differentiation: latents and their Adam on the device, weights and their SOAP on the host. */

import type { Scalar, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { Place } from '../../../distortion/distortion.ts';
import type { Plane } from '../../../field/model.ts';
import { type Latents, visitRows, zeroLatents } from '../../../field/pyramid.ts';
import { hostDistortionOf } from '../../host-distortion.ts';
import {
  type HostDistortion,
  integersOf,
  LATENT_ADAM,
  type LatentNoise,
  type LossPart,
  type PyramidLoss,
  type PyramidProblem,
  type PyramidSession,
  type PyramidState,
  type PyramidStep,
  type PyramidWeights,
  type RowVisitor,
  trainedTensors,
} from '../../pyramid.ts';
import { Soap } from '../../soap.ts';
import type { TensorFlow } from '../backend.ts';
import { applyLayers, disposeMasks, type Masks, uploadMasks } from '../model.ts';
import { type AdamState, adamStep, disposeState } from '../optimizer.ts';
import { bitsOf } from './context.ts';
import { type TfjsDistortion, tfjsDistortion } from './distortion.ts';
import { applyFilters } from './filters.ts';
import {
  disposeInterpolations,
  type Interpolations,
  interpolate,
  uploadInterpolations,
} from './interpolation.ts';
import { round, roundSoftly } from './rounding.ts';

/** Loss and gradient on the device. Not an interface, which `tf.tidy` would not return. */
type Derivative = {
  /** [2]: distortion and bits. */
  readonly parts: Tensor1D;
  readonly latents: Tensor2D[];
  readonly field: Tensor1D;
  readonly context: Tensor1D;
};

export class TfjsPyramidSession implements PyramidSession {
  readonly host: HostDistortion | null;
  readonly #tf: TensorFlow;
  readonly #problem: PyramidProblem;
  readonly #interpolations: Interpolations;
  readonly #distortion: TfjsDistortion;
  #masks: Masks;
  #latents: AdamState<Tensor2D>[];
  #latentSteps = 0;
  readonly #field: Float32Array;
  readonly #context: Float32Array;
  readonly #fieldOptimizer: Soap;
  readonly #contextOptimizer: Soap;

  static async open(tf: TensorFlow, problem: PyramidProblem, place: Place): Promise<TfjsPyramidSession> {
    const distortion = await tfjsDistortion(tf, problem, place);
    try {
      return new TfjsPyramidSession(tf, problem, distortion);
    } catch (error) {
      distortion.dispose();
      throw error;
    }
  }

  private constructor(tf: TensorFlow, problem: PyramidProblem, distortion: TfjsDistortion) {
    const { model, raster, tuples, start } = problem;
    const { field, planes } = model;
    this.#tf = tf;
    this.#problem = problem;
    const latents = start.latents ?? zeroLatents(planes);
    this.#interpolations = uploadInterpolations(tf, model);
    this.#distortion = distortion;
    this.host = distortion.host && hostDistortionOf(distortion.host, this, raster.channels);
    this.#masks = uploadMasks(tf, field.spec, tuples ?? new Uint32Array(raster.width * raster.height));
    this.#latents = planes.map((plane) => uploadLatents(tf, plane, latents[plane.index] as Float32Array));
    this.#field = start.field.slice();
    this.#context = start.context.slice();
    const trained = trainedTensors(problem);
    this.#fieldOptimizer = new Soap(trained.field, problem.weightBeta);
    this.#contextOptimizer = new Soap(trained.context, problem.weightBeta);
  }

  async train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    const losses: PyramidLoss[] = [];
    for (const step of steps) losses.push(await this.#trainStep(step));
    return losses;
  }

  async #trainStep(step: PyramidStep): Promise<PyramidLoss> {
    const derivative = await this.#differentiate(step.lambda, step);
    const { parts, latents, field, context } = derivative;
    if (step.weightRate > 0) {
      this.#fieldOptimizer.step(this.#field, (await field.data()) as Float32Array, step.weightRate);
      this.#contextOptimizer.step(this.#context, (await context.data()) as Float32Array, step.weightRate);
    }
    if (step.latentRate > 0) this.#descendLatents(latents, step.latentRate);
    const [distortion, bits] = (await parts.data()) as unknown as [number, number];
    disposeDerivative(derivative);
    return { distortion, bits };
  }

  #descendLatents(gradients: readonly Tensor2D[], rate: number): void {
    this.#latentSteps++;
    for (const [plane, before] of this.#latents.entries()) {
      const gradient = gradients[plane] as Tensor2D;
      const descend = () => adamStep(before, gradient, rate, this.#latentSteps, LATENT_ADAM);
      this.#latents[plane] = this.#tf.tidy(descend);
      disposeState(before);
    }
  }

  async loss(part: LossPart = 'both'): Promise<PyramidLoss> {
    const tf = this.#tf;
    const bits = (): Scalar => this.#bits(this.#rounded(), tf.tensor1d(this.#context));
    return {
      distortion: part === 'bits' ? 0 : await this.#measure(),
      bits: part === 'distortion' ? 0 : await this.#read(bits),
    };
  }

  async #measure(): Promise<number> {
    const outputs = (): Tensor3D => this.#outputs(this.#rounded(), this.#tf.tensor1d(this.#field));
    const distortion = await this.#distortion.at(outputs);
    return this.#read(() => distortion(outputs()));
  }

  async #read(compute: () => Scalar): Promise<number> {
    const scalar = this.#tf.tidy(compute);
    const [value] = await scalar.data();
    scalar.dispose();
    return value as number;
  }

  async weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    return this.#gradient(lambda, noise, ({ field, context }) => ({
      field: field.dataSync() as Float32Array,
      context: context.dataSync() as Float32Array,
    }));
  }

  async latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    const gradients = await this.#gradient(lambda, at, ({ latents }) =>
      latents.map((plane) => plane.dataSync() as Float32Array),
    );
    visitRows(this.#problem.model.planes, gradients, visit);
  }

  /** @param read copies what is wanted */
  async #gradient<T>(
    lambda: number,
    at: LatentNoise | Latents,
    read: (derivative: Derivative) => T,
  ): Promise<T> {
    const derivative = await this.#differentiate(lambda, at);
    const values = read(derivative);
    disposeDerivative(derivative);
    return values;
  }

  async outputs(): Promise<Float32Array> {
    const outputs = this.#tf.tidy(() => this.#outputs(this.#rounded(), this.#tf.tensor1d(this.#field)));
    const values = (await outputs.data()) as Float32Array;
    outputs.dispose();
    return values;
  }

  async readLatents(): Promise<Latents> {
    return this.#latents.map(({ theta }) => integersOf(theta.dataSync() as Float32Array));
  }

  async readState(): Promise<PyramidState> {
    return {
      latents: this.#latents.map(({ theta }) => (theta.dataSync() as Float32Array).slice()),
      ...(await this.readWeights()),
    };
  }

  async readOptimizers(): Promise<null> {
    return null;
  }

  async readWeights(): Promise<PyramidWeights> {
    return { field: this.#field.slice(), context: this.#context.slice() };
  }

  writeWeights({ field, context }: PyramidWeights): void {
    this.#field.set(field);
    this.#context.set(context);
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#latents = this.#latents.map((state, plane) => {
      const theta = this.#tf.tensor2d((latents[plane] as Float32Array).slice(), state.theta.shape);
      state.theta.dispose();
      return { ...state, theta };
    });
  }

  writeTuples(tuples: Uint32Array): void {
    disposeMasks(this.#masks);
    this.#masks = uploadMasks(this.#tf, this.#problem.model.field.spec, tuples);
  }

  dispose(): void {
    for (const state of this.#latents) disposeState(state);
    disposeMasks(this.#masks);
    disposeInterpolations(this.#interpolations);
    this.#distortion.dispose();
  }

  #rounded(): Tensor2D[] {
    return this.#latents.map(({ theta }) => round(this.#tf, theta));
  }

  /** Where the gradient is one at integers, rounding is outside of what is differentiated. */
  #integers(at: LatentNoise | Latents): Tensor2D[] {
    if ('temperature' in at) return this.#rounded();
    return this.#latents.map(({ theta }, plane) =>
      this.#tf.tensor2d(Float32Array.from(at[plane] as Int16Array), theta.shape),
    );
  }

  #outputs(latents: readonly Tensor2D[], field: Tensor1D): Tensor3D {
    const { width, height, channels, field: part } = this.#problem.model;
    const features = interpolate(this.#tf, latents, this.#interpolations);
    const colours = applyLayers(this.#tf, part.spec, field, features, this.#masks);
    return applyFilters(this.#tf, part.filters, field, colours.reshape([height, width, channels]));
  }

  #bits(latents: readonly Tensor2D[], context: Tensor1D): Scalar {
    return bitsOf(this.#tf, this.#problem.model, context, latents);
  }

  async #differentiate(lambda: number, at: LatentNoise | Latents): Promise<Derivative> {
    const tf = this.#tf;
    const { width, height } = this.#problem.raster;
    const noise = 'temperature' in at && at.temperature > 0 ? at : null;
    const given = (): Tensor2D[] => (noise ? this.#latents.map(({ theta }) => theta) : this.#integers(at));
    const seen = (latents: readonly Tensor2D[]): readonly Tensor2D[] =>
      noise ? latents.map((values, plane) => roundSoftly(tf, values, plane, noise)) : latents;
    const distortion = await this.#distortion.at(() =>
      this.#outputs(seen(given()), tf.tensor1d(this.#field)),
    );
    const partsOf = (field: Tensor1D, context: Tensor1D, ...latents: Tensor2D[]): Tensor1D => {
      const values = seen(latents);
      return tf.stack([distortion(this.#outputs(values, field)), this.#bits(values, context)]) as Tensor1D;
    };
    return tf.tidy((): Derivative => {
      const { value, grads } = tf.valueAndGrads(partsOf as never)(
        [tf.tensor1d(this.#field), tf.tensor1d(this.#context), ...given()],
        tf.tensor1d([1, lambda / (width * height)]),
      );
      const [field, context, ...rest] = grads as [Tensor1D, Tensor1D, ...Tensor2D[]];
      return { parts: value as Tensor1D, field, context, latents: rest };
    });
  }
}

function disposeDerivative({ parts, field, context, latents }: Derivative): void {
  for (const tensor of [parts, field, context, ...latents]) tensor.dispose();
}

function uploadLatents(tf: TensorFlow, { width, height }: Plane, values: Float32Array): AdamState<Tensor2D> {
  const shape: [number, number] = [height, width];
  return {
    theta: tf.tensor2d(values.slice(), shape),
    firstMoment: tf.zeros(shape),
    secondMoment: tf.zeros(shape),
  };
}
