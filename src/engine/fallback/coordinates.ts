/** @file A fit of a coordinate field that survives its device, Adam's moments included. */

import type { FitProblem, FitSession, FitState, Step } from '../engine.ts';
import type { Failover } from './failover.ts';
import { ResumableSession, type Resume } from './resumable.ts';

export class FallbackFitSession implements FitSession {
  readonly #problem: FitProblem;
  readonly #resumable: ResumableSession<FitSession>;
  #quantization: Float32Array | null = null;

  private constructor(problem: FitProblem, resumable: ResumableSession<FitSession>) {
    this.#problem = problem;
    this.#resumable = resumable;
  }

  static async open(engines: Failover, problem: FitProblem): Promise<FitSession> {
    return new FallbackFitSession(
      problem,
      await ResumableSession.open(engines, (engine) => engine.fit(problem)),
    );
  }

  get batches(): number {
    return this.#resumable.session.batches;
  }

  setQuantization(steps: Float32Array | null): void {
    this.#quantization = steps;
    this.#resumable.write('quantization', (session) => session.setQuantization(steps));
  }

  train(steps: readonly Step[]): Promise<Float32Array> {
    return this.#resumable.train(
      steps.length,
      (session) => session.train(steps),
      () => this.#checkpoint(),
    );
  }

  async #checkpoint(): Promise<Resume<FitSession>> {
    const start = await this.readState();
    const quantization = this.#quantization;
    return async (engine) => {
      const session = await engine.fit({ ...this.#problem, start });
      session.setQuantization(quantization);
      return session;
    };
  }

  loss(batch?: number): Promise<number> {
    return this.#resumable.ask((session) => session.loss(batch));
  }

  gradient(): Promise<Float32Array> {
    return this.#resumable.ask((session) => session.gradient());
  }

  readParameters(): Promise<Float32Array> {
    return this.#resumable.ask((session) => session.readParameters());
  }

  writeParameters(parameters: Float32Array): void {
    this.#resumable.write('parameters', (session) => session.writeParameters(parameters));
  }

  readState(): Promise<FitState> {
    return this.#resumable.ask((session) => session.readState());
  }

  dispose(): void {
    this.#resumable.dispose();
  }
}
