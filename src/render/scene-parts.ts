/** @file What scenes of one picture have in common: made when one of them needs it, and kept for the next. */

import type { Evaluation } from './coordinates/evaluation.ts';
import type { Enhance } from './enhancement.ts';
import type { PyramidEvaluator, TuplesAt } from './pyramid/evaluator.ts';
import type { Interpolator } from './pyramid/lattice.ts';

export class SceneParts {
  /** Of a field that reads a pyramid. */
  parameters?: Float32Array;
  /** Of a field of coordinates. */
  coordinates?: Evaluation;
  tuplesAt?: TuplesAt;
  enhance?: Enhance;
  interpolator?: Interpolator;
  /** Of pyramids, by the level of what they evaluate. */
  readonly #evaluators = new Map<number, PyramidEvaluator>();

  async evaluatorOf(level: number, make: () => Promise<PyramidEvaluator>): Promise<PyramidEvaluator> {
    const evaluator = this.#evaluators.get(level) ?? (await make());
    this.#evaluators.set(level, evaluator);
    return evaluator;
  }

  /** Bytes of what grows with the picture. */
  get memory(): number {
    return [...this.#evaluators.values()].reduce((sum, { memory }) => sum + memory, 0);
  }
}
