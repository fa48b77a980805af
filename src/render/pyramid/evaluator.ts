/**
 * @file The decoder's engine for pyramid fields: the plain module on one thread. It gives the same bits on every machine, in
 * Node and in browsers, and at a position always the same, whatever is evaluated with it. Latents stay with the caller; the
 * kernels see them tile by tile.
 */

import { mapsWritten } from '../../field/affine-maps.ts';
import { type Cells, spanLength } from '../../field/grid.ts';
import { AFFINE, LAYERS } from '../../field/kernels/built/records.ts';
import { TimeSlices } from '../../time-slices.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';
import { type TilePlane, tileAxes } from './patch.ts';
import { type Crossings, type Phase, phasesOf, runsOf } from './phases.ts';
import { type FieldModel, type PlaneValues, planesOfPhases } from './planes.ts';
import { type TileField, type TilePicture, withHalo, writeTile } from './tile.ts';

/** Cells of a tile along an axis, without its halo: a few megabytes. */
export const TILE_COLUMNS = 512;
export const TILE_ROWS = 128;

/** The tuples of experts at crossings, [rows, columns]; null where every layer has one. */
export type TuplesAt = (at: Crossings) => Uint32Array | null;

/**
 * @param latents not to be changed while the evaluator is used
 * @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE
 */
export async function createPyramidEvaluator(
  model: FieldModel,
  parameters: Float32Array,
  latents: PlaneValues,
  tuplesAt: TuplesAt,
  slices = new TimeSlices(),
): Promise<PyramidEvaluator> {
  const arena = new Arena();
  const kernels = (await instantiate(plain, arena.memory)) as unknown as DecodeKernels;
  const { layers, filters } = model.field;
  const maps = await slices.take(mapsWritten(arena, [...layers, ...filters], parameters));
  return new PyramidEvaluator(arena, kernels, model, maps, latents, tuplesAt);
}

export class PyramidEvaluator {
  readonly #arena: Arena;
  readonly #kernels: DecodeKernels;
  readonly #field: TileField;
  readonly #model: FieldModel;
  readonly #latents: PlaneValues;
  readonly #tuplesAt: TuplesAt;
  readonly #axisOf = tileAxes();

  constructor(
    arena: Arena,
    kernels: DecodeKernels,
    model: FieldModel,
    maps: number,
    latents: PlaneValues,
    tuplesAt: TuplesAt,
  ) {
    this.#arena = arena;
    this.#kernels = kernels;
    this.#model = model;
    this.#latents = latents;
    this.#tuplesAt = tuplesAt;
    const depth = model.field.layers.length;
    const layers = arena.take(LAYERS.bytes);
    arena.takeUntil(kernels.layOutLayers(layers, maps, depth, arena.end));
    const filterRecords = maps + AFFINE.bytes * depth;
    this.#field = { layers, filterRecords, filters: model.field.filters.length };
  }

  /**
   * The field at the crossings of cells of lattices with a whole number of cells per pixel: [rows, columns, channels], not clipped.
   * @returns a view that is valid until the next call
   */
  evaluate(columns: Cells, rows: Cells): Float32Array {
    const { width, height } = this.#model;
    const [across, down] = [columns.count / width, rows.count / height];
    return this.#evaluatePhases(
      { phases: phasesOf(columns.start, columns.length, across), length: columns.length, multiple: across },
      { phases: phasesOf(rows.start, rows.length, down), length: rows.length, multiple: down },
    );
  }

  /** The field at the crossings of phases: [rows, columns, channels], not clipped. @returns a view that is valid until the next call */
  evaluatePhase({ columns, rows }: Crossings): Float32Array {
    return this.#evaluatePhases(
      { phases: [{ ...columns, offset: 0 }], length: spanLength(columns.pixels), multiple: 1 },
      { phases: [{ ...rows, offset: 0 }], length: spanLength(rows.pixels), multiple: 1 },
    );
  }

  #evaluatePhases(across: PhaseList, down: PhaseList): Float32Array {
    const free = this.#arena.end;
    const pixelBytes = Float32Array.BYTES_PER_ELEMENT * this.#model.channels;
    const rowBytes = pixelBytes * across.length;
    const outputs = this.#arena.take(rowBytes * down.length);
    const planesOf = planesOfPhases(this.#model, this.#latents, across.phases, down.phases);
    for (const rows of down.phases) {
      for (const columns of across.phases) {
        const address = outputs + rowBytes * rows.offset + pixelBytes * columns.offset;
        const [step, pitch] = [pixelBytes * across.multiple, rowBytes * down.multiple];
        this.#evaluateCells({ columns, rows }, planesOf({ columns, rows }), { address, step, pitch });
      }
    }
    this.#arena.release(free);
    return new Float32Array(
      this.#arena.memory.buffer,
      outputs,
      this.#model.channels * across.length * down.length,
    );
  }

  /** Cells of one phase along each axis, in tiles. */
  #evaluateCells(
    { columns, rows }: Crossings,
    planes: readonly TilePlane[],
    { address, step, pitch }: { address: number; step: number; pitch: number },
  ): void {
    const picture = { ...this.#model, planes };
    for (const down of runsOf(rows.pixels, TILE_ROWS)) {
      for (const across of runsOf(columns.pixels, TILE_COLUMNS)) {
        const at =
          address + pitch * (down.first - rows.pixels.first) + step * (across.first - columns.pixels.first);
        const cells = { columns: { ...columns, pixels: across }, rows: { ...rows, pixels: down } };
        this.#evaluateTile(picture, cells, { address: at, step, pitch });
      }
    }
  }

  #evaluateTile(
    picture: TilePicture,
    cells: Crossings,
    outputs: { address: number; step: number; pitch: number },
  ): void {
    const free = this.#arena.end;
    const { filters } = this.#field;
    const tuples = this.#tuplesAt({
      columns: withHalo(cells.columns, filters, picture.width),
      rows: withHalo(cells.rows, filters, picture.height),
    });
    const [across, down] = [this.#axisOf(cells.columns), this.#axisOf(cells.rows)];
    const tile = writeTile(this.#arena, picture, this.#field, across, down, tuples, outputs);
    this.#kernels.evaluateTile(tile);
    this.#arena.release(free);
  }
}

/** The phases of some cells of a lattice. */
interface PhaseList {
  readonly phases: readonly Phase[];
  readonly length: number;
  /** Cells per pixel. */
  readonly multiple: number;
}
