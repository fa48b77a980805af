/** @file The records of a tile, field by field as the classes in `../kernels/tile.ts` declare them. */

import type { Fields } from '../../wasm/records.ts';

export const PATCH = {
  latents: 'u32',
  cells: 'u32',
  cellRows: 'u32',
  cellPitch: 'u32',
  columnTaps: 'u32',
  columnWeights: 'u32',
  rowTaps: 'u32',
  rowWeights: 'u32',
  lines: 'u32',
} as const satisfies Fields;

export const STAGE = {
  columns: 'u32',
  rows: 'u32',
  planes: 'u32',
  planeBytes: 'u32',
  columnTaps: 'u32',
  rowTaps: 'u32',
} as const satisfies Fields;

export const TILE = {
  planes: 'u32',
  patches: 'u32',
  wholeColumns: 'u32',
  wholeRows: 'u32',
  features: 'u32',
  tuples: 'u32',
  layers: 'u32',
  filterRecords: 'u32',
  filters: 'u32',
  stages: 'u32',
  channels: 'u32',
  pointers: 'u32',
  taps: 'u32',
  outputColumns: 'u32',
  outputs: 'u32',
} as const satisfies Fields;
