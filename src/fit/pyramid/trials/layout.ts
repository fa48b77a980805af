/** @file Latents on trial in the kernels' memory: what `kernels/trial-problem.ts` declares. */

import type { LocalModel } from '../../../distortion/distortion.ts';
import type { PyramidWeights } from '../../../engine/pyramid.ts';
import { writeMaps } from '../../../field/affine-maps.ts';
import type { ContextInput } from '../../../field/context.ts';
import { inputRecords, sourceIndices } from '../../../field/context-records.ts';
import { pixels } from '../../../field/grid.ts';
import { CONTEXT_INPUT, LAYERS } from '../../../field/kernels/built/records.ts';
import type { AffineMap, ContextPart, Model, Plane } from '../../../field/model.ts';
import { axisTaps, type Latents, MAX_LATENT } from '../../../field/pyramid.ts';
import type { Tensor } from '../../../field/spec.ts';
import { type Picture, peakOf } from '../../../image/raster.ts';
import type { Arena } from '../../../wasm/arena.ts';
import { roundUp } from '../../../wasm/pages.ts';
import { type RecordValues, writeRecord } from '../../../wasm/records.ts';
import { PIXEL_MARGIN } from './constants.ts';
import { CHANGE, CONTEXT, READERS, TRIAL_PLANE, TRIAL_PROBLEM, WINDOW } from './kernels/built/records.ts';
import { spreadOf } from './spread.ts';
import { cellTaps } from './taps.ts';

/** Levels of which latents can be tried: what a latent of a coarser one reaches is more than a window holds. */
export const TRIAL_LEVELS = 4;

/** @param levels that are tried, at most TRIAL_LEVELS */
export function canBeTried({ level, reading }: Plane, levels: number): boolean {
  return level < levels && (level > 0 || reading === 'direct');
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const LATENT = Int16Array.BYTES_PER_ELEMENT;

/** Cells of zeros around a plane, as far as contexts see: at both ends of a row, and rows above and below. */
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

export type PlaneLayout = RecordValues<typeof TRIAL_PLANE>;

export interface TrialLayout {
  readonly planes: readonly PlaneLayout[];
  /** Addresses of its arrays; 0 where there is none. */
  readonly localModel: { readonly weights: number; readonly targets: number };
  /** The address of the problem's record. */
  readonly problem: number;
}

/** Writes all but what threads work in. */
export function layOutTrials(arena: Arena, options: TrialOptions, threads: number): TrialLayout {
  const { model, weights, raster, tuples, lambda } = options;
  const { layers, filters } = model.field;
  const { width, height, channels } = raster;
  const spread = spreadOf(model, weights.field);
  const planes = layOutPlanes(arena, options);
  const distortion = layOutDistortion(arena, options);
  const pitch = FLOAT * (roundUp(width, 8) + 2 * PIXEL_MARGIN);
  const problem = {
    width,
    height,
    channels,
    ...distortion,
    planes: planes.length,
    planeRecords: arena.putRecords(TRIAL_PLANE, planes),
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
  return { planes, localModel: distortion, problem: arena.putRecords(TRIAL_PROBLEM, [problem]) };
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
  { width, stride, cells }: PlaneLayout,
  y: number,
): Int16Array {
  return new Int16Array(buffer, cells + stride * y, width);
}

function layOutPlanes(arena: Arena, { model, latents, levels }: TrialOptions): PlaneLayout[] {
  const inputs = model.context.inputs.length;
  const sources = arena.put(sourceIndices(model.planes));
  return model.planes.map((plane) => {
    const { index, level, reading, width, height } = plane;
    const isTried = canBeTried(plane, levels);
    const stride = LATENT * (width + 2 * CELL_MARGIN);
    const start = arena.take(stride * (height + 2 * CELL_MARGIN));
    const readers = readersOf(model, plane);
    const layout = {
      level,
      isDirect: Number(reading === 'direct'),
      width,
      height,
      stride,
      cells: start + CELL_MARGIN * (stride + LATENT),
      candidates: isTried ? arena.take(width * height) : 0,
      taps: isTried && level > 0 ? arena.put(cellTaps(level)) : 0,
      ...layOutTaps(arena, model, plane),
      sources: sources + Int32Array.BYTES_PER_ELEMENT * inputs * index,
      readers: readers.length,
      readerRecords: arena.putRecords(READERS, readers),
    };
    for (let y = 0; y < height; y++)
      latentRow(arena.memory, layout, y).set(
        (latents[index] as Int16Array).subarray(y * width, (y + 1) * width),
      );
    return layout;
  });
}

/** The other planes' latents that have a plane's latents in their contexts, finer and finer ones. */
function readersOf({ planes, context }: Model, { index, level }: Plane): RecordValues<typeof READERS>[] {
  const readers = planes
    .filter((reader) => reader.index !== index)
    .map((reader) => ({
      plane: reader.index,
      levels: level - reader.level,
      around: Math.max(
        ...context.inputs.map((input, i) => (reader.sources[i] === index ? reachOf(input) : -1)),
      ),
    }));
  return readers.filter(({ around }) => around >= 0).sort((a, b) => a.levels - b.levels);
}

/** Latents around those that lie in a cell, along an axis, of which some see it too. */
function reachOf({ levels, dy, dx, towardsY, towardsX }: ContextInput): number {
  const beside = towardsY || towardsX ? 2 ** (levels - 1) : 0;
  return beside + 2 ** levels * Math.max(Math.abs(dy), Math.abs(dx));
}

function layOutTaps(arena: Arena, picture: Model, { level, reading, width, height }: Plane) {
  if (reading === 'direct') return { columnCells: 0, columnWeights: 0, rowCells: 0, rowWeights: 0 };
  const columns = axisTaps(pixels(picture.width), level, width);
  const rows = axisTaps(pixels(picture.height), level, height);
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
  const { weight } = context.layers[1] as AffineMap;
  return {
    inputs: context.inputs.length,
    inputRecords: arena.putRecords(CONTEXT_INPUT, inputRecords(context)),
    contextLayers: writeMaps(arena, context.layers, withPathAround(weight, parameters)),
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
