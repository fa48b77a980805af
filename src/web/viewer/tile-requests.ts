/** @file Tiles that are being decoded: those that are wanted, in the order of how much they are wanted. */

import type { OpenPicture } from '../pictures/open-picture.ts';
import { type DecodedTile, tileKey } from './tile-cache.ts';
import type { Level } from './tiling.ts';
import type { Rectangle } from './view.ts';

export interface RequestOptions {
  readonly onTile: (tile: DecodedTile) => void;
  /** A tile that can't be decoded is not asked for again. */
  readonly onError: (error: unknown) => void;
}

export class TileRequests {
  readonly #picture: OpenPicture;
  readonly #options: RequestOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #failed = new Set<string>();
  #ranks = new Map<string, number>();

  constructor(picture: OpenPicture, options: RequestOptions) {
    this.#picture = picture;
    this.#options = options;
  }

  /** These and no others, the first first; how many of them may still come. */
  want(level: Level, tiles: readonly Rectangle[]): number {
    const possible = tiles.filter((tile) => !this.#failed.has(tileKey(level, tile)));
    this.#ranks = new Map(possible.map((tile, rank) => [tileKey(level, tile), rank]));
    for (const [key, controller] of this.#running) {
      if (this.#ranks.has(key)) continue;
      controller.abort();
      this.#running.delete(key);
    }
    for (const tile of possible) {
      if (!this.#running.has(tileKey(level, tile))) void this.#decode(level, tile);
    }
    return possible.length;
  }

  async #decode(level: Level, { x, y, width, height }: Rectangle): Promise<void> {
    const crop = { x, y, width, height };
    const key = tileKey(level, crop);
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(key, controller);
    const priority = () => this.#ranks.get(key) ?? Number.MAX_VALUE;
    try {
      const bitmap = await this.#picture.toBitmap({ scale: level.scale, crop, priority, signal });
      if (signal.aborted) return bitmap.close();
      this.#running.delete(key);
      this.#options.onTile({ level, bitmap, ...crop });
    } catch (error) {
      if (signal.aborted) return;
      this.#running.delete(key);
      this.#failed.add(key);
      this.#options.onError(error);
    }
  }
}
