/**
 * @file The integers of a latent pyramid as bytes: a bit for each grid that is not all zero, then these grids, the coarsest first,
 * range coded. Each latent is foreseen by the context model, in integers, and what the model gets wrong is learned while coding.
 * Normative text: formats/loe.md, section 10.
 */

import { assert, damaged } from '../../errors.ts';
import type { ContextSpec } from '../../field/context.ts';
import { gridSize, type Latents, MAX_LATENT } from '../../field/pyramid.ts';
import { RangeEncoder } from '../range-coder.ts';
import { Bands } from './bands.ts';
import { createCoder } from './coder.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @param latents within ±MAX_LATENT
 * @param size of the picture
 * @param parameters of the context model, in the order of `contextTensors`
 */
export async function encodeLatents(
  latents: Latents,
  size: Size,
  context: ContextSpec,
  parameters: Float32Array,
): Promise<Uint8Array> {
  const magnitudes = latents.map(largestMagnitude);
  assert(Math.max(...magnitudes) <= MAX_LATENT, 'a latent beyond MAX_LATENT');
  const present = magnitudes.map((magnitude) => magnitude > 0);
  const encoder = new RangeEncoder();
  if (present.includes(true)) {
    const coder = await createCoder(context, parameters);
    const bands = new Bands(coder, size, context);
    coder.startEncoding();
    forEachGrid(present, (level) => bands.code(level, latents, (wave) => coder.encodeWave(wave, encoder)));
  }
  const head = presenceBytes(present);
  const coded = encoder.finish();
  const bytes = new Uint8Array(head.length + coded.length);
  bytes.set(head);
  bytes.set(coded, head.length);
  return bytes;
}

/**
 * @param grids of the pyramid
 * @throws LoecError E_FORMAT where the bytes end too early or stand for a latent that is none
 */
export async function decodeLatents(
  bytes: Uint8Array,
  size: Size,
  grids: number,
  context: ContextSpec,
  parameters: Float32Array,
): Promise<Latents> {
  const present = readPresence(bytes, grids);
  const latents = present.map((_, level) => {
    const { width, height } = gridSize(size.width, size.height, level);
    return new Int16Array(width * height);
  });
  if (present.includes(true)) {
    const coder = await createCoder(context, parameters);
    const bands = new Bands(coder, size, context);
    coder.startDecoding(bytes.subarray(Math.ceil(grids / 8)));
    forEachGrid(present, (level) => bands.code(level, latents, (wave) => coder.decodeWave(wave)));
  }
  return latents;
}

function largestMagnitude(grid: Int16Array): number {
  let largest = 0;
  // Four times as fast as an iterator, and a flat picture takes no other time.
  for (let i = 0; i < grid.length; i++) largest = Math.max(largest, Math.abs(grid[i] as number));
  return largest;
}

/** The grids that are not all zero, the coarsest first. */
function forEachGrid(present: readonly boolean[], visit: (level: number) => void): void {
  for (let level = present.length - 1; level >= 0; level--) if (present[level]) visit(level);
}

/** Bit l mod 8 of byte ⌊l/8⌋ is grid l's. */
function presenceBytes(present: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(present.length / 8));
  for (const [level, is] of present.entries())
    bytes[level >> 3] = (bytes[level >> 3] as number) | (Number(is) << (level & 7));
  return bytes;
}

function readPresence(bytes: Uint8Array, grids: number): boolean[] {
  const length = Math.ceil(grids / 8);
  if (bytes.length < length) throw damaged('coded data ends too early');
  if ((bytes[length - 1] as number) >> (grids - 8 * (length - 1)) !== 0) {
    throw damaged('latents of a grid that is not there');
  }
  return Array.from(
    { length: grids },
    (_, level) => (((bytes[level >> 3] as number) >> (level & 7)) & 1) === 1,
  );
}
