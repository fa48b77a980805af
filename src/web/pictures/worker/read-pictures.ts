/** @file Pictures that are kept in memory as they have been read, so that the next sizes and parts of them need no second reading. */

import type { ReadPicture } from '../../../render/read-picture.ts';

/** Bytes that they may take together. */
const BUDGET = 64e6;

/**
 * What each counts at least: it has some memories of WebAssembly, for each of which browsers set gigabytes of addresses aside, and a process of
 * Chromium has those for about a hundred.
 */
const LEAST = 4e6;

/** By whose they are. The one that was used last stays, however large it is. */
export class ReadPictures {
  /** The one that has not been used for longest first. */
  readonly #pictures = new Map<object, ReadPicture>();

  get(owner: object): ReadPicture | undefined {
    return this.#pictures.get(owner);
  }

  /** After each use: they grow by what decodes leave for the next. */
  keep(owner: object, picture: ReadPicture): void {
    this.forget(owner);
    this.#pictures.set(owner, picture);
    for (const oldest of this.#pictures.keys()) {
      if (oldest === owner || this.#memory() <= BUDGET) return;
      this.forget(oldest);
    }
  }

  forget(owner: object): void {
    this.#pictures.delete(owner);
  }

  #memory(): number {
    return [...this.#pictures.values()].reduce((sum, { memory }) => sum + Math.max(memory, LEAST), 0);
  }
}
