/** @file Work that waits for a worker. */

import { abortError } from '../../errors.ts';

/** Which work is done first. */
export interface Urgency {
  /** Asked when a worker is free: the smallest number goes first. @default () => 0 */
  readonly priority?: (() => number) | undefined;
  /** Stops with E_ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

interface Job {
  readonly start: () => Promise<void>;
  readonly urgency: () => number;
}

/** One piece of work at a time; then the most urgent, and of equally urgent ones the oldest. */
export class Queue {
  readonly #waiting: Job[] = [];
  #isBusy = false;

  /** Pieces of work that are not done yet. */
  get length(): number {
    return this.#waiting.length + Number(this.#isBusy);
  }

  /** @throws what `work` throws, and LoecError E_ABORTED */
  run<Value>(work: () => Promise<Value>, { priority = () => 0, signal }: Urgency): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const start = async (): Promise<void> => {
        signal?.removeEventListener('abort', leave);
        await work().then(resolve, reject);
      };
      const job = { start, urgency: urgencyBy(priority) };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(job), 1);
        reject(abortError(signal as AbortSignal));
      };
      if (signal?.aborted) return reject(abortError(signal));
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(job);
      void this.#startNext();
    });
  }

  async #startNext(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    // Those that are asked for in the same turn are compared.
    await null;
    for (let next = this.#takeFirst(); next; next = this.#takeFirst()) await next.start();
    this.#isBusy = false;
  }

  #takeFirst(): Job | undefined {
    if (this.#waiting.length === 0) return undefined;
    const urgencies = this.#waiting.map(({ urgency }) => urgency());
    const at = urgencies.indexOf(Math.min(...urgencies));
    return this.#waiting.splice(at, 1)[0];
  }
}

/** What throws, or is no number, is not urgent: others must not wait for it. */
function urgencyBy(priority: () => number): () => number {
  return () => {
    try {
      const urgency = Number(priority());
      return Number.isNaN(urgency) ? Number.POSITIVE_INFINITY : urgency;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
}
