/** @file A fit of a coordinate field by SOAP: on the host, from the losses and gradients of a session of an engine. */

import type { AdamSession } from './adam-session.ts';
import {
  type AdamCoordinateState,
  type CoordinateProblem,
  type CoordinateSession,
  type CoordinateState,
  type CoordinateStep,
  initialState,
  type TargetsNear,
} from './coordinates.ts';
import { SoapFit } from './soap-fit.ts';

type EngineSession = AdamSession & CoordinateSession;

/** Opens a session with the problem's optimizer. @param open a session of the engine */
export async function openCoordinates(
  problem: CoordinateProblem,
  open: (problem: CoordinateProblem<AdamCoordinateState>) => Promise<EngineSession>,
): Promise<CoordinateSession> {
  const { spec, start } = problem;
  if (start.optimizer === 'adam') return open({ ...problem, start });
  const fit = new SoapFit(spec, start);
  return new SoapSession(fit, await open({ ...problem, start: initialState(fit.parameters, 'adam') }));
}

class SoapSession implements CoordinateSession {
  readonly #fit: SoapFit;
  /** Whose parameters are the fit's; its Adam takes no step. */
  readonly #engine: EngineSession;

  constructor(fit: SoapFit, engine: EngineSession) {
    this.#fit = fit;
    this.#engine = engine;
  }

  get batches(): number {
    return this.#engine.batches;
  }

  trainFrom(layer: number): void {
    this.#fit.trainedFrom = layer;
  }

  retarget(near: TargetsNear): Promise<void> {
    return this.#engine.retarget(near);
  }

  async train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    const losses = new Float32Array(steps.length);
    for (const [i, { learningRate, batch }] of steps.entries()) {
      const { loss, gradient } = await this.#engine.lossAndGradient(batch, this.#fit.trainedFrom);
      losses[i] = loss;
      this.#fit.step(gradient, learningRate);
      this.#show();
    }
    return losses;
  }

  loss(batch?: number): Promise<number> {
    return this.#engine.loss(batch);
  }

  gradient(batch?: number): Promise<Float32Array> {
    return this.#engine.gradient(batch);
  }

  outputs(): Promise<Float32Array> {
    return this.#engine.outputs();
  }

  async readParameters(): Promise<Float32Array> {
    return this.#fit.parameters;
  }

  writeParameters(parameters: Float32Array): void {
    this.#fit.parameters = parameters;
    this.#show();
  }

  async readState(): Promise<CoordinateState> {
    return this.#fit.state;
  }

  dispose(): void {
    this.#engine.dispose();
  }

  #show(): void {
    this.#engine.writeParameters(this.#fit.parameters);
  }
}
