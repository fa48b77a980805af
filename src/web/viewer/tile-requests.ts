/** @file Tiles that are being decoded: those that are wanted, in the order of how much they are wanted. */

import type { OpenPicture } from '../pictures/open-picture.ts';
import { type DecodedTile, tileKey } from './tile-cache.ts';
import type { Level } from './tiling.ts';
import type { Rectangle } from './view.ts';

export interface RequestOptions {
  /** @param left how many are still to come */
  readonly onTile: (tile: DecodedTile, left: number) => void;
  /** A tile that can't be decoded is not asked for again. */
  readonly onError: (error: unknown) => void;
}

interface WantedTile {
  readonly level: Level;
  readonly tile: Rectangle;
  readonly rank: number;
}

/** Two for each worker of a picture: neither waits, and one that comes to be ready later gets its part. */
const MOST_RUNNING = 4;

/** One worker's, which leaves a core to the page. */
const MOST_SPARING = 1;

export interface WantOptions {
  /** The first tile's place among all that wait for workers, those of other pictures too. @default 0 */
  readonly firstRank?: number;
  /** Whether the page needs its cores for itself. @default false */
  readonly isSparing?: boolean;
}

export class TileRequests {
  readonly #picture: OpenPicture;
  readonly #options: RequestOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #failed = new Set<string>();
  /** In the order in which they are wanted. */
  #wanted = new Map<string, WantedTile>();
  #most = MOST_RUNNING;

  constructor(picture: OpenPicture, options: RequestOptions) {
    this.#picture = picture;
    this.#options = options;
  }

  /** Those of the tiles that may still come. */
  possible(level: Level, tiles: readonly Rectangle[]): Rectangle[] {
    return tiles.filter((tile) => !this.#failed.has(tileKey(level, tile)));
  }

  /** These and no others, the first first. */
  want(level: Level, tiles: readonly Rectangle[], options: WantOptions = {}): void {
    const { firstRank = 0, isSparing = false } = options;
    this.#most = isSparing ? MOST_SPARING : MOST_RUNNING;
    this.#wanted = new Map(
      this.possible(level, tiles).map((tile, i) => [
        tileKey(level, tile),
        { level, tile, rank: firstRank + i },
      ]),
    );
    for (const [key, controller] of this.#running) {
      if (this.#wanted.has(key)) continue;
      controller.abort();
      this.#running.delete(key);
    }
    this.#startNext();
  }

  #startNext(): void {
    for (const [key, wanted] of this.#wanted) {
      if (this.#running.size >= this.#most) return;
      if (!this.#running.has(key)) void this.#decode(key, wanted);
    }
  }

  async #decode(key: string, { level, tile }: WantedTile): Promise<void> {
    const { x, y, width, height } = tile;
    const crop = { x, y, width, height };
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(key, controller);
    const priority = () => this.#wanted.get(key)?.rank ?? Number.MAX_VALUE;
    try {
      const bitmap = await this.#picture.toBitmap({ scale: level.scale, crop, priority, signal });
      if (signal.aborted) return bitmap.close();
      this.#end(key);
      this.#options.onTile({ level, bitmap, ...crop }, this.#wanted.size);
    } catch (error) {
      if (signal.aborted) return;
      this.#end(key);
      this.#failed.add(key);
      this.#options.onError(error);
    }
    this.#startNext();
  }

  #end(key: string): void {
    this.#running.delete(key);
    this.#wanted.delete(key);
  }
}
