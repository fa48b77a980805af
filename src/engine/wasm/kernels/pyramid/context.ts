/**
 * @file The context model on a band: what its latents cost and the gradient of that. A row is done in blocks of cells,
 * each forward and at once backward, so that activations stay in the nearest cache.
 */

import { addEvens, addOdds, merge, spread } from './coarser';
import { BLOCK, PLANE } from '../../../../field/kernels/context-block';
import { ContextWork } from './context-work';
import { ContextInput } from '../../../../field/kernels/context-input';
import { laplaceBits, laplaceGradient } from '../../../../field/kernels/laplace';
import { addPlane, densePair, densePlanes, gatedPlanes, rectifiedPlanes } from '../../../../wasm/kernels/planar';
import { gradientSums, gradientSumsOfPair } from '../../../../field/kernels/context-gradient';
import { GRADIENT } from '../../pyramid/constants';

/**
 * Writes the bits of the band's latents, plane by plane, and adds their gradients to the band's. Besides its own rows a
 * band touches three rows above them and, in planes up to three levels coarser, the rows that hold them and one at either
 * end.
 */
export function contextBand(work: ContextWork, band: u32): void {
  const problem = work.problem;
  work.open(band);
  for (let plane: u32 = 0; plane < problem.planes; plane++) {
    const part = problem.bandPlane(band, plane);
    let bits: f64 = 0;
    for (let row = part.first; row < part.last; row++) bits += contextRow(work, plane, row);
    store<f64>(problem.band(band).bits + 8 * plane, bits);
  }
}

/** @returns the row's bits */
function contextRow(work: ContextWork, plane: u32, row: i32): f64 {
  const width = work.problem.plane(plane).width;
  let bits: f64 = 0;
  work.plane = plane;
  work.row = row;
  for (let column: u32 = 0; column < width; column += BLOCK) {
    const count = min(BLOCK, width - column);
    work.column = column;
    work.cells = (count + 7) & ~7;
    bits += contextBlock(work, count);
  }
  return bits;
}

/** @param count cells of the block that are in the plane */
function contextBlock(work: ContextWork, count: u32): f64 {
  const problem = work.problem;
  const values = work.valueAt(work.plane, work.row, work.column);
  const means = work.outputs, scales = means + PLANE;
  gatherInputs(work);
  forward(work);
  if (!(problem.parts & GRADIENT)) return laplaceBits(means, scales, values, count);
  const gradient = work.gradientAt(work.plane, work.row, work.column);
  const bits = laplaceGradient(means, scales, values, gradient, count, problem.bitCost);
  backward(work);
  scatterDeltas(work);
  return bits;
}

function forward(work: ContextWork): void {
  const width = work.width, inputs = work.inputs, cells = work.cells;
  rectifiedPlanes(work.inputs1, inputs, work.layer(0).weights, work.hidden1, PLANE, width, cells);
  rectifiedPlanes(work.inputs2, width, work.residual, work.hidden2, PLANE, width, cells);
  densePair(work.inputs3, width + inputs, work.layer(2).weights, work.outputs, PLANE, cells);
}

/** From the outputs' deltas to those of the inputs; adds the gradients of all weights to the band's sums. */
function backward(work: ContextWork): void {
  const width = work.width, inputs = work.inputs, cells = work.cells, sums = work.sums;
  gradientSumsOfPair(work.outputs, work.inputs3, width + inputs + 1, sums + work.layer(2).sumsAt, cells);
  gatedPlanes(work.deltas + 4 * width, 2, work.layer(2).transposed, work.hidden2, PLANE, width, cells);
  gradientSums(work.hidden2, width, work.inputs2, width + 1, sums + work.layer(1).sumsAt, cells);
  gatedPlanes(work.inputs3, width, work.residualBack, work.hidden1, PLANE, width, cells);
  gradientSums(work.hidden1, width, work.inputs1, inputs + 1, sums + work.layer(0).sumsAt, cells);
  densePlanes(work.deltas, width + 2, work.inputsBack, work.inputDeltas, PLANE, inputs, cells);
}

/** Lists the block's inputs: rows of planes of the same level at an offset, and cells of coarser planes, which are spread. */
function gatherInputs(work: ContextWork): void {
  const problem = work.problem;
  const plane = problem.plane(work.plane);
  let list = work.inputs1, free = work.coarser;
  for (let i: u32 = 0; i < work.inputs; i++, list += 4) {
    const source = plane.source(i), input = problem.input(i);
    let cells = work.zeros;
    if (source >= 0 && input.levels) {
      cells = free;
      gatherCells(work, input, source, cells);
      free += PLANE;
    } else if (source >= 0) {
      cells = work.valueAt(source, work.row + input.dy, work.column + input.dx);
    }
    store<u32>(list, <u32>cells);
  }
}

function gatherCells(work: ContextWork, input: ContextInput, source: u32, plane: usize): void {
  const levels = input.levels;
  const cells = work.valueAt(source, input.rowOf(work.row), (work.column >> levels) + input.dx);
  const step: usize = input.towardsX ? 4 : 0;
  spread(cells - step, cells + step, plane, work.cells >> levels);
  for (let left = levels - 1; left > 0; left--) spread(plane, plane, plane, work.cells >> left);
}

/** Adds the inputs' deltas to the gradients of the cells that they are. */
function scatterDeltas(work: ContextWork): void {
  const problem = work.problem;
  const plane = problem.plane(work.plane);
  let deltas = work.inputDeltas;
  for (let i: u32 = 0; i < work.inputs; i++, deltas += PLANE) {
    const source = plane.source(i), input = problem.input(i);
    if (source < 0) continue;
    if (input.levels) scatterCells(work, input, source, deltas);
    else addPlane(work.gradientAt(source, work.row + input.dy, work.column + input.dx), deltas, work.cells);
  }
}

function scatterCells(work: ContextWork, input: ContextInput, source: u32, plane: usize): void {
  const levels = input.levels, cells = work.cells;
  const gradient = work.gradientAt(source, input.rowOf(work.row), (work.column >> levels) + input.dx);
  // Cells are merged by whole vectors: beyond the block there must be nothing.
  if (cells < BLOCK) memory.fill(plane + 4 * cells, 0, 4 * (BLOCK - cells));
  for (let level: u32 = 1; level < levels; level++) merge(plane, cells >> level);
  if (input.towardsX) {
    addEvens(gradient - 4, plane, cells >> levels);
    addOdds(gradient + 4, plane, cells >> levels);
  } else {
    merge(plane, cells >> levels);
    addPlane(gradient, plane, cells >> levels);
  }
}
