/** @file The kernel of decoding coordinate fields: one thread, the same bits on every machine. */

import { evaluateBlocks } from './coordinates/forward';
import { Problem } from './coordinates/problem';

/** Writes the outputs of the call's blocks. */
export function evaluate(address: usize): void {
  const problem = changetype<Problem>(address);
  evaluateBlocks(problem, problem.scratch, problem.firstBlock, problem.lastBlock);
}
