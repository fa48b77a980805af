/**
 * @file The context model on a band: what its latents cost and the gradient of that. A row is done in blocks of cells,
 * each forward and at once backward, so that activations stay in the nearest cache.
 */

import { addEvens, addOdds, merge, spread } from './coarser';
import { BLOCK, PLANE } from '../../../../field/kernels/context-block';
import { ContextWork } from './context-work';
import { CoarserCell, Neighbour } from '../../../../field/kernels/neighbourhood';
import { laplaceBits, laplaceGradient } from '../../../../field/kernels/laplace';
import { addPlane, densePair, densePlanes, gatedPlanes, rectifiedPlanes } from '../../../../wasm/kernels/planar';
import { gradientSums, gradientSumsOfPair } from '../../../../field/kernels/context-gradient';
import { GRADIENT } from '../../pyramid/constants';
import { PyramidProblem } from './problem';

/**
 * Writes the bits of the band's latents, grid by grid, and adds their gradients to the band's. Besides its own rows a
 * band touches three rows above them and, in grids up to three levels coarser, the rows that hold them and one at either
 * end.
 */
export function contextBand(work: ContextWork, band: u32): void {
  const problem = work.problem;
  work.open(band);
  for (let level: u32 = 0; level < problem.grids; level++) {
    const part = problem.bandGrid(band, level);
    let bits: f64 = 0;
    for (let row = part.first; row < part.last; row++) bits += contextRow(work, level, row);
    store<f64>(problem.band(band).bits + 8 * level, bits);
  }
}

/** @returns the row's bits */
function contextRow(work: ContextWork, level: u32, row: i32): f64 {
  const width = work.problem.grid(level).width;
  let bits: f64 = 0;
  work.level = level;
  work.row = row;
  for (let column: u32 = 0; column < width; column += BLOCK) {
    const count = min(BLOCK, width - column);
    work.column = column;
    work.cells = (count + 7) & ~7;
    bits += contextBlock(work, count);
  }
  return bits;
}

/** @param count cells of the block that are in the grid */
function contextBlock(work: ContextWork, count: u32): f64 {
  const problem = work.problem;
  const values = work.valueAt(work.level, work.row, work.column);
  const means = work.outputs, scales = means + PLANE;
  gatherInputs(work);
  forward(work);
  if (!(problem.parts & GRADIENT)) return laplaceBits(means, scales, values, count);
  const gradient = work.gradientAt(work.level, work.row, work.column);
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

/** Lists the block's inputs: neighbours are the grid's rows at an offset, cells of coarser grids are spread to planes. */
function gatherInputs(work: ContextWork): void {
  const problem = work.problem;
  let list = work.inputs1;
  for (let i: u32 = 0; i < problem.neighbours; i++, list += 4) {
    const step = neighbour(problem, i);
    store<u32>(list, <u32>work.valueAt(work.level, work.row + step.rows, work.column + step.columns));
  }
  let plane = work.coarser;
  for (let i: u32 = 0; i < problem.coarser; i++, list += 4, plane += PLANE) {
    const cell = coarserCell(problem, i);
    const isThere = work.level + cell.levels < problem.grids;
    if (isThere) gatherCells(work, cell, plane);
    store<u32>(list, <u32>(isThere ? plane : work.zeros));
  }
}

function gatherCells(work: ContextWork, cell: CoarserCell, plane: usize): void {
  const levels = cell.levels;
  const source = work.valueAt(work.level + levels, cell.rowOf(work.row), work.column >> levels);
  const step: usize = cell.towardsX ? 4 : 0;
  spread(source - step, source + step, plane, work.cells >> levels);
  for (let left = levels - 1; left > 0; left--) spread(plane, plane, plane, work.cells >> left);
}

/** Adds the inputs' deltas to the gradients of the cells that they are. */
function scatterDeltas(work: ContextWork): void {
  const problem = work.problem;
  let plane = work.inputDeltas;
  for (let i: u32 = 0; i < problem.neighbours; i++, plane += PLANE) {
    const step = neighbour(problem, i);
    addPlane(work.gradientAt(work.level, work.row + step.rows, work.column + step.columns), plane, work.cells);
  }
  for (let i: u32 = 0; i < problem.coarser; i++, plane += PLANE) {
    const cell = coarserCell(problem, i);
    if (work.level + cell.levels < problem.grids) scatterCells(work, cell, plane);
  }
}

function scatterCells(work: ContextWork, cell: CoarserCell, plane: usize): void {
  const levels = cell.levels, cells = work.cells;
  const gradient = work.gradientAt(work.level + levels, cell.rowOf(work.row), work.column >> levels);
  // Cells are merged by whole vectors: beyond the block there must be nothing.
  if (cells < BLOCK) memory.fill(plane + 4 * cells, 0, 4 * (BLOCK - cells));
  for (let level: u32 = 1; level < levels; level++) merge(plane, cells >> level);
  if (cell.towardsX) {
    addEvens(gradient - 4, plane, cells >> levels);
    addOdds(gradient + 4, plane, cells >> levels);
  } else {
    merge(plane, cells >> levels);
    addPlane(gradient, plane, cells >> levels);
  }
}

function neighbour(problem: PyramidProblem, index: u32): Neighbour {
  return changetype<Neighbour>(problem.neighbourSteps + offsetof<Neighbour>() * index);
}

function coarserCell(problem: PyramidProblem, index: u32): CoarserCell {
  return changetype<CoarserCell>(problem.coarserCells + offsetof<CoarserCell>() * index);
}
