/**
 * @file Latents on trial: rate-distortion optimised quantization by exact trials, one latent after the other. Where a latent is taken a
 * step away, the pixels that see it are evaluated anew and the latents whose contexts hold it are counted anew, and the step is
 * kept if D + λR of the picture falls. The kernels are in `kernels`. Bands of the picture are tried by several threads, every other one at
 * a time, so that those at work know nothing of each other: the outcome does not depend on the threads.
 */

import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Latents } from '../../../field/pyramid.ts';
import { Arena } from '../../../wasm/arena.ts';
import { moduleBytes } from '../../../wasm/module.ts';
import { sharedMemory } from '../../../wasm/shared-memory.ts';
import { startThread } from '../../../wasm/thread.ts';
import { BandTrials, type Shared, trialKernels } from './band.ts';
import kernelModule from './kernels/built/trials.ts';
import { BAND_ROWS, latentRow, type PlacedGrid, placeTrials, type TrialOptions } from './layout.ts';
import type { HelperData } from './trial-thread.ts';

/** Bands at a time: the even ones, then the odd ones. */
const TURNS = 2;

let compiled: Promise<WebAssembly.Module> | undefined;

/** @param threads at most, the calling one included */
export async function openTrials(options: TrialOptions, threads: number): Promise<LatentTrials> {
  compiled ??= WebAssembly.compile(moduleBytes(kernelModule));
  const module = await compiled;
  const arena = new Arena(sharedMemory());
  const kernels = trialKernels(module, arena.memory);
  const bands = Math.ceil(options.raster.height / BAND_ROWS);
  const count = Math.min(threads, Math.ceil(bands / TURNS));
  const { width, height, channels, depth } = options.raster;
  const shared: Shared = {
    module,
    memory: arena.memory,
    placed: placeTrials(arena, kernels, options, count),
    picture: { width, height, channels, depth },
  };
  const helpers = Array.from({ length: count - 1 }, (_, i) => startHelper({ shared, thread: i + 1 }));
  return new LatentTrials(shared, new BandTrials(shared, kernels, 0), await Promise.all(helpers), bands);
}

function startHelper(data: HelperData): Promise<Worker> {
  return startThread(new URL('./trial-thread.js', import.meta.url), data);
}

export class LatentTrials {
  /** Bands of the picture. */
  readonly bands: number;
  readonly #shared: Shared;
  readonly #own: BandTrials;
  readonly #helpers: readonly Worker[];

  constructor(shared: Shared, own: BandTrials, helpers: readonly Worker[], bands: number) {
    this.#shared = shared;
    this.#own = own;
    this.#helpers = helpers;
    this.bands = bands;
  }

  /**
   * What the next round tries.
   * @param level of a grid that is tried
   * @param wishes of a row: +1 or −1 where a latent shall be tried that much away, else 0
   */
  wish(level: number, row: number, wishes: Int8Array): void {
    const { memory, placed } = this.#shared;
    const grid = placed.grids[level] as PlacedGrid;
    new Int8Array(memory.buffer, grid.wishes + grid.width * row, grid.width).set(wishes);
  }

  /** A round of trials. @param onBands told how many bands more are done */
  async tryAll(onBands: (count: number) => Promise<void>): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await this.#tryTurn(turn, onBands);
  }

  /** The latents as they are now. */
  latents(): Latents {
    const { memory, placed } = this.#shared;
    return placed.grids.map((grid) => {
      const latents = new Int16Array(grid.width * grid.height);
      for (let y = 0; y < grid.height; y++) latents.set(latentRow(memory, grid, y), y * grid.width);
      return latents;
    });
  }

  /** Ends the helpers, wherever they are. */
  async dispose(): Promise<void> {
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
  }

  /** Bands are dealt out one by one. */
  async #tryTurn(turn: number, onBands: (count: number) => Promise<void>): Promise<void> {
    const shares = [this.#own, ...this.#helpers].map((): number[] => []);
    for (let band = turn, i = 0; band < this.bands; band += TURNS, i++) shares[i % shares.length]?.push(band);
    const [own, ...others] = shares as [number[], ...number[][]];
    const helped = this.#helpers.map(async (helper, i) => {
      const share = others[i] as number[];
      await tryElsewhere(helper, share);
      await onBands(share.length);
    });
    await Promise.all([...helped, this.#tryHere(own, onBands)]);
  }

  async #tryHere(bands: readonly number[], onBands: (count: number) => Promise<void>): Promise<void> {
    for (const band of bands) {
      this.#own.tryBand(band);
      await onBands(1);
    }
  }
}

/** The helper keeps the process alive as long as it is at work. */
async function tryElsewhere(helper: Worker, bands: readonly number[]): Promise<void> {
  helper.ref();
  helper.postMessage(bands);
  await once(helper, 'message');
  helper.unref();
}
