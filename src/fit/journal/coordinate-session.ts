/** @file A fit of a coordinate field whose answers go into a journal. */

import { AskedCoordinateSession } from '../../engine/asked-sessions.ts';
import type { CoordinateProblem, CoordinateSession, CoordinateStep } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Tensor } from '../../field/spec.ts';
import type { SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

export class JournaledCoordinateSession extends AskedCoordinateSession implements CoordinateSession {
  readonly #recorded: RecordedSession<CoordinateSession>;
  #batches = 0;

  private constructor(engine: Engine, problem: CoordinateProblem, journal: Journal) {
    super();
    const open = (saved: SessionState | undefined): Promise<CoordinateSession> =>
      engine.fitCoordinates(saved?.kind === 'coordinates' ? { ...problem, start: saved.state } : problem);
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

  async #state(): Promise<SessionState> {
    return { kind: 'coordinates', state: await (await this.#recorded.session()).readState() };
  }

  get batches(): number {
    return this.#batches;
  }

  setQuantization(steps: Float32Array | null, origin: Float32Array | null = null): void {
    this.#recorded.write((session) => session.setQuantization(steps, origin));
  }

  setTrained(tensors: readonly Tensor[] | null): void {
    this.#recorded.write((session) => session.setTrained(tensors));
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

  dispose(): void {
    this.#recorded.dispose();
  }
}
