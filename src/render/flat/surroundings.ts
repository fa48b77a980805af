/** @file The 5×5 pixels around a pixel: their classes, and the shape that its own class has there. */

import { MOST_COLOURS } from '../../image/palette.ts';
import { REACH } from './extent.ts';
import type { IndexMap } from './places.ts';

const SIDE = 2 * REACH + 1;

/** Columns of a row as bits: the pixel's own, and the three that are nearest to it. */
const CENTRE = 0b00100;
const NEAR = 0b01110;

/** Runs of three columns with the pixel's own one, and those that begin or end with it. */
const TRIPLES = [0b00111, 0b01110, 0b11100];
const ENDS = [0b00111, 0b11100];

/** Pixels beyond an edge are the edge's. */
export class Surroundings {
  /** The classes that there are, each once, the pixel's own first. */
  readonly classes: number[] = [];
  readonly #map: IndexMap;
  /** Of each row the columns that have the pixel's class. */
  readonly #rows = new Uint8Array(SIDE);
  /** Of each class, 1 + the last pixel around which it was found. */
  readonly #seen = new Int32Array(MOST_COLOURS);

  constructor(map: IndexMap) {
    this.#map = map;
  }

  moveTo(x: number, y: number): void {
    const { width, height, indices } = this.#map;
    const pixel = y * width + x;
    const own = indices[pixel] as number;
    this.classes.length = 1;
    this.classes[0] = own;
    for (let j = 0; j < SIDE; j++) {
      const row = Math.min(height - 1, Math.max(0, y + j - REACH)) * width;
      let columns = 0;
      for (let i = 0; i < SIDE; i++) {
        const c = indices[row + Math.min(width - 1, Math.max(0, x + i - REACH))] as number;
        if (c === own) columns |= 1 << i;
        else if (this.#seen[c] !== pixel + 1) {
          this.#seen[c] = pixel + 1;
          this.classes.push(c);
        }
      }
      this.#rows[j] = columns;
    }
  }

  /** Whether all pixels have its class. */
  get isUniform(): boolean {
    return this.classes.length === 1;
  }

  /** Whether none of the eight pixels next to it has its class. */
  get isDot(): boolean {
    return ((this.#row(1) | this.#row(3)) & NEAR) === 0 && (this.#row(2) & NEAR) === CENTRE;
  }

  /** Whether a square of 3×3 pixels of its class has it. */
  get isThick(): boolean {
    for (let j = 0; j < 3; j++) {
      const columns = this.#row(j) & this.#row(j + 1) & this.#row(j + 2);
      for (const run of TRIPLES) if ((columns & run) === run) return true;
    }
    return false;
  }

  /** Whether its class has the 3×3 pixels of which it is one corner, and nothing else. */
  get isCorner(): boolean {
    const own = this.#row(2);
    if (!ENDS.includes(own)) return false;
    const isUpper = this.#row(0) === 0 && this.#row(1) === 0 && this.#row(3) === own && this.#row(4) === own;
    const isLower = this.#row(0) === own && this.#row(1) === own && this.#row(3) === 0 && this.#row(4) === 0;
    return isUpper || isLower;
  }

  #row(j: number): number {
    return this.#rows[j] as number;
  }
}
