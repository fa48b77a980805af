/** @file The progress of a fit, by its training steps and work that takes as long as so many of them. */

import { type Journal, NO_JOURNAL } from './journal/journal.ts';
import type { EncodeProgress } from './progress.ts';

/** Share done at most before the end: corrections of a fit that misses its target may take more steps than were expected. */
const MOST_DONE = 0.99;

/** Seconds of work that tell how fast it goes. The first step is not among them, as it compiles. */
const LEAST_BASIS = 1;

/** Counts training steps, which take nearly all the time of an encode, and other work as if it were such. */
export class ProgressMeter {
  #total: number;
  readonly #report: (progress: EncodeProgress) => void;
  readonly #journal: Journal;
  #taken = 0;
  #others = 0;
  /** Where the work stood when the first step had been computed: what was there before says nothing of its speed. */
  #basis: { readonly milliseconds: number; readonly steps: number } | null = null;

  /** @param total training steps expected */
  constructor(
    total: number,
    report: ((progress: EncodeProgress) => void) | undefined,
    journal: Journal = NO_JOURNAL,
  ) {
    this.#total = total;
    this.#report = report ?? (() => {});
    this.#journal = journal;
  }

  /** Expects more training steps than at first. */
  expect(steps: number): void {
    this.#total += steps;
  }

  /** Expects so many training steps from here on, unless it expects more already. */
  expectNow(steps: number): void {
    this.#total = Math.max(this.#total, this.#taken + this.#others + steps);
  }

  /** Training steps taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Announces a phase. */
  phase(phase: string): void {
    this.#report({ phase, ...this.#position() });
  }

  /** Announces the last phase: a fit may end in fewer steps than were expected. */
  finish(phase: string): void {
    this.#report({ phase, done: 1 });
  }

  /** Counts training steps. @param seen of the last of them */
  took(phase: string, steps: number, seen: Pick<EncodeProgress, 'psnr' | 'bpp'> = {}): void {
    this.#taken += steps;
    this.#report({ phase, ...this.#position(), ...seen });
  }

  /** Counts other work. @param steps training steps that it takes as long as */
  did(phase: string, steps: number): void {
    this.#others += steps;
    this.phase(phase);
  }

  #position(): { done: number; secondsLeft?: number } {
    const steps = this.#taken + this.#others;
    const done = Math.min(MOST_DONE, steps / this.#total);
    if (steps === 0 || done === MOST_DONE) return { done };
    const milliseconds = performance.now();
    if (this.#basis === null || this.#journal.isReplaying) this.#basis = { milliseconds, steps };
    const seconds = (milliseconds - this.#basis.milliseconds) / 1000;
    if (seconds < LEAST_BASIS || steps === this.#basis.steps) return { done };
    return { done, secondsLeft: (seconds * (this.#total - steps)) / (steps - this.#basis.steps) };
  }
}
