/** @file The verb: the bytes of a .loe file in, a picture of any resolution out. Free of tfjs and `node:` modules. */

import { DEFAULT_LIMITS, type Limits } from './container/limits.ts';
import { readContents } from './container/read.ts';
import {
  allocateSamples,
  type BitDepth,
  type ChannelCount,
  type Chunk,
  type Raster,
} from './image/raster.ts';
import { renderBands } from './render/bands.ts';
import { outputGeometry } from './render/geometry.ts';
import { sceneOf } from './render/scene.ts';

/** A rectangle of output pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  /** Output size over the picture's own, 0.05 … 64. Excludes `width` and `height`. @default 1 */
  readonly scale?: number;
  /** Output width in pixels; with `width` alone the height keeps the aspect ratio, and the other way round. */
  readonly width?: number;
  readonly height?: number;
  /** Evaluates only this part of the output picture. */
  readonly crop?: Crop;
  readonly limits?: Partial<Limits>;
  /** Stops the decode with E_ABORTED. */
  readonly signal?: AbortSignal;
  /** Called with the share of rows done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
}

/** A decode under way: what the output will be, and its rows as they are evaluated. */
export interface BandedPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  readonly colour: readonly Chunk[];
  readonly metadata: readonly Chunk[];
  /** Successive groups of whole rows, top to bottom; each array is the reader's to keep. */
  readonly bands: AsyncIterable<Uint8Array | Uint16Array>;
}

/**
 * Reads a file and evaluates it band by band, so that the memory does not grow with the output.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT or E_USAGE; the bands throw E_ABORTED
 */
export async function decodeBands(file: Uint8Array, options: DecodeOptions = {}): Promise<BandedPicture> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
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
