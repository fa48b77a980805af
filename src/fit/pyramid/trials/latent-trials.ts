/**
 * @file Latents on trial: rate-distortion optimised quantization by exact trials, one latent after the other. Where a latent is taken a
 * step away, the pixels that see it are evaluated anew and the latents whose contexts hold it are counted anew, and the step is
 * kept if D + λR of the picture falls. The kernels are in `kernels`. Bands of the picture are tried by several threads, every other one at
 * a time, so that those at work know nothing of each other: the outcome does not depend on the threads.
 */

import type { LocalModel } from '../../../distortion/distortion.ts';
import type { Latents } from '../../../field/pyramid.ts';
import { Arena } from '../../../wasm/arena.ts';
import { writeRecord } from '../../../wasm/records.ts';
import { sharedMemory } from '../../../wasm/shared-memory.ts';
import { compileKernels } from '../../../wasm/sharing.ts';
import { ThreadPool } from '../../../wasm/thread-pool.ts';
import { BAND_ROWS, TURNS } from './constants.ts';
import { TRIAL_PROBLEM } from './kernels/built/records.ts';
import kernelModule from './kernels/built/trials.ts';
import { latentRow, layOutTrials, type PlaneLayout, type TrialLayout, type TrialOptions } from './layout.ts';

const KERNELS = ['tryBands'] as const;
type TrialPool = ThreadPool<(typeof KERNELS)[number]>;

/** Bands per thread between two reports of progress: enough that threads seldom wait for each other. */
const BANDS_PER_THREAD = 4;

/**
 * @param threads at most, the calling one included
 * @param module of the kernels; tests have one with assertions
 */
export async function openTrials(
  options: TrialOptions,
  threads: number,
  module?: WebAssembly.Module,
): Promise<LatentTrials> {
  module ??= compileKernels(kernelModule);
  const bands = Math.ceil(options.raster.height / BAND_ROWS);
  const arena = new Arena(sharedMemory());
  const pool = new ThreadPool(module, arena.memory, KERNELS);
  try {
    const count = await pool.grow(Math.min(threads, Math.ceil(bands / TURNS)));
    const layout = layOutTrials(arena, options, count);
    layOutThreads(arena, pool.exports, layout.problem, count);
    return new LatentTrials(pool, arena.memory, layout, bands, count);
  } catch (error) {
    await pool.dispose();
    throw error;
  }
}

function layOutThreads(arena: Arena, exports: WebAssembly.Exports, problem: number, threads: number): void {
  const layOutThread = exports.layOutThread as (problem: number, thread: number, area: number) => number;
  for (let thread = 0; thread < threads; thread++) {
    arena.takeUntil(layOutThread(problem, thread, arena.end));
  }
}

export class LatentTrials {
  /** Bands of the picture. */
  readonly bands: number;
  readonly #pool: TrialPool;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: TrialLayout;
  readonly #threads: number;

  /** @param threads of the pool */
  constructor(
    pool: TrialPool,
    memory: WebAssembly.Memory,
    layout: TrialLayout,
    bands: number,
    threads: number,
  ) {
    this.#pool = pool;
    this.#memory = memory;
    this.#layout = layout;
    this.bands = bands;
    this.#threads = threads;
  }

  /**
   * What the next round tries.
   * @param plane the index of one that is tried
   * @param candidates of a row: +1 or −1 where a latent shall be tried that much away, else 0
   */
  writeCandidates(plane: number, row: number, candidates: Int8Array): void {
    const { candidates: address, width } = this.#layout.planes[plane] as PlaneLayout;
    new Int8Array(this.#memory.buffer, address + width * row, width).set(candidates);
  }

  /** What the next rounds go by, of those that go by a local model. */
  writeLocalModel(localModel: LocalModel): void {
    for (const name of ['weights', 'targets'] as const) {
      const values = localModel[name];
      new Float32Array(this.#memory.buffer, this.#layout.localModel[name], values.length).set(values);
    }
  }

  /** A round of trials. @param onBands told how many bands more are done */
  tryAll(onBands: (count: number) => void): void {
    const most = BANDS_PER_THREAD * this.#threads;
    for (let turn = 0; turn < TURNS; turn++) {
      for (let first = turn; first < this.bands; first += TURNS * most) {
        const count = Math.min(most, Math.ceil((this.bands - first) / TURNS));
        this.#tryBands(first, count);
        onBands(count);
      }
    }
  }

  /** The latents as they are now. */
  latents(): Latents {
    return this.#layout.planes.map((plane) => {
      const { width, height } = plane;
      const latents = new Int16Array(width * height);
      for (let y = 0; y < height; y++) latents.set(latentRow(this.#memory, plane, y), y * width);
      return latents;
    });
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }

  #tryBands(firstBand: number, bands: number): void {
    const { problem } = this.#layout;
    writeRecord(this.#memory, problem, TRIAL_PROBLEM, { firstBand, bands, claimed: 0 });
    this.#pool.run('tryBands', problem, this.#threads);
  }
}
