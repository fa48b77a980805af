/** @file A fit of a pyramid field whose answers go into a journal. */

import type { Engine } from '../../engine/engine.ts';
import type {
  HostDistortion,
  LatentNoise,
  LossPart,
  PyramidLoss,
  PyramidOptimizers,
  PyramidProblem,
  PyramidSession,
  PyramidState,
  PyramidStep,
  PyramidWeights,
  RowVisitor,
} from '../../engine/pyramid.ts';
import type { Latents } from '../../field/pyramid.ts';
import type { SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

export class JournaledPyramidSession implements PyramidSession {
  readonly host: HostDistortion | null;
  readonly #recorded: RecordedSession<PyramidSession>;
  /** The classes of the pixels as they are. */
  #tuples: Uint32Array | null;

  private constructor(engine: Engine, problem: PyramidProblem, journal: Journal) {
    this.#tuples = problem.tuples;
    const open = (saved: SessionState | undefined): Promise<PyramidSession> =>
      engine.fitPyramid(saved?.kind === 'pyramid' ? this.#resumed(problem, saved) : problem);
    this.#recorded = new RecordedSession(journal, open, { state: () => this.#state() });
    this.host = problem.distortion.fused ? null : this.#hostDistortion();
  }

  static async open(engine: Engine, problem: PyramidProblem, journal: Journal): Promise<PyramidSession> {
    const session = new JournaledPyramidSession(engine, problem, journal);
    if (!journal.isReplaying) await session.#recorded.session();
    return session;
  }

  #resumed(
    problem: PyramidProblem,
    { state, tuples, optimizers }: Extract<SessionState, { kind: 'pyramid' }>,
  ): PyramidProblem {
    this.#tuples = tuples;
    return { ...problem, start: state, tuples, optimizers };
  }

  async #state(): Promise<SessionState> {
    const session = await this.#recorded.session();
    const [state, optimizers] = [await session.readState(), await session.readOptimizers()];
    return { kind: 'pyramid', state, tuples: this.#tuples, optimizers };
  }

  #hostDistortion(): HostDistortion {
    const hostOf = (session: PyramidSession): HostDistortion => session.host as HostDistortion;
    return {
      of: (outputs) => this.#recorded.ask((session) => hostOf(session).of(outputs)),
      localModel: () => this.#recorded.askLarge((session) => hostOf(session).localModel()),
    };
  }

  async train(steps: readonly PyramidStep[]): Promise<PyramidLoss[]> {
    return Array.from(await this.#recorded.train(steps.length, (session) => session.train(steps)));
  }

  loss(part?: LossPart): Promise<PyramidLoss> {
    return this.#recorded.ask((session) => session.loss(part));
  }

  weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    return this.#recorded.ask((session) => session.weightGradient(lambda, noise));
  }

  latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    return this.#recorded.askLarge((session) => session.latentGradient(lambda, at, visit));
  }

  outputs(): Promise<Float32Array> {
    return this.#recorded.askLarge((session) => session.outputs());
  }

  readLatents(): Promise<Latents> {
    return this.#recorded.ask((session) => session.readLatents());
  }

  readState(): Promise<PyramidState> {
    return this.#recorded.ask((session) => session.readState());
  }

  readOptimizers(): Promise<PyramidOptimizers | null> {
    return this.#recorded.askLarge((session) => session.readOptimizers());
  }

  readWeights(): Promise<PyramidWeights> {
    return this.#recorded.ask((session) => session.readWeights());
  }

  writeWeights(weights: PyramidWeights): void {
    // Callers go on with theirs.
    const copy = structuredClone(weights);
    this.#recorded.write((session) => session.writeWeights(copy));
  }

  writeLatents(latents: PyramidState['latents']): void {
    this.#recorded.write((session) => session.writeLatents(latents));
  }

  writeTuples(tuples: Uint32Array): void {
    this.#recorded.write((session) => {
      this.#tuples = tuples;
      session.writeTuples(tuples);
    });
  }

  dispose(): void {
    this.#recorded.dispose();
  }
}
