/** @file The checkpoint of a worker's fit, kept where another worker finds it. */

import { CheckpointWriter } from '../../fit/journal/checkpoint-writer.ts';
import type { Transfer } from '../transfer/transfer.ts';

/** When checkpoints are worth it. */
export interface CheckpointTimes {
  /** Seconds of a fit that are not worth one. */
  readonly least: number;
  /** Seconds between two. */
  readonly interval: number;
}

/** Of one attempt of a job. Of several that come while one is written, the last is kept. */
export class AttemptCheckpoint {
  /** To go on from; null where there is nothing. */
  readonly resume: Uint8Array | null;
  readonly #transfer: Transfer;
  readonly #id: string;
  readonly #attempt: number;
  readonly #least: number;
  readonly #started = performance.now();
  readonly #writer = new CheckpointWriter((checkpoint) => this.#write(checkpoint));
  /** Whether the store takes none of this fit. */
  #isClosed = false;

  private constructor(
    transfer: Transfer,
    id: string,
    attempt: number,
    least: number,
    resume: Uint8Array | null,
  ) {
    this.#transfer = transfer;
    this.#id = id;
    this.#attempt = attempt;
    this.#least = least;
    this.resume = resume;
  }

  /** @param attempt how often the job was begun, this time included: a worker that is late overwrites nothing */
  static async open(
    transfer: Transfer,
    id: string,
    attempt: number,
    { least }: CheckpointTimes,
  ): Promise<AttemptCheckpoint> {
    const found = await transfer.takeCheckpoint(id);
    return new AttemptCheckpoint(transfer, id, attempt, least, found?.bytes ?? null);
  }

  keep(bytes: Uint8Array): void {
    const isShort = this.resume === null && performance.now() - this.#started < 1000 * this.#least;
    if (isShort || this.#isClosed) return;
    this.#writer.keep(bytes);
  }

  /** Waits for what is being written. */
  settle(): Promise<void> {
    return this.#writer.settle();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const checkpoint = { attempt: this.#attempt, bytes };
    // A fit without a checkpoint is as good while nothing interrupts it, and the store may have room for the next one.
    const isKept = await this.#transfer.keepCheckpoint(this.#id, checkpoint).catch(() => true);
    if (!isKept) this.#isClosed = true;
  }
}
