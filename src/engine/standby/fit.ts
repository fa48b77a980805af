/** @file A fit of a coordinate field that survives its device, Adam's moments included. */

import type { FitProblem, FitSession, FitState, Step } from '../engine.ts';
import type { StandbyEngine } from './engine.ts';
import { Relay, type Resume } from './relay.ts';

export class StandbyFitSession implements FitSession {
  readonly #problem: FitProblem;
  readonly #relay: Relay<FitSession>;
  #quantization: Float32Array | null = null;

  private constructor(problem: FitProblem, relay: Relay<FitSession>) {
    this.#problem = problem;
    this.#relay = relay;
  }

  static async open(engines: StandbyEngine, problem: FitProblem): Promise<FitSession> {
    return new StandbyFitSession(problem, await Relay.open(engines, (engine) => engine.fit(problem)));
  }

  get batches(): number {
    return this.#relay.session.batches;
  }

  setQuantization(steps: Float32Array | null): void {
    this.#quantization = steps;
    this.#relay.write('quantization', (session) => session.setQuantization(steps));
  }

  train(steps: readonly Step[]): Promise<Float32Array> {
    return this.#relay.train(
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
    return this.#relay.ask((session) => session.loss(batch));
  }

  gradient(): Promise<Float32Array> {
    return this.#relay.ask((session) => session.gradient());
  }

  readParameters(): Promise<Float32Array> {
    return this.#relay.ask((session) => session.readParameters());
  }

  writeParameters(parameters: Float32Array): void {
    this.#relay.write('parameters', (session) => session.writeParameters(parameters));
  }

  readState(): Promise<FitState> {
    return this.#relay.ask((session) => session.readState());
  }

  dispose(): void {
    this.#relay.dispose();
  }
}
