/**
 * @file Work in slices of time, between which the event loop runs, so that Ctrl-C and timers do not wait for the end of slow work. How work
 * is sliced changes no result.
 */

import { LoecError, throwIfAborted } from './errors.ts';

/**
 * Milliseconds of a slice: with the last step, of up to some 15, less than two frames of a screen. A turn of the event loop costs
 * a hundredth of it.
 */
const SLICE_MS = 8;

/** Milliseconds between two looks at the signal and the clock while others work. */
const WAIT_MS = 50;

/** Work that is done in steps of a few milliseconds at most: `finish` does them all at once, `TimeSlices.take` lets others run between them. */
export type Steps<Result = void> = Generator<void, Result>;

/** Does all steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export class TimeSlices {
  readonly #signal: AbortSignal | undefined;
  readonly #seconds: number;
  readonly #started = performance.now();
  #begun = this.#started;

  /** @param seconds from now on, after which all that follows is refused */
  constructor(signal?: AbortSignal, seconds = Number.POSITIVE_INFINITY) {
    this.#signal = signal;
    this.#seconds = seconds;
  }

  /** Takes all steps. @returns what they come to @throws LoecError E_ABORTED or E_LIMIT */
  async take<Result>(steps: Steps<Result>): Promise<Result> {
    this.check();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (this.#isOver()) await this.pause();
    }
  }

  /** Between pieces of work that are shorter than a slice: ends the slice if its time is over. @throws LoecError E_ABORTED or E_LIMIT */
  async pause(): Promise<void> {
    if (this.#isOver()) {
      await nextTurn();
      this.#begun = performance.now();
    }
    this.check();
  }

  /** What others do meanwhile; once `check` throws nobody waits for it any more. @throws LoecError E_ABORTED or E_LIMIT, and what it throws */
  async wait<Value>(work: Promise<Value>): Promise<Value> {
    // It may fail when nobody waits any more.
    work.catch(() => undefined);
    this.check();
    let looking: ReturnType<typeof setInterval> | undefined;
    const waiting = new Promise<Value>((resolve, reject) => {
      looking = setInterval(() => {
        try {
          this.check();
        } catch (error) {
          reject(error);
        }
      }, WAIT_MS);
      work.then(resolve, reject);
    });
    const value = await waiting.finally(() => clearInterval(looking));
    this.check();
    return value;
  }

  /** @throws LoecError E_ABORTED once the signal is aborted, E_LIMIT once the time is over */
  check(): void {
    throwIfAborted(this.#signal);
    if (performance.now() - this.#started <= 1000 * this.#seconds) return;
    throw new LoecError('E_LIMIT', `it takes longer than the limit \`seconds\`, ${this.#seconds}`);
  }

  #isOver(): boolean {
    return performance.now() - this.#begun >= SLICE_MS;
  }
}

/** Lets the event loop run timers, signals and other work. A timer of 0 ms would take 1 ms, in pages 4. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      // An open port keeps a process alive.
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
