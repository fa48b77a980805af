/** @file What the context model sees, as the kernels of `kernels/neighbourhood.ts` read it. */

import { COARSER_CELLS, type ContextSpec, NEIGHBOURS } from './context.ts';

/** i32 [neighbours][dy, dx], as words. */
export function neighbourSteps({ neighbours }: ContextSpec): Uint32Array {
  return Uint32Array.from(NEIGHBOURS.slice(0, neighbours).flatMap(({ dy, dx }) => [dy, dx]));
}

/** [coarser][levels, towardsY, towardsX] */
export function coarserCells({ coarser }: ContextSpec): Uint32Array {
  const cells = COARSER_CELLS.slice(0, coarser);
  return Uint32Array.from(
    cells.flatMap(({ levels, towardsY, towardsX }) => [levels, Number(towardsY), Number(towardsX)]),
  );
}
