/**
 * @file The integers of a model's planes to bytes; `reader.ts` reads them. Each latent is predicted by the context model, in integers, and what the model gets wrong is
 * learned while coding. Normative text: formats/loe.md, section 10.
 */

import { assert } from '../../errors.ts';
import type { LatentModel } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import { TimeSlices } from '../../time-slices.ts';
import { RangeEncoder } from '../range-coder.ts';
import { Bands } from './bands.ts';
import { createCoder } from './coder.ts';
import { joinSlices } from './payload.ts';
import { slicesOf } from './slices.ts';

/**
 * @param latents within what the model allows
 * @param parameters of the context model
 * @param sliceLatents latents of a slice at most: for tests
 */
export async function encodeLatents(
  latents: Latents,
  model: LatentModel,
  parameters: Float32Array,
  timeSlices = new TimeSlices(),
  sliceLatents?: number,
): Promise<Uint8Array> {
  const magnitudes = latents.map(largestMagnitude);
  assert(Math.max(...magnitudes) <= model.maxLatent, 'a latent beyond what the model allows');
  const isPresent = magnitudes.map((magnitude) => magnitude > 0);
  const slices = slicesOf(model, isPresent, sliceLatents);
  const coded: Uint8Array[] = [];
  if (slices.length > 0) {
    const coder = createCoder(model, parameters);
    const bands = new Bands(coder, model);
    coder.startEncoding();
    for (const { parts } of slices) {
      const encoder = new RangeEncoder();
      const encode = (first: number, end: number) => coder.encodeWaves(first, end, encoder);
      coder.state.reset();
      for (const part of parts) await timeSlices.take(bands.code(part, latents, encode));
      coded.push(encoder.finish());
    }
  }
  return joinSlices(isPresent, coded);
}

function largestMagnitude(plane: Int16Array): number {
  let largest = 0;
  // Four times as fast as an iterator, and a flat picture takes no other time.
  for (let i = 0; i < plane.length; i++) largest = Math.max(largest, Math.abs(plane[i] as number));
  return largest;
}
