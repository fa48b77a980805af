/** @file A pyramid fit on the GPU. Weights and their optimizer live on the host: they are a thousand numbers. */

import { contextTensors } from '../../../field/context.ts';
import { type Latents, MAX_LATENT, zeroLatents } from '../../../field/pyramid.ts';
import { inputWidth, outputWidth, tensorsOf } from '../../../field/spec.ts';
import {
  LATENT_ADAM,
  type LatentNoise,
  type LossPart,
  type PyramidGradient,
  type PyramidLoss,
  type PyramidProblem,
  type PyramidSession,
  type PyramidState,
  type PyramidStep,
  type PyramidWeights,
  ROUNDED,
} from '../../pyramid.ts';
import { Soap } from '../../soap.ts';
import { Buffers, type Gpu, type Order } from '../gpu.ts';
import { THREADS } from '../shaders/dense.ts';
import { descendKernel, roundKernel, stepWords } from '../shaders/latents.ts';
import { type PyramidBuffers, pyramidBuffers } from './buffers.ts';
import { type ContextPass, contextPass } from './context.ts';
import { FieldPass } from './field.ts';
import { joinGrids, partGrids } from './grids.ts';

export class WebgpuPyramidSession implements PyramidSession {
  readonly #gpu: Gpu;
  readonly #problem: PyramidProblem;
  readonly #buffers: Buffers;
  readonly #shared: PyramidBuffers;
  readonly #round: Order;
  readonly #descend: Order;
  readonly #contextPass: ContextPass;
  /** Those of the field's pass, which new tuples replace. */
  #fieldBuffers: Buffers;
  #fieldPass: FieldPass;
  readonly #field: Float32Array;
  readonly #context: Float32Array;
  readonly #fieldOptimizer: Soap;
  readonly #contextOptimizer: Soap;
  #latentSteps = 0;

  /** @throws LoecError E_LIMIT where a buffer would be larger than the device allows */
  constructor(gpu: Gpu, problem: PyramidProblem) {
    const { spec, context, raster, tuples, start } = problem;
    this.#gpu = gpu;
    this.#problem = problem;
    this.#buffers = new Buffers(gpu);
    this.#fieldBuffers = new Buffers(gpu);
    try {
      this.#shared = pyramidBuffers(this.#buffers, problem);
      this.#contextPass = contextPass(this.#buffers, this.#shared, problem);
      this.#fieldPass = new FieldPass(this.#fieldBuffers, this.#shared, problem, tuples);
    } catch (error) {
      this.dispose();
      throw error;
    }
    const { placed, step, grids, latents, values, slopes, gradient, firstMoments, secondMoments } =
      this.#shared;
    const count = placed.latents;
    const groups = Math.ceil(count / THREADS);
    const rounded = [step, grids, latents, values, slopes];
    const descended = [step, gradient, slopes, firstMoments, secondMoments, latents];
    this.#round = gpu.spread(roundKernel(placed.grids.length, count), rounded, groups);
    this.#descend = gpu.spread(descendKernel(count), descended, groups);
    this.#field = start.field.slice();
    this.#context = start.context.slice();
    this.#fieldOptimizer = new Soap(tensorsOf(spec));
    this.#contextOptimizer = new Soap(contextTensors(context));
    this.writeLatents(start.latents ?? zeroLatents(raster, inputWidth(spec)));
    this.#uploadWeights();
  }

  async train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    const losses: PyramidLoss[] = [];
    for (const step of steps) losses.push(await this.#trainStep(step));
    return losses;
  }

