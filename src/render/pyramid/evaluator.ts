/**
 * @file The decoder's engine for pyramid fields: the plain module on one thread. It gives the same bits on every machine, in
 * Node and in browsers, and at a position always the same, whatever is evaluated with it. Latents stay with the caller; the
 * kernels see them tile by tile.
 */

import { mapsWritten } from '../../field/affine-maps.ts';
import { AFFINE, LAYERS } from '../../field/kernels/built/records.ts';
import type { Model } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import { splineCoefficients } from '../../field/spline.ts';
import { TimeSlices } from '../../time-slices.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';
import type { TilePlane } from './patch.ts';
import { type AxisPiece, cutAxis, indicesIn, stagesOf } from './stages.ts';
import { type TileField, type TilePicture, writeTile } from './tile.ts';

/** Positions of a tile along an axis, what its filters see included: a few megabytes. */
export const MAX_COLUMNS = 1024;
export const MAX_ROWS = 132;

/** Crossings of rising pixel positions; pixel x of the picture is at x. */
export interface Crossings {
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** Of planes that are read directly, what positions between pixel centres read: the coefficients of a spline. null for the others. */
export type Coefficients = readonly (Int16Array | Float32Array | null)[];

/** @throws LoecError E_LIMIT or E_ABORTED */
export async function coefficientsOf(
  { planes }: Model,
  latents: Latents,
  slices: TimeSlices,
): Promise<Coefficients> {
  const coefficients: (Float32Array | null)[] = [];
  for (const { index, reading, width, height } of planes) {
    const values = latents[index] as Int16Array;
    const isDirect = reading === 'direct';
    coefficients.push(isDirect ? await slices.take(splineCoefficients(values, width, height)) : null);
  }
  return coefficients;
}

/**
 * @param latents not to be changed while the evaluator is used
 * @param coefficients absent where all positions will be pixel centres
 * @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function createPyramidEvaluator(
  model: Model,
  parameters: Float32Array,
  latents: Latents,
  coefficients?: Coefficients,
  slices = new TimeSlices(),
): Promise<PyramidEvaluator> {
  const arena = new Arena();
  const kernels = (await instantiate(plain, arena.memory)) as unknown as DecodeKernels;
  const { layers, filters } = model.field;
  const maps = await slices.take(mapsWritten(arena, [...layers, ...filters], parameters));
  const planes = model.planes.map((plane, i) => ({
    ...plane,
    latents: latents[i] as Int16Array,
    coefficients: coefficients?.[i] ?? null,
  }));
  return new PyramidEvaluator(arena, kernels, model, maps, planes);
}

export class PyramidEvaluator {
  readonly #arena: Arena;
  readonly #kernels: DecodeKernels;
  readonly #field: TileField;
  readonly #picture: TilePicture;

  constructor(
    arena: Arena,
    kernels: DecodeKernels,
    { width, height, channels, field }: Model,
    maps: number,
    planes: readonly TilePlane[],
  ) {
    this.#arena = arena;
    this.#kernels = kernels;
    const depth = field.layers.length;
    const layers = arena.take(LAYERS.bytes);
    arena.takeUntil(kernels.layOutLayers(layers, maps, depth, arena.end));
    const filterRecords = maps + AFFINE.bytes * depth;
    this.#field = { layers, filterRecords, filters: field.filters.length };
    this.#picture = { width, height, channels, planes };
  }

  /** Where the layers are evaluated for the sake of these crossings: at more, as filters see their neighbours. */
  layerCrossings({ columns, rows }: Crossings): Crossings {
    const { filters } = this.#field;
    const { width, height } = this.#picture;
    return {
      columns: stagesOf(columns, filters, width)[0] as Float64Array,
      rows: stagesOf(rows, filters, height)[0] as Float64Array,
    };
  }

  /**
   * The field at every crossing: [rows, columns, channels], not clipped.
   * @param columns, rows positions, rising, multiples of 2⁻¹⁶
   * @param tuples [rows, columns] of `layerCrossings`, the experts there; null where no layer has several
   */
  evaluate(columns: Float64Array, rows: Float64Array, tuples: Uint32Array | null): Float32Array {
    const { width, height, channels } = this.#picture;
    const values = new Float32Array(rows.length * columns.length * channels);
    const experts = tuples && new Experts(tuples, this.layerCrossings({ columns, rows }));
    for (const down of cutAxis(rows, this.#field.filters, height, MAX_ROWS)) {
      for (const across of cutAxis(columns, this.#field.filters, width, MAX_COLUMNS)) {
        const part = this.#evaluateTile(across, down, experts);
        const run = part.length / lengthOf(down);
        for (let row = 0; row < lengthOf(down); row++) {
          const to = ((down.start + row) * columns.length + across.start) * channels;
          values.set(part.subarray(row * run, (row + 1) * run), to);
        }
      }
    }
    return values;
  }

  /** @returns [rows, columns, channels], valid until the next tile */
  #evaluateTile(across: AxisPiece, down: AxisPiece, experts: Experts | null): Float32Array {
    const free = this.#arena.end;
    const axes = { columns: across.stages, rows: down.stages };
    const tuples = experts?.at(across.stages[0] as Float64Array, down.stages[0] as Float64Array) ?? null;
    const { tile, outputs } = writeTile(this.#arena, this.#picture, this.#field, { ...axes, tuples });
    this.#kernels.evaluateTile(tile);
    this.#arena.release(free);
    const count = lengthOf(across) * lengthOf(down) * this.#picture.channels;
    return new Float32Array(this.#arena.memory.buffer, outputs, count);
  }
}

/** Experts at crossings. */
class Experts {
  readonly #tuples: Uint32Array;
  readonly #crossings: Crossings;

  constructor(tuples: Uint32Array, crossings: Crossings) {
    this.#tuples = tuples;
    this.#crossings = crossings;
  }

  /** Those at some of the crossings: [rows, columns]. */
  at(columns: Float64Array, rows: Float64Array): Uint32Array {
    const across = indicesIn(this.#crossings.columns, columns);
    const down = indicesIn(this.#crossings.rows, rows);
    const pitch = this.#crossings.columns.length;
    const tuples = new Uint32Array(rows.length * columns.length);
    let next = 0;
    for (const row of down) {
      for (const column of across) tuples[next++] = this.#tuples[row * pitch + column] as number;
    }
    return tuples;
  }
}

function lengthOf({ stages }: AxisPiece): number {
  return (stages.at(-1) as Float64Array).length;
}
