/**
 * @file Rate-distortion optimised quantization of latents by exact trials: where it is wished, a latent is taken one step away, and stays
 * there if D + λR of the whole picture is less with it.
 */

import { Layers } from '../../../../field/kernels/layers';
import { Change, distortionChange, keepChange, openWindow } from './distortion';
import { TrialProblem } from './trial-problem';
import { Context } from './rate';

/** Lays out from `area` on what the layers of a pyramid field need. @returns the first byte after it */
export function layOutLayers(layers: usize, maps: usize, depth: u32, area: usize): usize {
  return changetype<Layers>(layers).layOut(maps, depth, area);
}

/** Lays out from `area` on, a multiple of 16, what a trial needs, in its records. @returns the first byte after it */
export function layOutTrial(address: usize, area: usize): usize {
  const problem = changetype<TrialProblem>(address);
  const end = changetype<Change>(problem.change).layOut(problem, area);
  return changetype<Context>(problem.context).layOut(problem, (end + 15) & ~15);
}

/**
 * Tries the latents whose cells begin in the band's rows, those of coarse grids first. The window comes with its inputs, and with what errors
 * are without the outputs.
 */
export function tryBand(address: usize): void {
  const problem = changetype<TrialProblem>(address);
  openWindow(problem);
  changetype<Context>(problem.context).open(problem);
  for (let level = <i32>problem.grids - 1; level >= 0; level--) {
    if (problem.grid(level).wishes) tryGrid(problem, level);
  }
}

function tryGrid(problem: TrialProblem, level: u32): void {
  const grid = problem.grid(level);
  const last = min(grid.height, ((problem.lastRow - 1) >> level) + 1);
  for (let y = problem.firstRow >> level; y < last; y++) {
    const wishes = grid.wishes + grid.width * y;
    for (let x: i32 = 0; x < grid.width; x++) {
      const wish: i32 = load<i8>(wishes + x);
      if (wish) tryLatent(problem, level, y, x, wish);
    }
  }
}

function tryLatent(problem: TrialProblem, level: u32, y: i32, x: i32, delta: i32): void {
  const change = changetype<Change>(problem.change), context = changetype<Context>(problem.context);
  const grid = problem.grid(level);
  const cell = grid.cells + grid.stride * y + 2 * x;
  const before: i32 = load<i16>(cell);
  if (abs(before + delta) > problem.maxLatent || !change.aim(problem, level, y, x, delta)) return;
  const distortion = problem.errorWeight * distortionChange(problem, change);
  context.list(problem, level, y, x);
  const bits = context.bits(problem);
  store<i16>(cell, before + delta);
  if (distortion + problem.bitCost * (context.bits(problem) - bits) < 0) {
    keepChange(problem, change);
  } else {
    store<i16>(cell, before);
  }
}