  async #trainStep(step: PyramidStep): Promise<PyramidLoss> {
    const moves = step.latentRate > 0;
    if (moves) this.#latentSteps++;
    this.#writeStep(step, step.lambda, step.latentRate);
    this.#gpu.run([...this.#differentiate(), ...(moves ? [this.#descend] : [])]);
    const { field, context, loss } = await this.#readResults();
    if (step.weightRate > 0) {
      this.#fieldOptimizer.step(this.#field, field, step.weightRate);
      this.#contextOptimizer.step(this.#context, context, step.weightRate);
      this.#uploadWeights();
    }
    return loss;
  }

  async loss(part: LossPart = 'both'): Promise<PyramidLoss> {
    this.#writeStep(ROUNDED, 0, 0);
    this.#gpu.run([
      this.#round,
      ...(part === 'bits' ? [] : this.#fieldPass.forward),
      ...(part === 'distortion' ? [] : this.#contextPass.forward),
    ]);
    const { loss } = await this.#readResults();
    return {
      distortion: part === 'bits' ? 0 : loss.distortion,
      bits: part === 'distortion' ? 0 : loss.bits,
    };
  }

  async gradient(lambda: number, noise: LatentNoise): Promise<PyramidGradient> {
    this.#writeStep(noise, lambda, 0);
    this.#gpu.run(this.#differentiate());
    const { field, context } = await this.#readResults();
    const atValues = await this.#readPerLatent(this.#shared.gradient);
    const slopes = await this.#readPerLatent(this.#shared.slopes);
    const gradient = atValues.map((value, i) => value * (slopes[i] as number));
    return { latents: partGrids(this.#shared.placed, gradient), field, context };
  }

  async outputs(): Promise<Float32Array> {
    const { spec, raster } = this.#problem;
    const channels = outputWidth(spec);
    const pixels = raster.width * raster.height;
    this.#writeStep(ROUNDED, 0, 0);
    this.#gpu.run([this.#round, ...this.#fieldPass.forward]);
    const planes = await this.#gpu.read(this.#fieldPass.outputs, channels * pixels);
    return planes.map((_, i) => planes[(i % channels) * pixels + Math.floor(i / channels)] as number);
  }

  async readLatents(): Promise<Latents> {
    return (await this.#readGrids()).map((grid) =>
      Int16Array.from(grid, (x) => Math.max(-MAX_LATENT, Math.min(MAX_LATENT, Math.floor(x + 0.5)))),
    );
  }

  async readState(): Promise<PyramidState> {
    return { latents: await this.#readGrids(), ...(await this.readWeights()) };
  }

  async readWeights(): Promise<PyramidWeights> {
    return { field: this.#field.slice(), context: this.#context.slice() };
  }

  writeWeights({ field, context }: PyramidWeights): void {
    this.#field.set(field);
    this.#context.set(context);
    this.#uploadWeights();
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#gpu.write(this.#shared.latents, joinGrids(this.#shared.placed, latents));
  }

  writeTuples(tuples: Uint32Array): void {
    this.#fieldBuffers.dispose();
    this.#fieldBuffers = new Buffers(this.#gpu);
    this.#fieldPass = new FieldPass(this.#fieldBuffers, this.#shared, this.#problem, tuples);
  }

  dispose(): void {
    this.#buffers.dispose();
    this.#fieldBuffers.dispose();
  }

  /** The loss and its gradient at what the step makes of the latents. The context model's comes last, as it adds to the field's. */
  #differentiate(): Order[] {
    const { forward, backward } = this.#fieldPass;
    return [this.#round, ...forward, ...backward, ...this.#contextPass.backward];
  }

  #writeStep({ temperature, sigma, seed }: LatentNoise, lambda: number, latentRate: number): void {
    const { width, height } = this.#problem.raster;
    const words = stepWords({
      temperature,
      sigma,
      seed,
      bitCost: lambda / (width * height),
      rate: latentRate / (1 - LATENT_ADAM.beta1 ** this.#latentSteps),
      correction: 1 / (1 - LATENT_ADAM.beta2 ** this.#latentSteps),
    });
    this.#gpu.write(this.#shared.step, words);
  }

  #uploadWeights(): void {
    this.#gpu.write(this.#shared.weights, this.#field);
    this.#gpu.write(this.#shared.weights, this.#context, 4 * this.#field.length);
  }

  async #readResults(): Promise<PyramidWeights & { readonly loss: PyramidLoss }> {
    const { results, fieldCount, weightCount } = this.#shared;
    const values = await this.#gpu.read(results, weightCount + 2);
    const [distortion, bits] = values.subarray(weightCount) as unknown as [number, number];
    return {
      field: values.slice(0, fieldCount),
      context: values.slice(fieldCount, weightCount),
      loss: { distortion, bits },
    };
  }

  #readPerLatent(buffer: GPUBuffer): Promise<Float32Array> {
    return this.#gpu.read(buffer, this.#shared.placed.latents);
  }

  async #readGrids(): Promise<Float32Array[]> {
    return partGrids(this.#shared.placed, await this.#readPerLatent(this.#shared.latents));
  }
}
