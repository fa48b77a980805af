/** @file The colours of a map of them at any positions. */

import { type Cells, pixelPositions } from '../../field/grid.ts';
import { Borders } from './borders.ts';
import { blend, type IndexMap, Place } from './places.ts';
import { tapsOf } from './taps.ts';

/** What is drawn between pixels. */
interface ColourMap extends IndexMap {
  /** Of a colour. */
  readonly channels: number;
  /** Whether colours between pixels are means, or one of those around. */
  readonly isAntialiased: boolean;
}

/** @param colours [places, channels] @returns [rows, columns, channels] */
export function coloursAt(map: ColourMap, colours: Float64Array, columns: Cells, rows: Cells): Float32Array {
  const { width, height, channels, isAntialiased } = map;
  const across = tapsOf(pixelPositions(columns, width), width);
  const down = tapsOf(pixelPositions(rows, height), height);
  const place = new Place(map, across, down);
  /** Pixels of the output in one of the picture. */
  const scale = Math.min(columns.count / width, rows.count / height);
  let borders: Borders | undefined;
  const values = new Float32Array(down.count * across.count * channels);
  for (const { first, end } of groupsOf(down.bases)) {
    for (let column = 0; column < across.count; column++) {
      for (let row = first; row < end; row++) {
        const at = (row * across.count + column) * channels;
        const index = place.moveTo(column, row);
        if (index >= 0) {
          for (let i = 0; i < channels; i++) values[at + i] = colours[index * channels + i] as number;
        } else if (isAntialiased) {
          blend(place, colours, channels, values, at);
        } else {
          borders ??= new Borders(map, place, scale);
          borders.write(colours, channels, values, at);
        }
      }
    }
  }
  return values;
}

/** Rows that have the same pixels around them, so that these are looked at once. */
function* groupsOf(bases: Int32Array): Generator<{ first: number; end: number }> {
  for (let first = 0, end = 0; first < bases.length; first = end) {
    while (end < bases.length && bases[end] === bases[first]) end++;
    yield { first, end };
  }
}
