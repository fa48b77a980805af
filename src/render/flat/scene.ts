/** @file A flat picture at any position. Normative text: formats/loe.md, section 13. */

import type { FlatContents } from '../../container/contents.ts';
import type { Cells } from '../../field/grid.ts';
import type { CostOf } from '../pieces.ts';
import { premultipliedColours, straightSamples } from './colours.ts';
import { coloursAt } from './colours-at.ts';

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
    evaluate: (columns: Cells, rows: Cells) => coloursAt(contents, colours, columns, rows),
    samplesOf: (values: Float32Array) => straightSamples(values, channels, depth),
  };
}
