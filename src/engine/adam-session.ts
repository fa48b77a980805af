/** @file What sessions of all engines have in common: their optimizer is Adam, and they tell losses with gradients. */

import type { LocalModel } from '../distortion/distortion.ts';
import type { TargetsNear } from './coordinates.ts';

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float32Array;
}

export abstract class AdamSession {
  /**
   * `loss` and `gradient` in one pass.
   * @param fromLayer the first layer whose gradient is asked for: those in front of it may have zeros instead
   */
  abstract lossAndGradient(batch?: number, fromLayer?: number): Promise<LossAndGradient>;

  /** See `CoordinateSession.outputs`. */
  abstract outputs(): Promise<Float32Array>;

  /** Replaces targets and their weights, both planar, [channels, count]. */
  protected abstract aimAt(model: LocalModel): void;

  async retarget(near: TargetsNear): Promise<void> {
    this.aimAt(await near(await this.outputs()));
  }

  async gradient(batch?: number): Promise<Float32Array> {
    return (await this.lossAndGradient(batch)).gradient;
  }

  trainFrom(): never {
    throw new Error('Adam trains all layers: begin with the state of SOAP');
  }
}
