/** @file A pyramid fit in the kernels' memory. Weights and their optimizer live on the host: they are a thousand numbers. */

import type { PictureDistortion } from '../../../distortion/distortion.ts';
import type { Plane } from '../../../field/model.ts';
import { type Latents, MAX_LATENT } from '../../../field/pyramid.ts';
import { createPyramidEvaluator } from '../../../render/pyramid/evaluator.ts';
import { tuplesOfPixels } from '../../../render/pyramid/experts.ts';
import type { Crossings } from '../../../render/pyramid/phases.ts';
import { finish } from '../../../time-slices.ts';
import { openWithHost } from '../../host-distortion.ts';
import {
  type HostDistortion,
  LATENT_ADAM,
  type LatentNoise,
  type LossPart,
  type PyramidLoss,
  type PyramidOptimizers,
  type PyramidProblem,
  type PyramidSession,
  type PyramidState,
  type PyramidStep,
  type PyramidWeights,
  ROUNDED,
  type RowVisitor,
  trainedTensors,
} from '../../pyramid.ts';
import { Soap } from '../../soap.ts';
import type { FitKernel } from '../fit-kernels.ts';
import type { OpenShare, PoolShare } from '../pool-share.ts';
import { type AffineLayouts, addSums, affineLayouts, packAffines } from './affines.ts';
import { DISTORTION, GRADIENT, RATE } from './constants.ts';
import { type Accumulate, accumulateOf } from './distortion.ts';
import { bandCountOf, planPyramid } from './plan.ts';
import { type LatentArray, MappedPyramid } from './problem.ts';

const ALL_PARTS = RATE | DISTORTION | GRADIENT;
const PARTS_OF = { both: RATE | DISTORTION, distortion: DISTORTION, bits: RATE };

/** Gradients of all weights. */
interface WeightGradient {
  readonly field: Float64Array;
  readonly context: Float64Array;
}

export class WasmPyramidSession implements PyramidSession {
  readonly host: HostDistortion | null;
  readonly #share: PoolShare;
  readonly #distortion: PictureDistortion | null;
  readonly #problem: PyramidProblem;
  readonly #affines: AffineLayouts;
  readonly #mapped: MappedPyramid;
  readonly #accumulateParts: Accumulate;
  readonly #field: Float32Array;
  readonly #context: Float32Array;
  readonly #gradient: WeightGradient;
  readonly #fieldOptimizer: Soap;
  readonly #contextOptimizer: Soap;
  #tuples: Uint32Array | null = null;
  /** Adam steps behind the latents' moments. */
  #latentSteps = 0;
  /** Whether the values in memory are the rounded latents. */
  #isRounded = false;

  /** @throws LoecError E_LIMIT where the memory does not suffice */
  static open(open: OpenShare, problem: PyramidProblem): Promise<WasmPyramidSession> {
    return open(bandCountOf(problem.raster), (share) =>
      problem.distortion.fused
        ? new WasmPyramidSession(share, problem, null)
        : openWithHost(problem, share.place, (host) => new WasmPyramidSession(share, problem, host)),
    );
  }

