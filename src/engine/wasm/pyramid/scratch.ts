/** @file What threads work in. The kernels lay it out, in the records that the plan has for them, and so say how much it is. */

import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import type { Region, SharedMemory } from '../../../wasm/shared-memory.ts';
import { type FitPool, layOutThread } from '../fit-kernels.ts';

/** A cache line. */
const ALIGNMENT = 64;

/**
 * @param problem the address of a problem whose records have been written
 * @throws LoecError E_LIMIT where the memory does not suffice
 */
export function mapScratch(pool: FitPool, shared: SharedMemory, problem: number): Region {
  const bytes = roundUp(layOutThread(pool, problem, 0, 0), ALIGNMENT);
  const region = shared.map((start) => ({ start, end: roundUp(start + bytes * pool.threads, PAGE_BYTES) }));
  for (let thread = 0; thread < pool.threads; thread++) {
    layOutThread(pool, problem, thread, region.start + bytes * thread);
  }
  return region;
}
