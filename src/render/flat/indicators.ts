/**
 * @file Smoothed indicators of the classes of pixels: constrained smoothing, so that the borders between pixels get round and straight while every
 * pixel keeps its class. Normative text: formats/loe.md, section 13. All values are multiples of 2⁻²⁰, so that nothing is rounded.
 */

import { type Span, spanLength, widened } from '../../field/grid.ts';
import { MOST_COLOURS } from '../../image/palette.ts';
import { INFLUENCE, REACH, ROUNDS } from './extent.ts';
import type { IndexMap } from './places.ts';
import { Surroundings } from './surroundings.ts';

/**
 * What a pixel's own indicator is at least above its others. With less, borders are rounder and straighter; what is thin would lose of its width, or
 * break, and right angles would be dented.
 */
const MARGIN = 1 / 16;
const THIN_MARGIN = 1 / 4;
const DOT_MARGIN = 9 / 16;

/** [3, 3], in sixteenths. */
const BINOMIAL = [1, 2, 1, 2, 4, 2, 1, 2, 1];

/** The indicators of the pixels of a rectangle. */
export class Indicators {
  /** The classes of pixel (x, y) are those from place starts[i] to starts[i + 1] − 1, i = placeOf(x, y), its own class first. */
  readonly starts: Int32Array;
  readonly classes: Uint16Array;
  /** As long as `classes`. */
  readonly values: Float32Array;
  readonly #across: Span;
  readonly #down: Span;

  /** @param columns of the pixels that are asked for, within the picture @param rows likewise */
  constructor(map: IndexMap, columns: Span, rows: Span) {
    this.#across = widened(columns, INFLUENCE, map.width);
    this.#down = widened(rows, INFLUENCE, map.height);
    const { starts, classes, margins } = this.#classesOf(map);
    this.starts = starts;
    this.classes = classes;
    this.values = this.#smoothed(margins);
  }

  placeOf(x: number, y: number): number {
    return (y - this.#down.first) * spanLength(this.#across) + x - this.#across.first;
  }

  #classesOf(map: IndexMap) {
    const pixels = spanLength(this.#across) * spanLength(this.#down);
    const starts = new Int32Array(pixels + 1);
    const margins = new Float64Array(pixels);
    const classes: number[] = [];
    const around = new Surroundings(map);
    let i = 0;
    for (let y = this.#down.first; y <= this.#down.last; y++) {
      for (let x = this.#across.first; x <= this.#across.last; x++, i++) {
        around.moveTo(x, y);
        for (const c of around.classes) classes.push(c);
        starts[i + 1] = classes.length;
        if (around.isUniform) continue;
        margins[i] = Math.max(margins[i] as number, marginOf(around));
        if (around.isCorner) this.#sharpen(margins, x, y);
      }
    }
    return { starts, classes: new Uint16Array(classes), margins };
  }

  /** Gives the pixels around a corner more margin. */
  #sharpen(margins: Float64Array, x: number, y: number): void {
    const across = this.#across;
    const down = this.#down;
    for (let row = Math.max(down.first, y - REACH); row <= Math.min(down.last, y + REACH); row++) {
      const last = this.placeOf(Math.min(across.last, x + REACH), row);
      for (let i = this.placeOf(Math.max(across.first, x - REACH), row); i <= last; i++) {
        margins[i] = Math.max(margins[i] as number, THIN_MARGIN);
      }
    }
  }

  #smoothed(margins: Float64Array): Float32Array {
    const { starts, classes } = this;
    let values = new Float32Array(classes.length);
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
  #sumAround(i: number, values: Float32Array, sums: Float64Array): void {
    const { starts, classes } = this;
    const columns = spanLength(this.#across);
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

function marginOf(around: Surroundings): number {
  if (around.isThick) return MARGIN;
  return around.isDot ? DOT_MARGIN : THIN_MARGIN;
}

/** Raises the first of the values, and lowers others, until it is `margin` above all of them. */
function keepClass(values: Float32Array, start: number, end: number, margin: number): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = start + 1; k < end; k++) most = Math.max(most, values[k] as number);
  const lack = most + margin - (values[start] as number);
  if (lack <= 0) return;
  const own = (values[start] as number) + lack / 2;
  values[start] = own;
  for (let k = start + 1; k < end; k++) values[k] = Math.min(values[k] as number, own - margin);
}
