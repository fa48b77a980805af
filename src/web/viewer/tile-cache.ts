/** @file The tiles of a picture that have been decoded, as many as memory may hold. */

import type { Level } from './tiling.ts';
import type { Rectangle } from './view.ts';

export interface DecodedTile extends Rectangle {
  readonly level: Level;
  readonly bitmap: ImageBitmap;
}

interface Entry {
  readonly tile: DecodedTile;
  /** The last frame that showed it. */
  frame: number;
}

export function tileKey({ scale }: Level, { x, y }: Rectangle): string {
  return `${scale}/${x}/${y}`;
}

function bytesOf({ width, height }: Rectangle): number {
  return 4 * width * height;
}

export class TileCache {
  readonly #capacity: number;
  /** Those that were seen least recently come first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #frame = 0;

  /** @param capacity bytes; what one frame shows or wants may be more, and stays */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  beginFrame(): void {
    this.#frame++;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** For the present frame. */
  show(key: string): DecodedTile | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.frame = this.#frame;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.tile;
  }

  /** Takes the bitmap, and closes others. */
  add(tile: DecodedTile): void {
    this.#entries.set(tileKey(tile.level, tile), { tile, frame: this.#frame });
    this.#bytes += bytesOf(tile);
    for (const [key, { tile: oldest, frame }] of this.#entries) {
      if (this.#bytes <= this.#capacity || frame === this.#frame) return;
      this.#drop(key, oldest);
    }
  }

  tiles(): DecodedTile[] {
    return [...this.#entries.values()].map(({ tile }) => tile);
  }

  clear(): void {
    for (const [key, { tile }] of this.#entries) this.#drop(key, tile);
  }

  #drop(key: string, tile: DecodedTile): void {
    this.#entries.delete(key);
    this.#bytes -= bytesOf(tile);
    tile.bitmap.close();
  }
}
