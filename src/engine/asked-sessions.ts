/** @file Sessions that stand before those of an engine: all that changes nothing is asked of the engine's, in a way of their own. */

import type { Latents } from '../field/pyramid.ts';
import type { CoordinateSession, CoordinateState } from './coordinates.ts';
import type {
  LatentNoise,
  LossPart,
  PyramidLoss,
  PyramidOptimizers,
  PyramidSession,
  PyramidState,
  PyramidWeights,
  RowVisitor,
} from './pyramid.ts';

export abstract class AskedPyramidSession {
  protected abstract ask<Answer>(question: (session: PyramidSession) => Promise<Answer>): Promise<Answer>;

  /** For answers of several numbers per pixel. */
  protected askLarge<Answer>(question: (session: PyramidSession) => Promise<Answer>): Promise<Answer> {
    return this.ask(question);
  }

  loss(part?: LossPart): Promise<PyramidLoss> {
    return this.ask((session) => session.loss(part));
  }

  weightGradient(lambda: number, noise: LatentNoise): Promise<PyramidWeights> {
    return this.ask((session) => session.weightGradient(lambda, noise));
  }

  latentGradient(lambda: number, at: LatentNoise | Latents, visit: RowVisitor): Promise<void> {
    return this.askLarge((session) => session.latentGradient(lambda, at, visit));
  }

  outputs(): Promise<Float32Array> {
    return this.askLarge((session) => session.outputs());
  }

  readLatents(): Promise<Latents> {
    return this.ask((session) => session.readLatents());
  }

  readState(): Promise<PyramidState> {
    return this.ask((session) => session.readState());
  }

  readOptimizers(): Promise<PyramidOptimizers | null> {
    return this.askLarge((session) => session.readOptimizers());
  }

  readWeights(): Promise<PyramidWeights> {
    return this.ask((session) => session.readWeights());
  }
}

export abstract class AskedCoordinateSession {
  protected abstract ask<Answer>(question: (session: CoordinateSession) => Promise<Answer>): Promise<Answer>;

  /** For answers of several numbers per pixel. */
  protected askLarge<Answer>(question: (session: CoordinateSession) => Promise<Answer>): Promise<Answer> {
    return this.ask(question);
  }

  loss(batch?: number): Promise<number> {
    return this.ask((session) => session.loss(batch));
  }

  gradient(batch?: number): Promise<Float32Array> {
    return this.ask((session) => session.gradient(batch));
  }

  outputs(): Promise<Float32Array> {
    return this.askLarge((session) => session.outputs());
  }

  readParameters(): Promise<Float32Array> {
    return this.ask((session) => session.readParameters());
  }

  readState(): Promise<CoordinateState> {
    return this.ask((session) => session.readState());
  }
}
