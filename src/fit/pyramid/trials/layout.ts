/** @file Latents on trial in the kernels' memory: what `kernels/trial-problem.ts` declares. */

import type { PyramidWeights } from '../../../engine/pyramid.ts';
import type { LayerKernels } from '../../../field/affine-maps.ts';
import { layOutLayers, writeMaps } from '../../../field/affine-maps.ts';
import { COARSER_CELL, NEIGHBOUR } from '../../../field/kernels/built/records.ts';
import type { ContextPart, Model, Plane } from '../../../field/model.ts';
import { coarserRecords, neighbourRecords } from '../../../field/neighbourhood.ts';
import { type Latents, MAX_LATENT } from '../../../field/pyramid.ts';
import type { Tensor } from '../../../field/spec.ts';
import type { Raster } from '../../../image/raster.ts';
import type { Arena } from '../../../wasm/arena.ts';
import { roundUp } from '../../../wasm/pages.ts';
import { type RecordValues, writeRecord } from '../../../wasm/records.ts';
import { CHANGE, CONTEXT, TRIAL_GRID, TRIAL_PROBLEM } from './kernels/built/records.ts';
import { spreadOf } from './spread.ts';
import { tapsOf } from './window.ts';

/** Levels of which latents can be tried: what a latent of a coarser one reaches is more than a window holds. */
export const TRIAL_LEVELS = 4;

/** @param levels that are tried, at most TRIAL_LEVELS */
export function canBeTried({ level, reading }: Plane, levels: number): boolean {
  return level < levels && (level > 0 || reading === 'direct');
}

/**
 * Rows of the picture whose latents are tried together: whole cells of all grids that are tried, and so many that trials of a band neither see nor
 * change what trials of the band after the next see. From 32 on that is so: the widest that a trial looks is over the neighbours of cells that
 * have a cell of the fourth grid as a neighbour, and over what the pixels around such a cell see, less than four of its cells of 8 rows either way.
 */
export const BAND_ROWS = 64;

/** Rows above and below a band that its latents reach: those of the coarsest grid, 1.5 cells. */
const REACH = 12;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const LATENT = Int16Array.BYTES_PER_ELEMENT;

/** Cells of zeros around a grid, as far as contexts see: at both ends of a row, and rows above and below. */
const CELL_MARGIN = 4;

/** Floats left of a row of pixels and at least as many right of it. */
const PIXEL_MARGIN = 16;

export interface TrialOptions {
  readonly model: Model;
  /** Of field and context model, as the file has them. */
  readonly weights: PyramidWeights;
  readonly raster: Pick<Raster, 'width' | 'height' | 'channels' | 'depth' | 'data'>;
  /** [height, width]: the experts of each pixel; null where every layer has one expert. */
  readonly tuples: Uint32Array | null;
  /** Copied. */
  readonly latents: Latents;
  /** Latents of levels below this are tried; up to TRIAL_LEVELS. */
  readonly levels: number;
  /** λ of D + λR, R in bits per pixel. */
  readonly lambda: number;
}

export interface Kernels extends LayerKernels {
  /** Lays out from `area` on what a trial needs. @returns the first byte after it */
  readonly layOutTrial: (problem: number, area: number) => number;
  readonly tryBand: (problem: number) => void;
}

/** Where a grid's latents lie. */
export interface PlacedGrid {
  readonly width: number;
  readonly height: number;
  /** The cell (0, 0). */
  readonly cells: number;
  /** Bytes between rows. */
  readonly stride: number;
  /** See `TrialGrid` in `kernels/trial-problem.ts`. */
  readonly wishes: number;
}

/** Where the planes of the window lie, and bytes between their rows and between them. */
export interface PlacedWindow {
  readonly pitch: number;
  readonly planeBytes: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly errors: number;
}

/** What a thread has for itself. */
export interface PlacedThread {
  /** The address of its problem's record. */
  readonly problem: number;
  readonly window: PlacedWindow;
}

export interface PlacedTrials {
  readonly grids: readonly PlacedGrid[];
  /** The picture's samples. */
  readonly samples: number;
  /** Rows of a window above and below a band. */
  readonly halo: number;
  /** What the filters make of zeros, per channel. */
  readonly offsets: Float64Array;
  readonly threads: readonly PlacedThread[];
}

