/** @file Units of a module's memory. */

/** Bytes by which a memory grows. */
export const PAGE_BYTES = 65536;

/** `value` rounded up to a multiple of `quantum`. */
export function roundUp(value: number, quantum: number): number {
  return Math.ceil(value / quantum) * quantum;
}
