/** @file From a position to its tuple of experts, one per layer. */

import type { FieldSpec, Selector } from './spec.ts';

/** Positions with the experts that they use; what an engine evaluates. */
export interface Samples {
  /** [count, 2]: x and y in [−1, 1]. */
  readonly coordinates: Float32Array;
  /** [count]: the expert of layer i in bits 2i and 2i + 1. */
  readonly tuples: Uint32Array;
}

/** The expert of one layer in a tuple. */
export function expertOf(tuple: number, layer: number): number {
  return (tuple >>> (2 * layer)) & 3;
}

/** Half of the index of eq. 4: ⌊frequency · p⌋ mod 2, never negative. */
function parity(frequency: number, p: number): number {
  return Math.floor(frequency * p) & 1;
}

/**
 * The expert of a position in one layer.
 * @param x in [−1, 1], as a float64: at float32 a tile border could move by a pixel
 * @param label the position's class, read only by segment selectors
 */
export function selectExpert(selector: Selector, x: number, y: number, label: number): number {
  switch (selector.kind) {
    case 'one':
      return 0;
    case 'tile':
      return 2 * parity(selector.frequency, y) + parity(selector.frequency, x);
    case 'segment':
      return label;
  }
}

/** The tuple of a position. See `selectExpert` for the arguments. */
export function selectTuple(spec: FieldSpec, x: number, y: number, label: number): number {
  let tuple = 0;
  for (const [layer, { selector }] of spec.layers.entries()) {
    tuple |= selectExpert(selector, x, y, label) << (2 * layer);
  }
  return tuple >>> 0;
}
