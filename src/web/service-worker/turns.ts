/** @file Work that is done one after the other: a service worker has one thread, and a large picture takes much of its memory. */

let last: Promise<unknown> = Promise.resolve();

/** Begins once all that was asked for before has ended, well or not. */
export function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work, work);
  last = result;
  return result;
}
