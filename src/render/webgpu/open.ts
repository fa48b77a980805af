/** @file The way to the machine's GPU for a decode. It is loaded where a GPU is asked for, so that pages without one need not fetch it. */

import type { TimeSlices } from '../../time-slices.ts';
import { findAdapter } from '../../webgpu/adapter.ts';
import { Gpu } from '../../webgpu/gpu.ts';
import type { PyramidEvaluator } from '../pyramid/evaluator.ts';
import { GpuPyramidEvaluator, type PyramidField } from './evaluator.ts';

/** A GPU that evaluates pyramid fields. */
export interface FieldGpu {
  /** @param exact of the same field, for what is left to it */
  readonly evaluatorOf: (
    field: PyramidField,
    exact: PyramidEvaluator,
    slices: TimeSlices,
  ) => GpuPyramidEvaluator;
  /** Gives its memory back; its evaluators can't be used after it. */
  readonly dispose: () => void;
}

/** @throws LoecError E_ENGINE with what to do where there is none, or it gives no device */
export async function openFieldGpu(): Promise<FieldGpu> {
  const gpu = await Gpu.open(await findAdapter());
  return {
    evaluatorOf: (field, exact, slices) => new GpuPyramidEvaluator(field, exact, gpu, slices),
    dispose: () => gpu.dispose(),
  };
}
