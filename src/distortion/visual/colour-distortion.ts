/** @file The visual distortion of a picture without alpha, worked out by kernels. */

import type { Picture } from '../../image/raster.ts';
import { PAGE_BYTES, roundUp } from '../../wasm/pages.ts';
import { type RecordValues, writeRecord } from '../../wasm/records.ts';
import { mapScratch } from '../../wasm/scratch.ts';
import { type Region, Regions, type SharedMemory } from '../../wasm/shared-memory.ts';
import type { ThreadPool } from '../../wasm/thread-pool.ts';
import type { LocalModel } from '../distortion.ts';
import { writeSamples } from '../planar.ts';
import { visualWeights } from './calibration.ts';
import { CURVATURE, GRADIENT, VALUE } from './constants.ts';
import { PROBLEM } from './kernels/built/records.ts';
import { bandCountOf, planVisual, type VisualPlan, type VisualSize, writeVisual } from './layout.ts';
import { localModelAt } from './local-model.ts';

/** Each takes a problem's address and the number of the calling thread. */
export const VISUAL_KERNELS = ['halveOriginal', 'halveOutputs', 'compareScales', 'finish'] as const;
type VisualKernel = (typeof VISUAL_KERNELS)[number];
export type VisualPool = ThreadPool<VisualKernel>;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Kernels read a block beyond the end of a row. */
const BEYOND = 64;

export class ColourDistortion {
  readonly #pool: VisualPool;
  readonly #regions: Regions;
  readonly #size: VisualSize;
  readonly #plan: VisualPlan;
  readonly #samples: number;
  /** For outputs that lie elsewhere, once there are any. */
  #copy: Region | null = null;

  /** @param threads at most; results do not depend on it */
  static open(
    pool: VisualPool,
    shared: SharedMemory,
    picture: Picture,
    threads: number,
  ): Promise<ColourDistortion> {
    return Regions.open(shared, async (regions) => {
      const count = await pool.grow(Math.min(threads, bandCountOf(picture)));
      return new ColourDistortion(pool, regions, picture, count);
    });
  }

  private constructor(pool: VisualPool, regions: Regions, picture: Picture, threads: number) {
    const { width, height, channels, depth } = picture;
    this.#pool = pool;
    this.#regions = regions;
    this.#size = { width, height, channels, depth, weights: visualWeights(channels), threads };
    this.#plan = regions.map((start) => planVisual(this.#size, start));
    this.#samples = picture.data.length;
    writeVisual(regions.memory, this.#size, this.#plan);
    writeSamples(regions.memory, picture, this.#plan.samples, this.#plan.samplePitch);
    mapScratch(regions, pool.exports, this.#plan.problem, threads);
    this.#run('halveOriginal', {});
  }

  /** See `PictureDistortion`. */
  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    if (!gradient) return this.#measure(this.#addressOf(outputs), VALUE);
    const address = gradient === outputs ? this.#addressOf(outputs) : this.#copyOf(outputs);
    const value = this.#measure(address, GRADIENT);
    const results = this.#samplesAt(address);
    if (gradient.buffer !== results.buffer || gradient.byteOffset !== address) gradient.set(results);
    return value;
  }

  /** See `PictureDistortion`. */
  localModel(outputs: Float32Array, reach?: number): LocalModel {
    const address = this.#addressOf(outputs);
    const work = this.#samplesAt(address);
    const targets = outputs.buffer === this.#memory.buffer ? work.slice() : outputs;
    this.#measure(address, CURVATURE);
    const weights = work.slice();
    work.set(targets);
    // Last, so that the gradient is read where it is.
    this.#measure(address, GRADIENT);
    return localModelAt(targets, work, weights, reach);
  }

  dispose(): void {
    this.#regions.dispose();
  }

  /** Of the outputs where they are, if that is the kernels' memory, else of a copy. */
  #addressOf(outputs: Float32Array): number {
    return outputs.buffer === this.#memory.buffer ? outputs.byteOffset : this.#copyOf(outputs);
  }

  #copyOf(outputs: Float32Array): number {
    const bytes = roundUp(FLOAT * this.#samples + BEYOND, PAGE_BYTES);
    this.#copy ??= this.#regions.map((start) => ({ start, end: start + bytes }));
    this.#samplesAt(this.#copy.start).set(outputs);
    return this.#copy.start;
  }

  #samplesAt(address: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, this.#samples);
  }

  /** @returns D; gradient or curvature are where the outputs were */
  #measure(outputs: number, result: number): number {
    this.#run('halveOutputs', { outputs, result });
    this.#run('compareScales', {});
    this.#run('finish', {});
    return this.#value();
  }

  /** Sums of the bands, in their order. */
  #value(): number {
    const { scales, bands, coarseBands } = this.#plan;
    const { error } = this.#size.weights;
    const sumsAt = (address: number, count: number): Float64Array =>
      new Float64Array(this.#memory.buffer, address, count);
    let value = 0;
    for (const { sums } of bands) {
      const [squares, ...differences] = sumsAt(sums, 1 + scales.length);
      // Values span [−1, 1]: half of an error is the error in [0, 1].
      value += (error * (squares as number)) / (4 * this.#samples);
      for (const sum of differences) value += sum;
    }
    for (const { sums } of coarseBands) value += sumsAt(sums, 1)[0] as number;
    return value;
  }

  get #memory(): WebAssembly.Memory {
    return this.#regions.memory;
  }

  #run(kernel: VisualKernel, values: Partial<RecordValues<typeof PROBLEM>>): void {
    const { problem } = this.#plan;
    writeRecord(this.#memory, problem, PROBLEM, { ...values, claimed: 0 });
    this.#pool.run(kernel, problem, this.#size.threads);
  }
}
