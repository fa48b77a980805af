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

/** Latents whose cells begin in the band's rows, plane by plane from the last one on. */
function tryBand(window: Window, band: u32): void {
  const problem = window.problem;
  window.open(band);
  evaluateWindow(changetype<Change>(window.change));
  changetype<Context>(window.context).open();
  for (let plane = <i32>problem.planes - 1; plane >= 0; plane--) {
    if (problem.plane(plane).candidates) tryPlane(window, plane);
  }
}

function tryPlane(window: Window, index: u32): void {
  const plane = window.problem.plane(index);
  const last = min(plane.height, ((window.lastRow - 1) >> plane.level) + 1);
  for (let y = window.firstRow >> plane.level; y < last; y++) {
    const candidates = plane.candidates + plane.width * y;
    for (let x: i32 = 0; x < plane.width; x++) {
      const delta: i32 = load<i8>(candidates + x);
      if (delta) tryLatent(window, index, y, x, delta);
    }
  }
}

function tryLatent(window: Window, index: u32, y: i32, x: i32, delta: i32): void {
  const problem = window.problem, plane = problem.plane(index);
  const change = changetype<Change>(window.change), context = changetype<Context>(window.context);
  const cell = plane.cells + plane.stride * y + 2 * x;
  const before: i32 = load<i16>(cell);
  if (abs(before + delta) > problem.maxLatent || !change.choose(index, y, x, delta)) return;
  const distortion = problem.errorWeight * distortionChange(change);
  context.list(index, y, x);
  const bits = context.bits();
  store<i16>(cell, before + delta);
  if (distortion + problem.bitCost * (context.bits() - bits) < 0) {
    keepChange(change);
  } else {
    store<i16>(cell, before);
  }
}
