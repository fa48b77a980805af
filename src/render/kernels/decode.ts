/** @file The kernels of decoding pyramid fields: one thread, the same bits on every machine. */

import { Layers } from '../../field/kernels/layers';
import { evaluate as evaluateCrossings, Tile } from './tile';

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
