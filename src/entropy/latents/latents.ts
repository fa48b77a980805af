/**
 * @file The integers of a model's planes as bytes: a bit for each plane that is not all zero, then these planes, the last one first,
 * range coded. Each latent is predicted by the context model, in integers, and what the model gets wrong is learned while coding.
 * Normative text: formats/loe.md, section 10.
 */

import { allocate } from '../../allocate.ts';
import { assert, damaged } from '../../errors.ts';
import type { LatentModel, Plane } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import { TimeSlices } from '../../time-slices.ts';
import { RangeEncoder } from '../range-coder.ts';
import { Bands } from './bands.ts';
import { createCoder } from './coder.ts';

/**
 * @param latents within what the model allows
 * @param parameters of the context model
 */
export async function encodeLatents(
  latents: Latents,
  model: LatentModel,
  parameters: Float32Array,
  slices = new TimeSlices(),
): Promise<Uint8Array> {
  const magnitudes = latents.map(largestMagnitude);
  assert(Math.max(...magnitudes) <= model.maxLatent, 'a latent beyond what the model allows');
  const present = magnitudes.map((magnitude) => magnitude > 0);
  const encoder = new RangeEncoder();
  if (present.includes(true)) {
    const coder = await createCoder(model, parameters);
    const bands = new Bands(coder, model);
    coder.startEncoding();
    for (const plane of inOrder(model, present))
      await slices.take(bands.code(plane, latents, (wave) => coder.encodeWave(wave, encoder)));
  }
  const head = presenceBytes(present);
  const coded = encoder.finish();
  const bytes = new Uint8Array(head.length + coded.length);
  bytes.set(head);
  bytes.set(coded, head.length);
  return bytes;
}

/** @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none; E_LIMIT, E_ABORTED or E_ENGINE */
export async function decodeLatents(
  bytes: Uint8Array,
  model: LatentModel,
  parameters: Float32Array,
  slices = new TimeSlices(),
): Promise<Latents> {
  const present = readPresence(bytes, model.planes.length);
  const latents = model.planes.map(({ width, height }) => allocate(() => new Int16Array(width * height)));
  if (present.includes(true)) {
    const coder = await createCoder(model, parameters);
    const bands = new Bands(coder, model);
    coder.startDecoding(bytes.subarray(Math.ceil(present.length / 8)));
    for (const plane of inOrder(model, present))
      await slices.take(bands.code(plane, latents, (wave) => coder.decodeWave(wave)));
  }
  return latents;
}

function largestMagnitude(plane: Int16Array): number {
  let largest = 0;
  // Four times as fast as an iterator, and a flat picture takes no other time.
  for (let i = 0; i < plane.length; i++) largest = Math.max(largest, Math.abs(plane[i] as number));
  return largest;
}

/** The planes that are not all zero, the last one first. */
function inOrder({ planes }: LatentModel, present: readonly boolean[]): Plane[] {
  return planes.filter(({ index }) => present[index]).reverse();
}

/** Bit i mod 8 of byte ⌊i/8⌋ is plane i's. */
function presenceBytes(present: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(present.length / 8));
  for (const [i, is] of present.entries())
    bytes[i >> 3] = (bytes[i >> 3] as number) | (Number(is) << (i & 7));
  return bytes;
}

function readPresence(bytes: Uint8Array, planes: number): boolean[] {
  const length = Math.ceil(planes / 8);
  if (bytes.length < length) throw damaged('coded data ends too early');
  if ((bytes[length - 1] as number) >> (planes - 8 * (length - 1)) !== 0) {
    throw damaged('latents of a grid that is not there');
  }
  return Array.from({ length: planes }, (_, i) => (((bytes[i >> 3] as number) >> (i & 7)) & 1) === 1);
}
