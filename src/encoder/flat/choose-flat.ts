/** @file Where no preset is asked for: whether a map of colours serves a picture better than a fit. */

import { fileTargetOf } from '../../fit/file-target.ts';
import type { CheckedOptions } from '../../fit/options.ts';
import { expectedBytes } from '../../fit/pyramid/expected-bytes.ts';
import { colourCount, indexPicture } from '../../image/palette.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { flatFile } from './encode-flat.ts';
import { sampledBytes } from './sample.ts';

/** How much larger than a fit's a file without loss may be: what being exact is worth. */
const WORTH_OF_EXACTNESS = 1.1;

/** Pictures of more colours than this, and than one for so many pixels, are photographs; the map is not even tried. */
const FEW_COLOURS = 256;
const PIXELS_PER_COLOUR = 8;

/** How much too large a part of the map may be before the whole is not tried. */
const HOPELESS = 2.5;

/** The picture's file as a map of colours; null where a fit is expected to be smaller, or has to be. */
export async function chooseFlat(
  mapped: MappedPicture,
  options: CheckedOptions,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { picture } = mapped;
  const indexed = indexPicture(picture);
  if (!indexed) return null;
  const most = Math.max(FEW_COLOURS, indexed.indices.length / PIXELS_PER_COLOUR);
  if (colourCount(indexed.palette) > most) return null;
  options.onProgress?.({ phase: 'colour map', done: 0 });
  const target = fileTargetOf(mapped, options);
  const bytes = target?.kind === 'bytes' ? target.bytes : WORTH_OF_EXACTNESS * expectedBytes(mapped, options);
  if (sampledBytes(indexed, picture) > HOPELESS * bytes) return null;
  const file = await flatFile(picture, indexed);
  return file.length <= bytes ? file : null;
}
