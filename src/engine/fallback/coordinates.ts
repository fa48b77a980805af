/** @file A fit of a coordinate field that survives its device, its optimizer included. */

import { interleavedOf } from '../../distortion/planar.ts';
import { outputWidth } from '../../field/spec.ts';
import { AskedCoordinateSession } from '../asked-sessions.ts';
import type { CoordinateProblem, CoordinateSession, CoordinateStep, TargetsNear } from '../coordinates.ts';
import type { Failover } from './failover.ts';
import { ResumableSession, type Resume } from './resumable.ts';

export class FallbackCoordinateSession extends AskedCoordinateSession implements CoordinateSession {
  /** With its targets as they are. */
  #problem: CoordinateProblem;
  readonly #resumable: ResumableSession<CoordinateSession>;

  private constructor(problem: CoordinateProblem, resumable: ResumableSession<CoordinateSession>) {
    super();
    this.#problem = problem;
    this.#resumable = resumable;
  }

  static async open(engines: Failover, problem: CoordinateProblem): Promise<CoordinateSession> {
    return new FallbackCoordinateSession(
      problem,
      await ResumableSession.open(engines, (engine) => engine.fitCoordinates(problem)),
    );
  }

  get batches(): number {
    return this.#resumable.session.batches;
  }

  trainFrom(layer: number): void {
    this.#resumable.write('trained', (session) => session.trainFrom(layer));
  }

  async retarget(near: TargetsNear): Promise<void> {
    const channels = outputWidth(this.#problem.spec);
    const model = await near(await this.outputs());
    await this.#resumable.change('targets', (session) => session.retarget(async () => model));
    const targets = interleavedOf(model.targets, channels);
    this.#problem = { ...this.#problem, targets, targetWeights: interleavedOf(model.weights, channels) };
  }

  train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    return this.#resumable.train(
      steps.length,
      (session) => session.train(steps),
      () => this.#checkpoint(),
    );
  }

  async #checkpoint(): Promise<Resume<CoordinateSession>> {
    const problem = { ...this.#problem, start: await this.readState() };
    return (engine) => engine.fitCoordinates(problem);
  }

  writeParameters(parameters: Float32Array): void {
    this.#resumable.write('parameters', (session) => session.writeParameters(parameters));
  }

  protected override ask<Answer>(question: (session: CoordinateSession) => Promise<Answer>): Promise<Answer> {
    return this.#resumable.ask(question);
  }

  dispose(): void {
    this.#resumable.dispose();
  }
}
