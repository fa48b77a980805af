/** @file A fit of a coordinate field whose answers go into a journal. */

import { AskedCoordinateSession } from '../../engine/asked-sessions.ts';
import type {
  CoordinateProblem,
  CoordinateSession,
  CoordinateStep,
  TargetsNear,
} from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

type Saved = Extract<SessionState, { kind: 'coordinates' }>;

export class JournaledCoordinateSession extends AskedCoordinateSession implements CoordinateSession {
  readonly #recorded: RecordedSession<CoordinateSession>;
  /** null once the session is open: it takes as much memory as the engine's. */
  #problem: CoordinateProblem | null;
  #batches = 0;
  /** What gave the targets, and the parameters whose outputs it was given; null where they are the problem's. */
  #near: TargetsNear | null = null;
  #targetedAt: Float32Array | null = null;

  private constructor(engine: Engine, problem: CoordinateProblem, journal: Journal) {
    super();
    this.#problem = problem;
    const open = (saved: SessionState | undefined): Promise<CoordinateSession> =>
      this.#open(engine, saved?.kind === 'coordinates' ? saved : null);
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

  async #open(engine: Engine, saved: Saved | null): Promise<CoordinateSession> {
    const problem = this.#problem as CoordinateProblem;
    this.#problem = null;
    if (!saved) return engine.fitCoordinates(problem);
    const session = await engine.fitCoordinates({ ...problem, start: saved.state });
    this.#targetedAt = saved.targetedAt;
    if (saved.targetedAt) {
      session.writeParameters(saved.targetedAt);
      await session.retarget(this.#near as TargetsNear);
      session.writeParameters(saved.state.parameters);
    }
    return session;
  }

  async #state(): Promise<SessionState> {
    const session = await this.#recorded.session();
    return { kind: 'coordinates', state: await session.readState(), targetedAt: this.#targetedAt };
  }

  get batches(): number {
    return this.#batches;
  }

  trainFrom(layer: number): void {
    this.#recorded.write((session) => session.trainFrom(layer));
  }

  async retarget(near: TargetsNear): Promise<void> {
    this.#near = near;
    await this.#recorded.ask(async (session) => {
      this.#targetedAt = await session.readParameters();
      await session.retarget(near);
      return null;
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
