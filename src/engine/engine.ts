/**
 * @file What every engine does: evaluate a field of coordinates, fit one to colours (`coordinates.ts`), and fit a pyramid field to a
 * picture (`pyramid.ts`). All engines pass the same conformance suites (`test/engine/conformance.ts`, `test/engine/pyramid-conformance.ts`).
 */

import type { Samples } from '../field/selectors.ts';
import type { Field } from '../field/spec.ts';
import type { CoordinateProblem, CoordinateSession } from './coordinates.ts';
import type { EngineName } from './names.ts';
import type { PyramidProblem, PyramidSession } from './pyramid.ts';

export interface Engine {
  readonly name: EngineName;
  /** What the engine runs on, for people: for example `wasm, relaxed simd, 2 threads`. */
  readonly description: string;
  /** The field's outputs at the positions: [count, channels], not clipped. */
  evaluate(field: Field, samples: Samples): Promise<Float32Array>;
  /** Opens a fit of a coordinate field. Its memory lives until `dispose`. */
  fitCoordinates(problem: CoordinateProblem): Promise<CoordinateSession>;
  /** Opens a fit of a pyramid field. Its memory lives until `dispose`. */
  fitPyramid(problem: PyramidProblem): Promise<PyramidSession>;
  /** Ends threads and frees device memory; the engine can't be used after it. */
  dispose(): Promise<void>;
}
