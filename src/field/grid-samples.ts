/** @file The experts at a grid of positions, and its samples. */

import type { Mix } from './mix.ts';
import { classesAt, type RasterSegmentation } from './segmentation.ts';
import { type Samples, selectTuple } from './selectors.ts';
import type { FieldSpec } from './spec.ts';
import { tileChoices } from './tile-overlap.ts';

/** The samples of a grid: where tiles overlap, a position has several, one for each tuple of experts that counts. */
export interface GridSamples extends Samples {
  /** null where samples are positions. */
  readonly mix: Mix | null;
}

/** The samples at every crossing of the columns `xs` and the rows `ys`, row by row. */
export function gridSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  xs: Float64Array,
  ys: Float64Array,
): GridSamples {
  const classes = segmentation && classesAt(segmentation, xs, ys);
  const hard = { coordinates: gridCoordinates(xs, ys), tuples: gridTuples(spec, classes, xs, ys), mix: null };
  return spec.overlap === 0 ? hard : overlapping(spec, hard, xs, ys);
}

function gridCoordinates(xs: Float64Array, ys: Float64Array): Float32Array {
  const coordinates = new Float32Array(2 * xs.length * ys.length);
  let next = 0;
  for (const y of ys) {
    for (const x of xs) {
      coordinates[next++] = x;
      coordinates[next++] = y;
    }
  }
  return coordinates;
}

/**
 * The experts at every crossing, row by row, as if no tiles overlapped.
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

/** The same positions, each as often as its column's and its row's choices of tiles have pairs: of the row's first choice first. */
function overlapping(spec: FieldSpec, hard: Samples, xs: Float64Array, ys: Float64Array): GridSamples {
  const across = tileChoices(spec, 'x', xs);
  const down = tileChoices(spec, 'y', ys);
  const count = across.flat().length * down.flat().length;
  if (count === hard.tuples.length) return { ...hard, mix: null };
  const tuples = new Uint32Array(count);
  const mix = { positions: new Uint32Array(count), shares: new Float32Array(count) };
  const others = ~bitsOfTiles(spec);
  let [position, next] = [0, 0];
  for (const choicesOfRow of down) {
    for (const choicesOfColumn of across) {
      const kept = (hard.tuples[position] as number) & others;
      for (const row of choicesOfRow) {
        for (const column of choicesOfColumn) {
          tuples[next] = kept | row.bits | column.bits;
          mix.positions[next] = position;
          mix.shares[next] = row.share * column.share;
          next++;
        }
      }
      position++;
    }
  }
  return { coordinates: repeated(hard.coordinates, mix), tuples, mix };
}

/** Both bits of each layer with tiles. */
function bitsOfTiles({ layers }: FieldSpec): number {
  return layers.reduce(
    (bits, { selector }, i) => (selector.kind === 'tile' ? bits | (3 << (2 * i)) : bits),
    0,
  );
}

/** The coordinates of each sample's position. */
function repeated(coordinates: Float32Array, { positions }: Mix): Float32Array {
  const ofSamples = new Float32Array(2 * positions.length);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i] as number;
    ofSamples[2 * i] = coordinates[2 * position] as number;
    ofSamples[2 * i + 1] = coordinates[2 * position + 1] as number;
  }
  return ofSamples;
}
