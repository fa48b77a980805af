/** @file An engine with a fallback: where the first one's device fails, also in the middle of a fit, the work goes on on the second. */

import type { Samples } from '../../field/selectors.ts';
import type { Field } from '../../field/spec.ts';
import type { CoordinateProblem, CoordinateSession } from '../coordinates.ts';
import type { Engine } from '../engine.ts';
import type { EngineName } from '../names.ts';
import type { PyramidProblem, PyramidSession } from '../pyramid.ts';
import { FallbackCoordinateSession } from './coordinates.ts';
import { Failover, type Fallback } from './failover.ts';
import { FallbackPyramidSession } from './pyramid.ts';

export class FallbackEngine implements Engine {
  readonly #engines: Failover;

  constructor(first: Engine, fallback: Fallback) {
    this.#engines = new Failover(first, fallback);
  }

  get name(): EngineName {
    return this.#engines.current.name;
  }

  get description(): string {
    return this.#engines.current.description;
  }

  evaluate(field: Field, samples: Samples): Promise<Float32Array> {
    return this.#engines.attempt((engine) => engine.evaluate(field, samples));
  }

  fitCoordinates(problem: CoordinateProblem): Promise<CoordinateSession> {
    return FallbackCoordinateSession.open(this.#engines, problem);
  }

  fitPyramid(problem: PyramidProblem): Promise<PyramidSession> {
    return FallbackPyramidSession.open(this.#engines, problem);
  }

  dispose(): Promise<void> {
    return this.#engines.dispose();
  }
}
