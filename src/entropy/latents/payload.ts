/** @file The bytes of latents: which planes are not all zero, where slices end, and the slices. Normative text: formats/loe.md, section 10. */

import { ByteReader, ByteWriter } from '../../bytes.ts';
import { damaged } from '../../errors.ts';
import type { LatentModel } from '../../field/model.ts';
import { type Slice, slicesOf } from './slices.ts';

export interface CodedSlice extends Slice {
  readonly bytes: Uint8Array;
  /** Whether its last bytes have not come yet. */
  readonly isCut: boolean;
}

export interface Splitting {
  /** Latents of a slice at most: for tests. */
  readonly sliceLatents?: number | undefined;
  /** Whether the last bytes have not come yet. @default false */
  readonly isCut?: boolean | undefined;
}

/** The last slice has the bytes that are left. @param isPresent per plane, whether it is not all zero */
export function joinSlices(isPresent: readonly boolean[], slices: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().bytes(presenceBytes(isPresent));
  for (const slice of slices.slice(0, -1)) writer.varint(slice.length);
  for (const slice of slices) writer.bytes(slice);
  return writer.finish();
}

/** @throws LoecError E_FORMAT */
export function splitSlices(
  bytes: Uint8Array,
  model: LatentModel,
  { sliceLatents, isCut = false }: Splitting = {},
): CodedSlice[] {
  const reader = new ByteReader(bytes);
  const isPresent = readPresence(reader, model.planes.length);
  const slices = slicesOf(model, isPresent, sliceLatents);
  const lengths = slices.slice(0, -1).map(() => reader.varint());
  return slices.map((slice, i) => {
    const length = lengths[i] ?? (isCut ? Number.POSITIVE_INFINITY : reader.left);
    const isSliceCut = isCut && length > reader.left;
    return { ...slice, bytes: reader.bytes(isSliceCut ? reader.left : length), isCut: isSliceCut };
  });
}

/** Bit i mod 8 of byte ⌊i/8⌋ is plane i's. */
function presenceBytes(isPresent: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(isPresent.length / 8));
  for (const [i, is] of isPresent.entries())
    bytes[i >> 3] = (bytes[i >> 3] as number) | (Number(is) << (i & 7));
  return bytes;
}

function readPresence(reader: ByteReader, planes: number): boolean[] {
  const bytes = reader.bytes(Math.ceil(planes / 8));
  if ((bytes.at(-1) as number) >> (planes - 8 * (bytes.length - 1)) !== 0) {
    throw damaged('latents of a grid that is not there');
  }
  return Array.from({ length: planes }, (_, i) => (((bytes[i >> 3] as number) >> (i & 7)) & 1) === 1);
}
