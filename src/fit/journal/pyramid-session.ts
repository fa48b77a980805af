/** @file A fit of a pyramid field whose answers go into a journal. */

import { AskedPyramidSession } from '../../engine/asked-sessions.ts';
import type { Engine } from '../../engine/engine.ts';
import type {
  HostDistortion,
  PyramidLoss,
  PyramidProblem,
  PyramidSession,
  PyramidState,
  PyramidStep,
  PyramidWeights,
} from '../../engine/pyramid.ts';
import type { SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

export class JournaledPyramidSession extends AskedPyramidSession implements PyramidSession {
  readonly host: HostDistortion | null;
  readonly #recorded: RecordedSession<PyramidSession>;
  /** The classes of the pixels as they are. */
  #tuples: Uint32Array | null;

  private constructor(engine: Engine, problem: PyramidProblem, journal: Journal) {
    super();
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

  protected override ask<Answer>(question: (session: PyramidSession) => Promise<Answer>): Promise<Answer> {
    return this.#recorded.ask(question);
  }

  protected override askLarge<Answer>(
    question: (session: PyramidSession) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#recorded.askLarge(question);
  }

  dispose(): void {
    this.#recorded.dispose();
  }
}
