/** @file The distortion's part of a step: on the device where it has a fused form, else on the host between two command buffers. */

import type { FusedForms, PictureDistortion } from '../../../distortion/distortion.ts';
import { planarTargets } from '../../../distortion/planar.ts';
import type { PyramidLoss, PyramidProblem } from '../../pyramid.ts';
import type { Buffers, Gpu, Order } from '../gpu.ts';
import { sumKernel } from '../shaders/fit.ts';
import { MEASURED_PIXELS, measureKernel } from '../shaders/pixels.ts';
import { MAX_STEPS, type PyramidBuffers, readLosses } from './buffers.ts';
import type { FieldPass } from './field.ts';

/** The orders of a step but for the distortion. */
export interface Course {
  /** Up to the field's outputs. */
  readonly forward: readonly Order[];
  /** From the gradient at them on; nothing where none is wanted. */
  readonly backward: readonly Order[];
}

export interface DistortionPass {
  /** Courses that can be run at once, at most. */
  readonly maxSteps: number;
  /** Runs them in turn, with the distortion in the middle of each. @returns their losses */
  run(courses: readonly Course[]): Promise<PyramidLoss[]>;
}

export function distortionPass(
  buffers: Buffers,
  shared: PyramidBuffers,
  field: FieldPass,
  { distortion, raster }: PyramidProblem,
): DistortionPass {
  const { fused } = distortion;
  return fused
    ? new FusedDistortion(buffers, shared, field, fused, raster)
    : new HostDistortion(buffers.gpu, shared, field, distortion.of(raster), raster.data.length);
}

class FusedDistortion implements DistortionPass {
  readonly maxSteps = MAX_STEPS;
  readonly #gpu: Gpu;
  readonly #losses: GPUBuffer;
  readonly #orders: readonly Order[];

  constructor(
    buffers: Buffers,
    { clock, losses }: PyramidBuffers,
    { outputs, outputDeltas }: FieldPass,
    { wgsl }: FusedForms,
    raster: PyramidProblem['raster'],
  ) {
    const { gpu } = buffers;
    const { channels } = raster;
    const pixels = raster.width * raster.height;
    const groups = Math.ceil(pixels / MEASURED_PIXELS);
    const parts = buffers.zeros(4 * groups);
    const measured = [buffers.of(planarTargets(raster)), outputs, outputDeltas, parts];
    const sum = sumKernel({ first: 0, last: groups, scale: 1 / (channels * pixels), at: 0, of: 2 });
    this.#gpu = gpu;
    this.#losses = losses;
    this.#orders = [
      gpu.spread(measureKernel(channels, pixels, wgsl), measured, groups),
      gpu.order(sum, [parts, clock, losses], 1),
    ];
  }

  run(courses: readonly Course[]): Promise<PyramidLoss[]> {
    this.#gpu.run(courses.flatMap(({ forward, backward }) => [...forward, ...this.#orders, ...backward]));
    return readLosses(this.#gpu, this.#losses, courses.length);
  }
}

class HostDistortion implements DistortionPass {
  readonly maxSteps = 1;
  readonly #gpu: Gpu;
  readonly #shared: PyramidBuffers;
  readonly #field: FieldPass;
  readonly #distortion: PictureDistortion;
  readonly #samples: number;

  constructor(
    gpu: Gpu,
    shared: PyramidBuffers,
    field: FieldPass,
    distortion: PictureDistortion,
    samples: number,
  ) {
    this.#gpu = gpu;
    this.#shared = shared;
    this.#field = field;
    this.#distortion = distortion;
    this.#samples = samples;
  }

  async run([course]: readonly Course[]): Promise<PyramidLoss[]> {
    const { forward, backward } = course as Course;
    const { losses } = this.#shared;
    const { outputs, outputDeltas } = this.#field;
    this.#gpu.run(forward);
    const values = await this.#gpu.read(outputs, this.#samples);
    const gradient = backward.length > 0 ? values : null;
    this.#gpu.write(losses, Float32Array.of(await this.#distortion.evaluate(values, gradient)));
    if (gradient) {
      this.#gpu.write(outputDeltas, gradient);
      this.#gpu.run(backward);
    }
    return readLosses(this.#gpu, losses, 1);
  }
}
