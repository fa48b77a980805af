/**
 * @file A pyramid field on a GPU, within a level of what the specification says: the order of sums and their rounding are the GPU's.
 * Latents stay with the caller. The GPU sees them tile by tile, as the exact evaluator's kernels do, which have what is near the picture's edges.
 */

import { type Cells, spanLength } from '../../field/grid.ts';
import type { Model } from '../../field/model.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { Buffers, type Gpu, type Order } from '../../webgpu/gpu.ts';
import { THREADS } from '../../webgpu/shaders/common.ts';
import { TileAxes } from '../pyramid/axis.ts';
import type { PyramidEvaluator, TuplesAt } from '../pyramid/evaluator.ts';
import type { TilePlane } from '../pyramid/patch.ts';
import { type Crossings, type Phase, phasesOf, runsOf } from '../pyramid/phases.ts';
import { type PlaneValues, planesOfPhases } from '../pyramid/planes.ts';
import { withHalo } from '../pyramid/tile.ts';
import { SplineCoefficients } from '../spline-coefficients.ts';
import { edgeStrips, type Region } from './edges.ts';
import { filterKernel, layersKernel } from './shaders.ts';
import { featureTables } from './tables.ts';

/** Cells of a tile along an axis, without its halo: they keep a GPU busy and take some 50 MB there. */
const MAX_SIDE = 1024;

/** Multiply-adds of a tile: a small GPU takes some 50 ms for them. A system stops work that keeps its GPU busy for seconds. */
const MAX_WORK = 2 ** 34;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** A pyramid field and its latents, which are not to be changed while they are evaluated. */
export interface PyramidField {
  readonly model: Model;
  /** The field's. */
  readonly parameters: Float32Array;
  readonly latents: PlaneValues;
  readonly tuplesAt: TuplesAt;
}

/** Where the values of cells are on the GPU, counted in floats. */
interface Place {
  readonly values: GPUBuffer;
  readonly start: number;
  /** From one column, and from one row, to the next. */
  readonly step: number;
  readonly pitch: number;
}

export class GpuPyramidEvaluator {
  readonly #field: PyramidField;
  readonly #exact: PyramidEvaluator;
  readonly #gpu: Gpu;
  readonly #slices: TimeSlices;
  readonly #parameters: GPUBuffer;
  readonly #axes = new TileAxes();
  readonly #splines = new SplineCoefficients();

  /**
   * @param exact of the same field, for cells near the picture's edges
   * @param gpu which gives the evaluator's memory back when it is disposed of
   * @throws LoecError E_ENGINE where it fails
   */
  constructor(field: PyramidField, exact: PyramidEvaluator, gpu: Gpu, slices: TimeSlices) {
    this.#field = field;
    this.#exact = exact;
    this.#gpu = gpu;
    this.#slices = slices;
    this.#parameters = gpu.buffer(field.parameters);
  }

  /**
   * The field at the crossings of cells of lattices with a whole number of cells per pixel: [rows, columns, channels], not clipped.
   * @throws LoecError E_ENGINE where the GPU fails, E_LIMIT or E_ABORTED
   */
  async evaluate(columns: Cells, rows: Cells): Promise<Float32Array> {
    const { model } = this.#field;
    const region = { columns, rows };
    const values = await this.#evaluatePhases(region);
    for (const strip of edgeStrips(region, model, model.field.filters.length)) {
      await this.#slices.pause();
      copyStrip(
        await this.#slices.take(this.#exact.evaluate(strip.columns, strip.rows)),
        strip,
        values,
        region,
        model.channels,
      );
    }
    return values;
  }

