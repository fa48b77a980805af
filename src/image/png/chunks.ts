/** @file The frame of a PNG: signature, and chunks with their lengths, types and CRCs. */

import { crc32, crc32Steps } from '../../crc32.ts';
import { LoecError } from '../../errors.ts';
import type { Steps } from '../../time-slices.ts';
import type { Chunk } from '../raster.ts';
import { describeFormat, formatOf } from '../signature.ts';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Bytes of a chunk besides its data: length, type, CRC. */
const FRAME = 12;

/** A chunk where it lies in the file: its data is a view. */
export interface PngChunk extends Chunk {
  /** Offset of its length, which is where messages say it is. */
  readonly offset: number;
  /** Offset of the chunk behind it. */
  readonly end: number;
}

export function broken(what: string, cause?: unknown): LoecError {
  return new LoecError('E_INPUT', `the PNG is damaged: ${what}`, { cause });
}

/** A chunk for messages; bytes that a terminal would obey are shown as escapes. */
export function placeOf({ type, offset }: Pick<PngChunk, 'type' | 'offset'>): string {
  const shown = type.replace(
    /[^!#-[\]-~]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `chunk "${shown}" at offset ${offset}`;
}

/** Whether decoders must know a chunk to show the picture: its type begins with a capital letter. */
export function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

/** @throws LoecError E_INPUT that says what it is instead */
export function checkSignature(bytes: Uint8Array): void {
  if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return;
  throw new LoecError('E_INPUT', `expected a PNG picture, ${describe(bytes)}`);
}

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'the file is empty';
  const format = formatOf(bytes);
  if (format) return `this is ${describeFormat(format)}; convert it to PNG first`;
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  if (/png|IHDR/i.test(start)) {
    return 'its signature is damaged, as by a transfer that takes it for text; get the file again';
  }
  return 'the file does not begin with the signature of one; convert it to PNG first';
}

// Without views and lists, of which a file of millions of chunks would need as many.

function uint32At(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return high * 2 ** 16 + low;
}

function typeAt(bytes: Uint8Array, at: number): string {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as number[];
  return String.fromCharCode(a as number, b as number, c as number, d as number);
}

/** @throws LoecError E_INPUT where there is no whole chunk */
export function chunkAt(bytes: Uint8Array, offset: number): PngChunk {
  const left = bytes.length - offset - FRAME;
  if (left < 0)
    throw broken(`it is truncated: expected a chunk at offset ${offset}, the file ends at ${bytes.length}`);
  const length = uint32At(bytes, offset);
  const type = typeAt(bytes, offset + 4);
  const end = offset + FRAME + length;
  const chunk = { type, offset, end, data: bytes.subarray(offset + 8, end - 4) };
  if (!/^[A-Za-z]{4}$/.test(type)) throw broken(`${placeOf(chunk)} has a type that is not of four letters`);
  if (length > left) {
    throw broken(`it is truncated: ${placeOf(chunk)} has ${length} bytes, the file ${left} more`);
  }
  return chunk;
}

/** Whether the CRC of a chunk of the file matches. */
export function* isIntact(bytes: Uint8Array, { offset, end }: PngChunk): Steps<boolean> {
  return (yield* crc32Steps(bytes.subarray(offset + 4, end - 4))) === uint32At(bytes, end - 4);
}

/** Length, type, data and CRC. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
