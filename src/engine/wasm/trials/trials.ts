/**
 * @file Latents on trial: rate-distortion optimised quantization by exact trials, one latent after the other. Where a latent is taken a
 * step away, the pixels that see it are evaluated anew and the latents whose contexts hold it are counted anew, and the step is
 * kept if D + λR of the picture falls. The kernels are `../assembly/trials`.
 */

import type { Latents } from '../../../field/pyramid.ts';
import { moduleBytes } from '../module.ts';
import kernelModule from '../modules/trials.ts';
import { Arena } from '../pyramid/arena.ts';
import { writeRecord } from '../records.ts';
import {
  BAND_ROWS,
  type Kernels,
  latentRow,
  type PlacedGrid,
  type PlacedTrials,
  placeTrials,
  type TrialOptions,
} from './place.ts';
import { TRIAL_PROBLEM } from './records.ts';
import { GridRows, writeErrors } from './window.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

export async function createTrials(options: TrialOptions): Promise<LatentTrials> {
  compiled ??= WebAssembly.compile(moduleBytes(kernelModule));
  const arena = new Arena();
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory: arena.memory } });
  const kernels = instance.exports as unknown as Kernels;
  return new LatentTrials(arena, kernels, options.raster, placeTrials(arena, kernels, options));
}

export class LatentTrials {
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #raster: TrialOptions['raster'];
  readonly #placed: PlacedTrials;
  /** Of the grids from the second on. */
  readonly #coarser: readonly GridRows[];

  constructor(arena: Arena, kernels: Kernels, raster: TrialOptions['raster'], placed: PlacedTrials) {
    this.#arena = arena;
    this.#kernels = kernels;
    this.#raster = raster;
    this.#placed = placed;
    this.#coarser = placed.grids
      .slice(1)
      .map((grid, i) => new GridRows((y) => latentRow(arena, grid, y), i + 1, raster));
  }

  /** Bands of the picture, which are to be tried in their order. */
  get bands(): number {
    return Math.ceil(this.#raster.height / BAND_ROWS);
  }

  /** Tries what is wished of the latents whose cells begin in a band. */
  tryBand(band: number): void {
    const { problem, halo } = this.#placed;
    const { height } = this.#raster;
    const firstRow = BAND_ROWS * band;
    const lastRow = Math.min(height, firstRow + BAND_ROWS);
    const windowRow = Math.max(0, firstRow - halo);
    const windowRows = Math.min(height, lastRow + halo) - windowRow;
    const rows = { firstRow, lastRow, windowRow, windowRows };
    writeRecord(this.#arena.memory, problem, TRIAL_PROBLEM, rows);
    for (let y = windowRow; y < windowRow + windowRows; y++) this.#fillRow(y, y - windowRow);
    this.#kernels.tryBand(problem);
  }

  /** The latents as they are now. */
  latents(): Latents {
    return this.#placed.grids.map((grid) => {
      const latents = new Int16Array(grid.width * grid.height);
      for (let y = 0; y < grid.height; y++) latents.set(latentRow(this.#arena, grid, y), y * grid.width);
      return latents;
    });
  }

  /** Fills a row of the window: the layers' inputs, and errors without the layers' outputs. */
  #fillRow(y: number, windowRow: number): void {
    const { grids, window, offsets } = this.#placed;
    const row = (planes: number, index: number): Float32Array => {
      const address = planes + window.planeBytes * index + window.pitch * windowRow;
      return new Float32Array(this.#arena.memory.buffer, address, this.#raster.width);
    };
    row(window.inputs, 0).set(latentRow(this.#arena, grids[0] as PlacedGrid, y));
    for (const [i, grid] of this.#coarser.entries()) grid.write(y, row(window.inputs, i + 1));
    for (const [channel, offset] of offsets.entries())
      writeErrors(this.#raster, channel, offset, y, row(window.errors, channel));
  }
}
