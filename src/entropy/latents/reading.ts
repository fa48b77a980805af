/** @file Latents as a decode wants them: some rows, coarse planes before fine ones, on threads. */

import type { LatentModel } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import type { TimeSlices } from '../../time-slices.ts';
import type { PlaneValues } from './bands.ts';
import { type DecodeSlices, LatentReader } from './reader.ts';

/** What is read of latents, and where. */
export interface LatentReading {
  /**
   * Rows of the picture: latents that its outputs there depend on are read, others are perhaps left 0.
   * @default all
   */
  readonly rows?: { readonly firstRow: number; readonly endRow: number };
  /** Whether the last bytes have not come yet: what is read without them is the same. @default false */
  readonly isCut?: boolean;
  /** @default the calling thread decodes */
  readonly threads?: LatentThreads | undefined;
}

export interface LatentThreads {
  /** Zeros in memory that the threads share. */
  readonly allocate: (length: number) => Int16Array;
  /** @param parameters of the context model */
  readonly decodeSlices: (model: LatentModel, parameters: Float32Array) => DecodeSlices;
}

/** Latents that are read from coarse planes to fine ones. */
export class CodedLatents {
  readonly #reader: LatentReader;
  readonly #rows: { readonly firstRow: number; readonly endRow: number };
  readonly #decodeSlices: DecodeSlices | undefined;

  /** @param parameters of the context model @throws LoecError E_FORMAT */
  constructor(
    bytes: Uint8Array,
    model: LatentModel,
    parameters: Float32Array,
    { rows, threads, isCut }: LatentReading,
  ) {
    this.#reader = new LatentReader(bytes, model, parameters, threads?.allocate, { isCut });
    this.#rows = rows ?? { firstRow: 0, endRow: model.height };
    this.#decodeSlices = threads?.decodeSlices(model, parameters);
  }

  /**
   * @param finest level of the planes that are read
   * @returns per plane its latents; null of those that have not been read
   * @throws LoecError E_FORMAT, E_LIMIT, E_ABORTED or E_ENGINE
   */
  async readTo(finest: number, slices: TimeSlices): Promise<PlaneValues> {
    await this.#reader.read({ finest, ...this.#rows }, slices, this.#decodeSlices);
    return [...this.#reader.latents];
  }

  /** All planes. @throws as {@link readTo} */
  async readAll(slices: TimeSlices): Promise<Latents> {
    return (await this.readTo(0, slices)) as Latents;
  }
}
