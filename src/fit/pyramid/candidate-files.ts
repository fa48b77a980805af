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

  /** The encode's. @throws LoecError E_TARGET with what has been reached */
  get result(): FittedFile {
    if (this.#best) return this.#best;
    const nearest = this.#nearest as Candidate;
    throw isScore(this.target)
      ? scoreMissed(this.target, scoreOf(this.target, nearest))
      : sizeMissed((this.target as BytesTarget).bytes, nearest.file.length);
  }
}

/** λ at which a target would be met, of two files on either side of it, by a straight line between their scores or log bytes and ln λ. */
export function lambdaBetween(target: Target, a: Candidate, b: Candidate): number {
  const [asked, from, to] = [askedOf(target), heightOf(target, a), heightOf(target, b)];
  const share = (asked - from) / (to - from);
  return a.lambda * (b.lambda / a.lambda) ** share;
}

function heightOf(target: Target, fitted: FittedFile): number {
  return isScore(target) ? scoreOf(target, fitted) : Math.log(fitted.file.length);
}

function askedOf(target: Target): number {
  if (target.kind === 'lambda') return 0;
  return isScore(target) ? target.score : Math.log(target.bytes);
}
