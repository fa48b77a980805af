/** @file A picture for another thread. */

import { allocate } from '../allocate.ts';
import { throwIfAborted } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import { sharedBuffer } from '../runtime/runtime.ts';
import { nextTurn } from '../time-slices.ts';

/** Samples that are copied at once: some milliseconds. */
const PIECE = 2 ** 23;

/**
 * The picture with a copy of its samples, where it can be in memory that threads share. It is copied in pieces, between which the event loop runs.
 * @throws LoecError E_ABORTED, or E_LIMIT where there is not the memory
 */
export async function shareRaster(
  { width, height, channels, depth, data, colour, metadata }: Raster,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const memory = allocate(() => sharedBuffer(data.byteLength));
  const shared = depth === 8 ? new Uint8Array(memory) : new Uint16Array(memory);
  for (let at = 0; at < data.length; at += PIECE) {
    shared.set(data.subarray(at, at + PIECE), at);
    await nextTurn();
    throwIfAborted(signal);
  }
  return { width, height, channels, depth, data: shared, colour, metadata };
}
