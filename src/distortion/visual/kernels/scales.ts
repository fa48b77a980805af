/** @file The coarser scales of a band of 1:1: made of it, and joined to it again. */

import { componentRow, originalChannel, outputsRow } from './components';
import { addDoubled, halvedRow } from './halving';
import { Band, Problem, Scale } from './problem';
import { Thread } from './thread';

/** Makes a band of 1:1 at all coarser scales of the original or of the outputs, of which it keeps the rows near ends of bands besides. */
export function halveBand(problem: Problem, thread: Thread, band: Band, original: bool): void {
  if (!original) keepOutputs(problem, band);
  for (let index: u32 = 1; index < problem.scales; index++) {
    const last = lastRowOf(problem, band, index);
    for (let y = band.firstRow >> index; y < last; y++) {
      if (index == 1) halveChannels(problem, thread, y, original);
      else halveComponents(problem, index, y, original);
    }
  }
}

/** The row after the last of a band of 1:1 at a coarser scale. */
function lastRowOf(problem: Problem, band: Band, index: u32): i32 {
  return band.lastRow == problem.height ? problem.scale(0, index).height : band.lastRow >> index;
}

/** Rows of outputs at 1:1 that other bands see. */
function keepOutputs(problem: Problem, band: Band): void {
  for (let component: u32 = 0; component < problem.components; component++) {
    const scale = problem.scale(component, 0);
    if (!scale.isCompared) continue;
    for (let y = band.firstRow; y < band.lastRow; y++) {
      const kept = scale.borderRow(y);
      if (kept) outputsRow(problem, component, y, kept);
    }
  }
}

/** Row y of the second scale. Channels are halved before they are components: a quarter of the work. */
function halveChannels(problem: Problem, thread: Thread, y: i32, original: bool): void {
  const lower = min(2 * y + 1, problem.height - 1);
  for (let channel: u32 = 0; channel < problem.channels; channel++) {
    let first = thread.row(3), second = thread.row(4);
    if (original) {
      originalChannel(problem, channel, 2 * y, first);
      originalChannel(problem, channel, lower, second);
    } else {
      first = problem.outputRow(channel, 2 * y);
      second = problem.outputRow(channel, lower);
    }
    halvedRow(first, second, problem.width, thread.row(channel));
  }
  for (let component: u32 = 0; component < problem.components; component++) {
    const scale = problem.scale(component, 1), to = rowOf(scale, y, original);
    componentRow(problem, component, thread.row(0), thread.rowBytes, scale.width, to);
    if (!original) keepRow(scale, y);
  }
}

/** Row y of the scales after it. */
function halveComponents(problem: Problem, index: u32, y: i32, original: bool): void {
  for (let component: u32 = 0; component < problem.components; component++) {
    const finer = problem.scale(component, index - 1), scale = problem.scale(component, index);
    const lower = min(2 * y + 1, finer.height - 1);
    halvedRow(rowOf(finer, 2 * y, original), rowOf(finer, lower, original), finer.width, rowOf(scale, y, original));
    if (!original) keepRow(scale, y);
  }
}

function rowOf(scale: Scale, y: i32, original: bool): usize {
  return original ? scale.originalRow(y) : scale.outputRow(y);
}

function keepRow(scale: Scale, y: i32): void {
  const kept = scale.borderRow(y);
  if (kept) memory.copy(kept, scale.outputRow(y), scale.pitch);
}

/** Adds to the results of a band's rows at coarser scales those of still coarser ones, from the coarsest on. */
export function joinScales(problem: Problem, band: Band): void {
  for (let index = <i32>problem.scales - 1; index > 0; index--) {
    const last = lastRowOf(problem, band, index);
    for (let component: u32 = 0; component < problem.components; component++) {
      const scale = problem.scale(component, index);
      for (let y = band.firstRow >> index; y < last; y++) {
        // Where nothing was compared the outputs are still there.
        if (!scale.isCompared) memory.fill(scale.outputRow(y), 0, scale.pitch);
        addCoarser(problem, component, index, y, scale.outputRow(y));
      }
    }
  }
}

/**
 * Adds to row y of a scale's results its share in those of the next one. The four positions that one is the mean of get a quarter each: of a
 * slope, and of a curvature, which is that of four that change alike.
 */
export function addCoarser(problem: Problem, component: u32, index: u32, y: i32, to: usize): void {
  if (index + 1 == problem.scales) return;
  const scale = problem.scale(component, index);
  const isOwnNeighbour = (scale.height & 1) && y == scale.height - 1;
  addDoubled(to, problem.scale(component, index + 1).outputRow(y >> 1), scale.width, isOwnNeighbour ? 0.5 : 0.25);
}
