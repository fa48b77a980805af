/** @file What the header stores of chunks that say how to display a picture; `codes.ts` reads it. */

import { LoecError } from '../errors.ts';
import { DISPLAY_CHUNKS } from '../image/chunk-kinds.ts';
import { MAX_PROFILE_BYTES } from '../image/icc/iccp.ts';
import { profileOf } from '../image/icc/profile-in-iccp.ts';
import type { Chunk } from '../image/raster.ts';

/** Of a profile its bytes are stored, which the section deflates. @throws LoecError E_USAGE for one that does not inflate */
export function colourCodes(chunks: readonly Chunk[]): (number | Uint8Array)[] {
  const types: readonly string[] = DISPLAY_CHUNKS;
  return chunks.flatMap(({ type, data }) => [
    types.indexOf(type),
    type === 'iCCP' ? storedProfile(data) : data,
  ]);
}

function storedProfile(iccp: Uint8Array): Uint8Array {
  const profile = profileOf(iccp);
  if (profile) return profile;
  throw new LoecError('E_USAGE', `expected an iCCP chunk that inflates to 1 … ${MAX_PROFILE_BYTES} bytes`);
}
