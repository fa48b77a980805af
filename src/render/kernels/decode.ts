/** @file The kernels of decoding: one thread, the same bits on every machine. */

import { evaluateBlocks } from './coordinates/forward';
import { Problem } from './coordinates/problem';
import { Layers } from '../../field/kernels/layers';
import { evaluate as evaluateCrossings, Tile } from './tile';

/** Writes the outputs of the call's blocks. */
export function evaluate(address: usize): void {
  const problem = changetype<Problem>(address);
  evaluateBlocks(problem, problem.scratch, problem.firstBlock, problem.lastBlock);
}

/** Lays out from `area` on what the layers of a pyramid field need. @returns the first byte after it */
export function layOutLayers(layers: usize, affines: usize, depth: u32, area: usize): usize {
  return changetype<Layers>(layers).layOut(affines, depth, area);
}

export { interpolateColumns, interpolateRows } from './interpolation';
export { splineColumns, splineRows } from './spline';

/** Writes the outputs of a tile of a pyramid field. */
export function evaluateTile(address: usize): void {
  evaluateCrossings(changetype<Tile>(address));
}
