/** @file How large a map of colours will be about, from a part of it: a photograph's would take longer to code than is worth the try. */

import { encodeColourMap } from '../../entropy/colour-map/colour-map.ts';
import { labelsOf, treeOrder } from '../../entropy/colour-map/colour-tree.ts';
import type { IndexedPicture } from '../../image/palette.ts';
import type { Size } from '../../image/raster.ts';
import { finish } from '../../time-slices.ts';

/** Pixels of the part at most, if a row has not more: a second at worst. */
const PIXELS = 2 ** 16;

/** Bands that it is made of, evenly spread over the height. */
const BANDS = 4;

/** Bytes that the whole map would have if all of it were like the part; parts are dearer, as less of them has been seen before. */
export function sampledBytes({ palette, indices }: IndexedPicture, { width, height }: Size): number {
  const rows = Math.max(1, Math.floor(PIXELS / BANDS / width));
  if (BANDS * rows >= height) return 0;
  const part = new Uint16Array(BANDS * rows * width);
  for (let band = 0; band < BANDS; band++) {
    const first = Math.floor(((2 * band + 1) * (height - rows)) / (2 * BANDS)) * width;
    part.set(indices.subarray(first, first + rows * width), band * rows * width);
  }
  const labels = labelsOf(finish(treeOrder(palette)));
  const raster = { width, height: BANDS * rows, colours: labels.length };
  const { length } = finish(
    encodeColourMap(
      part.map((index) => labels[index] as number),
      raster,
    ),
  );
  return (length * height) / raster.height;
}
