/** @file A picture as a map of its colours, without loss. */

import type { FlatContents } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import { LoecError } from '../../errors.ts';
import { fileTargetOf } from '../../fit/file-target.ts';
import type { CheckedOptions } from '../../fit/options.ts';
import { type IndexedPicture, indexPicture, MOST_COLOURS } from '../../image/palette.ts';
import type { Raster } from '../../image/raster.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { isAntialiased } from './antialiased.ts';

/** @throws LoecError E_LIMIT for too many colours, E_TARGET where the file is larger than what is asked for */
export async function encodeFlat(
  mapped: MappedPicture,
  options: CheckedOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  options.onProgress?.({ phase: 'colour map', done: 0 });
  const indexed = indexPicture(mapped.picture);
  if (!indexed) {
    const message = `the picture has more than ${MOST_COLOURS} colours, which is the most for preset flat: leave --preset away, or use pyramid`;
    throw new LoecError('E_LIMIT', message);
  }
  const file = await flatFile(mapped.picture, indexed);
  const target = fileTargetOf(mapped, options);
  if (target?.kind === 'bytes' && file.length > target.bytes) {
    const message = `${target.bytes} bytes were not reached: the map of its colours takes ${file.length}; ask for more, or leave --preset flat away`;
    throw new LoecError('E_TARGET', message);
  }
  return file;
}

/** The file of a picture by its colours. */
export function flatFile(raster: Raster, indexed: IndexedPicture): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, channels, depth, colour, metadata } = raster;
  const contents: FlatContents = {
    kind: 'flat',
    width,
    height,
    channels,
    depth,
    colour,
    metadata,
    palette: indexed.palette,
    indices: indexed.indices,
    isAntialiased: isAntialiased(indexed, raster),
  };
  return writeContents(contents);
}
