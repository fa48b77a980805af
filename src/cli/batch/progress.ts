/** @file How far all inputs of a command are, each by its weight, on one line. */

import type { EncodeProgress } from '../../fit/progress.ts';
import type { Context } from '../context.ts';
import { createProgress, type ProgressDisplay } from '../terminal/progress.ts';

/** Of one input. */
export interface InputProgress {
  readonly update: (progress: EncodeProgress) => void;
  readonly end: () => void;
}

export class BatchProgress {
  readonly #display: ProgressDisplay;
  /** How much work each input is, in any unit. */
  readonly #weights: number[];
  /** Share of each input that is done. */
  readonly #shares: number[];
  readonly #started = performance.now();
  #total: number;
  #done = 0;
  readonly #finished = new Set<number>();

  /** @param weights how much work each input is, in any unit */
  constructor(context: Context, quiet: boolean, weights: readonly number[]) {
    this.#display = createProgress(context, quiet, '');
    this.#weights = [...weights];
    this.#shares = weights.map(() => 0);
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** An input's work begins. @param label its name */
  begin(index: number, label: string): InputProgress {
    return {
      update: (progress) => {
        this.#move(index, progress.done);
        this.#display.update(this.#weights.length === 1 ? progress : this.#ofAll(progress), label);
      },
      end: () => this.clear(),
    };
  }

  /** An input is done, or has failed. */
  finish(index: number): void {
    this.#move(index, 1);
    this.#finished.add(index);
  }

  /** An input is left out: there is that much less to do. */
  skip(index: number): void {
    this.#move(index, 0);
    this.#total -= this.#weights[index] as number;
    this.#weights[index] = 0;
    this.#finished.add(index);
  }

  /** Takes the bar away, before something is said in its place. */
  clear(): void {
    this.#display.end();
  }

  #move(index: number, share: number): void {
    this.#done += (this.#weights[index] as number) * (share - (this.#shares[index] as number));
    this.#shares[index] = share;
  }

  /** What is left takes as long as what is done took. */
  #ofAll({ phase, psnr }: EncodeProgress): EncodeProgress {
    const done = Math.min(1, this.#done / this.#total);
    const seconds = (performance.now() - this.#started) / 1000;
    return {
      phase: `${this.#finished.size} of ${this.#weights.length} done  ${phase}`,
      done,
      ...(done > 0 && { secondsLeft: (seconds * (1 - done)) / done }),
      ...(psnr !== undefined && { psnr }),
    };
  }
}
