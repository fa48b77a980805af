/**
 * @file Smoothed indicators of the classes of pixels: constrained smoothing, so that the borders between pixels get round and straight while every
 * pixel keeps its class. Normative text: formats/loe.md, section 13. All values are multiples of a power of two, so that nothing is rounded.
 */

import { MOST_COLOURS } from '../../image/palette.ts';
import type { IndexMap } from './places.ts';

/** Times that indicators are smoothed. What is farther away than these pixels has no part in them. */
const ROUNDS = 4;

/** A pixel has indicators of the classes of pixels up to so far from it along each axis. */
const REACH = 2;

/** What a pixel's own indicator is at least above its others; more in lines of one pixel, which would break else. */
const MARGIN = 5 / 32;
const LINE_MARGIN = 10 / 32;

/** [3, 3], in sixteenths. */
const BINOMIAL = [1, 2, 1, 2, 4, 2, 1, 2, 1];

/** Pixels first … last of an axis. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The indicators of the pixels of a rectangle. */
export class Indicators {
  /** The classes of pixel (x, y) are those from place starts[i] to starts[i + 1] − 1, i = placeOf(x, y), its own class first. */
  readonly starts: Int32Array;
  readonly classes: Uint16Array;
  /** As long as `classes`. */
  readonly values: Float64Array;
  readonly #across: Span;
  readonly #down: Span;

  /** @param columns of the pixels that are asked for, within the picture @param rows likewise */
  constructor(map: IndexMap, columns: Span, rows: Span) {
    // What is wrong at the edge of a larger rectangle goes inwards by a pixel each time.
    this.#across = widened(columns, map.width);
    this.#down = widened(rows, map.height);
    const { starts, classes, margins } = this.#classesOf(map);
    this.starts = starts;
    this.classes = classes;
    this.values = this.#smoothed(margins);
  }

  placeOf(x: number, y: number): number {
    return (y - this.#down.first) * lengthOf(this.#across) + x - this.#across.first;
  }

  #classesOf(map: IndexMap) {
    const pixels = lengthOf(this.#across) * lengthOf(this.#down);
    const starts = new Int32Array(pixels + 1);
    const margins = new Float64Array(pixels);
    const classes: number[] = [];
    const near = new NearClasses(map);
    let i = 0;
    for (let y = this.#down.first; y <= this.#down.last; y++) {
      for (let x = this.#across.first; x <= this.#across.last; x++, i++) {
        near.addTo(classes, x, y);
        starts[i + 1] = classes.length;
        margins[i] = near.isLine(x, y) ? LINE_MARGIN : MARGIN;
      }
    }
    return { starts, classes: new Uint16Array(classes), margins };
  }

  #smoothed(margins: Float64Array): Float64Array {
    const { starts, classes } = this;
    let values = new Float64Array(classes.length);
    for (let i = 0; i < margins.length; i++) values[starts[i] as number] = 1;
    let next = values.slice();
    const sums = new Float64Array(MOST_COLOURS);
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < margins.length; i++) {
        const [start, end] = [starts[i] as number, starts[i + 1] as number];
        if (end - start === 1) continue;
        for (let k = start; k < end; k++) sums[classes[k] as number] = 0;
        this.#sumAround(i, values, sums);
        for (let k = start; k < end; k++) next[k] = (sums[classes[k] as number] as number) / 16;
        keepClass(next, start, end, margins[i] as number);
      }
      [values, next] = [next, values];
    }
    return values;
  }

  /** Adds the values of the nine pixels around one to the sums of their classes. */
  #sumAround(i: number, values: Float64Array, sums: Float64Array): void {
    const { starts, classes } = this;
    const columns = lengthOf(this.#across);
    const pixels = starts.length - 1;
    const x = i % columns;
    const left = x > 0 ? -1 : 0;
    const right = x < columns - 1 ? 1 : 0;
    const up = i >= columns ? -columns : 0;
    const down = i + columns < pixels ? columns : 0;
    for (let tap = 0; tap < 9; tap++) {
      const column = tap % 3;
      const dx = column === 0 ? left : column === 1 ? 0 : right;
      const dy = tap < 3 ? up : tap < 6 ? 0 : down;
      const neighbour = i + dy + dx;
      const weight = BINOMIAL[tap] as number;
      const end = starts[neighbour + 1] as number;
      for (let k = starts[neighbour] as number; k < end; k++) {
        const c = classes[k] as number;
        sums[c] = (sums[c] as number) + weight * (values[k] as number);
      }
    }
  }
}

/** Raises the first of the values, and lowers others, until it is `margin` above all of them. */
function keepClass(values: Float64Array, start: number, end: number, margin: number): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = start + 1; k < end; k++) most = Math.max(most, values[k] as number);
  const lack = most + margin - (values[start] as number);
  if (lack <= 0) return;
  const own = (values[start] as number) + lack / 2;
  values[start] = own;
  for (let k = start + 1; k < end; k++) values[k] = Math.min(values[k] as number, own - margin);
}

function lengthOf({ first, last }: Span): number {
  return last - first + 1;
}

function widened({ first, last }: Span, count: number): Span {
  return { first: Math.max(0, first - ROUNDS), last: Math.min(count - 1, last + ROUNDS) };
}

/** The classes near a pixel. Pixels beyond an edge are the edge's. */
class NearClasses {
  readonly #map: IndexMap;
  /** Of each class, 1 + the last pixel that it was found near. */
  readonly #seen = new Int32Array(MOST_COLOURS);

  constructor(map: IndexMap) {
    this.#map = map;
  }

  /** Those up to REACH away, each once, the pixel's own first. */
  addTo(classes: number[], x: number, y: number): void {
    const { width, height, indices } = this.#map;
    const [left, right] = [Math.max(0, x - REACH), Math.min(width - 1, x + REACH)];
    const [top, bottom] = [Math.max(0, y - REACH), Math.min(height - 1, y + REACH)];
    const pixel = y * width + x;
    const own = indices[pixel] as number;
    classes.push(own);
    this.#seen[own] = pixel + 1;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const c = indices[row * width + column] as number;
        if (c === own || this.#seen[c] === pixel + 1) continue;
        classes.push(c);
        this.#seen[c] = pixel + 1;
      }
    }
  }

  /** Whether no square of 2×2 pixels of its class has it. */
  isLine(x: number, y: number): boolean {
    const { width, height, indices } = this.#map;
    const own = indices[y * width + x];
    for (const row of [Math.max(0, y - 1), Math.min(height - 1, y + 1)]) {
      for (const column of [Math.max(0, x - 1), Math.min(width - 1, x + 1)]) {
        const isSquare =
          indices[y * width + column] === own &&
          indices[row * width + x] === own &&
          indices[row * width + column] === own;
        if (isSquare) return false;
      }
    }
    return true;
  }
}
