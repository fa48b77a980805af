/** @file The records of a coordinate problem, field by field as the classes in `../kernels/coordinates/problem.ts` declare them. */

import type { Fields } from '../../wasm/records.ts';

export const PROBLEM = {
  depth: 'u32',
  layers: 'u32',
  channels: 'u32',
  weights: 'u32',
  blocks: 'u32',
  coordinates: 'u32',
  outputs: 'u32',
  targets: 'u32',
  scratch: 'u32',
  scratchBytes: 'u32',
  parameterBytes: 'u32',
  theta: 'u32',
  firstMoments: 'u32',
  secondMoments: 'u32',
  gradients: 'u32',
  losses: 'u32',
  partitions: 'u32',
  claimed: 'u32',
  firstBlock: 'u32',
  lastBlock: 'u32',
  errorScale: 'f32',
  rate: 'f32',
  secondCorrection: 'f32',
} as const satisfies Fields;

export const LAYER = {
  inputs: 'u32',
  outputs: 'u32',
  sine: 'u32',
  experts: 'u32',
  omega: 'f32',
  rows: 'u32',
  offset: 'u32',
  transposed: 'u32',
  inputsAt: 'u32',
  outputsAt: 'u32',
  slopesAt: 'u32',
  weightStep: 'f32',
  biasStep: 'f32',
} as const satisfies Fields;

export const BLOCK = { tuple: 'u32', first: 'u32', count: 'u32' } as const satisfies Fields;
