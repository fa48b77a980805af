/**
 * @file Rate-distortion optimised quantization of latents by exact trials: a candidate is taken one step away, and stays there if D + λR of
 * the whole picture is less with it. Every thread calls the same kernel; they share the bands by claiming them.
 */

import { TURNS } from '../constants';
import { Change, distortionChange, evaluateWindow, keepChange } from './distortion';
import { Context } from './rate';
import { TrialProblem } from './trial-problem';
import { Window } from './window';

function windowOf(problem: TrialProblem, thread: u32): Window {
  return changetype<Window>(problem.windows + offsetof<Window>() * thread);
}

/**
 * Lays out what a thread works in, in the records that it has.
 * @param area where that begins, a multiple of 64
 * @returns the first byte after it
 */
export function layOutThread(address: usize, thread: u32, area: usize): usize {
  const problem = changetype<TrialProblem>(address);
  const window = windowOf(problem, thread);
  area = window.layOut(problem, area);
  area = window.layers.layOut(problem.affines, problem.depth, area);
  area = changetype<Change>(window.change).layOut(window, area);
  window.end = changetype<Context>(window.context).layOut(problem, (area + 15) & ~15);
  return window.end;
}

/** Tries the candidates of the call's bands. */
export function tryBands(address: usize, thread: u32): void {
  const problem = changetype<TrialProblem>(address);
  for (let taken = claim(problem); taken < problem.bands; taken = claim(problem)) {
    tryBand(windowOf(problem, thread), problem.firstBand + TURNS * taken);
  }
}

/** The number of the next band. */
function claim(problem: TrialProblem): u32 {
  return atomic.add<u32>(changetype<usize>(problem) + offsetof<TrialProblem>('claimed'), 1);
}

/** Latents whose cells begin in the band's rows, those of coarse grids first. */
function tryBand(window: Window, band: u32): void {
  const problem = window.problem;
  window.open(band);
  evaluateWindow(changetype<Change>(window.change));
  changetype<Context>(window.context).open();
  for (let level = <i32>problem.grids - 1; level >= 0; level--) {
    if (problem.grid(level).candidates) tryGrid(window, level);
  }
}

function tryGrid(window: Window, level: u32): void {
  const grid = window.problem.grid(level);
  const last = min(grid.height, ((window.lastRow - 1) >> level) + 1);
  for (let y = window.firstRow >> level; y < last; y++) {
    const candidates = grid.candidates + grid.width * y;
    for (let x: i32 = 0; x < grid.width; x++) {
      const delta: i32 = load<i8>(candidates + x);
      if (delta) tryLatent(window, level, y, x, delta);
    }
  }
}

function tryLatent(window: Window, level: u32, y: i32, x: i32, delta: i32): void {
  const problem = window.problem, grid = problem.grid(level);
  const change = changetype<Change>(window.change), context = changetype<Context>(window.context);
  const cell = grid.cells + grid.stride * y + 2 * x;
  const before: i32 = load<i16>(cell);
  if (abs(before + delta) > problem.maxLatent || !change.choose(level, y, x, delta)) return;
  const distortion = problem.errorWeight * distortionChange(change);
  context.list(level, y, x);
  const bits = context.bits();
  store<i16>(cell, before + delta);
  if (distortion + problem.bitCost * (context.bits() - bits) < 0) {
    keepChange(change);
  } else {
    store<i16>(cell, before);
  }
}
