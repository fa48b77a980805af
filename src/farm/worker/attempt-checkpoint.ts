/** @file The checkpoint of a worker's fit, kept where another worker finds it. */

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
  /** The latest that is still to be written. */
  #waiting: Uint8Array | null = null;
  #writing: Promise<void> | null = null;
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
    this.#waiting = bytes;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting) {
      const checkpoint = { attempt: this.#attempt, bytes: this.#waiting };
      this.#waiting = null;
      // A fit without a checkpoint is as good while nothing interrupts it, and the store may have room for the next one.
      const isKept = await this.#transfer.keepCheckpoint(this.#id, checkpoint).catch(() => true);
      if (!isKept) this.#isClosed = true;
    }
  }
}
