/** @file The comparison of a band, and what its outputs are replaced by. */

import { madd, QUAD } from '../../../wasm/kernels/vector';
import { BORDER_ROWS, CURVATURE, RADIUS, VALUE } from '../constants';
import { bytesOf } from './blur';
import { addRow, addZeros, Comparison, compareRow, curvatureRow, slopesRow } from './comparison';
import { originalRow, outputsRow } from './components';
import { errorsRow } from './errors';
import { Band, Problem, Scale } from './problem';
import { addCoarser, joinScales } from './scales';
import { Thread } from './thread';

/** Compares a band of a coarser scale. Where more than the value is asked for, it takes the place of the outputs. */
export function compareBand(problem: Problem, thread: Thread, band: Band): void {
  const scale = changetype<Scale>(band.scale), comparison = thread.comparison(0);
  const around = rowsAround(problem);
  let sum: f64 = 0;
  comparison.open(scale);
  for (let y = band.firstRow - around; y < band.lastRow + around; y++) {
    if (scale.hasRow(y)) addRow(comparison, y, scale.originalRow(y), band.has(y) ? scale.outputRow(y) : scale.borderRow(y));
    else addZeros(comparison, y);
    sum += compareBehind(comparison, band, y);
    const done = y - around;
    if (problem.result != VALUE && done >= band.firstRow) resultRow(comparison, done, scale.outputRow(done));
  }
  store<f64>(band.sums, sum);
}

/** Rows around a band that its results depend on. */
function rowsAround(problem: Problem): i32 {
  return problem.result == VALUE ? RADIUS : BORDER_ROWS;
}

/** Once row y is there, compares the row whose windows end with it. @returns what it adds to D if it is the band's own */
function compareBehind(comparison: Comparison, band: Band, y: i32): f64 {
  const row = y - RADIUS;
  if (row < band.firstRow - rowsAround(comparison.problem) + RADIUS) return 0;
  const sum = compareRow(comparison, row);
  return band.has(row) ? sum : 0;
}

function resultRow(comparison: Comparison, y: i32, to: usize): void {
  if (comparison.problem.result == CURVATURE) curvatureRow(comparison, y, to);
  else slopesRow(comparison, y, to);
}

/** Compares a band of 1:1, and puts what is asked for, of all scales, in the place of its outputs. */
export function finishBand(problem: Problem, thread: Thread, band: Band): void {
  const around = rowsAround(problem);
  let squares: f64 = 0;
  if (problem.result != VALUE) joinScales(problem, band);
  for (let component: u32 = 0; component < problem.components; component++) {
    const scale = problem.scale(component, 0);
    if (scale.isCompared) thread.comparison(component).open(scale);
    store<f64>(band.sumOf(component), 0);
  }
  for (let y = band.firstRow - around; y < band.lastRow + around; y++) {
    for (let component: u32 = 0; component < problem.components; component++) {
      if (problem.scale(component, 0).isCompared) compareComponent(problem, thread, band, component, y);
    }
    if (y - around >= band.firstRow) squares += finishRow(problem, thread, y - around);
  }
  store<f64>(band.sums, squares);
}

/** A component at 1:1 once row y is there. */
function compareComponent(problem: Problem, thread: Thread, band: Band, component: u32, y: i32): void {
  const comparison = thread.comparison(component), scale = comparison.scale;
  if (scale.hasRow(y)) {
    let outputs = thread.row(1);
    if (band.has(y)) outputsRow(problem, component, y, outputs);
    else outputs = scale.borderRow(y);
    originalRow(problem, component, y, thread.row(0));
    addRow(comparison, y, thread.row(0), outputs);
  } else addZeros(comparison, y);
  const sum = band.sumOf(component);
  store<f64>(sum, load<f64>(sum) + compareBehind(comparison, band, y));
}

/** Replaces row y of the outputs by what is asked for. @returns the sum of its squared errors */
function finishRow(problem: Problem, thread: Thread, y: i32): f64 {
  const errors = thread.row(3);
  let squares: f64 = 0;
  if (problem.result != VALUE) for (let component: u32 = 0; component < problem.components; component++) {
    const row = thread.row(component);
    if (problem.scale(component, 0).isCompared) resultRow(thread.comparison(component), y, row);
    else memory.fill(row, 0, thread.rowBytes);
    addCoarser(problem, component, 0, y, row);
  }
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    squares += errorsRow(problem, thread, channel, y, errors);
    if (problem.result == VALUE) continue;
    if (problem.result == CURVATURE) channelCurvature(problem, thread, channel, errors);
    else channelSlopes(problem, thread, channel, errors);
    memory.copy(problem.outputRow(channel, y), errors, 4 * problem.width);
  }
  return squares;
}

/** From a row of errors to the slopes of D at its outputs. */
function channelSlopes(problem: Problem, thread: Thread, channel: u32, row: usize): void {
  const bytes = bytesOf(problem.width), error = f32x4.splat(problem.errorWeight);
  const first = f32x4.splat(problem.coefficient(0, channel)), slopes = thread.row(0);
  if (problem.components == 1) {
    for (let x: usize = 0; x < bytes; x += QUAD) {
      v128.store(row + x, madd(first, v128.load(slopes + x), f32x4.mul(error, v128.load(row + x))));
    }
    return;
  }
  const second = f32x4.splat(problem.coefficient(1, channel)), third = f32x4.splat(problem.coefficient(2, channel));
  const seconds = thread.row(1), thirds = thread.row(2);
  for (let x: usize = 0; x < bytes; x += QUAD) {
    const one = madd(first, v128.load(slopes + x), f32x4.mul(error, v128.load(row + x)));
    v128.store(row + x, madd(third, v128.load(thirds + x), madd(second, v128.load(seconds + x), one)));
  }
}

/** How D curves with the outputs of a row. */
function channelCurvature(problem: Problem, thread: Thread, channel: u32, row: usize): void {
  const bytes = bytesOf(problem.width);
  for (let x: usize = 0; x < bytes; x += QUAD) v128.store(row + x, f32x4.splat(0.5 * problem.errorWeight));
  for (let component: u32 = 0; component < problem.components; component++) {
    const coefficient = problem.coefficient(component, channel), curvatures = thread.row(component);
    const square = f32x4.splat(coefficient * coefficient);
    for (let x: usize = 0; x < bytes; x += QUAD) {
      v128.store(row + x, madd(square, v128.load(curvatures + x), v128.load(row + x)));
    }
  }
}
