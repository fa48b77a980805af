/** @file The records of a pyramid fit, field by field as the classes in `../kernels/pyramid/problem.ts` declare them. */

import type { Fields } from '../../../wasm/records.ts';

export const GRID = {
  width: 'u32',
  height: 'u32',
  values: 'u32',
  stride: 'u32',
  latents: 'u32',
  firstMoments: 'u32',
  secondMoments: 'u32',
  pitch: 'u32',
} as const satisfies Fields;

export const BAND = {
  firstRow: 'u32',
  lastRow: 'u32',
  sums: 'u32',
  squaredError: 'u32',
  bits: 'u32',
} as const satisfies Fields;

/** The rows are i32: a band may touch rows above the grid. */
export const BAND_GRID = {
  first: 'u32',
  last: 'u32',
  low: 'u32',
  high: 'u32',
  gradient: 'u32',
} as const satisfies Fields;

export const PYRAMID_PROBLEM = {
  width: 'u32',
  height: 'u32',
  channels: 'u32',
  samples: 'u32',
  samplePitch: 'u32',
  sampleBytes: 'u32',
  sampleScale: 'f32',
  planes: 'u32',
  tuples: 'u32',
  tuplePitch: 'u32',
  grids: 'u32',
  gridRecords: 'u32',
  bands: 'u32',
  bandRecords: 'u32',
  bandGridRecords: 'u32',
  affines: 'u32',
  depth: 'u32',
  filters: 'u32',
  neighbours: 'u32',
  neighbourSteps: 'u32',
  coarser: 'u32',
  coarserCells: 'u32',
  scratch: 'u32',
  scratchBytes: 'u32',
  fieldScratch: 'u32',
  sumsBytes: 'u32',
  claimed: 'u32',
  parts: 'u32',
  errorScale: 'f32',
  bitCost: 'f32',
  temperature: 'f32',
  sigma: 'f32',
  seed: 'u32',
  rate: 'f32',
  secondCorrection: 'f32',
} as const satisfies Fields;

/** Bits of `parts`. */
export const PARTS = { bits: 1, distortion: 2, gradient: 4 } as const;
