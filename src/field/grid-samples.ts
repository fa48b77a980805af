/** @file The experts at a grid of positions, and its samples. */

import { classShares } from './class-shares.ts';
import type { Mix } from './mix.ts';
import type { RasterSegmentation } from './segmentation.ts';
import { type Samples, selectTuple } from './selectors.ts';
import { EXPERTS, type FieldSpec } from './spec.ts';
import { type TileChoice, tileChoices } from './tile-overlap.ts';

/**
 * The samples of a grid: where tiles overlap and between pixels of several classes, a position has several, one for each tuple of experts that
 * counts.
 */
export interface GridSamples extends Samples {
  /** null where samples are positions. */
  readonly mix: Mix | null;
}

/** What counts at the positions of a grid: a choice of the row, one of the column, and a class. */
interface Choices {
  /** [ys] */
  readonly down: readonly TileChoice[][];
  /** [xs] */
  readonly across: readonly TileChoice[][];
  /** [ys, xs, classes]; null where no layer is selected by the segmentation. */
  readonly classes: Float64Array | null;
}

/** Class 0 alone. */
const ONE_CLASS = Float64Array.of(1, 0, 0, 0);

/** The samples at every crossing of the columns `xs` and the rows `ys`, row by row. */
export function gridSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  xs: Float64Array,
  ys: Float64Array,
): GridSamples {
  const choices: Choices = {
    down: tileChoices(spec, 'y', ys),
    across: tileChoices(spec, 'x', xs),
    classes: segmentation && classShares(segmentation, xs, ys),
  };
  const count = sampleCount(choices);
  const mix: Mix = { positions: new Uint32Array(count), shares: new Float32Array(count) };
  const tuples = writeTuples(choices, classBits(spec), mix);
  const coordinates = coordinatesOf(mix, xs, ys);
  return { coordinates, tuples, mix: count > xs.length * ys.length ? mix : null };
}

function sampleCount({ down, across, classes }: Choices): number {
  if (classes === null) return down.flat().length * across.flat().length;
  let [count, at] = [0, 0];
  for (const ofRow of down) {
    for (const ofColumn of across) {
      let classCount = 0;
      for (let c = 0; c < EXPERTS; c++, at++) classCount += Number((classes[at] as number) > 0);
      count += ofRow.length * ofColumn.length * classCount;
    }
  }
  return count;
}

/** The tuples of all samples; writes their positions and shares: of a position those of its row's first choice first, its classes changing fastest. */
function writeTuples({ down, across, classes }: Choices, bitsOfClass: number, mix: Mix): Uint32Array {
  const tuples = new Uint32Array(mix.positions.length);
  const shares = classes ?? ONE_CLASS;
  let [position, next] = [0, 0];
  for (const ofRow of down) {
    for (const ofColumn of across) {
      const first = classes ? EXPERTS * position : 0;
      for (const row of ofRow) {
        for (const column of ofColumn) {
          for (let c = 0; c < EXPERTS; c++) {
            const share = shares[first + c] as number;
            if (share === 0) continue;
            tuples[next] = row.bits | column.bits | (c * bitsOfClass);
            mix.positions[next] = position;
            mix.shares[next] = row.share * column.share * share;
            next++;
          }
        }
      }
      position++;
    }
  }
  return tuples;
}

/** The tuple of class 1 in each layer that is selected by the segmentation, and of 0 in the others. */
function classBits({ layers }: FieldSpec): number {
  return layers.reduce((bits, { selector }, i) => bits + (selector.kind === 'segment' ? 4 ** i : 0), 0);
}

/** x and y of each sample. */
function coordinatesOf({ positions }: Mix, xs: Float64Array, ys: Float64Array): Float32Array {
  const coordinates = new Float32Array(2 * positions.length);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i] as number;
    coordinates[2 * i] = xs[position % xs.length] as number;
    coordinates[2 * i + 1] = ys[Math.floor(position / xs.length)] as number;
  }
  return coordinates;
}

/**
 * The experts at every crossing, row by row, as if no tiles overlapped and each position had one class.
 * @param classes [ys, xs]; null where no layer is selected by the segmentation
 */
export function gridTuples(
  spec: FieldSpec,
  classes: Uint8Array | null,
  xs: Float64Array,
  ys: Float64Array,
): Uint32Array {
  const tuples = new Uint32Array(xs.length * ys.length);
  let next = 0;
  for (const y of ys) {
    for (const x of xs) {
      tuples[next] = selectTuple(spec, x, y, classes ? (classes[next] as number) : 0);
      next++;
    }
  }
  return tuples;
}
