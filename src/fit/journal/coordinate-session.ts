/** @file A fit of a coordinate field whose answers go into a journal. */

import { AskedCoordinateSession } from '../../engine/asked-sessions.ts';
import type { CoordinateProblem, CoordinateSession, CoordinateStep } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoordinateTargets, SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

export class JournaledCoordinateSession extends AskedCoordinateSession implements CoordinateSession {
  readonly #recorded: RecordedSession<CoordinateSession>;
  #batches = 0;
  /** Where others have been set than the problem's. */
  #targets: CoordinateTargets | null = null;

  private constructor(engine: Engine, problem: CoordinateProblem, journal: Journal) {
    super();
    const open = (saved: SessionState | undefined): Promise<CoordinateSession> =>
      engine.fitCoordinates(saved?.kind === 'coordinates' ? this.#resumed(problem, saved) : problem);
    this.#recorded = new RecordedSession(journal, open, { state: () => this.#state() });
  }

  static async open(
    engine: Engine,
    problem: CoordinateProblem,
    journal: Journal,
  ): Promise<CoordinateSession> {
    const session = new JournaledCoordinateSession(engine, problem, journal);
    session.#batches = await session.#recorded.ask(async ({ batches }) => batches);
    return session;
  }

  #resumed(
    problem: CoordinateProblem,
    { state, targets }: Extract<SessionState, { kind: 'coordinates' }>,
  ): CoordinateProblem {
    this.#targets = targets;
    return { ...problem, ...targets, start: state };
  }

  async #state(): Promise<SessionState> {
    const session = await this.#recorded.session();
    return { kind: 'coordinates', state: await session.readState(), targets: this.#targets };
  }

  get batches(): number {
    return this.#batches;
  }

  trainFrom(layer: number): void {
    this.#recorded.write((session) => session.trainFrom(layer));
  }

  setTargets(targets: Float32Array, targetWeights: Float32Array | null): void {
    this.#recorded.write((session) => {
      this.#targets = { targets, targetWeights };
      session.setTargets(targets, targetWeights);
    });
  }

  async train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    return Float32Array.from(await this.#recorded.train(steps.length, (session) => session.train(steps)));
  }

  writeParameters(parameters: Float32Array): void {
    this.#recorded.write((session) => session.writeParameters(parameters));
  }

  protected override ask<Answer>(question: (session: CoordinateSession) => Promise<Answer>): Promise<Answer> {
    return this.#recorded.ask(question);
  }

  protected override askLarge<Answer>(
    question: (session: CoordinateSession) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#recorded.askLarge(question);
  }

  dispose(): void {
    this.#recorded.dispose();
  }
}
