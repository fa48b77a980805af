/**
 * @file The kernels of a fit of a coordinate field. Every thread calls the same kernel on the same problem; they share the work by claiming
 * pieces of it. Pieces are cut the same way whatever the number of threads, so that it can't change a bit of a result.
 */

import { backward, squaredError } from './backward';
import { evaluateBlocks, forward } from '../../../../render/kernels/coordinates/forward';
import { Problem } from '../../../../render/kernels/coordinates/problem';
import { CHECKED, workIn } from '../../../../wasm/kernels/checks';
import { adamPanel, foldPanel, reducePanel } from './update';

/** The next piece of work. */
function claim(problem: Problem): u32 {
  return atomic.add<u32>(changetype<usize>(problem) + offsetof<Problem>('claimed'), 1);
}

/** The area of a thread. */
function scratchOf(problem: Problem, thread: u32): usize {
  const scratch = problem.scratch + problem.scratchBytes * thread;
  if (CHECKED) workIn(scratch, scratch + problem.scratchBytes);
  return scratch;
}

/** Writes the outputs of the call's blocks. */
export function evaluate(address: usize, thread: u32): void {
  const problem = changetype<Problem>(address);
  const scratch = scratchOf(problem, thread);
  for (let part = claim(problem); part < problem.partitions; part = claim(problem)) {
    evaluateBlocks(problem, scratch, problem.partitionStart(part), problem.partitionStart(part + 1));
  }
}

/** Writes the squared errors of each partition of the call's blocks. */
export function measure(address: usize, thread: u32): void {
  const problem = changetype<Problem>(address);
  const scratch = scratchOf(problem, thread);
  for (let part = claim(problem); part < problem.partitions; part = claim(problem)) {
    let sum: f64 = 0;
    for (let i = problem.partitionStart(part); i < problem.partitionStart(part + 1); i++) {
      forward(problem, problem.block(i), scratch, false);
      sum += squaredError(problem, problem.block(i), scratch);
    }
    store<f64>(problem.losses + 8 * part, sum);
  }
}

/** Writes the squared errors and the gradient of each partition of the call's blocks. */
export function accumulate(address: usize, thread: u32): void {
  const problem = changetype<Problem>(address);
  const scratch = scratchOf(problem, thread);
  const bytes = problem.parameterBytes;
  for (let part = claim(problem); part < problem.partitions; part = claim(problem)) {
    const gradients = problem.gradients + bytes * part;
    let sum: f64 = 0;
    memory.fill(gradients, 0, bytes);
    for (let i = problem.partitionStart(part); i < problem.partitionStart(part + 1); i++) {
      forward(problem, problem.block(i), scratch, true);
      sum += squaredError(problem, problem.block(i), scratch);
      backward(problem, problem.block(i), scratch, gradients);
    }
    store<f64>(problem.losses + 8 * part, sum);
  }
}

/** What `forPanels` does with each panel. */
const REDUCE: u32 = 1;
const ADAM: u32 = 2;
const FOLD: u32 = 4;

/** Sums the gradients into the first partition. */
export function reduce(address: usize, _thread: u32): void {
  forPanels(changetype<Problem>(address), REDUCE);
}

/** Sums the gradients, takes an Adam step and refreshes the effective weights. */
export function update(address: usize, _thread: u32): void {
  forPanels(changetype<Problem>(address), REDUCE | ADAM | FOLD);
}

/** Refreshes the effective weights. */
export function fold(address: usize, _thread: u32): void {
  forPanels(changetype<Problem>(address), FOLD);
}

/** Claims panels of all experts of all layers, numbered in the order of memory. */
function forPanels(problem: Problem, actions: u32): void {
  let index: u32 = 0;
  let before: u32 = 0;
  for (let unit = claim(problem); ; unit = claim(problem)) {
    let layer = problem.layer(index);
    while (unit - before >= layer.panels * layer.experts) {
      before += layer.panels * layer.experts;
      if (++index == problem.depth) return;
      layer = problem.layer(index);
    }
    const panel = unit - before;
    const offset = layer.offset + layer.panelBytes * panel;
    if (actions & REDUCE) reducePanel(problem, offset, layer.panelBytes);
    if (actions & ADAM) adamPanel(problem, layer, offset);
    if (actions & FOLD) foldPanel(problem, layer, offset, panel / layer.panels, panel % layer.panels);
  }
}
