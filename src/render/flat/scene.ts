/** @file A flat picture at any position. Normative text: formats/loe.md, section 13. */

import type { FlatContents } from '../../container/contents.ts';
import { type Cells, pixelPositions } from '../../field/grid.ts';
import type { CostOf } from '../pieces.ts';
import { premultipliedColours, straightSamples } from './colours.ts';
import { blend, classify, Place } from './places.ts';
import { type Taps, tapsOf } from './taps.ts';

/** Of a position, counted as those of fields are. */
const POSITION_WORK = 1000;

export const FLAT_COST: CostOf = (columns, rows) => {
  const positions = columns * rows;
  return { positions, multiplyAdds: POSITION_WORK * positions };
};

/** What `Scene` says, of a flat picture: values are samples, those of colour times alpha. */
export function flatScene(contents: FlatContents) {
  const { palette, width, height, channels, depth } = contents;
  const colours = premultipliedColours(palette, depth);
  const evaluate = (columns: Cells, rows: Cells): Float32Array => {
    const across = tapsOf(pixelPositions(columns, width), width);
    const down = tapsOf(pixelPositions(rows, height), height);
    const scale = Math.min(columns.count / width, rows.count / height);
    return coloursAt(contents, colours, across, down, scale);
  };
  return {
    channels,
    values: channels,
    cost: FLAT_COST,
    evaluate,
    samplesOf: (values: Float32Array) => straightSamples(values, channels, depth),
  };
}

/** @param scale pixels of the output in one of the picture @returns [rows, columns, channels] */
function coloursAt(
  contents: FlatContents,
  colours: Float64Array,
  across: Taps,
  down: Taps,
  scale: number,
): Float32Array {
  const { channels, isAntialiased } = contents;
  const [columns, rows] = [across.count, down.count];
  const values = new Float32Array(columns * rows * channels);
  const place = new Place(contents, across, down);
  for (let position = 0, at = 0; position < rows * columns; position++, at += channels) {
    const index = place.moveTo(position % columns, Math.floor(position / columns));
    if (index >= 0)
      for (let i = 0; i < channels; i++) values[at + i] = colours[index * channels + i] as number;
    else if (isAntialiased) blend(place, colours, channels, values, at);
    else classify(place, scale, colours, channels, values, at);
  }
  return values;
}
