/** @file The files that an encode has come to, of which one is its result. */

import { type FileTarget, scoreMissed, sizeMissed } from '../file-target.ts';
import type { FittedFile } from '../fitted.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import { better, isScore, nearer, reaches, scoreOf, type Target } from './target.ts';

type BytesTarget = Extract<FileTarget, { kind: 'bytes' }>;

/** A file, and the λ of its fit. */
export interface Candidate extends FittedPyramid {
  readonly lambda: number;
}

export class CandidateFiles {
  readonly target: Target;
  #best: Candidate | null = null;
  #nearest: Candidate | null = null;

  constructor(target: Target) {
    this.target = target;
  }

  add(fitted: FittedPyramid, lambda: number): void {
    const candidate = { ...fitted, lambda };
    if (!reaches(this.target, fitted)) this.#nearest = nearer(this.target, this.#nearest, candidate);
    else this.#best = better(this.target, this.#best, candidate);
  }

  /** Of those that reach the target, the one that serves it best. */
  get best(): Candidate | null {
    return this.#best;
  }

  /** Of those that miss the target, the one that comes nearest to it. */
  get nearest(): Candidate | null {
    return this.#nearest;
  }

  /** Whatever comes nearest to the target, where there is no time for more. */
  get nearestOfAll(): FittedFile {
    return this.#best ?? (this.#nearest as Candidate);
  }

  /** The encode's. @throws LoecError E_TARGET with what has been reached */
  get result(): FittedFile {
    if (this.#best) return this.#best;
    const nearest = this.#nearest as Candidate;
    throw isScore(this.target)
      ? scoreMissed(this.target, scoreOf(this.target, nearest))
      : sizeMissed((this.target as BytesTarget).bytes, nearest.file.length);
  }
}
