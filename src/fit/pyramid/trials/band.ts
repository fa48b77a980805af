/** @file The trials of one thread, band after band. */

import { type Raster, sampleArrayOf } from '../../../image/raster.ts';
import { writeRecord } from '../../../wasm/records.ts';
import { TRIAL_PROBLEM } from './kernels/built/records.ts';
import {
  BAND_ROWS,
  type Kernels,
  latentRow,
  type PlacedGrid,
  type PlacedThread,
  type PlacedTrials,
} from './layout.ts';
import { GridRows, writeErrors } from './window.ts';

/** What all threads work on; their memory holds the rest. */
export interface Shared {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly placed: PlacedTrials;
  readonly picture: Pick<Raster, 'width' | 'height' | 'channels' | 'depth'>;
}

export function trialKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

export class BandTrials {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #raster: Pick<Raster, 'width' | 'height' | 'channels' | 'depth' | 'data'>;
  readonly #placed: PlacedTrials;
  readonly #own: PlacedThread;
  /** Of the grids from the second on. */
  readonly #coarser: readonly GridRows[];

  constructor({ memory, placed, picture }: Shared, kernels: Kernels, thread: number) {
    this.#memory = memory;
    this.#kernels = kernels;
    const Sample = sampleArrayOf(picture.depth);
    const count = picture.width * picture.height * picture.channels;
    this.#raster = { ...picture, data: new Sample(memory.buffer, placed.samples, count) };
    this.#placed = placed;
    this.#own = placed.threads[thread] as PlacedThread;
    this.#coarser = placed.grids
      .slice(1)
      .map((grid, i) => new GridRows((y) => latentRow(memory, grid, y), i + 1, picture));
  }

  /** Tries what is wished of the latents whose cells begin in a band. */
  tryBand(band: number): void {
    const { height } = this.#raster;
    const firstRow = BAND_ROWS * band;
    const lastRow = Math.min(height, firstRow + BAND_ROWS);
    const windowRow = Math.max(0, firstRow - this.#placed.halo);
    const windowRows = Math.min(height, lastRow + this.#placed.halo) - windowRow;
    const rows = { firstRow, lastRow, windowRow, windowRows };
    writeRecord(this.#memory, this.#own.problem, TRIAL_PROBLEM, rows);
    for (let y = windowRow; y < windowRow + windowRows; y++) this.#fillRow(y, y - windowRow);
    this.#kernels.tryBand(this.#own.problem);
  }

  /** Fills a row of the window: the layers' inputs, and errors without the layers' outputs. */
  #fillRow(y: number, windowRow: number): void {
    const { grids, offsets } = this.#placed;
    const { window } = this.#own;
    const row = (planes: number, index: number): Float32Array => {
      const address = planes + window.planeBytes * index + window.pitch * windowRow;
      return new Float32Array(this.#memory.buffer, address, this.#raster.width);
    };
    row(window.inputs, 0).set(latentRow(this.#memory, grids[0] as PlacedGrid, y));
    for (const [i, grid] of this.#coarser.entries()) grid.write(y, row(window.inputs, i + 1));
    for (const [channel, offset] of offsets.entries())
      writeErrors(this.#raster, channel, offset, y, row(window.errors, channel));
  }
}
