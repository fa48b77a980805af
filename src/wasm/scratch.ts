/** @file What threads work in. Kernels lay it out, in the records that their problem has for threads, and so say how much it is. */

import { PAGE_BYTES, roundUp } from './pages.ts';
import type { Regions } from './shared-memory.ts';

/** A cache line. */
const ALIGNMENT = 64;

/** A kernel module's own layout: of a problem, a thread and an address, a multiple of ALIGNMENT. @returns the first byte after it */
type LayOutThread = (problem: number, thread: number, area: number) => number;

/**
 * @param exports of the module, `layOutThread` among them
 * @param problem the address of a problem whose records have been written
 * @throws LoecError E_LIMIT where the memory does not suffice
 */
export function mapScratch(
  regions: Regions,
  exports: WebAssembly.Exports,
  problem: number,
  threads: number,
): void {
  const layOut = exports.layOutThread as LayOutThread;
  const bytes = roundUp(layOut(problem, 0, 0) >>> 0, ALIGNMENT);
  const { start } = regions.map((at) => ({ start: at, end: roundUp(at + bytes * threads, PAGE_BYTES) }));
  for (let thread = 0; thread < threads; thread++) layOut(problem, thread, start + bytes * thread);
}
