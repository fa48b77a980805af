/** @file The verb: the bytes of a .loe file in, a picture of any resolution out. Free of tfjs and `node:` modules. */

import type { FileBytes } from './file-bytes.ts';
import type { BandedPicture, Raster } from './image/raster.ts';
import { decodeBandsOn, decodeOn } from './render/open-picture.ts';
import type { Crop, DecodeEngine, DecodeOptions } from './render/options.ts';

export type { BandedPicture, Crop, DecodeEngine, DecodeOptions, FileBytes, Raster };

/**
 * Reads a file and evaluates it band by band, so that the memory does not grow with the height of the output. The event loop gets its
 * turn every 10 ms or so.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED; the bands throw E_LIMIT or E_ABORTED
 */
export async function decodeBands(file: FileBytes, options: DecodeOptions = {}): Promise<BandedPicture> {
  return decodeBandsOn(null, file, options);
}

/**
 * Decodes a file at any resolution. The event loop gets its turn every 10 ms or so.
 * @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED
 */
export async function decode(file: FileBytes, options: DecodeOptions = {}): Promise<Raster> {
  return decodeOn(null, file, options);
}
