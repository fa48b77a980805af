/** @file A job that a worker has begun: how far it is, and how it is stopped. */

import type { EncodeProgress } from '../../encode.ts';
import type { BeatJob } from '../beat.ts';

/**
 * Why a job is stopped: its worker ends; no row waits for it any more; another worker has taken it, since this one was silent; it has taken too
 * long.
 */
export type StopReason = 'ending' | 'unwanted' | 'late' | 'time';

export class ActiveJob {
  readonly id: string;
  /** Of the picture, once the job is checked. */
  name = '';
  readonly #controller = new AbortController();
  readonly #started = performance.now();
  #progress: EncodeProgress = { phase: 'fetch', done: 0 };
  #isFitting = false;
  #reason: StopReason | null = null;

  constructor(id: string) {
    this.id = id;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** null as long as it goes on. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  /** Seconds since its begin. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** What it still takes, as far as it is known: what comes after the fit takes no time to speak of. */
  get secondsLeft(): number {
    return this.#isFitting ? (this.#progress.secondsLeft ?? Number.POSITIVE_INFINITY) : 0;
  }

  get beat(): BeatJob {
    const { phase, done, secondsLeft } = this.#progress;
    return { id: this.id, name: this.name, phase, done, ...(secondsLeft !== undefined && { secondsLeft }) };
  }

  hear(progress: EncodeProgress): void {
    this.#progress = progress;
  }

  /** Notes that the fit is under way. */
  async whileFitting<Made>(work: Promise<Made>): Promise<Made> {
    this.#isFitting = true;
    try {
      return await work;
    } finally {
      this.#isFitting = false;
    }
  }

  /** Only the first reason counts. */
  stop(reason: StopReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller.abort(reason);
  }
}
