/** @file What threads work in. The kernels lay it out, in the records that the plan has for them, and so say how much it is. */

import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import type { PoolShare } from '../pool-share.ts';

/** A cache line. */
const ALIGNMENT = 64;

/**
 * @param problem the address of a problem whose records have been written
 * @throws LoecError E_LIMIT where the memory does not suffice
 */
export function mapScratch(share: PoolShare, problem: number): void {
  const bytes = roundUp(share.layOutThread(problem, 0, 0), ALIGNMENT);
  const { start } = share.regions.map((at) => {
    return { start: at, end: roundUp(at + bytes * share.threads, PAGE_BYTES) };
  });
  for (let thread = 0; thread < share.threads; thread++) {
    share.layOutThread(problem, thread, start + bytes * thread);
  }
}
