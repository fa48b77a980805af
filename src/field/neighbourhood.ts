/** @file What the context model sees, as records of `kernels/neighbourhood.ts`. */

import type { RecordValues } from '../wasm/records.ts';
import { COARSER_CELLS, type ContextSpec, NEIGHBOURS } from './context.ts';
import type { COARSER_CELL, NEIGHBOUR } from './kernels/built/records.ts';

export function neighbourRecords({ neighbours }: ContextSpec): RecordValues<typeof NEIGHBOUR>[] {
  return NEIGHBOURS.slice(0, neighbours).map(({ dy, dx }) => ({ rows: dy, columns: dx }));
}

export function coarserRecords({ coarser }: ContextSpec): RecordValues<typeof COARSER_CELL>[] {
  return COARSER_CELLS.slice(0, coarser).map(({ levels, towardsY, towardsX }) => ({
    levels,
    towardsY: Number(towardsY),
    towardsX: Number(towardsX),
  }));
}
