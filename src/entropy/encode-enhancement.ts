/** @file Writes the enhancement layer as `enhancement.ts` reads it. */

import { type Enhancement, enhancementModel, enhancementParameters } from '../field/enhancement.ts';
import type { Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { HEAD } from './enhancement.ts';
import { encodeLatents } from './latents/latents.ts';

export async function encodeEnhancement(
  { stepIndex, planes }: Enhancement,
  size: Size,
  slices?: TimeSlices,
): Promise<Uint8Array> {
  const model = enhancementModel(planes.length, size);
  const latents = await encodeLatents(planes, model, enhancementParameters(model), slices);
  const bytes = new Uint8Array(HEAD + latents.length);
  new DataView(bytes.buffer).setInt16(0, stepIndex, true);
  bytes.set(latents, HEAD);
  return bytes;
}
