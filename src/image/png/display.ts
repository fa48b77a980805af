/** @file The chunks that say how to display a picture, from the terms of its file to those of its raster. */

import { DISPLAY_CHUNKS } from '../chunk-kinds.ts';
import type { BitDepth, ChannelCount, Chunk } from '../raster.ts';

/**
 * Copies in the order of DISPLAY_CHUNKS.
 * @param swapped whether rows of the file are columns of the raster
 */
export function displayOf(
  chunks: readonly Chunk[],
  channels: ChannelCount,
  depth: BitDepth,
  swapped: boolean,
): Chunk[] {
  return DISPLAY_CHUNKS.flatMap((kind) => chunks.filter(({ type }) => type === kind)).map(
    ({ type, data }) => {
      // An alpha channel that tRNS has made takes all bits of the raster.
      if (type === 'sBIT') return { type, data: Uint8Array.of(...data, depth).slice(0, channels) };
      if (type === 'pHYs' && swapped) return { type, data: withSwappedAxes(data) };
      return { type, data: Uint8Array.from(data) };
    },
  );
}

/** Pixels per unit of X, of Y, and the unit. */
function withSwappedAxes(data: Uint8Array): Uint8Array {
  return Uint8Array.of(...data.subarray(4, 8), ...data.subarray(0, 4), ...data.subarray(8));
}
