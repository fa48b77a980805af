/** @file What a thread needs for the field, as `src/field/kernels/layers.ts` and `../kernels/pyramid/{interpolate,field}.ts` lay it out. */

import { cellCount } from '../../../field/pyramid.ts';
import { type FieldSpec, tensorsOf } from '../../../field/spec.ts';
import { roundUp } from '../../../wasm/pages.ts';

const FLOAT = 4;
const POINTER = 4;
/** Bytes of a record of the kernels, at most. */
const RECORD = 128;

/** Pixels of a block, at most. */
const BLOCK = 128;

/** Floats at each end of a plane of a stage, and of a row of cells. */
const MARGIN = 16;

/** Cells that the pixels of a cell see, and the planes that kernels make of them. */
const TAPS = 5;
const TAP_PLANES = 8;

/** @param bandRows rows of the picture that a band owns, at most */
export function fieldScratchBytes(
  width: number,
  channels: number,
  spec: FieldSpec,
  bandRows: number,
): number {
  const grids = inputsOf(spec);
  const columnBytes = FLOAT * roundUp(width, 8);
  const stages = spec.filters + 1;
  const keptRows = 2 * stages;
  const stageRowBytes = planesOf(channels) * (columnBytes + 2 * FLOAT * MARGIN);
  // Outputs and deltas of all stages, a row of zeros and one beyond the picture.
  const rows = stageRowBytes * (2 * stages * keptRows + 2);
  const inputs = columnBytes * (grids * keptRows + 2 * planesOf(grids));
  const pointers = align(POINTER * 9 * channels) + 2 * align(POINTER * grids);
  let bytes = RECORD + layerScratchBytes(spec) + align(rows) + pointers + align(inputs);
  for (let level = 1; level < grids; level++) {
    const seen = seenRows(level, bandRows + 4 * spec.filters) + seenRows(level, bandRows);
    bytes += stretcherBytes(width, level) + align(columnBytes * seen);
  }
  return bytes;
}

function inputsOf(spec: FieldSpec): number {
  return (tensorsOf(spec)[0] as { columns: number }).columns;
}

/** What `Layers.at` lays out. */
function layerScratchBytes(spec: FieldSpec): number {
  const planes = spec.layers.map((layer) => planesOf(layer.width));
  const widest = Math.max(planesOf(inputsOf(spec)), ...planes);
  const activations = planes.slice(0, -1).reduce((sum, count) => sum + 2 * count, 0);
  return RECORD + 2 * align(POINTER * widest) + FLOAT * BLOCK * (1 + 3 * widest + activations);
}

/** What `StretchedGrid.at` lays out. */
function stretcherBytes(width: number, level: number): number {
  const cells = roundUp(cellCount(width, level), 8);
  const phases = Math.max(2 ** level, 4);
  const row = align(FLOAT * cells) + 2 * FLOAT * MARGIN;
  const weights = align(FLOAT * (1 + TAPS) * phases) + align(FLOAT * (1 + phases) * TAP_PLANES);
  const pointers = align(POINTER * TAPS) + align(POINTER * phases);
  return RECORD + row + weights + pointers + align(FLOAT * cells * (phases + TAP_PLANES));
}

/** Rows of a grid that as many rows of pixels see, at most. */
function seenRows(level: number, rows: number): number {
  return Math.ceil((rows - 1) / 2 ** level) + 4;
}

/** Planes that kernels make of `count`. */
function planesOf(count: number): number {
  return roundUp(count, 4);
}

function align(bytes: number): number {
  return roundUp(bytes, 64);
}
