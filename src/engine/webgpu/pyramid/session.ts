/** @file A pyramid fit on the GPU: many steps are handed over at once, and nothing is read back between them. */

import type { FusedForms, PictureDistortion, Place } from '../../../distortion/distortion.ts';
import { type Latents, visitRows, zeroLatents } from '../../../field/pyramid.ts';
import { Buffers, type Gpu, type Order } from '../../../webgpu/gpu.ts';
import { THREADS } from '../../../webgpu/shaders/common.ts';
import { adamRates } from '../../adam.ts';
import { hostDistortionOf, openWithHost } from '../../host-distortion.ts';
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
  ROUNDED,
  type RowVisitor,
  trainedTensors,
} from '../../pyramid.ts';
import { mapOffsets, SOAP } from '../../soap.ts';
import { ADVANCE_KERNEL } from '../shaders/fit.ts';
import { type ClockedStep, descendKernel, roundKernel, STEP_WORDS, stepWords } from '../shaders/latents.ts';
import { type PyramidBuffers, pyramidBuffers, readLosses } from './buffers.ts';
import { type ContextPass, contextPass } from './context.ts';
import { type DistortionPass, distortionPass, type StepOrders } from './distortion.ts';
import { FieldPass } from './field.ts';
import { joinPlanes, splitPlanes } from './planes.ts';
import { GpuSoap } from './soap.ts';

export class WebgpuPyramidSession implements PyramidSession {
  readonly host: HostDistortion | null;
  readonly #gpu: Gpu;
  readonly #problem: PyramidProblem;
  readonly #buffers: Buffers;
  readonly #distortion: PictureDistortion | null;
  readonly #shared: PyramidBuffers;
  readonly #round: Order;
  readonly #descend: Order;
  readonly #advance: Order;
  readonly #contextPass: ContextPass;
  readonly #soap: GpuSoap;
  readonly #fieldPass: FieldPass;
  readonly #distortionPass: DistortionPass;
  #latentSteps = 0;

  /** @throws LoecError E_LIMIT where a buffer would be larger than the device allows, E_ENGINE where the device fails */
  static open(gpu: Gpu, problem: PyramidProblem, place: Place = {}): Promise<WebgpuPyramidSession> {
    const { fused } = problem.distortion;
    return Buffers.open(gpu, (buffers) =>
      fused
        ? new WebgpuPyramidSession(buffers, problem, fused)
        : openWithHost(problem, place, (host) => new WebgpuPyramidSession(buffers, problem, host)),
    );
  }

