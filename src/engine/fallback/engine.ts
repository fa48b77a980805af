/**
 * @file An engine with another one behind it. Where the first one's device fails, also in the middle of a fit, the work goes on on the
 * second, and stays there.
 */

import { LoecError } from '../../errors.ts';
import type { Samples } from '../../field/selectors.ts';
import type { Field } from '../../field/spec.ts';
import type { Engine, EngineName, FitProblem, FitSession } from '../engine.ts';
import type { PyramidProblem, PyramidSession } from '../pyramid.ts';
import { FallbackFitSession } from './coordinates.ts';
import { FallbackPyramidSession } from './pyramid.ts';

export interface Fallback {
  /** Opens the engine that takes over. */
  readonly open: () => Promise<Engine>;
  /** Told why it has to, once. */
  readonly onFailure: (cause: LoecError) => void;
}

export class FallbackEngine implements Engine {
  #current: Engine;
  #fallback: Fallback | null;

  constructor(first: Engine, fallback: Fallback) {
    this.#current = first;
    this.#fallback = fallback;
  }

  /** The engine that works at the moment. */
  get current(): Engine {
    return this.#current;
  }

  get name(): EngineName {
    return this.#current.name;
  }

  get description(): string {
    return this.#current.description;
  }

  evaluate(field: Field, samples: Samples): Promise<Float32Array> {
    return this.attempt((engine) => engine.evaluate(field, samples));
  }

  fit(problem: FitProblem): Promise<FitSession> {
    return FallbackFitSession.open(this, problem);
  }

  fitPyramid(problem: PyramidProblem): Promise<PyramidSession> {
    return FallbackPyramidSession.open(this, problem);
  }

  /** Does the work, on the engine behind if this one's device fails. */
  async attempt<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const engine = this.#current;
    try {
      return await work(engine);
    } catch (error) {
      await this.giveUp(engine, error);
      return work(this.#current);
    }
  }

  /**
   * Changes over to the engine behind, unless another fit has done so already.
   * @param engine the one that failed
   * @throws the error itself where it is not the device's, or where nothing is left behind
   */
  async giveUp(engine: Engine, error: unknown): Promise<void> {
    if (!isOfDevice(error)) throw error;
    if (engine !== this.#current) return;
    const fallback = this.#fallback;
    if (!fallback) throw error;
    this.#fallback = null;
    fallback.onFailure(error);
    this.#current = await fallback.open();
    await engine.dispose();
  }

  dispose(): Promise<void> {
    return this.#current.dispose();
  }
}

function isOfDevice(error: unknown): error is LoecError {
  return error instanceof LoecError && (error.code === 'E_ENGINE' || error.code === 'E_LIMIT');
}
