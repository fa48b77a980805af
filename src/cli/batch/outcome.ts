/** @file What became of the inputs of a command, counted and added up. */

import { LoecError } from '../../errors.ts';
import type { Job } from './jobs.ts';

/** What is known of a picture when its work is done. */
export interface Figures {
  /** Of the input; unknown of a pipe. */
  readonly bytesIn?: number | undefined;
  readonly bytesOut?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly psnr?: number | undefined;
  readonly ssimulacra2?: number | undefined;
  readonly preset?: string | undefined;
  readonly tune?: string | undefined;
  readonly seconds: number;
}

/** `left`: not begun, as the command was stopped. */
export type Outcome =
  | ({ readonly status: 'done' } & Figures)
  | ({ readonly status: 'skipped'; readonly reason: string } & Pick<Figures, 'bytesIn' | 'bytesOut'>)
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'left' };

const LEFT: Outcome = { status: 'left' };

/** Of an input whose work has failed. What was interrupted can be begun again. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof LoecError && error.code === 'E_ABORTED') return LEFT;
  return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
}

/** An input, its output, and what became of it. */
export type Row = Pick<Job, 'input' | 'output'> & Outcome;

export interface Summary {
  readonly files: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Not begun, or interrupted. */
  readonly left: number;
  /** Of the inputs that are done. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export class Tally {
  readonly #jobs: readonly Job[];
  readonly #outcomes: Outcome[];

  constructor(jobs: readonly Job[]) {
    this.#jobs = jobs;
    this.#outcomes = jobs.map(() => LEFT);
  }

  set(index: number, outcome: Outcome): void {
    this.#outcomes[index] = outcome;
  }

  /** In the order of the inputs. */
  get rows(): Row[] {
    return this.#jobs.map(({ input, output }, i) => ({ input, output, ...(this.#outcomes[i] as Outcome) }));
  }

  get summary(): Summary {
    const count = (status: Outcome['status']): number =>
      this.#outcomes.filter((outcome) => outcome.status === status).length;
    const add = (key: 'bytesIn' | 'bytesOut'): number =>
      this.#outcomes.reduce((sum, outcome) => sum + ((outcome.status === 'done' && outcome[key]) || 0), 0);
    return {
      files: this.#jobs.length,
      done: count('done'),
      skipped: count('skipped'),
      failed: count('failed'),
      left: count('left'),
      bytesIn: add('bytesIn'),
      bytesOut: add('bytesOut'),
    };
  }
}
