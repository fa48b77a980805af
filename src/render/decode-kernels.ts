/** @file What the decoding module exports. */

export interface DecodeKernels {
  readonly evaluate: (problem: number) => void;
  /** @returns the first byte after what it lays out */
  readonly placeLayers: (address: number, records: number, depth: number) => number;
  readonly evaluateTile: (tile: number) => void;
}
