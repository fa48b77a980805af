/** @file An engine whose answers go into the journal of a fit. */

import type { CoordinateProblem, CoordinateSession } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EngineName } from '../../engine/names.ts';
import type { PyramidProblem, PyramidSession } from '../../engine/pyramid.ts';
import type { Samples } from '../../field/selectors.ts';
import type { Field } from '../../field/spec.ts';
import { JournaledCoordinateSession } from './coordinate-session.ts';
import type { Journal } from './journal.ts';
import { JournaledPyramidSession } from './pyramid-session.ts';

export class JournaledEngine implements Engine {
  readonly #engine: Engine;
  readonly #journal: Journal;

  constructor(engine: Engine, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  get name(): EngineName {
    return this.#engine.name;
  }

  get description(): string {
    return this.#engine.description;
  }

  evaluate(field: Field, samples: Samples): Promise<Float32Array> {
    this.#journal.checkWhole();
    return this.#engine.evaluate(field, samples);
  }

  fitCoordinates(problem: CoordinateProblem): Promise<CoordinateSession> {
    return JournaledCoordinateSession.open(this.#engine, problem, this.#journal);
  }

  fitPyramid(problem: PyramidProblem): Promise<PyramidSession> {
    return JournaledPyramidSession.open(this.#engine, problem, this.#journal);
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }
}
