/**
 * @file What the steps of a fit aim at where it lowers another distortion than the squared error. A step sees a mini-batch of scattered pixels,
 * which tell nothing of a distortion that compares neighbourhoods. So the fit majorizes and minimizes (Hunter and Lange, "A tutorial on MM
 * algorithms", The American Statistician 58(1), 2004): from time to time the whole picture is evaluated, and the distortion's local model there
 * gives every output a target and a weight, by whose weighted squared error the steps go until the next time.
 */

import { distortionFor } from '../../distortion/by-tune.ts';
import type { LocalModel, PictureDistortion } from '../../distortion/distortion.ts';
import type { Tune } from '../../distortion/tunes.ts';
import type { CoordinateSession } from '../../engine/coordinates.ts';
import { baseValues } from '../../samples/mapping.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';

/**
 * How far steps aim, over the way to the local model's targets. The model curves more than the distortion does, so its targets are too near;
 * below 2 a step to them can't overshoot (docs/experiments.md, "Coordinate fields for the eye").
 */
const RELAXATION = 1.8;

/** A distortion near some outputs: but for a constant, Σ wᵢ (ŷᵢ − tᵢ)² of all samples, in units in which the mean of wᵢ is 1. */
export interface WeightedTargets extends LocalModel {
  /** At these outputs. */
  readonly distortion: number;
}

export class MovingTargets {
  readonly #distortion: PictureDistortion;

  private constructor(distortion: PictureDistortion) {
    this.#distortion = distortion;
  }

  /**
   * null for the squared error, of which the picture's values are the targets.
   * @param threads at most
   * @throws LoecError E_LIMIT where the machine has not the memory
   */
  static async open(
    tune: Tune,
    { samples, target }: MappedPicture,
    threads: number | undefined,
  ): Promise<MovingTargets | null> {
    if (tune === 'psnr') return null;
    return new MovingTargets(await distortionFor(tune, baseValues(samples)).of(target, { threads }));
  }

  /** Sets a session's targets by its outputs as they are. */
  renew(session: CoordinateSession): Promise<void> {
    return session.retarget(async (outputs) =>
      this.#scaled(this.#distortion.localModel(outputs, RELAXATION)),
    );
  }

  /** The distortion near outputs of the whole picture, [channels, pixels], which it may overwrite and return. */
  async near(outputs: Float32Array): Promise<WeightedTargets> {
    const distortion = await this.#distortion.evaluate(outputs, null);
    const { scale, ...model } = this.#scaled(this.#distortion.localModel(outputs));
    return { ...model, distortion: scale * distortion };
  }

  /** The weights alone. */
  weightsNear(outputs: Float32Array): Float32Array {
    return this.#scaled(this.#distortion.localModel(outputs)).weights;
  }

  /** In units in which the mean weight is 1. */
  #scaled({ targets, weights }: LocalModel): LocalModel & { readonly scale: number } {
    const scale = weights.length / weights.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < weights.length; i++) weights[i] = scale * (weights[i] as number);
    return { targets, weights, scale };
  }

  dispose(): Promise<void> {
    return this.#distortion.dispose();
  }
}
