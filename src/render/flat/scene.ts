/** @file A flat picture at any position. Normative text: formats/loe.md, section 12. */

import type { FlatContents } from '../../container/contents.ts';
import { type Cells, pixelPositions } from '../../field/grid.ts';
import type { CostOf } from '../pieces.ts';
import { premultipliedColours, straightSamples } from './colours.ts';
import { blend, commonIndex, largestIndex, type Place } from './places.ts';
import { TAPS, tapsOf } from './taps.ts';

/** Of a position, counted as those of fields are. */
const POSITION_WORK = 1000;

export const FLAT_COST: CostOf = (columns, rows) => {
  const positions = columns * rows;
  return { positions, multiplyAdds: POSITION_WORK * positions };
};

/** What `Scene` says, of a flat picture: values are samples, those of colour times alpha. */
export function flatScene(contents: FlatContents) {
  const { palette, channels, depth } = contents;
  const colours = premultipliedColours(palette, depth);
  return {
    channels,
    values: channels,
    cost: FLAT_COST,
    evaluate: (columns: Cells, rows: Cells) => evaluate(contents, colours, columns, rows),
    samplesOf: (values: Float32Array) => straightSamples(values, channels, depth),
  };
}

function evaluate(
  { width, height, channels, indices, isAntialiased }: FlatContents,
  colours: Float64Array,
  columns: Cells,
  rows: Cells,
): Float32Array {
  const across = tapsOf(pixelPositions(columns, width), width);
  const down = tapsOf(pixelPositions(rows, height), height);
  const values = new Float32Array(columns.length * rows.length * channels);
  const place: Place = {
    indices: new Int32Array(TAPS * TAPS),
    across: new Float64Array(TAPS),
    down: new Float64Array(TAPS),
  };
  let next = 0;
  for (let row = 0; row < rows.length; row++) {
    const lines = down.pixels.subarray(TAPS * row, TAPS * (row + 1)).map((y) => y * width);
    place.down = down.weights.subarray(TAPS * row, TAPS * (row + 1));
    const isRow = place.down[1] === 1;
    for (let column = 0; column < columns.length; column++, next += channels) {
      const first = TAPS * column;
      const own = indices[(lines[1] as number) + (across.pixels[first + 1] as number)] as number;
      let index = isRow && across.weights[first + 1] === 1 ? own : -1;
      if (index < 0) {
        for (let i = 0; i < TAPS * TAPS; i++) {
          place.indices[i] = indices[
            (lines[i >> 2] as number) + (across.pixels[first + (i & 3)] as number)
          ] as number;
        }
        place.across = across.weights.subarray(first, first + TAPS);
        index = commonIndex(place);
        if (index < 0 && isAntialiased) {
          blend(place, colours, channels, values, next);
          continue;
        }
        if (index < 0) index = largestIndex(place);
      }
      for (let i = 0; i < channels; i++) values[next + i] = colours[index * channels + i] as number;
    }
  }
  return values;
}