  /** @param host null where kernels measure the distortion themselves */
  private constructor(share: PoolShare, problem: PyramidProblem, host: PictureDistortion | null) {
    const { raster, model, start, tuples } = problem;
    this.#share = share;
    this.#distortion = host;
    this.#problem = problem;
    this.host = host && this.#hostDistortion(host);
    this.#affines = affineLayouts(model);
    const size = {
      model,
      depth: raster.depth,
      threads: share.threads,
      tuples: tuples !== null,
      fused: host === null,
    };
    const plan = share.regions.map((at) => planPyramid(size, this.#affines, at));
    this.#mapped = new MappedPyramid(share.memory, size, this.#affines, plan);
    share.mapScratch(plan.problem);
    if (!host) this.#mapped.writeSamples(raster);
    this.#accumulateParts = accumulateOf(host, problem, this.#mapped);
    if (tuples) this.writeTuples(tuples);
    this.#field = start.field.slice();
    this.#context = start.context.slice();
    this.#packWeights();
    // Memory is zeroed, as latents are that are not given.
    this.writeLatents(start.latents ?? []);
    this.#gradient = {
      field: new Float64Array(this.#field.length),
      context: new Float64Array(this.#context.length),
    };
    const trained = trainedTensors(problem);
    const { optimizers, weightBeta } = problem;
    this.#fieldOptimizer = new Soap(trained.field, weightBeta, optimizers?.field);
    this.#contextOptimizer = new Soap(trained.context, weightBeta, optimizers?.context);
    if (!optimizers) return;
    this.#writePlanes(optimizers.firstMoments, 'firstMoments');
    this.#writePlanes(optimizers.secondMoments, 'secondMoments');
    this.#latentSteps = optimizers.latentSteps;
  }

  async train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    const losses: PyramidLoss[] = [];
    for (const step of steps) losses.push(await this.#trainStep(step));
    return losses;
  }

  async loss(part: LossPart = 'both'): Promise<PyramidLoss> {
    if (!this.#isRounded) this.#quantize(ROUNDED);
    return this.#accumulate(PARTS_OF[part], 0);
  }

  async weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    await this.#differentiate(lambda, noise);
    const { field, context } = this.#sumWeightGradients();
    return { field: Float32Array.from(field), context: Float32Array.from(context) };
  }

  async latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    if ('temperature' in at) await this.#differentiate(lambda, at);
    else await this.#differentiateAt(lambda, at);
    this.#run('gatherGradients', {});
    for (const { index, height } of this.#problem.model.planes) {
      for (let y = 0; y < height; y++) visit(index, y, this.#mapped.gradientRow(index, y));
    }
  }

  async outputs(): Promise<Float32Array> {
    const { model, raster } = this.#problem;
    const { width, height } = raster;
    const tuplesAt = (at: Crossings) => this.#tuples && tuplesOfPixels(this.#tuples, width, at);
    const evaluator = await createPyramidEvaluator(model, this.#field, await this.readLatents(), tuplesAt);
    const columns = { start: 0, length: width, count: width };
    const rows = { start: 0, length: height, count: height };
    return finish(evaluator.evaluate(columns, rows)).slice();
  }

  async readLatents(): Promise<Latents> {
    return this.#problem.model.planes.map((plane) => {
      const { width, height } = plane;
      const integers = new Int16Array(width * height);
      this.#forLatentRows(plane, (row, at) => {
        for (let i = 0; i < width; i++) {
          const rounded = Math.floor((row[i] as number) + 0.5);
          integers[at + i] = Math.max(-MAX_LATENT, Math.min(MAX_LATENT, rounded));
        }
      });
      return integers;
    });
  }

  async readState(): Promise<PyramidState> {
    return { latents: this.#readPlanes('latents'), ...(await this.readWeights()) };
  }

  async readOptimizers(): Promise<PyramidOptimizers> {
    return {
      firstMoments: this.#readPlanes('firstMoments'),
      secondMoments: this.#readPlanes('secondMoments'),
      latentSteps: this.#latentSteps,
      field: this.#fieldOptimizer.states,
      context: this.#contextOptimizer.states,
    };
  }

  async readWeights(): Promise<PyramidWeights> {
    return { field: this.#field.slice(), context: this.#context.slice() };
  }

  writeWeights({ field, context }: PyramidWeights): void {
    this.#field.set(field);
    this.#context.set(context);
    this.#packWeights();
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#writePlanes(latents, 'latents');
    this.#isRounded = false;
  }

  writeTuples(tuples: Uint32Array): void {
    this.#tuples = tuples.slice();
    this.#mapped.writeTuples(tuples, this.#problem.raster.width);
  }

  dispose(): void {
    void this.#distortion?.dispose();
    this.#share.dispose();
  }

  /** Works in the memory of the field's outputs: whoever reads them evaluates them first. */
  #hostDistortion(host: PictureDistortion): HostDistortion {
    const { length } = this.#problem.raster.data;
    return {
      of: async (outputs) => {
        const own = this.#mapped.outputs(length);
        own.set(outputs);
        return host.evaluate(own, null);
      },
      localModel: async () => {
        if (!this.#isRounded) this.#quantize(ROUNDED);
        this.#run('accumulateBands', { parts: DISTORTION, bitCost: 0 });
        return host.localModel(this.#mapped.outputs(length));
      },
    };
  }

  async #trainStep(step: PyramidStep): Promise<PyramidLoss> {
    const loss = await this.#differentiate(step.lambda, step);
    if (step.weightRate > 0) this.#descendWeights(step.weightRate);
    if (step.latentRate > 0) this.#descendLatents(step.latentRate);
    return loss;
  }

  /** The loss and its gradient. */
  #differentiate(lambda: number, noise: LatentNoise): Promise<PyramidLoss> {
    this.#quantize(noise);
    return this.#accumulate(ALL_PARTS, lambda);
  }

  /** At integers in place of the session's latents. */
  async #differentiateAt(lambda: number, latents: Latents): Promise<void> {
    this.#mapped.writeValues(latents);
    this.#mapped.writeStep({ temperature: 0 });
    this.#isRounded = false;
    await this.#accumulate(ALL_PARTS, lambda);
  }

