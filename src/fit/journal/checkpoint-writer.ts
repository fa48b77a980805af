/** @file Checkpoints are written one at a time: of several that come while one is written, the last. */

export class CheckpointWriter {
  readonly #write: (checkpoint: Uint8Array) => Promise<void>;
  /** The latest that is still to be written. */
  #waiting: Uint8Array | null = null;
  #writing: Promise<void> | null = null;

  /** @param write never fails */
  constructor(write: (checkpoint: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  keep(checkpoint: Uint8Array): void {
    this.#waiting = checkpoint;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting) {
      const checkpoint = this.#waiting;
      this.#waiting = null;
      await this.#write(checkpoint);
    }
  }
}
