/** @file What an abort does to an encode: it ends at once, or, where it is recorded, at the next moment that suits. */

import { abortError } from '../errors.ts';
import type { Wish } from '../fit/journal/journal.ts';
import type { CheckedOptions } from '../fit/options.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Recording } from './messages.ts';

/** Milliseconds that a fit may take to its next checkpoint: trials of the latents of a large picture take longer. */
const PATIENCE_MS = 5000;

export class Interruption {
  /** null where the fit is not recorded. */
  readonly recording: Recording | null;
  readonly #signal: AbortSignal | undefined;
  readonly #finishes: boolean;
  /** Whether the fit has begun: what comes before it has no moment that suits. */
  #isFitting = false;

  constructor({ signal, onCheckpoint, resume, bestSoFar = false }: CheckedOptions) {
    const isRecorded = onCheckpoint !== undefined || resume !== undefined || bestSoFar;
    this.recording = isRecorded ? { keepsCheckpoints: onCheckpoint !== undefined } : null;
    this.#signal = signal;
    this.#finishes = bestSoFar;
  }

  /** To be told of each report of the fit. */
  hearProgress(): void {
    this.#isFitting = true;
  }

  /** The work's result. @param tell the work what is wished of it @throws LoecError E_ABORTED */
  async until<Value>(work: Promise<Value>, tell: (wish: Wish) => void): Promise<Value> {
    const signal = this.#signal;
    if (!signal || !this.recording) return untilAborted(signal, work);
    const impatience = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      if (!this.#isFitting) impatience.abort(signal.reason);
      tell(this.#finishes ? 'finish' : 'stop');
      if (!this.#finishes) timer = setTimeout(() => impatience.abort(signal.reason), PATIENCE_MS);
    };
    signal.addEventListener('abort', ask, { once: true });
    try {
      if (signal.aborted) throw abortError(signal);
      return await untilAborted(impatience.signal, work);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', ask);
    }
  }
}
