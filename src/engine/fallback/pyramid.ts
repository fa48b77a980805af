/** @file A fit of a pyramid field that survives its device. The moments of its optimizers don't: they gather anew within some ten steps. */

import { AskedPyramidSession } from '../asked-sessions.ts';
import type {
  HostDistortion,
  PyramidLoss,
  PyramidProblem,
  PyramidSession,
  PyramidState,
  PyramidStep,
  PyramidWeights,
} from '../pyramid.ts';
import type { Failover } from './failover.ts';
import { ResumableSession, type Resume } from './resumable.ts';

export class FallbackPyramidSession extends AskedPyramidSession implements PyramidSession {
  /** With the classes of the pixels as they are. */
  #problem: PyramidProblem;
  readonly #resumable: ResumableSession<PyramidSession>;

  private constructor(problem: PyramidProblem, resumable: ResumableSession<PyramidSession>) {
    super();
    this.#problem = problem;
    this.#resumable = resumable;
  }

  static async open(engines: Failover, problem: PyramidProblem): Promise<PyramidSession> {
    return new FallbackPyramidSession(
      problem,
      await ResumableSession.open(engines, (engine) => engine.fitPyramid(problem)),
    );
  }

  train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    return this.#resumable.train(
      steps.length,
      (session) => session.train(steps),
      () => this.#checkpoint(),
    );
  }

  async #checkpoint(): Promise<Resume<PyramidSession>> {
    // Moments of where the fit began would be wrong here.
    const problem = { ...this.#problem, optimizers: null, start: await this.readState() };
    return (engine) => engine.fitPyramid(problem);
  }

  get host(): HostDistortion | null {
    if (!this.#resumable.session.host) return null;
    const ask = <Answer>(question: (host: HostDistortion) => Promise<Answer>): Promise<Answer> =>
      this.#resumable.ask((session) => question(session.host as HostDistortion));
    return {
      of: (outputs) => ask((host) => host.of(outputs)),
      localModel: () => ask((host) => host.localModel()),
    };
  }

  writeWeights(weights: PyramidWeights): void {
    // Callers go on with theirs.
    const copy = structuredClone(weights);
    this.#resumable.write('weights', (session) => session.writeWeights(copy));
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#resumable.write('latents', (session) => session.writeLatents(latents));
  }

  writeTuples(tuples: Uint32Array): void {
    this.#problem = { ...this.#problem, tuples };
    this.#resumable.write('tuples', (session) => session.writeTuples(tuples));
  }

  protected override ask<Answer>(question: (session: PyramidSession) => Promise<Answer>): Promise<Answer> {
    return this.#resumable.ask(question);
  }

  dispose(): void {
    this.#resumable.dispose();
  }
}
