/** @file What a problem has of the engine: regions of its memory, and as many of its threads as have something to do. */

import type { Place } from '../../distortion/distortion.ts';
import { mapScratch } from '../../wasm/scratch.ts';
import { Regions, type SharedMemory } from '../../wasm/shared-memory.ts';
import type { FitKernel, FitPool } from './fit-kernels.ts';

/** Blocks of positions that a thread is worth being woken for: some tenths of a millisecond. */
const BLOCKS_PER_THREAD = 8;

/** Threads that blocks of positions keep busy. @param partitions that they are cut into */
export function threadsForBlocks(blocks: number, partitions: number): number {
  return Math.min(partitions, Math.ceil(blocks / BLOCKS_PER_THREAD));
}

export class PoolShare {
  readonly regions: Regions;
  /** Threads that work on the problem. */
  readonly threads: number;
  /** Where others can work for the problem. */
  readonly place: Place;
  readonly #pool: FitPool;

  private constructor(pool: FitPool, regions: Regions, threads: number, place: Place) {
    this.#pool = pool;
    this.regions = regions;
    this.threads = threads;
    this.place = place;
  }

  /**
   * Opens a problem; where that fails, its regions are given back.
   * @param most threads that are allowed
   * @param wanted threads that the problem keeps busy: more would only take memory
   */
  static open<Problem>(
    pool: FitPool,
    shared: SharedMemory,
    most: number,
    wanted: number,
    open: (share: PoolShare) => Problem | Promise<Problem>,
  ): Promise<Problem> {
    return Regions.open(shared, async (regions) => {
      const threads = await pool.grow(Math.max(1, Math.min(most, wanted)));
      return open(new PoolShare(pool, regions, threads, { shared, threads: most }));
    });
  }

  get memory(): WebAssembly.Memory {
    return this.regions.memory;
  }

  run(kernel: FitKernel, problem: number): void {
    this.#pool.run(kernel, problem, this.threads);
  }

  /** See `mapScratch` of `src/wasm`. @param problem of a pyramid */
  mapScratch(problem: number): void {
    mapScratch(this.regions, this.#pool.exports, problem, this.threads);
  }

  dispose(): void {
    this.regions.dispose();
  }
}

/** `PoolShare.open` of an engine. */
export type OpenShare = <Problem>(
  wanted: number,
  open: (share: PoolShare) => Problem | Promise<Problem>,
) => Promise<Problem>;
