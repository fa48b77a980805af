/** @file The kernels of decoding: one thread, the same bits on every machine. */

import { evaluateBlocks } from './forward';
import { Problem } from './problem';

/** The first free byte of the memory. */
export function heapBase(): usize {
  return __heap_base;
}

/** Writes the outputs of the call's blocks. */
export function evaluate(address: usize): void {
  const problem = changetype<Problem>(address);
  evaluateBlocks(problem, problem.scratch, problem.firstBlock, problem.lastBlock);
}
