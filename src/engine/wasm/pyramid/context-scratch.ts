/** @file The scratch of the context model's kernels, as `../kernels/pyramid/context-work.ts` lays it out. */

import { type ContextSpec, contextInputs } from '../../../field/context.ts';
import { roundUp } from '../../../wasm/pages.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const QUAD = 4;
const ALIGNMENT = 64;

/** Bytes of the record `ContextWork`, rounded up. */
const RECORD_BYTES = 128;

/** Floats of a plane, BLOCK in `src/field/kernels/context-block.ts`. */
const BLOCK = 128;

export function contextScratchBytes(_width: number, context: ContextSpec): number {
  const inputs = contextInputs(context).length;
  const { width, coarser } = context;
  const padded = roundUp(inputs, QUAD);
  const lists = FLOAT * (3 * width + inputs + 4);
  const weights = FLOAT * (2 * width * (1 + width) + padded * (3 + width));
  // Zeros and ones, both hidden layers, both outputs, cells of coarser grids, deltas of the inputs.
  const planes = 2 + 2 * width + 2 + coarser + padded;
  return RECORD_BYTES + roundUp(lists, ALIGNMENT) + roundUp(weights, ALIGNMENT) + FLOAT * BLOCK * planes;
}
