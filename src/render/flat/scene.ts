/** @file A flat picture at any position. Normative text: formats/loe.md, section 13. */

import type { FlatContents } from '../../container/contents.ts';
import type { Cells } from '../../field/grid.ts';
import { colourCount } from '../../image/palette.ts';
import type { Geometry } from '../geometry.ts';
import { premultipliedColours, straightSamples } from './colours.ts';
import { coloursAt } from './colours-at.ts';
import { flatCost } from './cost.ts';

/** What `Scene` says, of a flat picture: values are samples, those of colour times alpha. */
export function flatScene(contents: FlatContents, geometry: Geometry) {
  const { palette, channels, depth, isAntialiased } = contents;
  const colours = premultipliedColours(palette, depth);
  return {
    channels,
    values: channels,
    cost: flatCost({ colours: colourCount(palette), isAntialiased }, geometry, contents),
    evaluate: (columns: Cells, rows: Cells) => coloursAt(contents, colours, columns, rows),
    samplesOf: (values: Float32Array) => straightSamples(values, channels, depth),
  };
}
