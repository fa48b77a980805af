/** @file The enhancement layer as bytes: the index of its step, 16 bits, and its planes as latents are coded. Normative text: formats/loe.md, section 12. */

import { damaged } from '../errors.ts';
import { type Enhancement, enhancementModel, enhancementParameters } from '../field/enhancement.ts';
import { MAX_STEP_INDEX, MIN_STEP_INDEX } from '../field/quantizer.ts';
import type { Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';
import { CodedLatents, type LatentReading } from './latents/reading.ts';

/** Bytes before the latents. */
export const HEAD = 2;

/** @param outputs of the field @throws LoecError E_FORMAT, E_LIMIT or E_ABORTED */
export async function decodeEnhancement(
  bytes: Uint8Array,
  outputs: number,
  size: Size,
  slices: TimeSlices,
  reading: LatentReading = {},
): Promise<Enhancement> {
  if (bytes.length < HEAD) throw damaged('coded data ends too early');
  const stepIndex = new DataView(bytes.buffer, bytes.byteOffset).getInt16(0, true);
  if (stepIndex < MIN_STEP_INDEX || stepIndex > MAX_STEP_INDEX) {
    throw damaged(`step index ${stepIndex} of the enhancement layer is out of range`);
  }
  const model = enhancementModel(outputs, size);
  const parameters = enhancementParameters(model);
  const coded = new CodedLatents(bytes.subarray(HEAD), model, parameters, reading);
  return { stepIndex, planes: await coded.readAll(slices) };
}