  /** As if a phase's filters saw, beyond the edges, the phase's own cells in the pixels at these. */
  async #evaluatePhases({ columns, rows }: Region): Promise<Float32Array> {
    const { model, latents } = this.#field;
    const { width, height, channels } = model;
    const [across, down] = [columns.count / width, rows.count / height];
    const columnPhases = phasesOf(columns.start, columns.length, across);
    const rowPhases = phasesOf(rows.start, rows.length, down);
    const planesOf = planesOfPhases(model, latents, this.#splines, columnPhases, rowPhases);
    const count = channels * columns.length * rows.length;
    const buffers = new Buffers(this.#gpu);
    try {
      const values = buffers.zeros(FLOAT * count);
      for (const tileRows of this.#tilesOf(rowPhases, down)) {
        for (const tileColumns of this.#tilesOf(columnPhases, across)) {
          await this.#slices.pause();
          const tile = { columns: tileColumns, rows: tileRows };
          const start = channels * (columns.length * tileRows.offset + tileColumns.offset);
          const [step, pitch] = [channels * across, channels * columns.length * down];
          this.#evaluateTile(tile, planesOf(tile), { values, start, step, pitch });
        }
      }
      return await this.#gpu.read(values, count);
    } finally {
      buffers.dispose();
    }
  }

  /** Cuts phases along an axis. @param multiple cells of the lattice per pixel */
  *#tilesOf(phases: readonly Phase[], multiple: number): Generator<Phase> {
    const side = Math.min(MAX_SIDE, Math.floor(Math.sqrt(MAX_WORK / this.#field.model.macPerPixel)));
    for (const { pixels, shift, offset } of phases) {
      for (const run of runsOf(pixels, side)) {
        yield { pixels: run, shift, offset: offset + multiple * (run.first - pixels.first) };
      }
    }
  }

  /** Hands the tile's work to the GPU, which frees what no other tile needs when it is done. */
  #evaluateTile(tile: Crossings, planes: readonly TilePlane[], outputs: Place): void {
    const { width, height, channels, field } = this.#field.model;
    const columns = withHalo(tile.columns, field.filters.length, width);
    const rows = withHalo(tile.rows, field.filters.length, height);
    const wide = { columns, rows };
    const buffers = new Buffers(this.#gpu);
    try {
      const places = [...field.filters.map(() => placeOf(buffers, wide, channels)), outputs];
      const filters = field.filters.map((filter, i) => {
        const written = i === field.filters.length - 1 ? tile : wide;
        const { values } = places[i] as Place;
        return this.#order(buffers, filterKernel(filter), [values], wide, written, places[i + 1] as Place);
      });
      this.#gpu.run([this.#layers(buffers, wide, planes, places[0] as Place), ...filters]);
    } finally {
      buffers.dispose();
    }
  }

  #layers(buffers: Buffers, wide: Crossings, planes: readonly TilePlane[], outputs: Place): Order {
    const { model, tuplesAt } = this.#field;
    const tables = featureTables(planes, this.#axes.of(wide.columns), this.#axes.of(wide.rows));
    const { cells, pitches, taps, weights } = tables;
    const read = [tuplesAt(wide) ?? new Uint32Array(1), cells, pitches, taps, weights];
    return this.#order(
      buffers,
      layersKernel(model),
      read.map((table) => buffers.of(table)),
      wide,
      wide,
      outputs,
    );
  }

  /** @param wide the tile with its halo @param written the part of it that the kernel writes */
  #order(
    buffers: Buffers,
    code: string,
    read: readonly GPUBuffer[],
    wide: Crossings,
    written: Crossings,
    { values, start, step, pitch }: Place,
  ): Order {
    const [columns, rows] = [spanLength(written.columns.pixels), spanLength(written.rows.pixels)];
    const left = written.columns.pixels.first - wide.columns.pixels.first;
    const top = written.rows.pixels.first - wide.rows.pixels.first;
    const sizes = [columns, rows, left, top, spanLength(wide.columns.pixels), spanLength(wide.rows.pixels)];
    const tile = buffers.uniform([...sizes, start, step, pitch]);
    const bound = [tile, this.#parameters, ...read, values];
    return this.#gpu.order(code, bound, Math.ceil(columns / THREADS), rows);
  }
}

/** @param strip a part of the region; the values of both are [rows, columns, channels] */
function copyStrip(
  part: Float32Array,
  strip: Region,
  values: Float32Array,
  { columns, rows }: Region,
  channels: number,
): void {
  const run = channels * strip.columns.length;
  const left = strip.columns.start - columns.start;
  for (let row = 0; row < strip.rows.length; row++) {
    const start = channels * (columns.length * (strip.rows.start + row - rows.start) + left);
    values.set(part.subarray(run * row, run * (row + 1)), start);
  }
}

/** Room for a tile: [rows, columns, channels]. */
function placeOf(buffers: Buffers, { columns, rows }: Crossings, channels: number): Place {
  const pitch = channels * spanLength(columns.pixels);
  const values = buffers.zeros(FLOAT * pitch * spanLength(rows.pixels));
  return { values, start: 0, step: channels, pitch };
}
