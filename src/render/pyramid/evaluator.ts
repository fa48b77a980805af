/**
 * @file The decoder's engine for pyramid fields: the plain module on one thread. It gives the same bits on every machine, in
 * Node and in browsers, and at a position always the same, whatever is evaluated with it. Latents stay with the caller; the
 * kernels see them tile by tile.
 */

import { mapsWritten } from '../../field/affine-maps.ts';
import { type Cells, spanLength } from '../../field/grid.ts';
import { AFFINE, LAYERS } from '../../field/kernels/built/records.ts';
import { finish, type Steps, TimeSlices } from '../../time-slices.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';
import { SplineCoefficients } from '../spline-coefficients.ts';
import { TileAxes } from './axis.ts';
import { type Crossings, type Phase, type PhaseCells, phasesOf, pixelCells, runsOf } from './phases.ts';
import { type FieldModel, type PlanesOf, type PlaneValues, planesOfPhases } from './planes.ts';
import {
  type Sides,
  type TileCells,
  type TileEnd,
  type TileField,
  withHalo,
  writeEdge,
  writeTile,
} from './tile.ts';

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
  const kernels = instantiate(plain, arena.memory) as unknown as DecodeKernels;
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
  readonly #axes = new TileAxes();
  readonly #splines = new SplineCoefficients();
  /** What is taken from here on is an evaluation's. */
  readonly #free: number;

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
    const { channels, field } = model;
    this.#field = { layers, filterRecords, filters: field.filters.length, channels };
    this.#free = arena.end;
  }

  /** Bytes of its own memory, and of means of latents, which nothing else has. */
  get memory(): number {
    const means = this.#latents.filter((values) => values instanceof Float32Array);
    return means.reduce((sum, { byteLength }) => sum + byteLength, this.#arena.memory.buffer.byteLength);
  }

  /**
   * The field at the crossings of cells of lattices with a whole number of cells per pixel: [rows, columns, channels], not clipped. A tile at a
   * time; no other evaluation may begin before it ends.
   * @returns a view that is valid until the next call
   */
  *evaluate(columns: Cells, rows: Cells): Steps<Float32Array> {
    const { width, height } = this.#model;
    const [across, down] = [columns.count / width, rows.count / height];
    return yield* this.#evaluatePhases(
      { phases: phasesOf(columns.start, columns.length, across), length: columns.length, multiple: across },
      { phases: phasesOf(rows.start, rows.length, down), length: rows.length, multiple: down },
    );
  }

  /** The field at the crossings of phases: [rows, columns, channels], not clipped. @returns a view that is valid until the next call */
  evaluatePhase({ columns, rows }: Crossings): Float32Array {
    return finish(
      this.#evaluatePhases(
        { phases: [{ ...columns, offset: 0 }], length: spanLength(columns.pixels), multiple: 1 },
        { phases: [{ ...rows, offset: 0 }], length: spanLength(rows.pixels), multiple: 1 },
      ),
    );
  }

  *#evaluatePhases(across: PhaseList, down: PhaseList): Steps<Float32Array> {
    // Of an evaluation that did not come to its end, too.
    this.#arena.release(this.#free);
    const pixelBytes = Float32Array.BYTES_PER_ELEMENT * this.#model.channels;
    const rowBytes = pixelBytes * across.length;
    const outputs = this.#arena.take(rowBytes * down.length);
    const planesOf = planesOfPhases(this.#model, this.#latents, this.#splines, across.phases, down.phases);
    const cellsOf = this.#tileCells(planesOf);
    for (const rows of down.phases) {
      for (const columns of across.phases) {
        const address = outputs + rowBytes * rows.offset + pixelBytes * columns.offset;
        const [step, pitch] = [pixelBytes * across.multiple, rowBytes * down.multiple];
        yield* this.#evaluateCells({ columns, rows }, cellsOf, { address, step, pitch });
      }
    }
    return new Float32Array(
      this.#arena.memory.buffer,
      outputs,
      this.#model.channels * across.length * down.length,
    );
  }

  /** Cells of one phase along each axis, in tiles. */
  *#evaluateCells(
    { columns, rows }: Crossings,
    cellsOf: CellsOf,
    { address, step, pitch }: { address: number; step: number; pitch: number },
  ): Steps {
    const { width, height } = this.#model;
    const { filters } = this.#field;
    for (const down of runsOf(rows.pixels, TILE_ROWS)) {
      for (const across of runsOf(columns.pixels, TILE_COLUMNS)) {
        const at =
          address + pitch * (down.first - rows.pixels.first) + step * (across.first - columns.pixels.first);
        const cells = cellsOf({
          columns: withHalo({ ...columns, pixels: across }, filters, width),
          rows: withHalo({ ...rows, pixels: down }, filters, height),
        });
        const outputs = { columns: across, rows: down, address: at, step, pitch };
        const free = this.#arena.end;
        this.#kernels.evaluateTile(writeTile(this.#arena, this.#field, cells, outputs));
        this.#arena.release(free);
        yield;
      }
    }
  }

  /** The cells of tiles, with their edges: these are evaluated once for all tiles that see them, and stay in memory as long. */
  #tileCells(planesOf: PlanesOf): CellsOf {
    const { width, height } = this.#model;
    const edges = new Map<string, number>();
    const edgeAt = (cells: Crossings): number => {
      const key = JSON.stringify(cells);
      const known = edges.get(key);
      if (known !== undefined) return known;
      const tile = writeEdge(this.#arena, this.#field, cellsOf(cells));
      this.#kernels.evaluateTile(tile);
      edges.set(key, tile);
      return tile;
    };
    const cellsOf = (cells: Crossings): TileCells => {
      const { columns, rows } = cells;
      const ends = {
        left: endOf(columns.pixels.first === 0, columns.shift < 0),
        right: endOf(columns.pixels.last === width - 1, columns.shift > 0),
        top: endOf(rows.pixels.first === 0, rows.shift < 0),
        bottom: endOf(rows.pixels.last === height - 1, rows.shift > 0),
      };
      return {
        across: this.#axes.of(columns),
        down: this.#axes.of(rows),
        planes: planesOf(cells),
        tuples: this.#tuplesAt(cells),
        ends,
        edges: this.#edgesOf(cells, ends, edgeAt),
      };
    };
    return cellsOf;
  }

  /** What filters see beyond the edges that a tile ends at: as many pixels of them as filters see one after the other. */
  #edgesOf(
    { columns, rows }: Crossings,
    ends: Sides<TileEnd>,
    edgeAt: (cells: Crossings) => number,
  ): Sides<number> {
    const { width, height } = this.#model;
    const { filters } = this.#field;
    const first = (count: number) => pixelCells({ first: 0, last: Math.min(filters, count - 1) });
    const last = (count: number) => pixelCells({ first: Math.max(0, count - 1 - filters), last: count - 1 });
    const isSeen = (end: TileEnd, { shift }: PhaseCells) => end !== 'inside' && shift !== 0 && filters > 0;
    return {
      left: isSeen(ends.left, columns) ? edgeAt({ columns: first(width), rows }) : 0,
      right: isSeen(ends.right, columns) ? edgeAt({ columns: last(width), rows }) : 0,
      top: isSeen(ends.top, rows) ? edgeAt({ columns, rows: first(height) }) : 0,
      bottom: isSeen(ends.bottom, rows) ? edgeAt({ columns, rows: last(height) }) : 0,
    };
  }
}

/** The cells of a tile, with its halo. */
type CellsOf = (cells: Crossings) => TileCells;

function endOf(isEdge: boolean, isBeyond: boolean): TileEnd {
  if (!isEdge) return 'inside';
  return isBeyond ? 'beyond' : 'edge';
}

/** The phases of some cells of a lattice. */
interface PhaseList {
  readonly phases: readonly Phase[];
  readonly length: number;
  /** Cells per pixel. */
  readonly multiple: number;
}
