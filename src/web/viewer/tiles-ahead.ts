/** @file Tiles of coarse levels, made before anyone looks at them: of all tiles they take longest, and zooms come through them. */

import { tileKey } from './tile-cache.ts';
import { type Level, levelFor, tilesOf } from './tiling.ts';
import type { Rectangle, Size } from './view.ts';

/** Finer ones than this take a quarter of the time. */
const FINEST = 1 / 2;

/** Bytes of such a level, at most. */
const MOST_BYTES = 2 ** 25;

export class TilesAhead {
  readonly #picture: Size;
  /** Each is made once, though others may take its place later. */
  readonly #made = new Set<string>();

  constructor(picture: Size) {
    this.#picture = picture;
  }

  /** The rest of the coarsest level of which tiles are missing. @param fit the scale at which the whole picture fits @returns null where none is left */
  next(fit: number, isThere: (key: string) => boolean): { level: Level; tiles: Rectangle[] } | null {
    for (const level of coarseLevels(this.#picture, fit)) {
      const tiles = tilesOf(level, { x: 0, y: 0, ...level }).filter((tile) => {
        const key = tileKey(level, tile);
        if (isThere(key)) this.#made.add(key);
        return !this.#made.has(key);
      });
      if (tiles.length > 0) return { level, tiles };
    }
    return null;
  }
}

/** Those of views from the whole picture up to {@link FINEST}, the coarsest first. */
function coarseLevels(picture: Size, fit: number): Level[] {
  const scales: number[] = [];
  for (let scale = FINEST; scale > fit; scale /= 2) scales.unshift(scale);
  if (fit <= FINEST) scales.unshift(fit);
  const levels = scales.map((scale) => levelFor(picture, scale, fit));
  return levels.filter(({ width, height }) => 4 * width * height <= MOST_BYTES);
}
