/** @file The kernels of decoding: one thread, the same bits on every machine. */

import { evaluateBlocks } from './forward';
import { Problem } from './problem';

/** Writes the outputs of the call's blocks. */
export function evaluate(address: usize): void {
  const problem = changetype<Problem>(address);
  evaluateBlocks(problem, problem.scratch, problem.firstBlock, problem.lastBlock);
}
