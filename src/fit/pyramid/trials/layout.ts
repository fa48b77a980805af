/** @file Latents on trial in the kernels' memory: what `kernels/trial-problem.ts` declares. */

import type { LocalModel } from '../../../distortion/distortion.ts';
import type { PyramidWeights } from '../../../engine/pyramid.ts';
import { writeMaps } from '../../../field/affine-maps.ts';
import { COARSER_CELL, LAYERS, NEIGHBOUR } from '../../../field/kernels/built/records.ts';
import type { ContextPart, Model, Plane } from '../../../field/model.ts';
import { coarserRecords, neighbourRecords } from '../../../field/neighbourhood.ts';
import { type Latents, MAX_LATENT } from '../../../field/pyramid.ts';
import type { Tensor } from '../../../field/spec.ts';
import { type Picture, peakOf } from '../../../image/raster.ts';
import type { Arena } from '../../../wasm/arena.ts';
import { roundUp } from '../../../wasm/pages.ts';
import { type RecordValues, writeRecord } from '../../../wasm/records.ts';
import { PIXEL_MARGIN } from './constants.ts';
import { CHANGE, CONTEXT, TRIAL_GRID, TRIAL_PROBLEM, WINDOW } from './kernels/built/records.ts';
import { spreadOf } from './spread.ts';
import { axisTaps, cellTaps } from './taps.ts';

/** Levels of which latents can be tried: what a latent of a coarser one reaches is more than a window holds. */
export const TRIAL_LEVELS = 4;

/** @param levels that are tried, at most TRIAL_LEVELS */
export function canBeTried({ level, reading }: Plane, levels: number): boolean {
  return level < levels && (level > 0 || reading === 'direct');
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const LATENT = Int16Array.BYTES_PER_ELEMENT;

/** Cells of zeros around a grid, as far as contexts see: at both ends of a row, and rows above and below. */
const CELL_MARGIN = 4;

export interface TrialOptions {
  readonly model: Model;
  /** Of field and context model, as the file has them. */
  readonly weights: PyramidWeights;
  readonly raster: Picture;
  /** What D is like around the latents; null for the mean squared error. */
  readonly localModel: LocalModel | null;
  /** [height, width]: the experts of each pixel; null where every layer has one expert. */
  readonly tuples: Uint32Array | null;
  /** Copied. */
  readonly latents: Latents;
  /** Latents of levels below this are tried; up to TRIAL_LEVELS. */
  readonly levels: number;
  /** λ of D + λR, R in bits per pixel. */
  readonly lambda: number;
}

export type GridLayout = RecordValues<typeof TRIAL_GRID>;

export interface TrialLayout {
  readonly grids: readonly GridLayout[];
  /** The address of the problem's record. */
  readonly problem: number;
}

/** Writes all but what threads work in. */
export function layOutTrials(arena: Arena, options: TrialOptions, threads: number): TrialLayout {
  const { model, weights, raster, tuples, lambda } = options;
  const { layers, filters } = model.field;
  const { width, height, channels } = raster;
  const spread = spreadOf(model, weights.field);
  const grids = layOutGrids(arena, options);
  const pitch = FLOAT * (roundUp(width, 8) + 2 * PIXEL_MARGIN);
  const problem = {
    width,
    height,
    channels,
    ...layOutDistortion(arena, options),
    grids: grids.length,
    gridRecords: arena.putRecords(TRIAL_GRID, grids),
    affines: writeMaps(arena, [...layers, ...filters], weights.field),
    depth: layers.length,
    reach: spread.reach,
    spread: arena.put(spread.weights),
    offsets: arena.put(spread.offsets),
    maxLatent: MAX_LATENT,
    bitCost: lambda,
    pitch,
    tuples: tuples ? layOutTuples(arena, tuples, width, pitch) : 0,
    windows: layOutWindows(arena, threads),
    ...layOutContext(arena, model.context, weights.context),
    firstBand: 0,
    bands: 0,
    claimed: 0,
  };
  return { grids, problem: arena.putRecords(TRIAL_PROBLEM, [problem]) };
}

/** Errors in [0, 1] are half as long as those in [−1, 1] of a local model. */
function layOutDistortion(arena: Arena, { raster, localModel }: TrialOptions) {
  const { width, height, channels, depth, data } = raster;
  const common = { sampleBytes: data.BYTES_PER_ELEMENT, peak: peakOf(depth) };
  if (!localModel) {
    return { ...common, samples: arena.put(data), weights: 0, targets: 0, errorWeight: 1 / channels };
  }
  const [weights, targets] = [arena.put(localModel.weights), arena.put(localModel.targets)];
  return { ...common, samples: 0, weights, targets, errorWeight: 4 * width * height };
}

/** A row of latents; valid until the memory grows. */
export function latentRow(
  { buffer }: WebAssembly.Memory,
  { width, stride, cells }: GridLayout,
  y: number,
): Int16Array {
  return new Int16Array(buffer, cells + stride * y, width);
}

function layOutGrids(arena: Arena, { model, latents, levels }: TrialOptions): GridLayout[] {
  return model.planes.map((plane) => {
    const { level, width, height } = plane;
    const stride = LATENT * (width + 2 * CELL_MARGIN);
    const start = arena.take(stride * (height + 2 * CELL_MARGIN));
    const grid = {
      width,
      height,
      stride,
      cells: start + CELL_MARGIN * (stride + LATENT),
      candidates: canBeTried(plane, levels) ? arena.take(width * height) : 0,
      taps: level > 0 && level < TRIAL_LEVELS ? arena.put(cellTaps(level)) : 0,
      ...layOutTaps(arena, model, level, { width, height }),
    };
    for (let y = 0; y < height; y++)
      latentRow(arena.memory, grid, y).set(
        (latents[plane.index] as Int16Array).subarray(y * width, (y + 1) * width),
      );
    return grid;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The first grid's latents are those of pixels. */
function layOutTaps(arena: Arena, picture: Size, level: number, grid: Size) {
  if (level === 0) return { columnCells: 0, columnWeights: 0, rowCells: 0, rowWeights: 0 };
  const columns = axisTaps(picture.width, level, grid.width);
  const rows = axisTaps(picture.height, level, grid.height);
  return {
    columnCells: arena.put(columns.cells),
    columnWeights: arena.put(columns.weights),
    rowCells: arena.put(rows.cells),
    rowWeights: arena.put(rows.weights),
  };
}

function layOutTuples(arena: Arena, tuples: Uint32Array, width: number, pitch: number): number {
  const height = tuples.length / width;
  const address = arena.take(pitch * height);
  for (let y = 0; y < height; y++) {
    const row = new Uint32Array(arena.memory.buffer, address + pitch * y, width);
    row.set(tuples.subarray(y * width, (y + 1) * width));
  }
  return address;
}

/** The records of what threads work in. */
function layOutWindows(arena: Arena, threads: number): number {
  const windows = arena.take(WINDOW.bytes * threads);
  for (let thread = 0; thread < threads; thread++) {
    const records = {
      layers: arena.take(LAYERS.bytes),
      change: arena.take(CHANGE.bytes),
      context: arena.take(CONTEXT.bytes),
    };
    writeRecord(arena.memory, windows + WINDOW.bytes * thread, WINDOW, records);
  }
  return windows;
}

function layOutContext(arena: Arena, context: ContextPart, parameters: Float32Array) {
  const { neighbours, coarser } = context.spec;
  const levels = context.inputs.map((cell) => cell.levels);
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
