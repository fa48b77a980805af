/** @file What a worker does when Redis or a folder takes nothing: it says so, and rests for a while. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { BeatTrouble } from '../beat.ts';

/** Seconds that nothing is taken after Redis or a folder had no room. */
const REST_SECONDS = 30;

export interface RestHearing {
  /** A person is to know. */
  readonly onWarning: (text: string) => void;
  /** No more jobs are to be taken. */
  readonly pause: () => Promise<void>;
  /** Jobs are to be taken again. */
  readonly resume: () => Promise<void>;
}

export class Rest {
  readonly #hearing: RestHearing;
  #isResting = false;
  /** The last one. */
  #trouble: { readonly text: string; readonly at: number } | null = null;

  constructor(hearing: RestHearing) {
    this.#hearing = hearing;
  }

  /** null where there was none since the last job that was done. */
  get trouble(): BeatTrouble | null {
    if (this.#trouble === null) return null;
    const { text, at } = this.#trouble;
    return { text, secondsAgo: (performance.now() - at) / 1000 };
  }

  /** A job was done: what was wrong is over. */
  forget(): void {
    this.#trouble = null;
  }

  /** What has no room now may have some later. */
  async begin(text: string): Promise<void> {
    this.#trouble = { text, at: performance.now() };
    if (this.#isResting) return;
    this.#isResting = true;
    this.#hearing.onWarning(`takes nothing for ${REST_SECONDS} s: ${text}`);
    await this.#hearing.pause();
    await sleep(1000 * REST_SECONDS, undefined, { ref: false });
    this.#isResting = false;
    await this.#hearing.resume();
  }
}
