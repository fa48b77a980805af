/** @file What evaluating a coordinate field takes, at most: known before anything is laid out (`plan.ts`). */

import { BLOCK_POSITIONS } from '../../field/constants.ts';
import { type FieldSpec, outputWidth, tensorsOf } from '../../field/spec.ts';
import { PANEL_LANES } from '../../wasm/constants.ts';
import { PAGE_BYTES, roundUp } from '../../wasm/pages.ts';
import { BLOCK } from '../kernels/built/records.ts';

/** Positions that the memory holds; longer calls go through in pieces. */
export const CAPACITY = 65536;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Bytes of one panel of a block's activations. */
export const PANEL_BYTES = BLOCK_POSITIONS * PANEL_LANES * FLOAT;

/** Of the evaluator: records, positions, weights with their filling, and the activations of a block. */
export function evaluatorMemory(spec: FieldSpec): number {
  const ofPosition = BLOCK.bytes + FLOAT * (2 + outputWidth(spec));
  const weights = tensorsOf(spec).filter(({ kind }) => kind === 'weight');
  const parameters = weights.reduce(
    (sum, { experts, rows, columns }) =>
      sum + experts * roundUp(rows, PANEL_LANES) * (1 + roundUp(columns, 4)),
    0,
  );
  const panels = weights.reduce((sum, { rows }) => sum + 2 * Math.ceil(rows / PANEL_LANES), 2);
  return CAPACITY * ofPosition + FLOAT * parameters + PANEL_BYTES * panels + 2 * PAGE_BYTES;
}
