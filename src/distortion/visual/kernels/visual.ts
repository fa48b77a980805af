/** @file The kernels of the visual distortion. Every thread calls the same kernel; they share the bands by claiming them. */

import { compareBand, finishBand } from './bands';
import { Problem } from './problem';
import { halveBand } from './scales';
import { Thread } from './thread';

function threadOf(problem: Problem, index: u32): Thread {
  return changetype<Thread>(problem.threads + offsetof<Thread>() * index);
}

/** The next band. */
function claim(problem: Problem): u32 {
  return atomic.add<u32>(changetype<usize>(problem) + offsetof<Problem>('claimed'), 1);
}

/**
 * Lays out what a thread works in, in the records that it has.
 * @param area where that begins, a multiple of 64
 * @returns the first byte after it
 */
export function layOutThread(address: usize, index: u32, area: usize): usize {
  const problem = changetype<Problem>(address);
  return threadOf(problem, index).layOut(problem, area);
}

/** The original at all coarser scales. */
export function halveOriginal(address: usize, index: u32): void {
  halveBands(address, index, true);
}

/** The outputs at all coarser scales: the first of three kernels that work out `Problem.result`. */
export function halveOutputs(address: usize, index: u32): void {
  halveBands(address, index, false);
}

function halveBands(address: usize, index: u32, original: bool): void {
  const problem = changetype<Problem>(address), thread = threadOf(problem, index);
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) {
    halveBand(problem, thread, problem.band(band), original);
  }
}

/** The second: compares coarser scales. */
export function compareScales(address: usize, index: u32): void {
  const problem = changetype<Problem>(address), thread = threadOf(problem, index);
  thread.open();
  for (let band = claim(problem); band < problem.coarseBands; band = claim(problem)) {
    compareBand(problem, thread, problem.band(problem.bands + band));
  }
}

/** The last: compares 1:1 and puts all together. */
export function finish(address: usize, index: u32): void {
  const problem = changetype<Problem>(address), thread = threadOf(problem, index);
  thread.open();
  for (let band = claim(problem); band < problem.bands; band = claim(problem)) {
    finishBand(problem, thread, problem.band(band));
  }
}
