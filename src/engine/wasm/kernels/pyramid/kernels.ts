/**
 * @file The kernels of a pyramid fit. Every thread calls the same kernel; they share the bands by claiming them.
 */

import { contextBand } from './context';
import { descendBand, gatherBand, quantizeBand } from './latents';
import { CHECKED } from '../../../../wasm/kernels/checks';
import { DISTORTION, GRADIENT, LATENT_MARGIN, RATE } from '../../pyramid/constants';
import { ContextWork } from './context-work';
import { BandField, fieldBand } from './field';
import { PyramidProblem } from './problem';

/** The next band. */
function claim(problem: PyramidProblem): u32 {
  return atomic.add<u32>(changetype<usize>(problem) + offsetof<PyramidProblem>('claimed'), 1);
}

/**
 * Lays out what a thread works in, in the records that it has.
 * @param area where that begins, a multiple of 64
 * @returns the first byte after it
 */
export function layOutThread(address: usize, index: u32, area: usize): usize {
  const problem = changetype<PyramidProblem>(address);
  const thread = problem.thread(index);
  if (CHECKED) problem.checkSums();
  const end = changetype<BandField>(thread.bandField).layOut(problem, thread, area);
  return changetype<ContextWork>(thread.contextWork).layOut(problem, end);
}

/** From latents to what loss and rate see. */
export function quantizeLatents(address: usize, _thread: u32): void {
  const problem = changetype<PyramidProblem>(address);
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) quantizeBand(problem, band);
}

/** Writes each band's squared error and bits, as `parts` asks, and their gradients. */
export function accumulateBands(address: usize, index: u32): void {
  const problem = changetype<PyramidProblem>(address);
  const thread = problem.thread(index);
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) {
    if (problem.parts & GRADIENT) clearGradients(problem, band);
    if (problem.parts & RATE) contextBand(changetype<ContextWork>(thread.contextWork), band);
    if (problem.parts & DISTORTION) fieldBand(changetype<BandField>(thread.bandField), band);
  }
}

function clearGradients(problem: PyramidProblem, band: u32): void {
  memory.fill(problem.band(band).sums, 0, problem.sumsBytes);
  for (let index: u32 = 0; index < problem.planes; index++) {
    const part = problem.bandPlane(band, index);
    const plane = problem.plane(index);
    // Rows with their margins, from the margin left of the first cell on.
    memory.fill(part.gradient - 4 * LATENT_MARGIN, 0, plane.stride * <usize>(part.high - part.low));
  }
}

/** One Adam step of the latents from the bands' gradients. */
export function descendLatents(address: usize, _thread: u32): void {
  const problem = changetype<PyramidProblem>(address);
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) descendBand(problem, band);
}

/** The latents' gradient from those of the bands. */
export function gatherGradients(address: usize, _thread: u32): void {
  const problem = changetype<PyramidProblem>(address);
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) gatherBand(problem, band);
}
