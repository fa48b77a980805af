/**
 * @file The order of jobs in a queue. Small pictures pass large ones that came some hours before them, and nothing waits for ever, since
 * later jobs have higher numbers.
 */

/** What BullMQ takes: lower numbers first. 0 would be before all others. */
const LOWEST = 1;
const HIGHEST = 2 ** 21;

/** Milliseconds since 1970 of the first of January 2026, from which the range is good for 39 years. */
const EPOCH_MS = Date.UTC(2026, 0);

/** Of the numbers. */
const UNIT_MS = 600_000;

/** That a picture waits for each doubling of its bytes: an hour. */
const UNITS_PER_DOUBLING = 6;

/** Up to so many bytes a picture waits for nothing; above 512 MB it waits no longer. */
const SMALL_BYTES = 2 ** 14;
const MOST_DOUBLINGS = 15;

/** A day sooner for each step of a batch's priority. */
const UNITS_PER_STEP = 144;

/** So that there are numbers for the soonest pictures of the first days, too. */
const MARGIN = 3 * UNITS_PER_STEP;

/**
 * The place of a job among others: 1 … 2^21, lower first.
 * @param bytes of the picture
 * @param priority of its batch: -3 … 3, later to sooner
 * @param now milliseconds since 1970
 */
export function priorityOf(bytes: number, priority: number, now: number): number {
  const doublings = Math.min(MOST_DOUBLINGS, Math.max(0, Math.floor(Math.log2(bytes / SMALL_BYTES))));
  const units = (now - EPOCH_MS) / UNIT_MS + UNITS_PER_DOUBLING * doublings - UNITS_PER_STEP * priority;
  return Math.min(HIGHEST, Math.max(LOWEST, Math.floor(units) + MARGIN));
}
