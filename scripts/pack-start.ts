/** @file From parameters to a table of formats/starts (formats/loe.md, section 11). */

import { contextTensors } from '../src/field/context.ts';
import { clampStepIndex, MAX_INTEGER, quantize, stepOf } from '../src/field/quantizer.ts';
import { type Tensor, tensorsOf } from '../src/field/spec.ts';
import type { Parameters, StartModel } from '../src/field/starts.ts';

/** The table of a model's parameters. */
export function packStart({ field, context }: Parameters, model: StartModel): Uint8Array {
  const numbers = [
    ...tensorsOf(model.field).flatMap((tensor) => packTensor(field, tensor)),
    ...contextTensors(model.context).flatMap((tensor) => packTensor(context, tensor)),
  ];
  const bytes = new Uint8Array(2 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) view.setInt16(2 * i, number, true);
  return bytes;
}

/** The index of the finest step with which the integers fit, and the integers. */
function packTensor(values: Float32Array, tensor: Tensor): number[] {
  const { offset, length } = tensor;
  const largest = values.subarray(offset, offset + length).reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const index = clampStepIndex(Math.ceil(16 * Math.log2(largest / MAX_INTEGER)));
  return [index, ...quantize(values, tensor, stepOf(index))];
}
