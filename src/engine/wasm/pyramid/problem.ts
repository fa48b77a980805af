/** @file A pyramid fit in the kernels' memory: records, samples, latents. */

import { AFFINE, COARSER_CELL, NEIGHBOUR } from '../../../field/kernels/built/records.ts';
import { coarserRecords, neighbourRecords } from '../../../field/neighbourhood.ts';
import type { Latents } from '../../../field/pyramid.ts';
import { type Picture, peakOf, sampleArrayOf } from '../../../image/raster.ts';
import { type RecordValues, writeRecord, writeRecords } from '../../../wasm/records.ts';
import { BAND, BAND_GRID, GRID, PYRAMID_PROBLEM, THREAD } from '../kernels/built/records.ts';
import type { AffineLayout, AffineLayouts } from './affines.ts';
import type { BandGridPlan, BandPlan, GridPlan, PyramidPlan, PyramidSize } from './plan.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

export class MappedPyramid {
  readonly plan: PyramidPlan;
  readonly #memory: WebAssembly.Memory;
  readonly #affines: AffineLayouts;

  /** @param plan of this size; its memory is zeroed */
  constructor(memory: WebAssembly.Memory, size: PyramidSize, affines: AffineLayouts, plan: PyramidPlan) {
    this.plan = plan;
    this.#memory = memory;
    this.#affines = affines;
    this.#writeProblem(size);
    this.#writeBands();
    const maps = [...affines.field, ...affines.context].map((affine) => this.#mapOf(affine));
    writeRecords(memory, plan.affines, AFFINE, maps);
    writeRecords(memory, plan.gridRecords, GRID, plan.grids);
    writeRecords(memory, plan.threads, THREAD, plan.threadRecords);
    writeRecords(memory, plan.neighbourSteps, NEIGHBOUR, neighbourRecords(size.context));
    writeRecords(memory, plan.coarserCells, COARSER_CELL, coarserRecords(size.context));
  }

  /** The scalars of the next kernels, with none of their bands claimed. */
  writeStep(step: Partial<RecordValues<typeof PYRAMID_PROBLEM>>): void {
    writeRecord(this.#memory, this.plan.problem, PYRAMID_PROBLEM, { ...step, claimed: 0 });
  }

  /** All affine maps, see `packAffines`; valid until the memory grows. */
  get weights(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan.weights, this.#affines.weightFloats);
  }

  /** The sums of a band; valid until the memory grows. */
  sumsOf(band: number): Float32Array {
    const { sums } = this.plan.bands[band] as PyramidPlan['bands'][number];
    return new Float32Array(this.#memory.buffer, sums, this.#affines.sumFloats);
  }

  /** Σ (output − target)² over all bands, in their order. */
  squaredError(): number {
    return this.plan.bands.reduce((sum, { squaredError }) => sum + this.#doubles(squaredError, 1), 0);
  }

  /** The field's outputs, or the gradient at them. Views of shared memory stay valid when it grows. */
  outputs(count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan.outputs, count);
  }

  bits(): number {
    return this.plan.bands.reduce((sum, { bits, grids }) => sum + this.#doubles(bits, grids.length), 0);
  }

  #doubles(address: number, count: number): number {
    return new Float64Array(this.#memory.buffer, address, count).reduce((sum, value) => sum + value, 0);
  }

  writeSamples({ width, height, channels, depth, data }: Picture): void {
    const { samples, samplePitch } = this.plan;
    const Sample = sampleArrayOf(depth);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        const row = samples + samplePitch * (channel * height + y);
        const plane = new Sample(this.#memory.buffer, row, width);
        for (let x = 0, from = y * width * channels + channel; x < width; x++, from += channels) {
          plane[x] = data[from] as number;
        }
      }
    }
  }

  /** @param tuples [height, width] */
  writeTuples(tuples: Uint32Array, width: number): void {
    for (let y = 0; y * width < tuples.length; y++) {
      const row = new Uint32Array(this.#memory.buffer, this.plan.tuples + this.plan.tuplePitch * y, width);
      row.set(tuples.subarray(y * width, (y + 1) * width));
    }
  }

  /** What the loss is to see in place of rounded latents. */
  writeValues(latents: Latents): void {
    for (const [level, { width, height, values, stride }] of this.plan.grids.entries()) {
      const integers = latents[level] as Int16Array;
      for (let y = 0; y < height; y++) {
        const row = integers.subarray(y * width, (y + 1) * width);
        new Float32Array(this.#memory.buffer, values + stride * y, width).set(row);
      }
    }
  }

  /** One row of a grid's latents; valid until the memory grows. */
  latentRow(level: number, row: number): Float32Array {
    const grid = this.plan.grids[level] as GridPlan;
    return new Float32Array(this.#memory.buffer, grid.latents + grid.pitch * row, grid.width);
  }

  /** One row of a grid's gradient as it has been gathered: in the first band that touches it; valid until the memory grows. */
  gradientRow(level: number, row: number): Float32Array {
    const grid = this.plan.grids[level] as GridPlan;
    const partOf = ({ grids }: BandPlan): BandGridPlan => grids[level] as BandGridPlan;
    const { gradient, low } = partOf(this.plan.bands.find((band) => row < partOf(band).high) as BandPlan);
    return new Float32Array(this.#memory.buffer, gradient + grid.stride * (row - low), grid.width);
  }

  #writeProblem(size: PyramidSize): void {
    const { grids, bands, ...addresses } = this.plan;
    writeRecord(this.#memory, this.plan.problem, PYRAMID_PROBLEM, {
      ...addresses,
      width: size.width,
      height: size.height,
      channels: size.channels,
      sampleScale: 2 / peakOf(size.depth),
      grids: grids.length,
      bands: bands.length,
      depth: size.spec.layers.length,
      filters: size.spec.filters,
      neighbours: size.context.neighbours,
      coarser: size.context.coarser,
      errorScale: 1 / (2 * size.width * size.height * size.channels),
    });
  }

  #writeBands(): void {
    const { bands, bandRecords, bandGridRecords } = this.plan;
    writeRecords(this.#memory, bandRecords, BAND, bands);
    const parts = bands.flatMap(({ grids }) => grids);
    writeRecords(this.#memory, bandGridRecords, BAND_GRID, parts);
  }

  #mapOf({ weight, snake, weightsAt, transposedAt, sumsAt }: AffineLayout): RecordValues<typeof AFFINE> {
    return {
      inputs: weight.columns,
      outputs: weight.rows,
      experts: weight.experts,
      snake: Number(snake),
      weights: this.plan.weights + FLOAT * weightsAt,
      transposed: this.plan.weights + FLOAT * transposedAt,
      sumsAt: FLOAT * sumsAt,
    };
  }
}
