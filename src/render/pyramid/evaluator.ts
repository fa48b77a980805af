/**
 * @file The decoder's engine for pyramid fields: the plain module on one thread. It gives the same bits on every machine, in
 * Node and in browsers, and at a position always the same, whatever is evaluated with it. Latents stay with the caller; the
 * kernels see them tile by tile.
 */

import { mapsWritten } from '../../field/affine-maps.ts';
import { type Cells, type Span, spanLength, widened } from '../../field/grid.ts';
import { AFFINE, LAYERS } from '../../field/kernels/built/records.ts';
import type { Model, Plane } from '../../field/model.ts';
import { splineCoefficients } from '../../field/spline.ts';
import { TimeSlices } from '../../time-slices.ts';
import { Arena } from '../../wasm/arena.ts';
import { instantiate } from '../../wasm/module.ts';
import type { DecodeKernels } from '../decode-kernels.ts';
import plain from '../kernels/built/decode.ts';
import type { PlaneCells, TileAxis } from './patch.ts';
import { type Phase, type PhaseCells, phasesOf, runsOf } from './phases.ts';
import { PhaseTaps } from './taps.ts';
import { type TileField, type TilePicture, withHalo, writeTile } from './tile.ts';

/** Cells of a tile along an axis, without its halo: a few megabytes. */
export const TILE_COLUMNS = 512;
export const TILE_ROWS = 128;

/** Pixels to each side whose cells the spline at a pixel's cell sees. */
const SPLINE_REACH = 2;

/** Crossings of columns and rows of phases. */
export interface Crossings {
  readonly columns: PhaseCells;
  readonly rows: PhaseCells;
}

/** The tuples of experts at crossings, [rows, columns]; null where every layer has one. */
export type TuplesAt = (at: Crossings) => Uint32Array | null;

/** Of each plane, [height, width]: integers, or means of such; null for zeros. */
export type PlaneValues = readonly (Int16Array | Float32Array | null)[];

/** What is evaluated of a model. */
export type FieldModel = Pick<Model, 'width' | 'height' | 'channels' | 'planes' | 'field'>;

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
  readonly #taps = new Map<number, PhaseTaps>();

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
    const coefficients = this.#coefficientsFor(across.phases, down.phases);
    for (const rows of down.phases) {
      for (const columns of across.phases) {
        const address = outputs + rowBytes * rows.offset + pixelBytes * columns.offset;
        const [step, pitch] = [pixelBytes * across.multiple, rowBytes * down.multiple];
        this.#evaluateCells({ columns, rows }, coefficients, { address, step, pitch });
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
    coefficients: readonly (PlaneCells | null)[],
    { address, step, pitch }: { address: number; step: number; pitch: number },
  ): void {
    const isNative = columns.shift === 0 && rows.shift === 0;
    const picture = { ...this.#model, planes: this.#tilePlanes(isNative, coefficients) };
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

  #axisOf({ pixels, shift }: PhaseCells): TileAxis {
    const taps = this.#taps.get(shift) ?? new PhaseTaps(shift);
    this.#taps.set(shift, taps);
    return { pixels, taps };
  }

  #tilePlanes(isNative: boolean, coefficients: readonly (PlaneCells | null)[]): TilePicture['planes'] {
    return this.#model.planes.map((plane, i) => {
      const { level } = plane;
      const whole = wholePlane(plane, this.#latents[i] ?? null);
      if (plane.reading === 'spline') return { level, isDirect: false, cells: whole };
      return isNative
        ? { level, isDirect: true, cells: whole }
        : { level, isDirect: false, cells: coefficients[i] ?? null };
    });
  }

  /** Of planes that are read directly, what cells between pixel centres read; null for the others, and where there are no such cells. */
  #coefficientsFor(across: readonly Phase[], down: readonly Phase[]): readonly (PlaneCells | null)[] {
    const { planes, width, height } = this.#model;
    if ([...across, ...down].every(({ shift }) => shift === 0)) return planes.map(() => null);
    const reach = this.#field.filters + SPLINE_REACH;
    const columns = widened(hullOf(across), reach, width);
    const rows = widened(hullOf(down), reach, height);
    const size = { width: spanLength(columns), height: spanLength(rows) };
    return planes.map((plane, i) => {
      const latents = this.#latents[i];
      if (plane.reading !== 'direct' || !latents) return null;
      const values = splineCoefficients(latents, plane, columns, rows);
      return { left: columns.first, top: rows.first, ...size, values };
    });
  }
}

/** The phases of some cells of a lattice. */
interface PhaseList {
  readonly phases: readonly Phase[];
  readonly length: number;
  /** Cells per pixel. */
  readonly multiple: number;
}

function wholePlane({ width, height }: Plane, values: PlaneValues[number]): PlaneCells | null {
  return values && { left: 0, top: 0, width, height, values };
}

/** All pixels of phases. */
function hullOf(phases: readonly Phase[]): Span {
  return {
    first: Math.min(...phases.map(({ pixels }) => pixels.first)),
    last: Math.max(...phases.map(({ pixels }) => pixels.last)),
  };
}
