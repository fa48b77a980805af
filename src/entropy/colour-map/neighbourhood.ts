/**
 * @file What lies before a pixel: the labels around it and hashes of them. The labels are one line, row after row: what is left of a row's
 * first pixel is the last one of the row above. Before the first label, and where the line has not come yet, labels are 0.
 */

import { mixed } from './hash.ts';
import { CONTEXTS } from './tables.ts';

/** Causal neighbours (dx, dy), nearest first. */
const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [-1, 0], [0, -1], [-1, -1], [1, -1], [-2, 0], [0, -2], [2, -1], [-2, -1], [1, -2], [-1, -2], [-3, 0],
  [3, -1], [2, -2], [-2, -2], [-4, 0], [0, -3], [-1, -3], [1, -3], [-3, -1], [-5, 0], [-6, 0],
]; // biome-ignore format: a table

/** Places in NEIGHBOURS. */
const [W, N, NW, NE, WW, NN, NEE, NWW, NNE, NNW, WWW, NEEE, , , WWWW, NNN] =
  NEIGHBOURS.keys() as unknown as number[];

/** The first contexts take so many neighbours from the front, the most first. */
const NESTED = [21, 15, 11, 8, 6, 4, 2];

/** The others take these: a run along the row, along the column, and what comes next above. */
const LINES = [
  [W, WW, WWW, WWWW, N],
  [N, NN, NNN, W],
  [W, NE, NEE, NEEE],
] as readonly (readonly number[])[];

/** Contexts that see which neighbours are equal, whatever their colours. */
export const SHAPES = 3;

/** Pairs of neighbours whose equality the shapes see: the first ones, and all. */
const PAIRS = [
  [W, N], [W, NW], [N, NW], [N, NE], [W, WW], [N, NN], [NE, NEE], [NW, NWW], [W, NE],
  [NN, NNE], [NN, NNW], [NEE, NEEE], [WW, WWW], [NNN, NN], [NNE, NE], [NNW, NW], [WW, NWW],
] as readonly (readonly [number, number])[]; // biome-ignore format: a table
const FIRST_PAIRS = 9;

/** Runs are counted up to this. */
const LONGEST_RUN = 15;

/** Nearest neighbours that a candidate is compared with, and from which the last candidates come. */
export const NEAREST = 6;

export class Neighbourhood {
  /** The neighbours' labels, in the order of NEIGHBOURS. */
  readonly labels = new Int32Array(NEIGHBOURS.length);
  /** A hash per context. */
  readonly contexts = new Int32Array(CONTEXTS);
  /** A hash per shape. */
  readonly shapes = new Int32Array(SHAPES);
  /** How far back in the line each neighbour is. */
  readonly #distances: Int32Array;
  readonly #seen: Uint16Array;
  readonly #width: number;
  /** Pixels before the current one that are equal to the one before them, and by column those that are equal to the one above. */
  #rowRun = 0;
  readonly #columnRuns: Uint8Array;

  /** @param seen the line of labels up to the current pixel, then zeros, at least MOST_AHEAD more than the picture's pixels */
  constructor(seen: Uint16Array, width: number) {
    this.#seen = seen;
    this.#width = width;
    this.#distances = Int32Array.from(NEIGHBOURS, ([dx, dy]) => -dy * width - dx);
    this.#columnRuns = new Uint8Array(width);
  }

  /** Goes to a pixel, after all before it. @returns whether all its neighbours are equal */
  moveTo(pixel: number): boolean {
    const { labels } = this;
    const distances = this.#distances;
    const seen = this.#seen;
    const first = pixel > 0 ? (seen[pixel - 1] as number) : 0;
    let areEqual = true;
    for (let i = 0; i < labels.length; i++) {
      const at = pixel - (distances[i] as number);
      const label = at < 0 ? 0 : (seen[at] as number);
      labels[i] = label;
      if (label !== first) areEqual = false;
    }
    return areEqual;
  }

  /** Fills `contexts` and `shapes`. */
  hash(pixel: number): void {
    this.#hashContexts();
    this.#hashShapes(this.#columnRuns[pixel % this.#width] as number);
  }

  #hashContexts(): void {
    const { labels, contexts } = this;
    let hash = 0;
    let nested = NESTED.length - 1;
    for (let i = 0; i < labels.length; i++) {
      hash = mixed(hash, labels[i] as number);
      if (i + 1 === NESTED[nested]) contexts[nested--] = hash;
    }
    for (let line = 0; line < LINES.length; line++) {
      const neighbours = LINES[line] as readonly number[];
      hash = line + 1;
      for (let i = 0; i < neighbours.length; i++)
        hash = mixed(hash, labels[neighbours[i] as number] as number);
      contexts[NESTED.length + line] = hash;
    }
  }

  #hashShapes(columnRun: number): void {
    const { labels, shapes } = this;
    let equal = 0;
    for (let i = 0; i < PAIRS.length; i++) {
      const [a, b] = PAIRS[i] as readonly [number, number];
      if (labels[a] === labels[b]) equal |= 1 << i;
    }
    shapes[0] = mixed(1, equal & ((1 << FIRST_PAIRS) - 1));
    shapes[1] = mixed(mixed(2, this.#rowRun), columnRun);
    shapes[2] = mixed(3, equal);
  }

  /** Which of the nearest neighbours have a label: bit i for the i-th. */
  matches(label: number): number {
    const { labels } = this;
    let bits = 0;
    for (let i = 0; i < NEAREST; i++) if (labels[i] === label) bits |= 1 << i;
    return bits;
  }

  /** Takes the label of the current pixel into the runs. */
  update(pixel: number, label: number): void {
    const column = pixel % this.#width;
    const above = label === this.labels[N as number];
    const before = label === this.labels[W as number];
    this.#columnRuns[column] = above ? Math.min(LONGEST_RUN, (this.#columnRuns[column] as number) + 1) : 0;
    this.#rowRun = before ? Math.min(LONGEST_RUN, this.#rowRun + 1) : 0;
  }
}

/** Labels of the line that a neighbour may be ahead of the current pixel, in a picture that is one pixel wide. */
export const MOST_AHEAD = Math.max(...NEIGHBOURS.map(([dx, dy]) => dx + dy)) + 1;
