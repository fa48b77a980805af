/** @file A pyramid fit in the kernels' memory: records, samples, latents. */

import { writeSamples } from '../../../distortion/planar.ts';
import { inputRecords, sourceIndices } from '../../../field/context-records.ts';
import { AFFINE, CONTEXT_INPUT } from '../../../field/kernels/built/records.ts';
import type { Latents } from '../../../field/pyramid.ts';
import { type Picture, peakOf } from '../../../image/raster.ts';
import { type RecordValues, writeRecord, writeRecords } from '../../../wasm/records.ts';
import { BAND, BAND_PLANE, LATENT_PLANE, PYRAMID_PROBLEM, THREAD } from '../kernels/built/records.ts';
import type { AffineLayout, AffineLayouts } from './affines.ts';
import type { BandPlan, BandPlanePlan, PlanePlan, PyramidPlan, PyramidSize } from './plan.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** What there is of each latent. */
export type LatentArray = 'latents' | 'firstMoments' | 'secondMoments';

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
    writeRecords(memory, plan.planeRecords, LATENT_PLANE, plan.planes);
    writeRecords(memory, plan.threads, THREAD, plan.threadRecords);
    const { planes, context } = size.model;
    writeRecords(memory, plan.inputRecords, CONTEXT_INPUT, inputRecords(context));
    const sources = sourceIndices(planes);
    new Int32Array(memory.buffer, plan.sources, sources.length).set(sources);
  }

  /** The scalars of the next kernels, with none of their bands claimed. */
  writeStep(step: Partial<RecordValues<typeof PYRAMID_PROBLEM>>): void {
    writeRecord(this.#memory, this.plan.problem, PYRAMID_PROBLEM, { ...step, claimed: 0 });
  }

  /** All affine maps, see `packAffines`. */
  get weights(): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan.weights, this.#affines.weightFloats);
  }

  /** The sums of a band. */
  sumsOf(band: number): Float32Array {
    const { sums } = this.plan.bands[band] as PyramidPlan['bands'][number];
    return new Float32Array(this.#memory.buffer, sums, this.#affines.sumFloats);
  }

  /** Σ (output − target)² over all bands, in their order. */
  squaredError(): number {
    return this.plan.bands.reduce((sum, { squaredError }) => sum + this.#doubles(squaredError, 1), 0);
  }

  /** The field's outputs, or the gradient at them. */
  outputs(count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan.outputs, count);
  }

  bits(): number {
    return this.plan.bands.reduce((sum, { bits, planes }) => sum + this.#doubles(bits, planes.length), 0);
  }

  #doubles(address: number, count: number): number {
    return new Float64Array(this.#memory.buffer, address, count).reduce((sum, value) => sum + value, 0);
  }

  writeSamples(picture: Picture): void {
    writeSamples(this.#memory, picture, this.plan.samples, this.plan.samplePitch);
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
    for (const [plane, { width, height, values, stride }] of this.plan.planes.entries()) {
      const integers = latents[plane] as Int16Array;
      for (let y = 0; y < height; y++) {
        const row = integers.subarray(y * width, (y + 1) * width);
        new Float32Array(this.#memory.buffer, values + stride * y, width).set(row);
      }
    }
  }

  /** One row of a plane's latents, or of their moments. */
  latentRow(index: number, row: number, of: LatentArray = 'latents'): Float32Array {
    const { pitch, width, [of]: address } = this.plan.planes[index] as PlanePlan;
    return new Float32Array(this.#memory.buffer, address + pitch * row, width);
  }

  /** One row of a plane's gradient as it has been gathered: in the first band that touches it. */
  gradientRow(index: number, row: number): Float32Array {
    const { stride, width } = this.plan.planes[index] as PlanePlan;
    const partOf = ({ planes }: BandPlan): BandPlanePlan => planes[index] as BandPlanePlan;
    const { gradient, low } = partOf(this.plan.bands.find((band) => row < partOf(band).high) as BandPlan);
    return new Float32Array(this.#memory.buffer, gradient + stride * (row - low), width);
  }

  #writeProblem({ model, depth }: PyramidSize): void {
    const { width, height, channels, field, context } = model;
    const { planes, bands, ...addresses } = this.plan;
    writeRecord(this.#memory, this.plan.problem, PYRAMID_PROBLEM, {
      ...addresses,
      width,
      height,
      channels,
      sampleScale: 2 / peakOf(depth),
      planes: planes.length,
      bands: bands.length,
      depth: field.layers.length,
      filters: field.filters.length,
      inputs: context.inputs.length,
      errorScale: 1 / (2 * width * height * channels),
    });
  }

  #writeBands(): void {
    const { bands, bandRecords, bandPlaneRecords } = this.plan;
    writeRecords(this.#memory, bandRecords, BAND, bands);
    const parts = bands.flatMap(({ planes }) => planes);
    writeRecords(this.#memory, bandPlaneRecords, BAND_PLANE, parts);
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