export function placeTrials(
  arena: Arena,
  kernels: Kernels,
  options: TrialOptions,
  threads: number,
): PlacedTrials {
  const { model, weights, raster, tuples, lambda } = options;
  const { width, height, channels } = raster;
  const { reach, weights: spread, offsets } = spreadOf(model, weights.field);
  const halo = REACH + 2 * reach;
  const grids = placeGrids(arena, options);
  const { layers, filters } = model.field;
  const maps = writeMaps(arena, [...layers, ...filters], weights.field);
  const common = {
    width,
    height,
    channels,
    reach,
    spread: arena.put(spread),
    maxLatent: MAX_LATENT,
    bitCost: lambda,
    errorWeight: 1 / channels,
    ...placeTuples(arena, tuples, width, height),
    ...placeGridRecords(arena, grids),
    ...placeContext(arena, model.context, weights.context),
  };
  const placeThread = (): PlacedThread => {
    const window = placeWindow(arena, raster, grids.length, halo);
    const record = layOutLayers(arena, kernels, maps, layers.length);
    return { problem: placeProblem(arena, kernels, { ...common, ...window, layers: record }), window };
  };
  return {
    grids,
    samples: arena.put(raster.data),
    halo,
    offsets,
    threads: Array.from({ length: threads }, placeThread),
  };
}

function placeProblem(
  arena: Arena,
  kernels: Kernels,
  fields: Partial<RecordValues<typeof TRIAL_PROBLEM>>,
): number {
  const problem = arena.take(TRIAL_PROBLEM.bytes);
  const [change, context] = [arena.take(CHANGE.bytes), arena.take(CONTEXT.bytes)];
  writeRecord(arena.memory, problem, TRIAL_PROBLEM, { ...fields, change, context });
  arena.takeUntil(kernels.layOutTrial(problem, arena.end));
  return problem;
}

/** A row of latents; valid until the memory grows. */
export function latentRow(
  { buffer }: WebAssembly.Memory,
  { width, stride, cells }: PlacedGrid,
  y: number,
): Int16Array {
  return new Int16Array(buffer, cells + stride * y, width);
}

function placeGrids(arena: Arena, { model, latents, levels }: TrialOptions): PlacedGrid[] {
  return model.planes.map((plane) => {
    const { width, height } = plane;
    const stride = LATENT * (width + 2 * CELL_MARGIN);
    const start = arena.take(stride * (height + 2 * CELL_MARGIN));
    const cells = start + CELL_MARGIN * (stride + LATENT);
    const grid = {
      width,
      height,
      stride,
      cells,
      wishes: canBeTried(plane, levels) ? arena.take(width * height) : 0,
    };
    for (let y = 0; y < height; y++)
      latentRow(arena.memory, grid, y).set(
        (latents[plane.index] as Int16Array).subarray(y * width, (y + 1) * width),
      );
    return grid;
  });
}

function placeGridRecords(arena: Arena, grids: readonly PlacedGrid[]) {
  const records = grids.map((grid, level) => ({
    ...grid,
    taps: level > 0 && level < TRIAL_LEVELS ? arena.put(tapsOf(level)) : 0,
  }));
  return { grids: records.length, gridRecords: arena.putRecords(TRIAL_GRID, records) };
}

/** Bytes between rows of four bytes per pixel. */
function pitchOf(width: number): number {
  return FLOAT * (roundUp(width, 8) + 2 * PIXEL_MARGIN);
}

/** With a row to spare, as reading goes past the ends of rows. */
function placeWindow(
  arena: Arena,
  { width, height, channels }: Pick<Raster, 'width' | 'height' | 'channels'>,
  grids: number,
  halo: number,
): PlacedWindow {
  const pitch = pitchOf(width);
  const planeBytes = pitch * (Math.min(height, BAND_ROWS + 2 * halo) + 1);
  const take = (planes: number): number => arena.take(planes * planeBytes) + FLOAT * PIXEL_MARGIN;
  return {
    pitch,
    planeBytes,
    inputs: take(grids),
    outputs: take(roundUp(channels, 4)),
    errors: take(channels),
  };
}

function placeTuples(arena: Arena, tuples: Uint32Array | null, width: number, height: number) {
  if (!tuples) return { tuples: 0, tuplePitch: 0 };
  const tuplePitch = pitchOf(width);
  const address = arena.take(tuplePitch * height);
  for (let y = 0; y < height; y++) {
    const row = new Uint32Array(arena.memory.buffer, address + tuplePitch * y, width);
    row.set(tuples.subarray(y * width, (y + 1) * width));
  }
  return { tuples: address, tuplePitch };
}

function placeContext(arena: Arena, context: ContextPart, parameters: Float32Array) {
  const levels = context.inputs.map((cell) => cell.levels);
  const { neighbours, coarser } = context.spec;
  return {
    neighbours,
    neighbourSteps: arena.putRecords(NEIGHBOUR, neighbourRecords(context.spec)),
    coarser,
    coarserCells: arena.putRecords(COARSER_CELL, coarserRecords(context.spec)),
    finer: Math.max(0, ...levels),
    contextLayers: writeMaps(arena, context.layers, withPathAround(context.tensors[2] as Tensor, parameters)),
  };
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