  #quantize({ temperature, sigma, seed }: LatentNoise): void {
    this.#run('quantizeLatents', { temperature, sigma, seed });
    this.#isRounded = temperature === 0;
  }

  async #accumulate(parts: number, lambda: number): Promise<PyramidLoss> {
    const { width, height } = this.#problem.raster;
    const bitCost = lambda / (width * height);
    const distortion = await this.#accumulateParts(parts, (some) =>
      this.#run('accumulateBands', { parts: some, bitCost }),
    );
    return { distortion, bits: parts & RATE ? this.#mapped.bits() : 0 };
  }

  #descendWeights(rate: number): void {
    const { field, context } = this.#sumWeightGradients();
    this.#fieldOptimizer.step(this.#field, field, rate);
    this.#contextOptimizer.step(this.#context, context, rate);
    this.#packWeights();
  }

  #descendLatents(rate: number): void {
    this.#latentSteps++;
    this.#run('descendLatents', {
      rate: rate / (1 - LATENT_ADAM.beta1 ** this.#latentSteps),
      secondCorrection: 1 / (1 - LATENT_ADAM.beta2 ** this.#latentSteps),
    });
    this.#isRounded = false;
  }

  #sumWeightGradients(): WeightGradient {
    const { field, context } = this.#gradient;
    field.fill(0);
    context.fill(0);
    for (let band = 0; band < this.#mapped.plan.bands.length; band++) {
      const sums = this.#mapped.sumsOf(band);
      addSums(this.#affines.field, sums, field);
      addSums(this.#affines.context, sums, context);
    }
    return this.#gradient;
  }

  #readPlanes(of: LatentArray): Float32Array[] {
    return this.#problem.model.planes.map((plane) => {
      const values = new Float32Array(plane.width * plane.height);
      this.#forLatentRows(plane, (row, at) => values.set(row, at), of);
      return values;
    });
  }

  #writePlanes(planes: readonly Float32Array[], of: LatentArray): void {
    for (const [i, values] of planes.entries()) {
      const plane = this.#problem.model.planes[i] as Plane;
      this.#forLatentRows(plane, (row, at) => row.set(values.subarray(at, at + row.length)), of);
    }
  }

  /** Visits the rows of a plane's latents, or of their moments, with the index of their first. */
  #forLatentRows(
    { index, width, height }: Plane,
    visit: (row: Float32Array, at: number) => void,
    of: LatentArray = 'latents',
  ): void {
    for (let y = 0; y < height; y++) visit(this.#mapped.latentRow(index, y, of), y * width);
  }

  #packWeights(): void {
    const packed = this.#mapped.weights;
    packAffines(this.#affines.field, this.#field, packed);
    packAffines(this.#affines.context, this.#context, packed);
  }

  #run(kernel: FitKernel, step: Parameters<MappedPyramid['writeStep']>[0]): void {
    this.#mapped.writeStep(step);
    this.#share.run(kernel, this.#mapped.plan.problem);
  }
}
