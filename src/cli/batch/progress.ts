/** @file How far all inputs of a command are, each by its weight, on one line. */

import type { EncodeProgress } from '../../fit/progress.ts';
import type { Context } from '../context.ts';
import { createProgress, type ProgressDisplay } from '../terminal/progress.ts';
import { formatCount, formatNumberOf } from './summary.ts';

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
  #finished = 0;
  /** Who works, where that is known. */
  #workers = 0;

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

  /** To be called once for each input: it is done, has failed or was left out. */
  finish(index: number): void {
    this.#move(index, 1);
    this.#finished++;
  }

  /** An input is left out: there is that much less to do. */
  skip(index: number): void {
    this.#move(index, 0);
    this.#total -= this.#weights[index] as number;
    this.#weights[index] = 0;
  }

  /** So many machines or places work on the inputs now. */
  setWorkers(count: number): void {
    this.#workers = count;
  }

  /** Takes the bar away, before something is said in its place. */
  clear(): void {
    this.#display.end();
  }

  #move(index: number, share: number): void {
    this.#done += (this.#weights[index] as number) * (share - (this.#shares[index] as number));
    this.#shares[index] = share;
  }

  /** `1,203 of 100,000 done, 14 workers` */
  get #counts(): string {
    const done = `${formatCount(this.#finished)} of ${formatCount(this.#weights.length)} done`;
    if (this.#workers === 0) return done;
    return `${done}, ${formatNumberOf(this.#workers, 'worker')}`;
  }

  /** What is left takes as long as what is done took. */
  #ofAll({ phase, psnr }: EncodeProgress): EncodeProgress {
    const done = Math.min(1, this.#done / this.#total);
    const seconds = (performance.now() - this.#started) / 1000;
    return {
      phase: `${this.#counts}  ${phase}`,
      done,
      ...(done > 0 && { secondsLeft: (seconds * (1 - done)) / done }),
      ...(psnr !== undefined && { psnr }),
    };
  }
}
