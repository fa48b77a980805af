/** @file The distortion's part of a step: on the device where it has a fused form, else on the host between two command buffers. */

import type { FusedForms, PictureDistortion } from '../../../distortion/distortion.ts';
import { planarTargets } from '../../../distortion/planar.ts';
import type { Picture } from '../../../image/raster.ts';
import type { Buffers, Gpu, Order } from '../../../webgpu/gpu.ts';
import type { PyramidLoss, PyramidProblem } from '../../pyramid.ts';
import { sumKernel } from '../shaders/fit.ts';
import { MEASURED_PIXELS, measureKernel } from '../shaders/pixels.ts';
import { MAX_STEPS, type PyramidBuffers, readLosses } from './buffers.ts';
import type { FieldPass } from './field.ts';

/** What a step runs beside the distortion. */
export interface StepOrders {
  /** Up to the field's outputs. */
  readonly forward: readonly Order[];
  /** From the gradient at them on; nothing where none is wanted. */
  readonly backward: readonly Order[];
}

export interface DistortionPass {
  /** Steps that can be run at once, at most. */
  readonly maxSteps: number;
  /** Runs them in turn, with the distortion in the middle of each. @returns their losses */
  run(steps: readonly StepOrders[]): Promise<PyramidLoss[]>;
}

export function distortionPass(
  buffers: Buffers,
  shared: PyramidBuffers,
  field: FieldPass,
  { raster }: PyramidProblem,
  measure: FusedForms | PictureDistortion,
): DistortionPass {
  return 'wgsl' in measure
    ? fusedPass(buffers, shared, field, measure, raster)
    : hostPass(buffers.gpu, shared, field, measure, raster.data.length);
}

function fusedPass(
  buffers: Buffers,
  { clock, losses }: PyramidBuffers,
  { outputs, outputDeltas }: FieldPass,
  { wgsl }: FusedForms,
  raster: Picture,
): DistortionPass {
  const { gpu } = buffers;
  const samples = raster.data.length;
  const pixels = samples / raster.channels;
  const groups = Math.ceil(pixels / MEASURED_PIXELS);
  const parts = buffers.zeros(4 * groups);
  const measured = [buffers.of(planarTargets(raster)), outputs, outputDeltas, parts];
  const sum = sumKernel({ first: 0, last: groups, scale: 1 / samples, at: 0, of: 2 });
  const orders = [
    gpu.spread(measureKernel(raster.channels, pixels, wgsl), measured, groups),
    gpu.order(sum, [parts, clock, losses], 1),
  ];
  return {
    maxSteps: MAX_STEPS,
    run: (steps) => {
      gpu.run(steps.flatMap(({ forward, backward }) => [...forward, ...orders, ...backward]));
      return readLosses(gpu, losses, steps.length);
    },
  };
}

function hostPass(
  gpu: Gpu,
  { losses }: PyramidBuffers,
  { outputs, outputDeltas }: FieldPass,
  host: PictureDistortion,
  samples: number,
): DistortionPass {
  const runOne = async ({ forward, backward }: StepOrders): Promise<PyramidLoss[]> => {
    gpu.run(forward);
    const values = await gpu.read(outputs, samples);
    const gradient = backward.length > 0 ? values : null;
    gpu.write(losses, Float32Array.of(await host.evaluate(values, gradient)));
    if (gradient) {
      gpu.write(outputDeltas, gradient);
      gpu.run(backward);
    }
    return readLosses(gpu, losses, 1);
  };
  return { maxSteps: 1, run: ([orders]) => runOne(orders as StepOrders) };
}
