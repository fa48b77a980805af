/** @file A fit of a pyramid field that survives its device. The moments of its optimizers don't: they gather anew within some ten steps. */

import type { Latents } from '../../field/pyramid.ts';
import type {
  LatentNoise,
  LossPart,
  PyramidLoss,
  PyramidProblem,
  PyramidSession,
  PyramidState,
  PyramidStep,
  PyramidWeights,
  RowVisitor,
} from '../pyramid.ts';
import type { StandbyEngine } from './engine.ts';
import { Relay, type Resume } from './relay.ts';

export class StandbyPyramidSession implements PyramidSession {
  /** With the classes of the pixels as they are. */
  #problem: PyramidProblem;
  readonly #relay: Relay<PyramidSession>;

  private constructor(problem: PyramidProblem, relay: Relay<PyramidSession>) {
    this.#problem = problem;
    this.#relay = relay;
  }

  static async open(engines: StandbyEngine, problem: PyramidProblem): Promise<PyramidSession> {
    return new StandbyPyramidSession(
      problem,
      await Relay.open(engines, (engine) => engine.fitPyramid(problem)),
    );
  }

  train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    return this.#relay.train(
      steps.length,
      (session) => session.train(steps),
      () => this.#checkpoint(),
    );
  }

  async #checkpoint(): Promise<Resume<PyramidSession>> {
    const problem = { ...this.#problem, start: await this.readState() };
    return (engine) => engine.fitPyramid(problem);
  }

  loss(part?: LossPart): Promise<PyramidLoss> {
    return this.#relay.ask((session) => session.loss(part));
  }

  weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    return this.#relay.ask((session) => session.weightGradient(lambda, noise));
  }

  latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    return this.#relay.ask((session) => session.latentGradient(lambda, at, visit));
  }

  outputs(): Promise<Float32Array> {
    return this.#relay.ask((session) => session.outputs());
  }

  readLatents(): Promise<Latents> {
    return this.#relay.ask((session) => session.readLatents());
  }

  readState(): Promise<PyramidState> {
    return this.#relay.ask((session) => session.readState());
  }

  readWeights(): Promise<PyramidWeights> {
    return this.#relay.ask((session) => session.readWeights());
  }

  writeWeights(weights: PyramidWeights): void {
    // Callers go on with theirs.
    const copy = structuredClone(weights);
    this.#relay.write('weights', (session) => session.writeWeights(copy));
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#relay.write('latents', (session) => session.writeLatents(latents));
  }

  writeTuples(tuples: Uint32Array): void {
    this.#problem = { ...this.#problem, tuples };
    this.#relay.write('tuples', (session) => session.writeTuples(tuples));
  }

  dispose(): void {
    this.#relay.dispose();
  }
}
