/** @file What says how to display a picture, without what says the same twice. */

import type { Chunk } from '../raster.ts';
import { iccpData, MAX_PROFILE_BYTES } from './iccp.ts';
import { profileOf } from './profile-in-iccp.ts';
import { reducedProfile } from './reduce.ts';

/** Whether profiles become the smallest ones of the same colours, or keep their bytes. */
export const ICC_MODES = ['smallest', 'exact'] as const;
export type IccMode = (typeof ICC_MODES)[number];

/** What each kind takes the place of where a picture has both (PNG specification, third edition, section 4.3). cICP has others beside it, for readers that do not know it. */
const OVERRIDDEN: Readonly<Record<string, readonly string[]>> = {
  iCCP: ['sRGB', 'gAMA', 'cHRM'],
  sRGB: ['gAMA', 'cHRM'],
};

/**
 * @param chunks well-formed, of DISPLAY_CHUNKS
 * @param note is told, for people, what is left out
 */
export function reducedChunks(
  chunks: readonly Chunk[],
  mode: IccMode,
  note: (text: string) => void,
): readonly Chunk[] {
  const readable = chunks.filter(({ type, data }) => {
    const isReadable = type !== 'iCCP' || profileOf(data) !== null;
    if (!isReadable)
      note(`its colour profile is left out: it does not inflate to 1 … ${MAX_PROFILE_BYTES} bytes`);
    return isReadable;
  });
  if (mode === 'exact') return readable;
  const types = readable.map(({ type }) => type);
  const overridden = types.flatMap((type) => OVERRIDDEN[type] ?? []);
  return readable.filter(({ type }) => !overridden.includes(type)).map(reducedChunk);
}

function reducedChunk(chunk: Chunk): Chunk {
  const profile = chunk.type === 'iCCP' ? profileOf(chunk.data) : null;
  if (!profile) return chunk;
  const reduced = reducedProfile(profile);
  return reduced.kind === 'sRGB'
    ? { type: 'sRGB', data: Uint8Array.of(reduced.intent) }
    : { type: 'iCCP', data: iccpData(reduced.profile) };
}
