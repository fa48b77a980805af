/**
 * @file Latents on trial: rate-distortion optimised quantization by exact trials, one latent after the other. Where a latent is taken a
 * step away, the pixels that see it are evaluated anew and the latents whose contexts hold it are counted anew, and the step is
 * kept if D + λR of the picture falls. The kernels are `../assembly/trials`.
 */

import { assert } from '../../../errors.ts';
import { COARSER_CELLS, type ContextSpec, contextTensors, NEIGHBOURS } from '../../../field/context.ts';
import { gridSize, type Latents, MAX_LATENT } from '../../../field/pyramid.ts';
import { type FieldSpec, inputWidth, outputWidth, type Tensor } from '../../../field/spec.ts';
import type { Raster } from '../../../image/raster.ts';
import type { PyramidWeights } from '../../pyramid.ts';
import { roundUp } from '../layout.ts';
import { moduleBytes, type PlainExports } from '../module.ts';
import kernelModule from '../modules/trials.ts';
import { Arena } from '../pyramid/arena.ts';
import { placeLayers, writeFieldMaps, writeMaps } from '../pyramid/maps.ts';
import { recordBytes, writeRecord } from '../records.ts';
import { TRIAL_GRID, TRIAL_PROBLEM } from './records.ts';
import { spreadOf } from './spread.ts';
import { GridRows, tapsOf, WINDOW_MARGIN, writeErrors } from './window.ts';

/** The finest grids, of which latents can be tried: what a latent of a coarser one reaches is more than a window holds. */
export const TRIAL_GRIDS = 4;

/** Rows of the picture whose latents are tried together: whole cells of all grids that are tried. */
const BAND_ROWS = 128;

/** Rows above and below a band that its latents reach: those of the coarsest grid, 1.5 cells. */
const REACH = 12;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const LATENT = Int16Array.BYTES_PER_ELEMENT;

/** Cells of zeros around a grid, as far as contexts see: at both ends of a row, and rows above and below. */
const CELL_MARGIN = 4;

export interface TrialOptions {
  readonly spec: FieldSpec;
  readonly context: ContextSpec;
  /** Of field and context model, as the file has them. */
  readonly weights: PyramidWeights;
  readonly raster: Pick<Raster, 'width' | 'height' | 'channels' | 'depth' | 'data'>;
  /** [height, width]: the experts of each pixel; null where every layer has one expert. */
  readonly tuples: Uint32Array | null;
  /** Copied. */
  readonly latents: Latents;
  /** Per grid, up to TRIAL_GRIDS, [height, width]: +1 or −1 where a latent shall be tried that much away, else 0. */
  readonly wishes: readonly Int8Array[];
  /** λ of D + λR, R in bits per pixel. */
  readonly lambda: number;
}

/** What a trial needs, at most: changes of four channels, and the planes of a context model of 32 inputs and 64 units. */
const SCRATCH_BYTES = 192 * 1024;

interface Kernels extends Pick<PlainExports, 'placeLayers'> {
  /** @returns the first byte after what it lays out */
  readonly placeTrial: (problem: number, address: number) => number;
  readonly tryBand: (problem: number) => void;
}

let compiled: Promise<WebAssembly.Module> | undefined;

export async function createTrials(options: TrialOptions): Promise<LatentTrials> {
  compiled ??= WebAssembly.compile(moduleBytes(kernelModule));
  const arena = new Arena();
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory: arena.memory } });
  return new LatentTrials(arena, instance.exports as unknown as Kernels, options);
}

/** Where a grid's latents lie. */
interface PlacedGrid {
  readonly width: number;
  readonly height: number;
  /** The cell (0, 0). */
  readonly cells: number;
  /** Bytes between rows. */
  readonly stride: number;
}

/** Where the planes of the window lie. */
interface PlacedWindow {
  readonly pitch: number;
  readonly planeBytes: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly errors: number;
}

export class LatentTrials {
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #options: TrialOptions;
  readonly #problem: number;
  readonly #grids: readonly PlacedGrid[];
  readonly #coarser: readonly GridRows[];
  readonly #window: PlacedWindow;
  readonly #halo: number;
  readonly #offsets: Float64Array;

