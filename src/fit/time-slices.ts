/**
 * @file Work in slices of time, between which the event loop runs, so that Ctrl-C does not wait for the end of slow work. How work is
 * sliced changes no result.
 */

import { throwIfAborted } from '../errors.ts';

/** Milliseconds of a slice. */
const SLICE_MS = 200;

export class TimeSlices {
  readonly #signal: AbortSignal | undefined;
  #begun = performance.now();
  #stepsPerSlice = 1;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Takes steps from `from` to before `to`, as many at a time as fit into a slice.
   * @param take takes the steps of a range
   * @throws LoecError E_ABORTED
   */
  async run(from: number, to: number, take: (from: number, to: number) => Promise<void>): Promise<void> {
    for (let at = from; at < to; ) {
      throwIfAborted(this.#signal);
      const started = performance.now();
      const end = Math.min(to, at + this.#stepsPerSlice);
      await take(at, end);
      const milliseconds = performance.now() - started;
      this.#stepsPerSlice = Math.max(1, Math.floor((SLICE_MS * (end - at)) / milliseconds));
      at = end;
      await nextTurn();
    }
  }

  /** Between pieces of work that are shorter than a slice: ends the slice if its time is over. @throws LoecError E_ABORTED */
  async pause(): Promise<void> {
    if (performance.now() - this.#begun >= SLICE_MS) {
      await nextTurn();
      this.#begun = performance.now();
    }
    throwIfAborted(this.#signal);
  }
}

/** Lets the event loop run timers, signals and other work. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