  private constructor(buffers: Buffers, problem: PyramidProblem, measure: FusedForms | PictureDistortion) {
    const { model, start } = problem;
    const { gpu } = buffers;
    this.#gpu = gpu;
    this.#problem = problem;
    this.#buffers = buffers;
    this.#distortion = 'wgsl' in measure ? null : measure;
    this.host = this.#distortion && hostDistortionOf(this.#distortion, this, problem.raster.channels);
    this.#shared = pyramidBuffers(buffers, problem);
    this.#contextPass = contextPass(buffers, this.#shared, problem);
    this.#fieldPass = new FieldPass(buffers, this.#shared, problem);
    this.#distortionPass = distortionPass(buffers, this.#shared, this.#fieldPass, problem, measure);
    const { layout, clock, steps, planes, latents, values, slopes, gradient, weights } = this.#shared;
    const { firstMoments, secondMoments, weightGradient, fieldCount } = this.#shared;
    const count = layout.latents;
    const groups = Math.ceil(count / THREADS);
    const rounded = [clock, steps, planes, latents, values, slopes];
    const descended = [clock, steps, gradient, slopes, firstMoments, secondMoments, latents];
    this.#round = gpu.spread(roundKernel(model, count), rounded, groups);
    this.#descend = gpu.spread(descendKernel(count), descended, groups);
    this.#advance = gpu.order(ADVANCE_KERNEL, [clock], 1);
    const trained = trainedTensors(problem);
    const maps = [...mapOffsets(trained.field), ...mapOffsets(trained.context, fieldCount)];
    this.#soap = new GpuSoap(buffers, maps, problem.weightBeta ?? SOAP.beta, {
      clock,
      steps,
      gradient: weightGradient,
      weights,
    });
    this.writeLatents(start.latents ?? zeroLatents(model.planes));
    this.writeWeights(start);
  }

  /** Command buffers are handed over before those ahead of them are done. */
  async train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    const losses: Promise<PyramidLoss[]>[] = [];
    for (let first = 0; first < steps.length; ) {
      const { isNew } = this.#soap;
      // SOAP's first bases are found on the host: that step goes alone.
      const count = isNew ? 1 : this.#distortionPass.maxSteps;
      const some = steps.slice(first, first + count);
      losses.push(isNew ? this.#trainFirst(some) : this.#trainSome(some, false));
      if (count === 1) await losses.at(-1);
      first += some.length;
    }
    return (await Promise.all(losses)).flat();
  }

  async #trainFirst(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    const begins = steps.some(({ weightRate }) => weightRate > 0);
    const losses = await this.#trainSome(steps, begins);
    if (begins) this.#soap.begin(await this.#readWeightsOf(this.#shared.weightGradient));
    return losses;
  }

  /** @param begins whether the steps only begin SOAP */
  #trainSome(steps: readonly PyramidStep[], begins: boolean): Promise<PyramidLoss[]> {
    const orders = steps.map((step) => this.#ordersOf(step, begins));
    this.#writeSteps(orders.map(({ step }) => step));
    return this.#distortionPass.run(orders);
  }

  /** @param begins whether the step only begins SOAP */
  #ordersOf(step: PyramidStep, begins: boolean): StepOrders & { step: ClockedStep } {
    const update = step.weightRate > 0 && !begins ? this.#soap.next() : null;
    if (step.latentRate > 0) this.#latentSteps++;
    const { forward, backward } = this.#differentiate();
    const descend = step.latentRate > 0 ? [this.#descend] : [];
    return {
      step: this.#clocked(step, step.lambda, { ...step, ...update }),
      forward,
      backward: [...backward, ...(update?.orders ?? []), ...descend, this.#advance],
    };
  }

  async loss(part: LossPart = 'both'): Promise<PyramidLoss> {
    this.#writeSteps([this.#clocked(ROUNDED, 0)]);
    const seen = [this.#round, ...(part === 'distortion' ? [] : this.#contextPass.forward)];
    const losses = part === 'bits' ? this.#runBits(seen) : this.#runForward(seen);
    const [loss] = (await losses) as [PyramidLoss];
    return {
      distortion: part === 'bits' ? 0 : loss.distortion,
      bits: part === 'distortion' ? 0 : loss.bits,
    };
  }

  /** @param orders that end with the bits */
  #runBits(orders: readonly Order[]): Promise<PyramidLoss[]> {
    this.#gpu.run(orders);
    return readLosses(this.#gpu, this.#shared.losses, 1);
  }

  /** @param orders that round the latents, and others */
  #runForward(orders: readonly Order[]): Promise<PyramidLoss[]> {
    return this.#distortionPass.run([{ forward: [...orders, ...this.#fieldPass.forward], backward: [] }]);
  }

  async weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    await this.#runGradient(lambda, noise);
    return this.#split(await this.#readWeightsOf(this.#shared.weightGradient));
  }

  async latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    const gradient =
      'temperature' in at ? await this.#noisyGradient(lambda, at) : await this.#gradientAt(lambda, at);
    visitRows(this.#problem.model.planes, splitPlanes(this.#shared.layout, gradient), visit);
  }

  async #noisyGradient(lambda: number, noise: LatentNoise): Promise<Float32Array> {
    await this.#runGradient(lambda, noise);
    const [gradient, slopes] = await Promise.all([
      this.#readPerLatent(this.#shared.gradient),
      this.#readPerLatent(this.#shared.slopes),
    ]);
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) * (slopes[i] as number);
    return gradient;
  }

  async #gradientAt(lambda: number, latents: Latents): Promise<Float32Array> {
    this.#gpu.write(this.#shared.values, joinPlanes(this.#shared.layout, latents));
    await this.#runGradient(lambda, ROUNDED, this.#differentiateValues());
    return this.#readPerLatent(this.#shared.gradient);
  }

  async outputs(): Promise<Float32Array> {
    const { width, height, channels } = this.#problem.model;
    const pixels = width * height;
    this.#writeSteps([this.#clocked(ROUNDED, 0)]);
    this.#gpu.run([this.#round, ...this.#fieldPass.forward]);
    const planes = await this.#gpu.read(this.#fieldPass.outputs, channels * pixels);
    return planes.map((_, i) => planes[(i % channels) * pixels + Math.floor(i / channels)] as number);
  }

  async readLatents(): Promise<Latents> {
    return (await this.#readPlanes()).map(integersOf);
  }

  async readState(): Promise<PyramidState> {
    return { latents: await this.#readPlanes(), ...(await this.readWeights()) };
  }

  async readOptimizers(): Promise<null> {
    return null;
  }

  async readWeights(): Promise<PyramidWeights> {
    return this.#split(await this.#readWeightsOf(this.#shared.weights));
  }

  writeWeights({ field, context }: PyramidWeights): void {
    this.#gpu.write(this.#shared.weights, field);
    this.#gpu.write(this.#shared.weights, context, 4 * field.length);
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#gpu.write(this.#shared.latents, joinPlanes(this.#shared.layout, latents));
  }

  writeTuples(tuples: Uint32Array): void {
    this.#fieldPass.writeTuples(tuples);
  }

  dispose(): void {
    void this.#distortion?.dispose();
    this.#buffers.dispose();
  }

  /** The loss and its gradient at what the step makes of the latents. */
  #differentiate(): StepOrders {
    const { forward, backward } = this.#differentiateValues();
    return { forward: [this.#round, ...forward], backward };
  }

  /** The same at the values that are there. The context model's gradient comes last, as it adds to the field's. */
  #differentiateValues(): StepOrders {
    const { forward, backward } = this.#fieldPass;
    return { forward, backward: [...backward, ...this.#contextPass.backward] };
  }

  async #runGradient(lambda: number, noise: LatentNoise, orders = this.#differentiate()): Promise<void> {
    this.#writeSteps([this.#clocked(noise, lambda)]);
    await this.#distortionPass.run([orders]);
  }

  #clocked(
    { temperature, sigma, seed }: LatentNoise,
    lambda: number,
    rates: { latentRate?: number; weightRate?: number; unbiased?: number } = {},
  ): ClockedStep {
    const { width, height } = this.#problem.raster;
    const { latentRate = 0, weightRate = 0, unbiased = 0 } = rates;
    return {
      temperature,
      sigma,
      seed,
      bitCost: lambda / (width * height),
      ...adamRates(LATENT_ADAM, latentRate, this.#latentSteps),
      weightRate,
      unbiased,
    };
  }

  /** Winds the clock back to the first of them. */
  #writeSteps(steps: readonly ClockedStep[]): void {
    const words = new Uint32Array(STEP_WORDS * steps.length);
    for (const [i, step] of steps.entries()) words.set(stepWords(step), STEP_WORDS * i);
    this.#gpu.write(this.#shared.steps, words);
    this.#gpu.write(this.#shared.clock, Uint32Array.of(0));
  }

  #readWeightsOf(buffer: GPUBuffer): Promise<Float32Array> {
    return this.#gpu.read(buffer, this.#shared.weightCount);
  }

  #split(weights: Float32Array): PyramidWeights {
    const { fieldCount } = this.#shared;
    return { field: weights.slice(0, fieldCount), context: weights.slice(fieldCount) };
  }

  #readPerLatent(buffer: GPUBuffer): Promise<Float32Array> {
    return this.#gpu.read(buffer, this.#shared.layout.latents);
  }

  async #readPlanes(): Promise<Float32Array[]> {
    return splitPlanes(this.#shared.layout, await this.#readPerLatent(this.#shared.latents));
  }
}
