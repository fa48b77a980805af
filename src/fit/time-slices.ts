/**
 * @file Takes as many steps at a time as fit between two turns of the event loop, so that Ctrl-C does not wait for a chunk of
 * slow ones. How steps are split changes no result.
 */

import { throwIfAborted } from '../errors.ts';

/** Milliseconds of training between two turns of the event loop. */
const TURN_MS = 200;

export class Pacer {
  readonly #signal: AbortSignal | undefined;
  #stepsPerTurn = 1;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Takes steps from `from` to before `to`.
   * @param take takes the steps of a range
   * @throws LoecError E_ABORTED
   */
  async run(from: number, to: number, take: (from: number, to: number) => Promise<void>): Promise<void> {
    for (let at = from; at < to; ) {
      throwIfAborted(this.#signal);
      const started = performance.now();
      const end = Math.min(to, at + this.#stepsPerTurn);
      await take(at, end);
      const milliseconds = performance.now() - started;
      this.#stepsPerTurn = Math.max(1, Math.floor((TURN_MS * (end - at)) / milliseconds));
      at = end;
      await nextTurn();
    }
  }
}

/** Turns of the event loop between pieces of work too small for one each. */
export class Breaks {
  #last = performance.now();

  /** Takes one if the last was some time ago. */
  async take(): Promise<void> {
    if (performance.now() - this.#last < TURN_MS) return;
    await nextTurn();
    this.#last = performance.now();
  }
}

/** Lets timers, signals and other work run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
