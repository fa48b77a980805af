/** @file The verb: the bytes of a .loe file in, a picture of any resolution out. Free of tfjs and `node:` modules. */

import { readContents } from './container/read.ts';
import { allocateSamples, type BandedPicture, type Raster } from './image/raster.ts';
import { checkedLimits, type Limits } from './limits.ts';
import { renderBands } from './render/bands.ts';
import { type Crop, type OutputOptions, outputGeometry } from './render/geometry.ts';
import { sceneOf } from './render/scene.ts';

export type { BandedPicture, Crop, Raster };

export interface DecodeOptions extends OutputOptions {
  readonly limits?: Partial<Limits>;
  /** Stops the decode with E_ABORTED. */
  readonly signal?: AbortSignal;
  /** Called with the share of rows done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Reads a file and evaluates it band by band, so that the memory does not grow with the output.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT or E_USAGE; the bands throw E_ABORTED
 */
export async function decodeBands(file: Uint8Array, options: DecodeOptions = {}): Promise<BandedPicture> {
  const limits = checkedLimits(options.limits);
  const contents = await readContents(file, limits);
  const geometry = outputGeometry(contents, options, limits);
  const { channels, depth, colour, metadata } = contents;
  const { width, height } = geometry.crop;
  const bands = renderBands(await sceneOf(contents), geometry, options.signal, options.onProgress);
  return { width, height, channels, depth, colour, metadata, bands };
}

/**
 * Decodes a file at any resolution.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_USAGE or E_ABORTED
 */
export async function decode(file: Uint8Array, options: DecodeOptions = {}): Promise<Raster> {
  const { bands, ...picture } = await decodeBands(file, options);
  const data = allocateSamples(picture.depth, picture.width * picture.height * picture.channels);
  let offset = 0;
  for await (const band of bands) {
    data.set(band, offset);
    offset += band.length;
  }
  return { ...picture, data };
}