  constructor(arena: Arena, kernels: Kernels, options: TrialOptions) {
    this.#arena = arena;
    this.#kernels = kernels;
    this.#options = options;
    const { spec, weights } = options;
    const { reach, weights: spread, offsets } = spreadOf(spec, weights.field);
    this.#offsets = offsets;
    this.#halo = REACH + 2 * reach;
    this.#problem = arena.take(recordBytes(TRIAL_PROBLEM));
    this.#grids = Array.from({ length: inputWidth(spec) }, (_, level) => this.#placeGrid(level));
    this.#coarser = this.#grids
      .slice(1)
      .map((grid, i) => new GridRows((y) => this.#rowOf(grid, y), i + 1, options.raster));
    this.#window = this.#placeWindow();
    this.#write({ reach, spread: arena.put(spread), ...this.#window });
    this.#writePicture();
    this.#writeGrids();
    this.#writeField();
    this.#writeContext();
    const scratch = arena.take(SCRATCH_BYTES);
    const end = kernels.placeTrial(this.#problem, scratch);
    assert(end <= scratch + SCRATCH_BYTES, 'a trial does not fit into its memory');
  }

  /** Bands of the picture, which are to be tried in their order. */
  get bands(): number {
    return Math.ceil(this.#options.raster.height / BAND_ROWS);
  }

  /** Tries what is wished of the latents whose cells begin in a band. */
  tryBand(band: number): void {
    const { height } = this.#options.raster;
    const firstRow = BAND_ROWS * band;
    const lastRow = Math.min(height, firstRow + BAND_ROWS);
    const windowRow = Math.max(0, firstRow - this.#halo);
    const windowRows = Math.min(height, lastRow + this.#halo) - windowRow;
    this.#write({ firstRow, lastRow, windowRow, windowRows });
    this.#fillWindow(windowRow, windowRows);
    this.#kernels.tryBand(this.#problem);
  }

  /** The latents as they are now. */
  latents(): Latents {
    return this.#grids.map((grid) => {
      const latents = new Int16Array(grid.width * grid.height);
      for (let y = 0; y < grid.height; y++) latents.set(this.#rowOf(grid, y), y * grid.width);
      return latents;
    });
  }

  #write(fields: Partial<Record<keyof typeof TRIAL_PROBLEM, number>>): void {
    writeRecord(this.#arena.memory, this.#problem, TRIAL_PROBLEM, fields);
  }

  #placeGrid(level: number): PlacedGrid {
    const { raster, latents } = this.#options;
    const { width, height } = gridSize(raster.width, raster.height, level);
    const stride = LATENT * (width + 2 * CELL_MARGIN);
    const start = this.#arena.take(stride * (height + 2 * CELL_MARGIN));
    const grid = { width, height, stride, cells: start + CELL_MARGIN * (stride + LATENT) };
    for (let y = 0; y < height; y++)
      this.#rowOf(grid, y).set((latents[level] as Int16Array).subarray(y * width, (y + 1) * width));
    return grid;
  }

  /** A row of latents; valid until the memory grows. */
  #rowOf({ width, stride, cells }: PlacedGrid, y: number): Int16Array {
    return new Int16Array(this.#arena.memory.buffer, cells + stride * y, width);
  }

  /** Rows that no window has are zeros, and what errors spread to beyond the window goes there. */
  #placeWindow(): PlacedWindow {
    const { spec, raster } = this.#options;
    const channels = outputWidth(spec);
    const pitch = FLOAT * (roundUp(raster.width, 8) + 2 * WINDOW_MARGIN);
    const rows = Math.min(raster.height, BAND_ROWS + 2 * this.#halo);
    const planeBytes = pitch * (rows + 1);
    const take = (planes: number): number => this.#arena.take(planes * planeBytes) + FLOAT * WINDOW_MARGIN;
    return {
      pitch,
      planeBytes,
      inputs: take(inputWidth(spec)),
      outputs: take(roundUp(channels, 4)),
      errors: take(channels),
    };
  }

  #writePicture(): void {
    const { spec, raster, tuples, lambda } = this.#options;
    const { width, height } = raster;
    const tuplePitch = FLOAT * (roundUp(width, 8) + 2 * WINDOW_MARGIN);
    const address = tuples ? this.#arena.take(tuplePitch * height) : 0;
    for (let y = 0; tuples && y < height; y++) {
      const row = new Uint32Array(this.#arena.memory.buffer, address + tuplePitch * y, width);
      row.set(tuples.subarray(y * width, (y + 1) * width));
    }
    this.#write({
      width,
      height,
      channels: outputWidth(spec),
      errorWeight: 1 / outputWidth(spec),
      bitCost: lambda,
      maxLatent: MAX_LATENT,
      tuples: address,
      tuplePitch,
    });
  }

  #writeGrids(): void {
    const records = this.#grids.map((grid, level) => ({
      ...grid,
      wishes: this.#putWishes(this.#options.wishes[level]),
      taps: level > 0 && level < TRIAL_GRIDS ? this.#arena.put(tapsOf(level)) : 0,
    }));
    const gridRecords = this.#arena.putRecords(TRIAL_GRID, records);
    this.#write({ grids: records.length, gridRecords });
  }

  #putWishes(wishes: Int8Array | undefined): number {
    if (!wishes) return 0;
    const address = this.#arena.take(wishes.length);
    new Int8Array(this.#arena.memory.buffer, address, wishes.length).set(wishes);
    return address;
  }

  #writeField(): void {
    const { spec, weights } = this.#options;
    const maps = writeFieldMaps(this.#arena, spec, weights.field);
    this.#write({ layers: placeLayers(this.#arena, this.#kernels, maps, spec) });
  }

  #writeContext(): void {
    const { context, weights } = this.#options;
    const tensors = contextTensors(context);
    const cells = COARSER_CELLS.slice(0, context.coarser);
    const steps = Int32Array.from(NEIGHBOURS.slice(0, context.neighbours).flat());
    this.#write({
      neighbours: context.neighbours,
      neighbourSteps: this.#arena.put(new Uint32Array(steps.buffer)),
      coarser: cells.length,
      coarserCells: this.#arena.put(
        Uint32Array.from(
          cells.flatMap(({ levels, towardsY, towardsX }) => [levels, Number(towardsY), Number(towardsX)]),
        ),
      ),
      finer: Math.max(0, ...cells.map(({ levels }) => levels)),
      contextLayers: writeMaps(this.#arena, tensors, withPathAround(tensors[2] as Tensor, weights.context)),
    });
  }

  #fillWindow(windowRow: number, windowRows: number): void {
    const { spec, raster } = this.#options;
    const { pitch, planeBytes, inputs, errors } = this.#window;
    const row = (plane: number, index: number, y: number): Float32Array => {
      const address = plane + planeBytes * index + pitch * (y - windowRow);
      return new Float32Array(this.#arena.memory.buffer, address, raster.width);
    };
    for (let y = windowRow; y < windowRow + windowRows; y++) {
      row(inputs, 0, y).set(this.#rowOf(this.#grids[0] as PlacedGrid, y));
      for (const [i, grid] of this.#coarser.entries()) grid.write(y, row(inputs, i + 1, y));
    }
    for (let channel = 0; channel < outputWidth(spec); channel++) {
      const offset = this.#offsets[channel] as number;
      for (let y = windowRow; y < windowRow + windowRows; y++)
        writeErrors(raster, channel, offset, y, row(errors, channel, y));
    }
  }
}

/** The context model's parameters with 1 added to the second layer's diagonal, so that one map carries h¹ too. */
function withPathAround({ offset, rows, columns }: Tensor, parameters: Float32Array): Float32Array {
  const carrying = parameters.slice();
  for (let i = 0; i < rows; i++) {
    const at = offset + i * columns + i;
    carrying[at] = (carrying[at] as number) + 1;
  }
  return carrying;
}
