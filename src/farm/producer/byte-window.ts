/** @file How many bytes of a batch's pictures may be on their way at a time: all of them would not fit into Redis. */

import { untilAborted } from '../../until-aborted.ts';

export class ByteWindow {
  readonly most: number;
  readonly #held = new Map<number, number>();
  #bytes = 0;
  #wake: () => void = () => {};

  constructor(most: number) {
    this.most = most;
  }

  /** Waits until so many more have room, or nothing else is on its way. One waits at a time. @throws LoecError E_ABORTED */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    while (this.#bytes > 0 && this.#bytes + bytes > this.most) {
      const given = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await untilAborted(signal, given);
    }
  }

  take(index: number, bytes: number): void {
    this.#held.set(index, bytes);
    this.#bytes += bytes;
  }

  /** The picture is not needed any more. */
  give(index: number): void {
    this.#bytes -= this.#held.get(index) ?? 0;
    this.#held.delete(index);
    this.#wake();
  }
}
