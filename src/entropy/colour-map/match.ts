/** @file The last place in the line of labels whose surroundings were those of the current pixel, and what came there: pictures repeat letters and icons. */

import { mixed, placeOf } from './hash.ts';
import { tableBits } from './tables.ts';

/** Labels that a place is looked up by: the last of the line, and around the pixel in the rows above it. */
const SOURCES: readonly (readonly [number, number])[] = [
  [-1, 0], [-2, 0], [-3, 0], [-4, 0], [-5, 0], [-6, 0],
  [-4, -1], [-3, -1], [-2, -1], [-1, -1], [0, -1], [1, -1], [2, -1], [3, -1],
  [-1, -2], [0, -2], [1, -2], [2, -2],
]; // biome-ignore format: a table

/** Labels before both places that must be equal, and that are compared at most. */
const LEAST = 6;
const COMPARED = 24;

export class Match {
  /** Labels that were equal in a row; 0 where there is no match. */
  length = 0;
  /** The place that is expected to repeat. */
  #place = 0;
  readonly #seen: Uint16Array;
  readonly #distances: Int32Array;
  readonly #bits: number;
  /** By hash of its surroundings the last place, 0 for none. */
  readonly #places: Int32Array;

  /** @param seen as a neighbourhood's */
  constructor(seen: Uint16Array, width: number, pixels: number) {
    this.#seen = seen;
    this.#distances = Int32Array.from(SOURCES, ([dx, dy]) => -dy * width - dx);
    this.#bits = tableBits(pixels);
    this.#places = new Int32Array(2 ** this.#bits);
  }

  /** What came at the matching place. */
  get label(): number {
    return this.#seen[this.#place] as number;
  }

  /** Takes the label of a pixel, which is in the line. */
  follow(pixel: number): void {
    if (this.length > 0 && this.label === this.#seen[pixel]) {
      this.length++;
      this.#place++;
    } else {
      this.length = 0;
    }
  }

  /** Remembers the pixel after one that was followed, and where there is no match looks for one there. */
  look(pixel: number): void {
    const next = pixel + 1;
    const at = placeOf(this.#hashAt(next), this.#bits);
    if (this.length === 0) this.#begin(this.#places[at] as number, next);
    this.#places[at] = next;
  }

  #hashAt(pixel: number): number {
    const distances = this.#distances;
    let hash = 0;
    for (let i = 0; i < distances.length; i++) {
      const at = pixel - (distances[i] as number);
      hash = mixed(hash, at < 0 ? 0 : (this.#seen[at] as number));
    }
    return hash;
  }

  #begin(place: number, pixel: number): void {
    const seen = this.#seen;
    const most = Math.min(COMPARED, place);
    let equal = 0;
    while (equal < most && seen[place - 1 - equal] === seen[pixel - 1 - equal]) equal++;
    if (equal < LEAST) return;
    this.length = equal;
    this.#place = place;
  }
}
