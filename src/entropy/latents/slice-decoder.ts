/** @file Decodes slices, one after the other: all that a thread needs to do its part. */

import type { LatentModel } from '../../field/model.ts';
import type { Steps } from '../../time-slices.ts';
import { Bands, type PlaneValues } from './bands.ts';
import { createCoder, type LatentCoder } from './coder.ts';
import type { PlaneRows } from './slices.ts';

/** What decoding a slice takes besides the model: a record that can be sent to a thread. */
export interface SliceTask {
  /** A view of the file's bytes: a copy of it takes less to send. */
  readonly bytes: Uint8Array;
  readonly rows: PlaneRows;
}

export class SliceDecoder {
  readonly #coder: LatentCoder;
  readonly #bands: Bands;

  private constructor(coder: LatentCoder, model: LatentModel) {
    this.#coder = coder;
    this.#bands = new Bands(coder, model);
  }

  /** @param parameters of the context model @throws LoecError E_LIMIT or E_ENGINE */
  static create(model: LatentModel, parameters: Float32Array): SliceDecoder {
    return new SliceDecoder(createCoder(model, parameters), model);
  }

  /** @param isCut whether the last bytes have not come yet @throws LoecError E_FORMAT where there are too few bytes */
  begin(bytes: Uint8Array, isCut = false): void {
    this.#coder.state.reset();
    this.#coder.startDecoding(bytes, isCut);
  }

  /**
   * Goes on from where the bytes have been read to.
   * @param latents of the plane, zeros, and of those that it is predicted from
   * @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none
   */
  decodeRows(rows: PlaneRows, latents: PlaneValues): Steps {
    return this.#bands.code(rows, latents, (first, end) => this.#coder.decodeWaves(first, end));
  }

  /** Decodes a slice of a plane. @throws LoecError E_FORMAT */
  *decode({ bytes, rows }: SliceTask, latents: PlaneValues): Steps {
    this.begin(bytes);
    yield* this.decodeRows(rows, latents);
  }
}
