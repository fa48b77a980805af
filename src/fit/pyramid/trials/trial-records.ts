/** @file The records of latents on trial, field by field as the classes in `kernels/trial-problem.ts` declare them. */

import type { Fields } from '../../../wasm/records.ts';

export const TRIAL_GRID = {
  width: 'u32',
  height: 'u32',
  cells: 'u32',
  stride: 'u32',
  wishes: 'u32',
  taps: 'u32',
} as const satisfies Fields;

export const TRIAL_PROBLEM = {
  width: 'u32',
  height: 'u32',
  channels: 'u32',
  grids: 'u32',
  gridRecords: 'u32',
  layers: 'u32',
  reach: 'u32',
  spread: 'u32',
  neighbours: 'u32',
  neighbourSteps: 'u32',
  coarser: 'u32',
  coarserCells: 'u32',
  finer: 'u32',
  contextLayers: 'u32',
  maxLatent: 'u32',
  bitCost: 'f32',
  errorWeight: 'f32',
  firstRow: 'u32',
  lastRow: 'u32',
  windowRow: 'u32',
  windowRows: 'u32',
  pitch: 'u32',
  planeBytes: 'u32',
  inputs: 'u32',
  outputs: 'u32',
  errors: 'u32',
  tuples: 'u32',
  tuplePitch: 'u32',
  change: 'u32',
  context: 'u32',
} as const satisfies Fields;
