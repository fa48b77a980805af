/**
 * @file Residual 3×3 filters on rows. A row is its channels' planes, `stride` bytes apart, with room for MARGIN floats at both
 * ends: of a filter's input, copies of the edge pixel next to the picture; of a gradient, zeros.
 */

import { addPlane, densePlanes } from '../../../../wasm/kernels/planar';
import { gradientPlanes } from '../../../../wasm/kernels/planar-gradient';
import { Affine } from '../../../../field/kernels/affine';

/** Floats at each end of a plane; the adjoint writes half of them. */
export const MARGIN: usize = 16;
const HALF: usize = MARGIN / 2;

/** Pixels of a row that the sums take at once, so that 9 taps of each channel stay in the nearest cache. */
const RUN: u32 = 512;

/** Copies each plane's edge pixels outward, as far as a filter of `columns` pixels, fillers included, sees. */
export function replicateEdges(row: usize, stride: usize, channels: u32, width: u32, columns: u32): void {
  for (let channel: u32 = 0; channel < channels; channel++, row += stride) {
    store<f32>(row - 4, load<f32>(row));
    const last = load<f32>(row + 4 * (width - 1));
    for (let x = width; x <= columns; x++) store<f32>(row + 4 * x, last);
  }
}

/** out = row + filter(above, row, below) */
export function filterRow(
  filter: Affine, above: usize, row: usize, below: usize, stride: usize, columns: u32, pointers: usize, out: usize,
): void {
  const channels = filter.outputs;
  const taps = pointToTaps(pointers, above, row, below, stride, channels, 4);
  densePlanes(taps, filter.inputs, filter.weights, out, stride, channels, columns);
  for (let channel: usize = 0; channel < channels; channel++) {
    addPlane(out + stride * channel, row + stride * channel, columns);
  }
}

/** Adds the gradient of a filter's weights from a row of its outputs. */
export function filterSums(
  filter: Affine, above: usize, row: usize, below: usize, deltas: usize, stride: usize, columns: u32, pointers: usize,
  sums: usize,
): void {
  for (let x: u32 = 0; x < columns; x += RUN) {
    const at: usize = 4 * x;
    const taps = pointToTaps(pointers, above + at, row + at, below + at, stride, filter.outputs, 4);
    gradientPlanes(deltas + at, stride, filter.outputs, taps, filter.inputs, sums, min(RUN, columns - x));
  }
}

/**
 * From the gradient at a filter's outputs to that at a row of its inputs without what goes past the filter, with HALF
 * columns to each side.
 */
export function filterAdjoint(
  filter: Affine, above: usize, row: usize, below: usize, stride: usize, columns: u32, pointers: usize, out: usize,
): void {
  // Outputs at y − dy, x − dx: mirrored both ways.
  const at: usize = 4 * HALF;
  const taps = pointToTaps(pointers, below - at, row - at, above - at, stride, filter.outputs, -4);
  densePlanes(taps, filter.inputs, filter.transposed, out - at, stride, filter.outputs, columns + 2 * <u32>HALF);
}

/** The columns beside the picture are copies of its edges: what they got is the edges'. Zeros remain. */
export function foldEdges(row: usize, stride: usize, channels: u32, width: u32, columns: u32): void {
  for (let channel: u32 = 0; channel < channels; channel++, row += stride) {
    const last = row + 4 * (width - 1);
    store<f32>(row, load<f32>(row) + load<f32>(row - 4));
    store<f32>(last, load<f32>(last) + load<f32>(last + 4));
    memory.fill(row - 4 * HALF, 0, 4 * HALF);
    memory.fill(last + 4, 0, 4 * (columns - width) + 4 * HALF);
  }
}

/** Writes the addresses of the taps [channel, 3 rows, 3 columns], columns `step` bytes apart, and returns their address. */
function pointToTaps(
  pointers: usize, above: usize, row: usize, below: usize, stride: usize, channels: u32, step: isize,
): usize {
  let to = pointers;
  for (let channel: u32 = 0; channel < channels; channel++) {
    to = pointToColumns(to, above, step);
    to = pointToColumns(to, row, step);
    to = pointToColumns(to, below, step);
    above += stride;
    row += stride;
    below += stride;
  }
  return pointers;
}

function pointToColumns(to: usize, at: usize, step: isize): usize {
  store<u32>(to, <u32>(at - step));
  store<u32>(to, <u32>at, 4);
  store<u32>(to, <u32>(at + step), 8);
  return to + 12;
}
