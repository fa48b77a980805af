/** @file A fit of a coordinate field whose answers go into a journal. */

import { AskedCoordinateSession } from '../../engine/asked-sessions.ts';
import type { CoordinateProblem, CoordinateSession, CoordinateStep } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SessionState } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { RecordedSession } from './recorded-session.ts';

export class JournaledCoordinateSession extends AskedCoordinateSession implements CoordinateSession {
  readonly #recorded: RecordedSession<CoordinateSession>;
  #batches = 0;
  #quantization: Float32Array | null = null;

  private constructor(engine: Engine, problem: CoordinateProblem, journal: Journal) {
    super();
    const open = async (saved: SessionState | undefined): Promise<CoordinateSession> => {
      if (saved?.kind !== 'coordinates') return engine.fitCoordinates(problem);
      const session = await engine.fitCoordinates({ ...problem, start: saved.state });
      this.#quantization = saved.quantization;
      session.setQuantization(saved.quantization);
      return session;
    };
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
    const state = await (await this.#recorded.session()).readState();
    return { kind: 'coordinates', state, quantization: this.#quantization };
  }

  get batches(): number {
    return this.#batches;
  }

  setQuantization(steps: Float32Array | null): void {
    this.#recorded.write((session) => {
      this.#quantization = steps;
      session.setQuantization(steps);
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

  dispose(): void {
    this.#recorded.dispose();
  }
}
